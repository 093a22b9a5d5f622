import { ORPCError } from '@orpc/server'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { yearPapersOf } from '../../../main/desk/statements/statements.ts'
import { believedHolding } from '../../../main/exchange/publications.ts'
import { documentKinds } from '../../../main/exchange/published/changes.ts'
import { documentId, makeDocuments, makers } from '../../../main/exchange/published/making.ts'
import { hashOf, isPublishedHome, isPublishedInvoice, reachOn } from '../../../main/exchange/published/reach.ts'
import { guardian, organisation, portalAccount } from '../../../main/store/schema/index.ts'
import { holdingOf } from '../../../shared/exchange/documents.ts'
import {
  addDays,
  type Day,
  day,
  daysBetween,
  instant,
  today,
  weekday,
  yearOf,
} from '../../../shared/rules/calendar/day.ts'
import { levels, schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { examples } from '../../support/long.ts'
import { billing, period } from '../../support/towns/billing.ts'
import { anAidInput, aThirdPartyInput } from '../../support/towns/payers.ts'
import { aRegistration } from '../../support/towns/town.ts'
import { act, close, giveSecondHome, guardianOf, open, pay, portal, share, town } from './publishing.ts'

afterEach(close)

describe('after any acts', () => {
  const wednesdays = daysBetween(day('2026-12-09'), day('2027-02-10')).filter((on) => weekday(on) === 3)
  const some = fc.record({ what: fc.nat(gestures().length - 1), who: fc.nat(5), when: fc.nat(8), how: fc.nat(3) })

  it('publishing step by step gives the same documents as publishing from nothing', async () => {
    let refused = 0
    let done = 0
    await fc.assert(
      fc.asyncProperty(fc.array(some, { minLength: 12, maxLength: 25 }), fc.nat(), async (acts, seed) => {
        await open()
        if (seed % 2 === 0) await giveSecondHome()
        await portal.exchange()
        const doing = gestures()
        for (const [turn, { what, who, when, how }] of acts.entries()) {
          const family = who % 2 === 0 ? 'Marchand' : 'Fouquet'
          const child = ['Louison', 'Basile', 'Noé'][who % 3] ?? ''
          try {
            await doing[what]?.({ family, child, on: wednesdays[when] ?? day('2026-12-09'), how })
            done += 1
          } catch (error) {
            if (!(error instanceof ORPCError)) throw error
            refused += 1
          }
          if ((seed + turn) % 3 > 0) continue
          const travelled = await portal.exchange({ papers: true })
          expect(new Set(travelled).size).toBe(travelled.length)
          expect(held()).toEqual(fromNothing())
        }
        await portal.exchange({ papers: true })
        expect(held()).toEqual(fromNothing())
        expect(believedHolding(town.store)).toEqual(holdingOf(portal.holds.values(), hashOf))
        await close()
      }),
      { numRuns: examples(10) },
    )
    expect(done).toBeGreaterThan(refused)
  }, 300_000)
})

/** What the portal should hold, made at once from the file and the day alone. */
const fromNothing = () => {
  const reach = reachOn(today(town.clock))
  const bodies = documentKinds.flatMap((kind) => {
    const abouts = town.store
      .statement(makers[kind].census)
      .pluck()
      .all({ ...reach, ids: null }) as number[]
    const ids = abouts.map((about) => documentId(kind, about))
    return [...makeDocuments(town.store, reach, kind, ids).values()].map(({ id, body }) => [id, body])
  })
  return [...bodies, ...papersTold(reach), ...statementsTold(reach)].toSorted(([one = ''], [other = '']) =>
    one < other ? -1 : 1,
  )
}
const papersTold = (reach: ReturnType<typeof reachOn>) =>
  town.store
    .statement(
      `select 'paper/' || family.id || '/' || invoice.id from family join invoice on invoice.family_id = family.id
      where ${isPublishedHome} and ${isPublishedInvoice}`,
    )
    .pluck()
    .all({ ...reach })
    .map((id) => [String(id), 'PDF'])
const statementsTold = ({ today: now, ...reach }: ReturnType<typeof reachOn>) => {
  const homes = town.store
    .statement(`select id from family where ${isPublishedHome}`)
    .pluck()
    .all({ ...reach, today: now }) as number[]
  const years = [yearOf(now) - 2, yearOf(now) - 1, yearOf(now)]
  return yearPapersOf(town.store, homes, years, now).map((one) => [
    `paper/${one.familyId}/${one.kind}-${one.year}`,
    'PDF',
  ])
}
const held = () =>
  [...portal.holds.values()]
    .map(({ id, paperOf, body }) => [id, paperOf === null ? body : 'PDF'])
    .toSorted(([one = ''], [other = '']) => (one < other ? -1 : 1))

type Chosen = { readonly family: string; readonly child: string; readonly on: Day; readonly how: number }

const periodInput = async () => {
  const {
    activity: _a,
    facility: _f,
    type: _t,
    ...input
  } = await town.client.activities.period({
    id: town.period(period),
  })
  return input
}
const address = (line1: string) => ({ line1, line2: '', postcode: '14550', town: 'Blainville-sur-Orne' })

/** What staff do, in no order. */
function gestures(): readonly ((chosen: Chosen) => Promise<unknown>)[] {
  const slots = ['Matin', 'Repas', 'Après-midi']
  const key = ({ child, on, how }: Chosen) => ({
    registrationId: town.registration(child, period),
    day: on,
    slotId: town.slot('CLSH MERCREDI', slots[how % 3] ?? 'Matin'),
  })
  const reason = { kind: 'written' as const, text: 'Accord du service' }
  const move = (act: 'book' | 'free' | 'waitList' | 'removeFromList') => (chosen: Chosen) =>
    town.client.reservations.move({ cells: [key(chosen)], act, reason })
  return [
    move('book'),
    move('book'),
    move('free'),
    move('waitList'),
    move('removeFromList'),
    ({ on, how }) =>
      town.client.activities.changeCapacity({
        periodId: town.period(period),
        day: on,
        slotId: town.slot('CLSH MERCREDI', slots[how % 3] ?? 'Matin'),
        capacity: how,
      }),
    ({ on }) =>
      town.client.reservations.close({
        from: on,
        to: on,
        periodIds: null,
        slotIds: null,
        reason: 'Intempéries',
        charged: false,
      }),
    ({ on }) => town.client.activities.openDay({ periodId: town.period(period), day: on }),
    ({ family, how }) => pay(family, 100 + how),
    async ({ family, child, on, how }) => {
      const party = how % 2 === 0 ? null : await town.client.payers.saveThirdParty(aThirdPartyInput(`Aide ${on}`))
      await town.client.payers.promise({
        aid: anAidInput(party?.id ?? null, { to: how === 2 ? day('2026-12-01') : null, ceilingCents: 1000 + how }),
        beneficiaries: [{ familyId: town.family(family), childId: how > 1 ? null : town.child(child) }],
      })
    },
    async ({ family, how }) => {
      const [aid] = await town.client.payers.ofFamily({ familyId: town.family(family) })
      if (!aid) return
      const refused = { id: aid.id, on: today(town.clock), reason: 'Dossier incomplet' }
      if (how === 0) await town.client.payers.refuse(refused)
      if (how === 1) await town.client.payers.remove({ id: aid.id })
      if (how > 1 && aid.thirdPartyId !== null)
        await town.client.payers.saveThirdParty(aThirdPartyInput(`Renommé ${how}`, { id: aid.thirdPartyId }))
    },
    ({ on, how, family }) => share(how === 0 ? '2026-09-01' : on, family),
    async ({ family }) => {
      const { lines } = await town.client.payments.account({ familyId: town.family(family) })
      const payments = await town.client.payments.day({ day: today(town.clock) })
      const [last] = lines.length > 0 ? payments.payments : []
      if (last) await town.client.payments.cancel({ id: last.id, reason: 'Erreur de caisse' })
    },
    ({ family, on, how }) =>
      town.client.families.setAddress({
        familyId: town.family(family),
        fromDay: how === 0 ? day('2026-01-01') : on,
        address: address(`${how} rue des Saules`),
        resident: how === 2 ? false : null,
      }),
    ({ family, on, how }) =>
      town.client.families.setQuotient({
        familyId: town.family(family),
        fromDay: on,
        value: how * 100,
        source: 'CAF',
        updatedOn: on,
      }),
    ({ child, family, how }) =>
      town.client.families.addPickup({
        childId: town.child(child),
        name: `Odile ${family} ${how}`,
        relation: '',
        phone: '06 39 98 27 15',
        allowed: how > 0,
      }),
    ({ child, on, how }) =>
      town.client.families.setSchooling({
        childId: town.child(child),
        fromDay: on,
        schoolId: null,
        level: levels[how + 3] ?? '',
        className: '',
      }),
    ({ family, on, how }) =>
      how < 2
        ? town.client.families.comeBack({ id: town.family(family) })
        : town.client.reservations.leave({
            familyId: town.family(family),
            on: how === 2 ? on : day('2026-11-25'),
            charged: false,
          }),
    async ({ family, how }) =>
      act((write) => {
        const id = guardianOf(town, family)
        write.update(guardian, id, { mobilePhone: `063998000${how}` })
        if (how === 3) write.update(guardian, id, { email: 'la.meme@exemple.fr' })
        if (how === 2) write.update(guardian, id, { email: '' })
        if (how === 1) write.update(guardian, id, { email: `camille.${id}@exemple.fr` })
      }),
    async ({ family, how }) =>
      act((write) => {
        const row = write.db
          .select()
          .from(portalAccount)
          .all()
          .find(({ guardianId }) => guardianId === guardianOf(town, family))
        if (row) write.update(portalAccount, row.id, { blocked: how > 1, invitationId: `way-${how}` })
      }),
    async ({ how }) => town.client.activities.savePeriod({ ...(await periodInput()), archived: how === 3 }),
    async ({ on }) =>
      town.client.activities.savePeriod({ ...(await periodInput()), bookingOpensAt: instant(`${on}T08:00:00.000Z`) }),
    async ({ how }) => {
      const {
        facility: _f,
        type: _t,
        ...input
      } = await town.client.activities.get({ id: town.activity('CLSH MERCREDI') })
      await town.client.activities.save({ ...input, minimumAge: how, archived: how === 2 })
    },
    async ({ on }) => {
      const [tariff] = await town.client.prices.tariffs()
      const version = tariff?.versions[0]
      if (!tariff || !version) return
      await town.client.prices.saveVersion({ tariffId: tariff.id, from: on, definition: version.definition })
    },
    ({ how }) =>
      town.client.prices.attach({ activityId: town.activity('CLSH MERCREDI'), tariffId: how === 0 ? null : 1 }),
    async ({ how }) => {
      const [facility] = await town.client.settings.facilities()
      if (facility) await town.client.settings.saveFacility({ ...facility, phone: `02 61 91 12 3${how}` })
    },
    async ({ how }) => act((write) => write.update(organisation, 1, { phone: `02 61 91 12 4${how}` })),
    async ({ how }) => {
      const activityId = town.activity('CLSH MERCREDI')
      const rules = await town.client.reservations.waitingRules({ activityId })
      const own = how === 0 ? [] : null
      const usual = how === 1 ? [] : [{ kind: 'resident' as const }]
      await town.client.reservations.saveWaitingRules({ ...rules, activityId, own, usual })
    },
    async ({ how, on }) => {
      const [last] = await town.client.campaign.list()
      if (last) await town.client.campaign.close({ id: last.id, on: how === 0 ? null : on })
      else
        await town.client.campaign.save({
          year: yearOf(schoolYearStart(on)),
          opensOn: on,
          dueOn: addDays(on, 30),
          asks: ['contact', 'rules'],
        })
    },
    ({ family }) => town.client.campaign.confirm({ familyId: town.family(family), kind: 'contact', childId: null }),
    ({ family, child }) =>
      town.client.families.linkChild({ familyId: town.family(family), childId: town.child(child) }),
    async ({ family, child }) => aRegistration(family, child, period)(town),
    ({ child, on }) =>
      town.client.reservations.endRegistration({
        registrationId: town.registration(child, period),
        lastDay: on,
        reason: 'Déménagement',
        charged: false,
      }),
    async ({ family }) =>
      town.client.families.addGuardian({
        familyId: town.family(family),
        guardian: { existingId: guardianOf(town, family === 'Marchand' ? 'Fouquet' : 'Marchand') },
      }),
    async ({ family, how }) => {
      const { id: runId } = await billing(town).run('2026-12', [town.family(family)])
      const { drafts } = await town.client.invoicing.drafts({ runId })
      if (how < 3)
        await billing(town).issue(
          runId,
          drafts.map(({ id }) => id),
        )
    },
    async ({ how }) => {
      const ahead = [1, 30, 90, 400][how] ?? 1
      town.clock.set(addDays(today(town.clock), ahead))
    },
  ]
}
