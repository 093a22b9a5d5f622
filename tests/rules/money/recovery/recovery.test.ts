import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../../../shared/rules/calendar/day.ts'
import { brokenPromise, reminderIntroduction } from '../../../../shared/rules/money/recovery/reminder.ts'
import {
  levelDelayText,
  nextStep,
  refuseLevels,
  usualLevels,
} from '../../../../shared/rules/money/recovery/reminder-level.ts'
import { ageBandOf } from '../../../../shared/rules/money/recovery/unpaid.ts'

const dueOn = day('2026-10-06')
const on = (days: number) => addDays(dueOn, days)
const last = (level: number, days: number) => ({ level, on: on(days), payBefore: on(days + 15) })

describe('a debt past due', () => {
  it('is in a band of 30 days by its age', () => {
    expect([1, 29, 30, 59, 60, 89, 90, 400].map((days) => ageBandOf(dueOn, addDays(dueOn, days)))).toEqual([
      0, 0, 1, 1, 2, 2, 3, 3,
    ])
  })
})

describe('the next reminder of a payer', () => {
  it('is the first level, its delay after the due date', () => {
    expect(nextStep(usualLevels, { dueOn, last: null, on: on(9) })).toEqual({ kind: 'wait', level: 1, from: on(10) })
    expect(nextStep(usualLevels, { dueOn, last: null, on: on(10) })).toEqual({ kind: 'remind', level: 1 })
  })

  it('then the level after the last one, its delay after that reminder', () => {
    expect(nextStep(usualLevels, { dueOn, last: last(1, 15), on: on(44) })).toMatchObject({ kind: 'wait', level: 2 })
    expect(nextStep(usualLevels, { dueOn, last: last(1, 15), on: on(45) })).toEqual({ kind: 'remind', level: 2 })
  })

  it('begins again when the last one asked for debts that are paid since', () => {
    expect(nextStep(usualLevels, { dueOn, last: last(3, 0), on: on(10) })).toEqual({ kind: 'remind', level: 1 })
  })

  it('after the last level, the payer has the time that it was given, and then the statement comes', () => {
    expect(nextStep(usualLevels, { dueOn, last: last(3, 80), on: on(95) })).toMatchObject({ kind: 'wait', level: 4 })
    expect(nextStep(usualLevels, { dueOn, last: last(3, 80), on: on(96) })).toEqual({ kind: 'statement' })
  })

  it('whoever never pays meets each level once, in order, and then the statement', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        (delays, every) => {
          const levels = delays.map((afterDays) => ({ afterDays }))
          const made: number[] = []
          let before = null as ReturnType<typeof last> | null
          for (let days = 1; days < 400; days += every) {
            const step = nextStep(levels, { dueOn, last: before, on: on(days) })
            if (step.kind !== 'remind') continue
            made.push(step.level)
            before = last(step.level, days)
          }
          expect(made).toEqual(levels.map((_, index) => index + 1))
          expect(nextStep(levels, { dueOn, last: before, on: on(900) })).toEqual({ kind: 'statement' })
        },
      ),
    )
  })
})

describe('the levels of a régie', () => {
  it('say when they come', () => {
    expect(usualLevels.map((level, index) => levelDelayText(level, index + 1))).toEqual([
      '10\u00a0jours après l’échéance',
      '30\u00a0jours après le niveau\u00a01',
      '30\u00a0jours après le niveau\u00a02',
    ])
  })

  it('are refused at the field that is wrong', () => {
    const [first, ...others] = usualLevels
    if (!first) throw new Error('there are usual levels')
    expect(refuseLevels(usualLevels)).toBeUndefined()
    expect(refuseLevels([])).toMatchObject({ row: 0, field: 'name' })
    expect(refuseLevels([first, ...others, first])).toMatchObject({ row: 3, field: 'name' })
    expect(refuseLevels([{ ...first, afterDays: 0 }])).toMatchObject({ row: 0, field: 'afterDays' })
    expect(refuseLevels([first, { ...first, name: 'Suite', payWithinDays: 61 }])).toMatchObject({
      row: 1,
      field: 'payWithinDays',
    })
  })
})

const call = (notedOn: string, until: string | null) => ({
  kind: 'call' as const,
  notedOn: day(notedOn),
  untilDay: until === null ? null : day(until),
})

describe('what a reminder says first', () => {
  const debt = { invoiceId: 1, openingDebtId: null, number: '', period: '', dueOn, totalCents: 100, leftCents: 100 }
  const opening = { ...debt, invoiceId: null, openingDebtId: 1 }
  const said = (facts: Partial<Parameters<typeof reminderIntroduction>[0]>) =>
    reminderIntroduction({ debts: [debt], previousOn: null, promise: null, ...facts })

  it('counts what is unpaid in words, an old balance among them as a sum', () => {
    expect(said({})).toMatch(/^Une facture n’est pas entièrement payée\. Si vous/)
    expect(said({ debts: [debt, debt] })).toMatch(/^Deux factures ne sont pas/)
    expect(said({ debts: [debt, opening] })).toMatch(/^Deux sommes ne sont pas/)
    expect(said({ debts: Array.from({ length: 11 }, () => debt) })).toMatch(/^11 factures/)
  })

  it('recalls the reminder before and the promise that was not kept', () => {
    const calledOn = day('2026-11-17')
    const promise = brokenPromise([{ kind: 'call', notedOn: calledOn, untilDay: day('2026-11-20') }], day('2026-11-21'))
    expect(said({ previousOn: day('2026-10-21'), promise })).toContain(
      'Nous vous l’avions rappelé le mer. 21 oct. 2026. Le mar. 17 nov. 2026, vous aviez prévu de payer le ven. 20 nov. 2026',
    )
  })

  it('calls no promise broken before its day is over, nor one that another call replaced', () => {
    expect(brokenPromise([call('2026-11-17', '2026-11-20')], day('2026-11-20'))).toBeNull()
    expect(
      brokenPromise([call('2026-11-17', '2026-11-20'), call('2026-11-21', '2026-11-27')], day('2026-11-25')),
    ).toBeNull()
    expect(brokenPromise([call('2026-11-17', null)], day('2026-12-25'))).toBeNull()
  })
})
