import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day, type Instant, instant } from '../../../shared/rules/calendar/day.ts'
import {
  type Campaign,
  type CampaignHome,
  type CampaignStep,
  type ConfirmationKind,
  campaignAsks,
  campaignDueText,
  campaignOn,
  campaignStepsOf,
  isLeftForLater,
  isRunning,
  progressOf,
  stepsCounted,
  stepsDoneText,
  whyNotCampaign,
  whyNotConfirmed,
} from '../../../shared/rules/dossier/campaign.ts'

const [noa, tao] = [1, 2]
const campaign: Campaign = {
  id: 1,
  year: 2026,
  opensOn: day('2026-11-16'),
  dueOn: day('2026-12-18'),
  asks: campaignAsks,
  closedOn: null,
}
const home: CampaignHome = {
  children: [noa, tao],
  confirmed: [],
  hasQuotient: false,
  healthDeclared: new Set(),
  healthLacking: new Set(),
  answersAwaited: 3,
  papersMissing: 1,
}
const at = instant('2026-11-25T19:31:00.000Z')
const confirmed = (kind: ConfirmationKind, childId: number | null = null, when: Instant = at) => ({
  kind,
  childId,
  at: when,
})
const steps = (changes: Partial<CampaignHome> = {}, asks = campaign.asks) =>
  campaignStepsOf({ ...campaign, asks }, { ...home, ...changes })
const stateOf = (own: readonly CampaignStep[], kind: string, childId: number | null = null) =>
  own.find((one) => one.kind === kind && one.childId === childId)?.state

describe('the thread of a home', () => {
  it('has a step for the home, one for the health of each child, and ends by sending', () => {
    expect(steps().map(({ kind, childId }) => [kind, childId])).toEqual([
      ['contact', null],
      ['benefits', null],
      ['health', noa],
      ['health', tao],
      ['pickups', null],
      ['consents', null],
      ['papers', null],
      ['sent', null],
    ])
  })

  it('leaves out what the campaign or the town asks nothing of, and is empty without a registered child', () => {
    expect(
      steps({ answersAwaited: null, papersMissing: null }, ['contact', 'consents', 'papers']).map(({ kind }) => kind),
    ).toEqual(['contact', 'sent'])
    expect(steps({ children: [] })).toEqual([])
  })

  it('counts what was confirmed since the campaign opened, not the year before', () => {
    expect(stateOf(steps({ confirmed: [confirmed('contact')] }), 'contact')).toBe('done')
    const before = confirmed('contact', null, instant('2026-11-15T22:00:00.000Z'))
    expect(stateOf(steps({ confirmed: [before] }), 'contact')).toBe('toDo')
    // Midnight in France is 23:00 UTC the day before.
    const first = confirmed('contact', null, instant('2026-11-15T23:00:00.000Z'))
    expect(stateOf(steps({ confirmed: [first] }), 'contact')).toBe('done')
  })

  it('has nothing to do for a quotient that counts, a health record that was sent, papers that are all there', () => {
    const own = steps({ hasQuotient: true, healthDeclared: new Set([noa]), papersMissing: 0 })
    expect(['benefits', 'papers'].map((kind) => stateOf(own, kind))).toEqual(['done', 'done'])
    expect([stateOf(own, 'health', noa), stateOf(own, 'health', tao)]).toEqual(['done', 'toDo'])
  })

  it('asks again for a health record that was sent, and that the dossier says is not complete', () => {
    const healthDeclared = new Set([noa, tao])
    const own = steps({ healthDeclared, healthLacking: new Set([tao]) })
    expect([stateOf(own, 'health', noa), stateOf(own, 'health', tao)]).toEqual(['done', 'toDo'])
  })

  it('lets a home go on without a quotient, a health record or a paper, and says that it did', () => {
    const own = steps({ confirmed: [confirmed('benefits'), confirmed('health', tao), confirmed('papers')] })
    expect([stateOf(own, 'benefits'), stateOf(own, 'health', tao), stateOf(own, 'papers')]).toEqual([
      'later',
      'later',
      'later',
    ])
    expect(stateOf(own, 'health', noa)).toBe('toDo')
  })

  it('does not count as done by the home what the file had before it began', () => {
    const own = steps({ hasQuotient: true, papersMissing: 0 })
    expect(progressOf(own, null)).toBe('notBegun')
    expect(stepsCounted(own)).toEqual({ done: 0, known: 2, later: 0, steps: 8 })
    expect(stepsDoneText(own)).toBe('0\u00a0étape faite sur 8, 2\u00a0déjà connues')
  })

  it('asks again for answers that a new text waits for, although the home had confirmed them', () => {
    const own = [0, 1].map((answersAwaited) => steps({ answersAwaited, confirmed: [confirmed('consents')] }))
    expect(own.map((one) => stateOf(one, 'consents'))).toEqual(['done', 'toDo'])
  })
})

const why = (kind: CampaignStep['kind'], changes: Partial<CampaignHome> = {}, childId: number | null = null) =>
  whyNotConfirmed(steps(changes), { kind, childId }, { ...home, ...changes })

describe('a step is confirmed', () => {
  it('once every answer is given, and the dossier is sent once every other step is done or left', () => {
    expect(why('consents')).toBe('Il reste 3\u00a0réponses à donner.')
    expect(why('consents', { answersAwaited: 0 })).toBe(null)
    expect(why('sent')).toBe('Il reste 7\u00a0étapes avant d’envoyer le dossier.')
    const all = steps().map(({ kind, childId }) => confirmed(kind, childId))
    expect(why('sent', { answersAwaited: 0, confirmed: all })).toBe(null)
  })

  it('only while it is asked for: not for a child who left, nor for what staff withdrew meanwhile', () => {
    expect(why('health', {}, 9)).toMatch(/n’est plus demandé/)
    expect(whyNotConfirmed(steps({}, ['contact']), { kind: 'pickups', childId: null }, home)).toMatch(
      /rien n’a été noté/,
    )
  })
})

describe('where a home is', () => {
  const all = steps().map(({ kind, childId }) => confirmed(kind, childId))
  const ready = { answersAwaited: 0, papersMissing: 0, hasQuotient: true, healthDeclared: new Set([noa, tao]) }

  it('is not begun until it confirmed something or sent a health record, and then under way', () => {
    expect(progressOf(steps({ hasQuotient: true, papersMissing: 0 }), false)).toBe('notBegun')
    expect(progressOf(steps({ healthDeclared: new Set([noa]) }), false)).toBe('underWay')
    expect(progressOf(steps({ confirmed: [confirmed('contact')] }), false)).toBe('underWay')
  })

  it('is sent when it says so, and whole when nothing is missing or left', () => {
    expect(progressOf(steps({ ...ready, confirmed: all }), false)).toBe('sent')
    expect(progressOf(steps({ ...ready, confirmed: all }), true)).toBe('whole')
    expect(progressOf(steps({ ...ready, confirmed: all }), null)).toBe('whole')
    expect(progressOf(steps({ ...ready, papersMissing: 1, confirmed: all }), null)).toBe('sent')
  })

  it('never goes back when the home confirms one thing more', () => {
    const order = ['notBegun', 'underWay', 'sent', 'whole']
    const anyHome = fc.record({
      done: fc.subarray(all),
      hasQuotient: fc.boolean(),
      told: fc.subarray([noa, tao]),
      answersAwaited: fc.constantFrom(null, 0, 2),
      papersMissing: fc.constantFrom(null, 0, 1),
      isComplete: fc.constantFrom(null, true, false),
    })
    fc.assert(
      fc.property(anyHome, fc.constantFrom(...all), ({ done, told, isComplete, ...facts }, one) => {
        const own = (list: typeof done) => steps({ ...facts, healthDeclared: new Set(told), confirmed: list })
        const place = (list: typeof done) => order.indexOf(progressOf(own(list), isComplete))
        expect(place([...done, one])).toBeGreaterThanOrEqual(place(done))
        const left = (list: typeof done) => own(list).filter(({ state }) => state === 'toDo').length
        expect(left([...done, one])).toBeLessThanOrEqual(left(done))
      }),
    )
  })

  it('can always be sent: whatever is missing is given, or left for later', () => {
    fc.assert(
      fc.property(fc.subarray([...campaignAsks]), fc.boolean(), (asks, hasQuotient) => {
        const facts = { ...home, hasQuotient, answersAwaited: 0 }
        const given = steps(facts, asks)
          .filter(({ kind }) => kind !== 'sent')
          .map(({ kind, childId }) => confirmed(kind, childId))
        const own = steps({ ...facts, confirmed: given }, asks)
        expect(own.filter(({ kind, state }) => kind !== 'sent' && state === 'toDo')).toEqual([])
        expect(own.every(({ kind, state }) => state !== 'later' || isLeftForLater(kind))).toBe(true)
        expect(whyNotConfirmed(own, { kind: 'sent', childId: null }, facts)).toBe(null)
      }),
    )
  })

  it('is described in words', () => {
    expect(stepsDoneText(steps({ confirmed: [confirmed('contact')] }))).toBe('1\u00a0étape faite sur 8')
    expect(stepsDoneText(steps({ confirmed: [confirmed('contact'), confirmed('benefits')] }))).toBe(
      '1\u00a0étape faite sur 8, 1 pour plus tard',
    )
    expect(campaignDueText(campaign, day('2026-12-18'))).toBe('À finir avant le ven. 18 déc. 2026')
    expect(campaignDueText(campaign, day('2026-12-19'))).toMatch(/encore temps/)
  })
})

describe('a campaign', () => {
  it('runs from the day it opens until the day it is closed', () => {
    const closed = { ...campaign, closedOn: day('2027-01-04') }
    expect(isRunning(campaign, addDays(campaign.opensOn, -1))).toBe(false)
    expect(isRunning(campaign, day('2027-06-01'))).toBe(true)
    expect([isRunning(closed, day('2027-01-03')), isRunning(closed, day('2027-01-04'))]).toEqual([true, false])
    expect(
      campaignOn([closed, { ...campaign, year: 2027, opensOn: day('2027-05-03') }], day('2027-05-03')),
    ).toMatchObject({ year: 2027 })
  })

  it.each([
    ['nothing to read again', { asks: ['registrations'] }, 'asks'],
    ['an end before its beginning', { dueOn: day('2026-11-16') }, 'dueOn'],
    ['a school year that is over', { year: 2025 }, 'year'],
    ['a school year too far', { year: 2028 }, 'year'],
  ] as const)('is refused with %s', (_, changes, field) => {
    expect(whyNotCampaign({ ...campaign, ...changes }, [])).toMatchObject({ field })
  })

  it('is one of a school year, and the only one that runs', () => {
    expect(whyNotCampaign(campaign, [])).toBe(null)
    expect(whyNotCampaign(campaign, [{ ...campaign, closedOn: day('2026-11-16') }])).toMatchObject({ field: 'year' })
    const next = { ...campaign, year: 2027, opensOn: day('2027-05-03'), dueOn: day('2027-06-30') }
    expect(whyNotCampaign(next, [campaign])).toMatchObject({ field: 'opensOn' })
    expect(whyNotCampaign(next, [{ ...campaign, closedOn: day('2027-01-04') }])).toBe(null)
  })
})
