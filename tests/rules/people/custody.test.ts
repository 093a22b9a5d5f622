import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type Day, day, daysBetween, weekday, yearOf } from '../../../shared/rules/calendar/day.ts'
import { calendarOf, holidaysIn, schoolHolidays, type Zone } from '../../../shared/rules/calendar/school-holidays.ts'
import {
  type Custody,
  type CustodyRule,
  changedCustody,
  type Holidays,
  type HomesOfWeek,
  homeByRule,
  homeOf,
  sameHomeAllWeek,
  secondHalf,
  weekNumber,
} from '../../../shared/rules/people/custody.ts'

const marchand = 1
const duval = 2
const zoneB: Holidays = holidaysIn(calendarOf('B'))
const zoneC: Holidays = holidaysIn(calendarOf('C'))
const noHolidays: Holidays = () => null

const everyOtherWeek: CustodyRule = {
  from: day('2026-09-01'),
  evenWeek: sameHomeAllWeek(marchand),
  oddWeek: sameHomeAllWeek(duval),
  holidays: null,
}
const byHalves: CustodyRule = {
  ...everyOtherWeek,
  holidays: { evenYears: [marchand, duval], oddYears: [duval, marchand] },
}
const custody = (...rules: CustodyRule[]): Custody => ({ rules, exceptions: new Map() })
const at = (of: Custody, on: string, holidays = zoneB) => homeOf(of, day(on), holidays)

describe('the number of a week', () => {
  it.each([
    ['2026-01-01', 1],
    ['2026-12-09', 50],
    ['2026-12-31', 53],
    ['2027-01-03', 53],
    ['2027-01-04', 1],
    ['2024-12-30', 1],
    ['2023-01-01', 52],
  ])('%s is in week %i', (on, number) => {
    expect(weekNumber(day(on))).toBe(number)
  })

  it('is the same from Monday to Sunday, and the next on Monday, or 1', () => {
    fc.assert(
      fc.property(fc.nat(40_000), (offset) => {
        const on = addDays(day('1950-01-01'), offset)
        const next = addDays(on, 1)
        expect(weekday(on) < 7 ? [weekNumber(on)] : [weekNumber(on) + 1, 1]).toContain(weekNumber(next))
        expect(weekNumber(on)).toBeGreaterThanOrEqual(1)
        expect(weekNumber(on)).toBeLessThanOrEqual(53)
      }),
    )
  })
})

describe('a rule gives each day to the home where the child wakes up', () => {
  it('one week in two, from Monday to Sunday', () => {
    const own = daysBetween(day('2026-12-07'), day('2026-12-20')).map((on) => at(custody(everyOtherWeek), on))
    expect(own).toEqual([...sameHomeAllWeek(marchand), ...sameHomeAllWeek(duval)])
  })

  it('after a year of 53 weeks, the home of odd weeks has two in a row', () => {
    expect(at(custody(everyOtherWeek), '2026-12-28')).toBe(duval)
    expect(at(custody(everyOtherWeek), '2027-01-04')).toBe(duval)
    expect(at(custody(everyOtherWeek), '2027-01-11')).toBe(marchand)
  })

  it('by weekdays: every week alike, or one weekend in two', () => {
    const weekdays: HomesOfWeek = [marchand, marchand, duval, duval, marchand, marchand, marchand]
    const away: HomesOfWeek = [marchand, marchand, duval, duval, marchand, duval, duval]
    const rule = { ...everyOtherWeek, evenWeek: weekdays, oddWeek: away }
    expect(at(custody(rule), '2026-12-09')).toBe(duval)
    expect(at(custody(rule), '2026-12-16')).toBe(duval)
    expect(at(custody(rule), '2026-12-12')).toBe(marchand)
    expect(at(custody(rule), '2026-12-19')).toBe(duval)
  })

  it('nothing before the first rule; each holds until the next', () => {
    const later = { ...everyOtherWeek, from: day('2027-01-06'), evenWeek: sameHomeAllWeek(duval) }
    const both = custody(everyOtherWeek, later)
    expect(at(both, '2026-08-31')).toBeNull()
    expect(at(both, '2026-09-01')).toBe(marchand)
    expect(at(both, '2026-12-21')).toBe(marchand)
    expect(at(both, '2027-01-13')).toBe(duval)
  })
})

describe('halves of school holidays', () => {
  // Zone B: 20 February to 7 March 2027, sixteen days; Christmas 2026 ends in 2027.
  it.each([
    ['2027-02-19', duval, 'still a day of school: week 7'],
    ['2027-02-20', duval, 'the first half of an odd year'],
    ['2027-02-27', duval, 'its eighth day'],
    ['2027-02-28', marchand, 'the second half'],
    ['2027-03-07', marchand, 'its last day'],
    ['2027-03-08', marchand, 'school again: week 10'],
    ['2026-12-19', marchand, 'the first half of Christmas, which begins in an even year'],
    ['2027-01-02', duval, 'its second half, though the year is odd'],
  ])('%s: home %i, %s', (on, home) => {
    expect(at(custody(byHalves), on)).toBe(home)
  })

  it('are those of the zone of the town', () => {
    expect(at(custody(byHalves), '2027-02-08', zoneC)).toBe(duval)
    expect(at(custody(byHalves), '2027-02-08', zoneB)).toBe(marchand)
  })

  it('without halves, weeks go on through holidays', () => {
    expect(at(custody(everyOtherWeek), '2027-02-22')).toBe(marchand)
  })

  it('cut each holiday of each zone in two, as equal as can be', () => {
    for (const span of schoolHolidays) {
      const middle = secondHalf(span)
      const first = daysBetween(span.from, addDays(middle, -1)).length
      const second = daysBetween(middle, span.to).length
      expect([0, 1]).toContain(first - second)
    }
  })
})

describe('exceptions', () => {
  it('win over weeks and over holidays, on their day only', () => {
    const exchanged: Custody = {
      rules: [byHalves],
      exceptions: new Map([
        [day('2026-12-09'), duval],
        [day('2027-02-20'), marchand],
      ]),
    }
    expect(at(exchanged, '2026-12-08')).toBe(marchand)
    expect(at(exchanged, '2026-12-09')).toBe(duval)
    expect(at(exchanged, '2026-12-10')).toBe(marchand)
    expect(at(exchanged, '2027-02-20')).toBe(marchand)
    expect(at(exchanged, '2027-02-21')).toBe(duval)
  })
})

const homes = fc.constantFrom(marchand, duval)
const weeks = fc.tuple(homes, homes, homes, homes, homes, homes, homes)
const days = fc.nat(1400).map((offset) => addDays(day('2023-09-01'), offset))
const halves = fc.record({ evenYears: fc.tuple(homes, homes), oddYears: fc.tuple(homes, homes) })
const rules: fc.Arbitrary<CustodyRule> = fc.record({
  from: days,
  evenWeek: weeks,
  oddWeek: weeks,
  holidays: fc.option(halves),
})
const custodies: fc.Arbitrary<Custody> = fc.record({
  rules: fc
    .uniqueArray(rules, { maxLength: 4, selector: ({ from }) => from })
    .map((some) => some.toSorted((one, other) => (one.from < other.from ? -1 : 1))),
  exceptions: fc.array(fc.tuple(days, homes), { maxLength: 8 }).map((some) => new Map(some)),
})
const zones = fc.constantFrom<Zone>('A', 'B', 'C')

describe('whatever the rules', () => {
  it('each day from the first rule on has exactly one home, and none before', () => {
    fc.assert(
      fc.property(custodies, days, zones, (of, on, zone) => {
        const home = homeOf(of, on, holidaysIn(calendarOf(zone)))
        const isRuled = of.exceptions.has(on) || (of.rules[0] !== undefined && of.rules[0].from <= on)
        expect(isRuled ? [marchand, duval] : [null]).toContain(home)
      }),
    )
  })

  it('an exception wins, and taking it back gives the day to the rule again', () => {
    fc.assert(
      fc.property(custodies, days, homes, (of, on, home) => {
        const given = changedCustody(of, { kind: 'days', days: [on], home })
        expect(homeOf(given, on, zoneB)).toBe(home)
        const back = changedCustody(given, { kind: 'days', days: [on], home: null })
        expect(homeOf(back, on, zoneB)).toBe(homeByRule(of.rules, on, zoneB))
      }),
    )
  })

  it('outside holidays two weeks of one parity are alike, in whatever years', () => {
    fc.assert(
      fc.property(rules, days, days, (rule, one, other) => {
        const own = custody({ ...rule, from: day('2023-01-01') })
        fc.pre(weekday(one) === weekday(other) && weekNumber(one) % 2 === weekNumber(other) % 2)
        expect(homeOf(own, one, noHolidays)).toBe(homeOf(own, other, noHolidays))
      }),
    )
  })

  it('the days of a half all have its home, whatever the weeks', () => {
    fc.assert(
      fc.property(rules, halves, fc.constantFrom(...schoolHolidays), fc.nat(60), (rule, holidays, span, offset) => {
        const zone = span.zones[0] ?? 'B'
        const on: Day = addDays(span.from, offset)
        fc.pre(on <= span.to)
        const own = custody({ ...rule, from: day('2023-01-01'), holidays })
        const [first, second] = yearOf(span.from) % 2 === 0 ? holidays.evenYears : holidays.oddYears
        expect(homeOf(own, on, holidaysIn(calendarOf(zone)))).toBe(on < secondHalf(span) ? first : second)
      }),
    )
  })

  it('a new rule changes nothing before its day, and removing it brings back what was', () => {
    fc.assert(
      fc.property(custodies, rules, days, (of, rule, on) => {
        fc.pre(of.rules.every(({ from }) => from !== rule.from))
        const next = changedCustody(of, { kind: 'rule', rule })
        const eve = on < rule.from ? on : addDays(rule.from, -1)
        expect(homeOf(next, eve, zoneB)).toBe(homeOf(of, eve, zoneB))
        expect(changedCustody(next, { kind: 'removeRule', from: rule.from })).toEqual(of)
      }),
    )
  })
})
