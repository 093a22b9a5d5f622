import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  consentAnswer,
  consentQuestion,
  consentText,
  familyQuotient,
  paperFact,
  requiredPaper,
} from '../../../main/store/schema/index.ts'
import { systemActor } from '../../../main/store/store.ts'
import { addDays, day, today } from '../../../shared/rules/calendar/day.ts'
import { hasOwnRule, requiredKinds, scopesOfKind } from '../../../shared/rules/dossier/required-paper.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'

const period = 'ALSH mercredi 2026/2027'
const activity = 'CLSH MERCREDI'
const names = { Marchand: ['Basile', 'Zoé'], Riou: ['Noé', 'Ana'], Aubry: ['Tao'] } as const
let town: Town
const children = (own: readonly string[]) => Object.fromEntries(own.map((name) => [name, { birthDay: '2018-03-02' }]))
beforeAll(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: children(names.Marchand) }))
    .with(aFamily('Riou', { children: children(names.Riou) }))
    .with(aFamily('Aubry', { children: children(names.Aubry) }))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Basile', period))
    .with(aRegistration('Riou', 'Noé', period))
    .with(aRegistration('Riou', 'Ana', period))
    .open()
  // A child with two homes, registered by both: what was seen of it counts in each.
  town.store.sqlite.exec(`insert into family_child (family_id, child_id, act_id)
    values (${town.family('Aubry')}, ${town.child('Basile')}, 1)`)
  await town.client.registrations.ask({
    childId: town.child('Basile'),
    familyId: town.family('Aubry'),
    periodId: town.period(period),
    startDay: day('2026-09-02'),
    endDay: day('2027-06-30'),
    typicalWeek: [],
    overrideReason: '',
    accepted: true,
  })
})
afterAll(() => town.close())

const homes = Object.keys(names) as (keyof typeof names)[]
const near = fc.integer({ min: -40, max: 60 })
const anyTown = fc.record({
  required: fc.array(
    fc.record({ kind: fc.constantFrom(...requiredKinds), ofActivity: fc.boolean(), withdrawn: fc.option(near) }),
    { maxLength: 6 },
  ),
  seen: fc.array(fc.record({ paper: fc.nat(5), of: fc.nat(4), until: near }), { maxLength: 12 }),
  quotients: fc.array(fc.record({ home: fc.nat(2), from: near, value: fc.option(fc.constant(700)) }), { maxLength: 4 }),
  questions: fc.array(fc.record({ asksAll: fc.boolean(), leastAge: fc.constantFrom(null, 7, 9), from: near }), {
    maxLength: 2,
  }),
  answers: fc.array(fc.record({ question: fc.nat(1), of: fc.nat(4), guardian: fc.nat(1) }), { maxLength: 8 }),
})
type AnyTown = typeof anyTown extends fc.Arbitrary<infer Made> ? Made : never

const fill = ({ required, seen, quotients, questions, answers }: AnyTown) => {
  const { store } = town
  for (const table of [
    'paper_fact',
    'required_paper',
    'consent_answer',
    'consent_text',
    'consent_question',
    'family_quotient',
  ])
    store.sqlite.exec(`delete from ${table}`)
  const on = today(store.clock)
  const childIds = Object.values(names)
    .flat()
    .slice(0, 4)
    .map((name) => town.child(name))
  const guardians = store
    .statement('select distinct guardian_id from family_guardian order by 1')
    .pluck()
    .all() as number[]
  store.act(systemActor, 'dossiers.see', 'Une ville au hasard', (write) => {
    const papers = required.map(({ kind, ofActivity, withdrawn }, at) => {
      const [scope] = scopesOfKind(kind)
      const row = {
        kind,
        name: `${kind} ${at}`,
        scope,
        activityId: ofActivity ? town.activity(activity) : null,
        validity: hasOwnRule(kind) ? null : ('schoolYear' as const),
        months: null,
        withdrawnOn: withdrawn === null ? null : addDays(on, withdrawn),
      }
      return { ...row, id: write.insert(requiredPaper, row).id }
    })
    for (const { paper, of, until } of seen) {
      const one = papers[paper]
      const childId = childIds[of]
      if (!one || hasOwnRule(one.kind) || childId === undefined) continue
      write.insert(paperFact, {
        requiredId: one.id,
        familyId: one.scope === 'home' ? town.family(homes[of % homes.length] ?? '') : null,
        childId: one.scope === 'home' ? null : childId,
        seenOn: day('2026-09-01'),
        seenBy: 'Sandrine',
        validUntil: addDays(on, until),
        paperId: null,
      })
    }
    const days = new Set<string>()
    for (const { home, from, value } of quotients) {
      const familyId = town.family(homes[home] ?? '')
      const fromDay = addDays(on, from)
      if (days.has(`${familyId} ${fromDay}`)) continue
      days.add(`${familyId} ${fromDay}`)
      write.insert(familyQuotient, { familyId, fromDay, value, source: 'CAF', updatedOn: fromDay })
    }
    const texts = questions.map(({ asksAll, leastAge, from }) => {
      const question = { kind: 'other' as const, title: 'x', asksAll, leastAge }
      const { id: questionId } = write.insert(consentQuestion, question)
      const text = { questionId, version: 1, text: 'x', fromDay: addDays(on, from), formerUntil: null }
      return write.insert(consentText, text).id
    })
    for (const { question, of, guardian } of answers) {
      const [consentTextId, childId, guardianId] = [texts[question], childIds[of], guardians[guardian]]
      if (consentTextId === undefined || childId === undefined || guardianId === undefined) continue
      write.insert(consentAnswer, { consentTextId, childId, guardianId, answer: 'yes', answeredOn: on, entryId: null })
    }
  })
}

describe('« Dossiers », over random towns', () => {
  it('says of each child what the dossier of its home says, whatever it is filtered by', async () => {
    const { client } = town
    const filters = [
      { activityId: null, periodId: null },
      { activityId: town.activity(activity), periodId: null },
      { activityId: null, periodId: town.period(period) },
    ]
    await fc.assert(
      fc.asyncProperty(anyTown, async (made) => {
        fill(made)
        for (const filter of filters) {
          const { rows, children } = await client.dossiers.list({ ...filter, schoolId: null, requiredId: null })
          expect(children).toBe(4)
          for (const home of homes) {
            const familyId = town.family(home)
            const { items } = await client.dossiers.ofFamily({ familyId })
            const lacking = items.filter(({ state }) => state.kind === 'missing')
            const registered = [...new Set(items.flatMap(({ childId }) => childId ?? []))]
            for (const childId of registered) {
              const own = lacking.filter((item) => item.childId === null || item.childId === childId)
              const row = rows.find((one) => one.familyId === familyId && one.childId === childId)
              expect(new Set(row?.missing)).toEqual(new Set(own.map(({ requiredId }) => requiredId)))
              expect(row?.missing.length ?? 0).toBe(own.length)
            }
          }
        }
      }),
      { numRuns: 30 },
    )
  })
})
