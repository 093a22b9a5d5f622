import { describe, expect, it } from 'vitest'
import { QuotientInput } from '../../../shared/contract/desk/people/families.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  familyQuotientOn,
  familyQuotientText,
  isQuotientOld,
  parseFamilyQuotient,
  quotientQuestion,
  quotientSinceText,
  quotientsUsed,
  quotientTooHighText,
} from '../../../shared/rules/price/family-quotient.ts'

it('names the source of a quotient, but none that nobody typed', () => {
  const fromDay = day('2026-09-01')
  expect(quotientSinceText({ source: 'MSA', fromDay })).toBe('MSA, depuis le 1ᵉʳ septembre 2026')
  expect(quotientSinceText({ source: '', fromDay })).toBe('depuis le 1ᵉʳ septembre 2026')
})

describe('the quotient familial of a family', () => {
  const history = [
    { from: day('2025-01-01'), to: day('2025-12-31'), value: 640, source: 'CAF' },
    { from: day('2026-02-01'), value: 727, source: 'CAF' },
    { from: day('2026-10-01'), value: 700, source: 'MSA' },
  ]

  it.each([
    ['2024-12-31', undefined],
    ['2025-01-01', 640],
    ['2025-12-31', 640],
    ['2026-01-15', undefined],
    ['2026-02-01', 727],
    ['2026-09-30', 727],
    ['2026-10-01', 700],
  ])('on %s is %s: the latest that has started and has not ended', (on, expected) => {
    expect(familyQuotientOn(history, day(on))?.value).toBe(expected)
  })

  it('says that without one the top tariff applies', () => {
    expect(familyQuotientText(null)).toBe('QF inconnu\u00A0: tarif le plus haut')
    expect(familyQuotientText(300.5)).toBe('QF 300,5')
  })

  it('that is very high is asked about, and refused where nobody’s is', () => {
    expect([null, 727, 5000, 999_999].map(quotientQuestion)).toEqual([null, null, null, null])
    expect(quotientQuestion(7270)).toMatch(/et non un revenu/)
    expect(QuotientInput.shape.value.safeParse(20_000).success).toBe(true)
    expect(QuotientInput.shape.value.safeParse(999_999).error?.issues[0]?.message).toBe(quotientTooHighText)
  })

  it('is old a year after it was read', () => {
    expect(isQuotientOld(day('2025-11-28'), day('2026-11-28'))).toBe(false)
    expect(isQuotientOld(day('2025-11-27'), day('2026-11-28'))).toBe(true)
  })

  it('is read as staff type it', () => {
    expect(parseFamilyQuotient('1 180')).toStrictEqual({ value: 1180 })
    expect(parseFamilyQuotient('300,5')).toStrictEqual({ value: 300.5 })
  })

  it.each(['', '-3', '12,345', 'sept cents'])('« %s » is refused in a sentence', (typed) => {
    const read = parseFamilyQuotient(typed)
    expect('refusal' in read && read.refusal).toMatch(/quotient familial/)
  })
})

const used = (...days: [on: string, value: number | null][]) => days.map(([on, value]) => ({ day: day(on), value }))

describe('the quotients that a paper prints', () => {
  const autumn = [
    { from: day('2026-09-01'), to: day('2026-11-27'), value: 512, source: 'CAF' },
    { from: day('2026-11-28'), value: 512, source: 'CAF' },
  ]

  it('are those its days were priced with, each from the day on which it became true', () => {
    const raised = [
      { from: day('2026-09-01'), to: day('2026-10-31'), value: 512, source: 'CAF' },
      { from: day('2026-11-01'), value: 640, source: 'CAF' },
    ]
    expect(quotientsUsed(used(['2026-11-04', 640], ['2026-10-28', 512]), raised)).toEqual([
      { value: 512, from: '2026-09-01' },
      { value: 640, from: '2026-11-01' },
    ])
  })

  it('are printed once when the same one was recorded twice', () => {
    expect(quotientsUsed(used(['2026-11-18', 512], ['2026-11-28', 512]), autumn)).toEqual([
      { value: 512, from: '2026-09-01' },
    ])
  })

  it('say the days for which none was known; nothing where none ever was', () => {
    const late = [{ from: day('2026-11-28'), value: 512, source: 'CAF' }]
    expect(quotientsUsed(used(['2026-11-18', null], ['2026-11-28', 512]), late)).toEqual([
      { value: null, from: '2026-11-18' },
      { value: 512, from: '2026-11-28' },
    ])
    expect(quotientsUsed(used(['2026-11-18', null]), late)).toEqual([])
  })
})
