import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day, daysBetween } from '../../../shared/rules/calendar/day.ts'
import {
  answeredUntil,
  answerOn,
  type ConsentAnswer,
  type ConsentQuestion,
  consentAnswers,
  consentAnswerText,
  consentOn,
  consentsAtGate,
  consentsOnOuting,
  isAwaited,
  whyNotAnswer,
  whyNotText,
} from '../../../shared/rules/dossier/consent.ts'

const text = (id: number, fromDay: string, formerUntil: string | null = null) => ({
  id,
  version: id,
  text: '…',
  fromDay: day(fromDay),
  formerUntil: formerUntil === null ? null : day(formerUntil),
})
const photos: ConsentQuestion = { kind: 'image', asksAll: true, leastAge: null, texts: [text(1, '2025-09-01')] }
const bus: ConsentQuestion = { ...photos, kind: 'transport', asksAll: false }
const said = (...answers: readonly [textId: number, answer: ConsentAnswer, on: string][]) => ({
  answers: answers.map(([textId, answer, on]) => ({ textId, answer, on: day(on) })),
})
const silent = said()
const yes = said([1, 'yes', '2026-08-27'])
const no = said([1, 'no', '2026-08-28'])
const born = day('2020-10-02')
const today = day('2026-11-25')
const state = (question: ConsentQuestion, ...holders: ReturnType<typeof said>[]) =>
  consentOn(question, holders, born, today)

describe('what a consent is for a child', () => {
  it('asks every holder of authority for photos', () => {
    expect(state(photos, yes, silent)).toBe('waiting')
    expect(state(photos, yes, yes)).toBe('yes')
    expect(state(photos, yes)).toBe('yes')
    expect(state(photos)).toBe('waiting')
  })

  it('is content with one parent for the bus, until another says no', () => {
    expect(state(bus, silent, silent)).toBe('waiting')
    expect(state(bus, yes, silent)).toBe('yes')
    expect(state(bus, yes, no)).toBe('no')
  })

  it('is withdrawn at any time, and given again', () => {
    const back = said([1, 'yes', '2026-08-27'], [1, 'withdrawn', '2026-10-01'])
    expect(state(bus, back, yes)).toBe('withdrawn')
    expect(state(bus, { answers: [...back.answers, ...said([1, 'yes', '2026-10-02']).answers] })).toBe('yes')
    expect(consentOn(bus, [back], born, day('2026-09-30'))).toBe('yes')
  })

  it('is not asked below the least age, nor before its first text', () => {
    const alone = { ...bus, leastAge: 6 }
    expect(consentOn(alone, [yes], born, day('2026-10-01'))).toBeNull()
    expect(consentOn(alone, [yes], born, day('2026-10-02'))).toBe('yes')
    expect(consentOn(bus, [yes], born, day('2025-08-31'))).toBeNull()
  })

  it('asks again with a new text, and the old answer holds until its day', () => {
    const anew = { ...bus, texts: [text(1, '2025-09-01'), text(2, '2026-11-01', '2026-12-31')] }
    expect(answerOn(anew, yes, today)).toMatchObject({ answer: 'yes', isFormer: true })
    expect(isAwaited(anew, yes, [], today)).toBe(true)
    expect(consentOn(anew, [yes], born, day('2026-12-31'))).toBe('yes')
    expect(consentOn(anew, [yes], born, day('2027-01-01'))).toBe('waiting')
    expect(consentOn({ ...bus, texts: [text(1, '2025-09-01'), text(2, '2026-11-01')] }, [yes], born, today)).toBe(
      'waiting',
    )
    const both = { answers: [...yes.answers, ...said([2, 'no', '2026-11-03']).answers] }
    expect(answerOn(anew, both, today)).toMatchObject({ answer: 'no', isFormer: false })
  })

  it('waits for the second parent only where both are asked', () => {
    expect(isAwaited(photos, silent, [yes], today)).toBe(true)
    expect(isAwaited(bus, silent, [yes], today)).toBe(false)
    expect(isAwaited(bus, silent, [silent], today)).toBe(true)
  })

  it('is never « oui » while somebody who holds authority says no or has withdrawn', () => {
    const answers = fc.array(
      fc.record({
        textId: fc.constantFrom(1, 2),
        answer: fc.constantFrom(...consentAnswers),
        on: fc.nat(500).map((after) => addDays(day('2025-09-01'), after)),
      }),
      { maxLength: 5 },
    )
    const holders = fc.array(
      answers.map((given) => ({ answers: given.toSorted((one, other) => (one.on < other.on ? -1 : 1)) })),
      { maxLength: 3 },
    )
    const question = fc.record({ asksAll: fc.boolean(), former: fc.boolean() })
    fc.assert(
      fc.property(question, holders, fc.nat(600), ({ asksAll, former }, people, after) => {
        const on = addDays(day('2025-09-01'), after)
        const asked = {
          ...photos,
          asksAll,
          texts: [text(1, '2025-09-01'), text(2, '2026-03-01', former ? '2026-06-30' : null)],
        }
        const held = people.map((holder) => answerOn(asked, holder, on).answer)
        const isYes = consentOn(asked, people, born, on) === 'yes'
        expect(isYes && held.some((one) => one === 'no' || one === 'withdrawn')).toBe(false)
        expect(isYes && !held.includes('yes')).toBe(false)
        expect(isYes && asksAll && held.includes(null)).toBe(false)
      }),
    )
  })
})

const anyText = (first: number) =>
  fc
    .record({ gap: fc.nat(400), grace: fc.option(fc.nat(90)), isSecond: fc.boolean() })
    .map(({ gap, grace, isSecond }) => {
      const from = addDays(day('2026-06-01'), gap)
      const second = { ...text(first + 1, from), formerUntil: grace === null ? null : addDays(from, grace) }
      return [text(first, '2025-09-01'), ...(isSecond ? [second] : [])]
    })

const anyQuestion = (first: number) =>
  fc.record({
    kind: fc.constant('image' as const),
    asksAll: fc.boolean(),
    leastAge: fc.constantFrom(null, 6, 7),
    texts: anyText(first),
  })

const until = (questions: readonly ConsentQuestion[], holders: ReturnType<typeof said>[], on = today) =>
  answeredUntil(questions, holders, born, on)

describe('until when all is answered', () => {
  it('is without an end while no text, answer or birthday to come asks again', () => {
    expect(until([photos, bus], [yes, yes])).toEqual({ until: null })
    expect(until([photos, bus], [yes, silent])).toBe(null)
    expect(until([], [yes])).toBe(undefined)
    expect(until([{ ...bus, leastAge: 8 }], [yes])).toBe(undefined)
  })

  it('ends with the former answers, with the day before a new text, and when the child reaches the age', () => {
    const renewed = { ...bus, texts: [text(1, '2025-09-01'), text(2, '2026-10-01', '2026-12-31')] }
    expect(until([renewed], [yes])).toEqual({ until: '2026-12-31' })
    const coming = { ...bus, texts: [text(1, '2025-09-01'), text(2, '2027-01-04')] }
    expect(until([coming], [yes])).toEqual({ until: '2027-01-03' })
    const alone: ConsentQuestion = { ...bus, kind: 'leavesAlone', leastAge: 8, texts: [text(3, '2025-09-01')] }
    expect(until([bus, alone], [yes])).toEqual({ until: '2028-10-01' })
  })

  it('is exactly as long as no question waits, were nobody to answer any more', () => {
    const anyHolder = fc
      .subarray([1, 2, 3, 4])
      .map((ids) => said(...ids.map((id): [number, ConsentAnswer, string] => [id, 'yes', '2026-08-27'])))
    fc.assert(
      fc.property(
        fc.tuple(anyQuestion(1), anyQuestion(3)),
        fc.array(anyHolder, { minLength: 1, maxLength: 2 }),
        (questions, holders) => {
          const waits = (on: typeof today) =>
            questions.some((question) => consentOn(question, holders, born, on) === 'waiting')
          const found = until(questions, holders)
          const end = found?.until ?? null
          const lasts = daysBetween(today, end ?? addDays(today, 1000))
          expect(found === null).toBe(waits(today))
          expect(!found || !lasts.some(waits)).toBe(true)
          expect(end === null || waits(addDays(end, 1))).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('what cannot be recorded', () => {
  it('is a refusal of emergency care, and the withdrawal of what was not given', () => {
    expect(whyNotAnswer({ kind: 'emergencyCare' }, 'no', null)).toMatch(/ne se refusent pas/)
    expect(whyNotAnswer({ kind: 'emergencyCare' }, 'withdrawn', 'yes')).toMatch(/ne se refusent pas/)
    expect(whyNotAnswer({ kind: 'emergencyCare' }, 'yes', null)).toBeNull()
    expect(whyNotAnswer({ kind: 'image' }, 'withdrawn', 'no')).toMatch(/retirer/)
    expect(whyNotAnswer({ kind: 'image' }, 'withdrawn', 'yes')).toBeNull()
  })

  it('is a text that begins before the last one, or keeps answers that nobody gave', () => {
    expect(whyNotText(photos, { fromDay: day('2025-09-01'), formerUntil: null })?.field).toBe('fromDay')
    expect(whyNotText({ texts: [] }, { fromDay: today, formerUntil: today })?.field).toBe('formerUntil')
    expect(whyNotText(photos, { fromDay: today, formerUntil: day('2026-11-24') })?.field).toBe('formerUntil')
    expect(whyNotText(photos, { fromDay: today, formerUntil: today })).toBeNull()
  })
})

describe('what the team reads', () => {
  it('is that emergency care was read: nobody says « oui » to it', () => {
    expect(consentAnswerText('emergencyCare', 'yes')).toBe('lu')
    expect(consentAnswerText('image', 'yes')).toBe('oui')
  })

  it('is who may leave alone and whom not to photograph; on an outing the bus and the bath too', () => {
    const consents = { leavesAlone: 'yes', image: 'waiting', transport: 'no', swimming: 'yes' } as const
    expect(consentsAtGate(consents)).toEqual(['peut rentrer sans adulte', 'pas de photo'])
    expect(consentsOnOuting(consents)).toEqual(['ne monte pas dans le car', 'pas de photo'])
    expect(consentsAtGate({})).toEqual([])
  })
})
