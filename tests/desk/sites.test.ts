import { ORPCError } from '@orpc/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { bindingOf as bindingAt, idNames } from '../../main/desk/staff/site-bindings.ts'
import { contract } from '../../shared/contract/desk/index.ts'
import { may, type Right, type Role, roleNeeded, roles } from '../../shared/rules/access/roles.ts'
import { everywhereRights } from '../../shared/rules/access/sites.ts'
import { day } from '../../shared/rules/calendar/day.ts'
import { sameHomeAllWeek } from '../../shared/rules/people/custody.ts'
import { clientOf, type TestDesk } from '../support/desk.ts'
import { aChild, aGuardian, aHome } from '../support/towns/families.ts'
import { aThirdPartyInput } from '../support/towns/payers.ts'
import { aTownOfSites, atFirstSite, mark } from '../support/towns/sites.ts'
import type { Town } from '../support/towns/town.ts'
import { asked, missing } from './documents/documents-reading.ts'

let town: Town
let nord: TestDesk['client']
beforeAll(async () => {
  town = await aTownOfSites().open()
  nord = await atFirstSite(town, [...roles], 'tous')
})
afterAll(() => town.close())

type AnySchema = z.core.$ZodType
type Call = {
  readonly domain: string
  readonly name: string
  readonly access: string
  readonly input: AnySchema | undefined
}

const calls: readonly Call[] = Object.entries(contract).flatMap(([domain, ofDomain]) =>
  Object.entries(ofDomain).map(([name, procedure]) => {
    const { meta, inputSchema } = procedure['~orpc'] as {
      readonly meta: { readonly access: string }
      readonly inputSchema?: AnySchema
    }
    return { domain, name, access: meta.access, input: inputSchema }
  }),
)

const bindingOf = ({ domain, name }: Call) => bindingAt([domain, name])

const definitionOf = (schema: AnySchema | undefined) =>
  (schema as z.ZodType | undefined)?.def as (z.core.$ZodTypeDef & Readonly<Record<string, unknown>>) | undefined

type Ids = (key: string, parent: string) => number

/** An input of the call's shape: ids as given, else the first value that the shape has. */
const sample = (schema: AnySchema | undefined, ids: Ids, key = '', parent = ''): unknown => {
  const def = definitionOf(schema)
  if (!def) return undefined
  const inner = (name: string) => def[name] as AnySchema
  switch (def.type as string) {
    case 'object':
      return Object.fromEntries(
        Object.entries(def['shape'] as Record<string, AnySchema>).map(([field, of]) => [
          field,
          sample(of, ids, field, key),
        ]),
      )
    case 'array':
      return [sample(inner('element'), ids, key, parent)]
    case 'optional':
    case 'default':
    case 'prefault':
      return sample(inner('innerType'), ids, key, parent)
    case 'nullable':
      return sample(inner('innerType'), ids, key, parent)
    case 'union':
      return (def['options'] as AnySchema[]).map((option) => sample(option, ids, key, parent))[0]
    case 'intersection':
      return Object.assign({}, sample(inner('left'), ids, key, parent), sample(inner('right'), ids, key, parent))
    case 'pipe':
      return /month/i.test(key) ? '2026-12' : /at$|time|^start$|^end$/i.test(key) ? '08:00' : '2026-12-16'
    case 'literal':
      return (def['values'] as unknown[])[0]
    case 'enum':
      return Object.values(def['entries'] as Record<string, string>)[0]
    case 'number':
      return /^ids?$|Ids?$|^registeredIn$/.test(key) ? ids(key, parent) : 1
    case 'boolean':
      return false
    case 'string':
      return /page/i.test(key) ? 'page-of-a-test' : /at$/i.test(key) ? '2026-12-16T08:00:00.000Z' : 'x'
    case 'lazy':
      return undefined
    default:
      return undefined
  }
}

/** Ids of one home and one site, by the names of inputs; `id` as the call says. */
const idsAt = (call: Call, first: string, family: string, place: string): Ids => {
  const period = `${place} 2026/2027`
  const activity = `CLSH ${place === 'Nord' ? 'NORD' : place}`
  const byTable: Readonly<Record<string, () => number>> = {
    family: () => town.family(family),
    child: () => town.child(first),
    health_child: () => town.child(first),
    period: () => town.period(period),
    activity: () => town.activity(activity),
    registration: () => town.registration(first, period),
    slot: () => town.slot(activity, 'Matin'),
    facility: () => town.facility(`MAISON ${place === 'Nord' ? 'DU NORD' : place}`),
    guardian: () => linked('guardian', 'family_guardian', family),
    family_address: () => linked('id', 'family_address', family),
    family_quotient: () => linked('id', 'family_quotient', family),
    act: () => Number(town.store.statement('select act_id from family where id = ?').pluck().get(town.family(family))),
    reservation: () =>
      Number(
        town.store
          .statement('select min(id) from reservation where registration_id = ?')
          .pluck()
          .get(town.registration(first, period)),
      ),
  }
  const binding = bindingOf(call)
  const own = typeof binding === 'object' ? binding.ids : {}
  const tables: Readonly<Record<string, string>> = {
    actId: 'act',
    familyId: 'family',
    familyIds: 'family',
    childId: 'child',
    childIds: 'child',
    guardianId: 'guardian',
    guardianIds: 'guardian',
    existingId: 'guardian',
    periodId: 'period',
    periodIds: 'period',
    fromPeriodId: 'period',
    toPeriodId: 'period',
    activityId: 'activity',
    activityIds: 'activity',
    registrationId: 'registration',
    registrationIds: 'registration',
    reservationId: 'reservation',
    slotId: 'slot',
    slotIds: 'slot',
    facilityId: 'facility',
  }
  return (key) => byTable[own[key] ?? tables[key] ?? (call.domain === 'history' ? 'family' : '')]?.() ?? 1
}

const linked = (column: 'id' | 'guardian', table: string, family: string): number =>
  Number(
    town.store
      .statement(`select ${column === 'id' ? 'id' : 'guardian_id'} from ${table} where family_id = ?`)
      .pluck()
      .get(town.family(family)),
  )

const nobody = 7_777_777

type Client = TestDesk['client']
/** What a call answers: its result, or its code and sentence. Streams are read to their end, or for a few steps. */
const call = (domain: string, name: string): Call => ({ domain, name, access: '', input: undefined })

const answerOf = async (client: Client, { domain, name }: Call, input: unknown): Promise<unknown> => {
  const procedure = (client as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>)[
    domain
  ]?.[name]
  try {
    const answer = await procedure?.(input)
    if (typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer) {
      const steps: unknown[] = []
      for await (const step of answer as AsyncIterable<unknown>) if (steps.push(step) === 20) break
      return steps
    }
    return answer instanceof Blob ? await answer.text() : answer
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error
    return { code: error.code, sentence: (error.data as { sentence?: string } | undefined)?.sentence }
  }
}

const bound = (call: Call) => typeof bindingOf(call) === 'object'

const callsOf = (own: readonly Role[]) =>
  calls.filter((call) => bound(call) && (call.access === 'loggedIn' || may(own as Role[], call.access as Right)))

const everywhereNeeded = 'Cette action touche tous les sites\u00a0: elle demande un agent «\u00a0partout\u00a0».'

describe('every call of a person of one site', () => {
  it('hides what a right has no call for: every call of these rights touches all sites', () => {
    const ofRight = Map.groupBy(calls, ({ access }) => access)
    const only = [...ofRight].filter(([, all]) => all.every((call) => bindingOf(call) === 'everywhere'))
    // A director's override lifts obstacles within other calls too.
    expect(
      only
        .map(([right]) => right)
        .filter((right) => right !== 'override')
        .toSorted(),
    ).toEqual(everywhereRights.toSorted())
  })

  it('names every id of an input that could lead to another site', () => {
    const unnamed = calls.filter(bound).flatMap((call) => {
      const met = new Set<string>()
      sample(call.input, (key, parent) => (met.add(parent === '' ? key : `${parent}.${key}`), 1))
      const binding = bindingOf(call)
      const named = { ...idNames, ...(typeof binding === 'object' ? binding.ids : {}) }
      return [...met]
        .filter((path) => {
          const key = path.split('.').at(-1) ?? ''
          // An audience is bound by its kind.
          if (path.startsWith('audience.') || call.domain === 'history') return false
          return !(path in named) && (key === 'id' || !(key in named))
        })
        .map((path) => `${call.domain}.${call.name} ${path}`)
    })
    expect(unnamed).toEqual([])
  })

  it.each(roles)('%s is refused without its role as anywhere, and what touches all sites with it', async (role) => {
    const client = await atFirstSite(town, [role])
    const refused: unknown[] = []
    const expected: unknown[] = []
    for (const call of calls) {
      if (call.access === 'anyone' || call.access === 'loggedIn') continue
      const right = call.access as Right
      const mayCall = may([role] as Role[], right)
      if (mayCall && bindingOf(call) !== 'everywhere') continue
      refused.push([
        call.domain,
        call.name,
        await answerOf(
          client,
          call,
          sample(call.input, () => nobody),
        ),
      ])
      const sentence = mayCall ? everywhereNeeded : roleNeeded(right)
      expected.push([call.domain, call.name, { code: 'FORBIDDEN', sentence }])
    }
    expect(refused).toEqual(expected)
  })

  it('answers an id of the other site exactly as one that nothing has', async () => {
    const { calls: compared, faults } = await likeNobodys(nord, roles)
    expect(faults).toEqual([])
    expect(compared).toBeGreaterThan(120)
  })

  it('names nothing of the other site, whatever it answers of one’s own', async () => {
    const { calls: answered, faults } = await silentAnswers(nord, roles)
    expect(faults).toEqual([])
    expect(answered).toBeGreaterThan(100)
  })
})

type Met = { readonly calls: number; readonly faults: readonly unknown[] }

/**
 * Asks every call of an id of the other site, and of one that nothing has. @returns how many were asked, and which told
 * them apart
 */
const likeNobodys = async (client: Client, own: readonly Role[]): Promise<Met> => {
  const faults: unknown[] = []
  let compared = 0
  for (const call of callsOf(own)) {
    const ids = idsAt(call, 'Malo', mark, mark)
    const other = sample(call.input, ids)
    const none = sample(call.input, (key, parent) => (ids(key, parent) === 1 ? 1 : nobody))
    if (JSON.stringify(other) === JSON.stringify(none)) continue
    compared += 1
    const answers = [await answerOf(client, call, other), await answerOf(client, call, none)]
    if (JSON.stringify(answers[0]) !== JSON.stringify(answers[1]))
      faults.push([`${call.domain}.${call.name}`, ...answers])
  }
  return { calls: compared, faults }
}

/** Asks every call of one's own site. @returns how many answered without a refusal, and which named the other site */
const silentAnswers = async (client: Client, own: readonly Role[]): Promise<Met> => {
  const faults: unknown[] = []
  let answered = 0
  for (const call of callsOf(own)) {
    const binding = bindingOf(call)
    const judges = typeof binding === 'object' && binding.reads === 'all'
    const input = sample(
      call.input,
      judges ? idsAt(call, 'Zoé', 'Marchand', 'Nord') : idsAt(call, 'Inès', 'Deux', 'Nord'),
    )
    const answer = await answerOf(client, call, input)
    const text = JSON.stringify(answer) ?? ''
    const named = text.match(new RegExp(`.{0,60}${mark}.{0,40}`))
    if (named) faults.push([`${call.domain}.${call.name}`, named[0]])
    if (!text.includes('"sentence"')) answered += 1
  }
  return { calls: answered, faults }
}

const families = async (client: Client) =>
  (await client.families.list({ filter: '', show: 'all', from: 0, count: 50 })).rows.map(({ name }) => name).toSorted()

const undone = (client: Client, actId: number) =>
  answerOf(client, { domain: 'history', name: 'undo', access: '', input: undefined }, { actId, told: true })

/** A new home of people who are known already. */
const homeOf = (childId: number, guardianId: number) => ({
  home: aHome('Essai'),
  guardians: [{ existingId: guardianId }],
  move: null,
  quotient: null,
  children: [{ existingId: childId }],
})

describe('a person of one site', () => {
  it('sees the homes that come there and those that come nowhere; everybody else sees all', async () => {
    expect(await families(nord)).toEqual(['Deux', 'Marchand', 'Nouveau'])
    expect(await families(town.client)).toEqual(['Deux', 'Marchand', 'Nouveau', mark])
    expect((await nord.activities.list()).map(({ name }) => name)).toEqual(['CLSH NORD'])
    expect(await nord.settings.sites()).toHaveLength(1)
  })

  it('finds nothing of the other site by search, by number, in an export or in a history', async () => {
    for (const text of [mark, 'Malo', String(town.family(mark)), 'CLSH'])
      expect(JSON.stringify(await nord.home.search({ text }))).not.toContain(mark)
    const list = await nord.imports.out({ format: 'csv', what: { list: 'families', filter: '', show: 'all' } })
    expect(await list.text()).toContain('Marchand')
    expect(await list.text()).not.toContain(mark)
    await town.client.families.comeBack({ id: town.family(mark) }).catch(() => undefined)
    await town.client.families.changeHealth({
      childId: town.child('Malo'),
      allergies: 'Noix',
      diet: '',
      pai: '',
      doctor: '',
    })
    // The audit trail names the child: the id of its record must not happen to be the same.
    town.store.sqlite.prepare('update health_record set id = id + 1000 where child_id = ?').run(town.child('Malo'))
    const acts = [
      ...(await nord.history.lastActs({ screen: 'accueil', mine: false, count: 50 })),
      ...(await nord.history.lastActs({ screen: 'familles', mine: false, count: 50 })),
    ]
    expect(JSON.stringify(acts)).not.toMatch(new RegExp(`${mark}|Malo`))
    expect(acts.length).toBeGreaterThan(0)
  })

  it('is shown no letter that names a registration at the other site', async () => {
    const { client } = town
    const letter = async (family: string, block: string) => {
      const familyId = town.family(family)
      const name = `${block} ${family}`
      const { key } = await client.templates.add({
        kind: 'letter',
        name,
        subject: name,
        document: { type: 'doc', content: [{ type: 'fieldBlock', attrs: { field: block } }] },
      })
      const recipients = [{ familyId, childId: null, guardianId: null, registrationId: null }]
      const { recipients: seen } = await client.letters.prepare({ key, typed: {}, recipients })
      const announced = seen.map(({ digest }) => digest)
      await client.letters.make({ key, typed: {}, recipients, by: 'print', announced })
    }
    await letter('Marchand', 'children')
    await letter('Marchand', 'registrations')
    await letter('Deux', 'children')
    await letter('Deux', 'registrations')
    const shown = async (family: string) =>
      (await nord.letters.ofFamily({ familyId: town.family(family) })).map(({ subject }) => subject)
    expect(await shown('Marchand')).toEqual(['registrations Marchand', 'children Marchand'])
    expect(await shown('Deux')).toEqual(['children Deux'])
  })

  it('hears of a change at the other site only that something changed', async () => {
    const heard = await nord.staff.changes()
    await heard.next()
    await town.client.families.changeChild({
      id: town.child('Malo'),
      child: { lastName: mark, firstName: 'Malo', birthDay: day('2020-03-14'), sex: 'M', notes: '' },
    })
    expect(JSON.stringify((await heard.next()).value)).not.toContain(mark)
    await heard.return?.()
  })

  it('cannot undo an act that touched the other site, and gets the answer for an unknown act', async () => {
    const { actId } = await town.client.reservations.move({
      cells: [
        {
          registrationId: town.registration('Malo', `${mark} 2026/2027`),
          day: day('2026-12-23'),
          slotId: town.slot(`CLSH ${mark}`, 'Repas'),
        },
      ],
      act: 'book',
      reason: { kind: 'written', text: 'Au téléphone' },
    })
    expect(actId).not.toBeNull()
    expect(await undone(nord, actId ?? 0)).toEqual(await undone(nord, nobody))
  })

  it('is refused hours that are taken elsewhere, without a word of where', async () => {
    const cell = {
      registrationId: town.registration('Inès', 'Nord 2026/2027'),
      day: day('2026-12-16'),
      slotId: town.slot('CLSH NORD', 'Matin'),
    }
    expect(JSON.stringify(await nord.reservations.cell(cell))).toContain('Déjà réservé ailleurs à ces heures.')
    const { refused } = await nord.reservations.move({ cells: [cell], act: 'book' })
    expect(JSON.stringify(refused)).toContain('Déjà réservé ailleurs à ces heures.')
    expect(JSON.stringify(refused)).not.toContain(mark)
  })

  it('does not decide of the other site’s bookings by a change of custody, and moves none', async () => {
    const own = await aTownOfSites().open()
    const [first, second] = [own.family('Deux'), own.family('Nouveau')]
    await own.client.families.linkChild({ familyId: second, childId: own.child('Inès') })
    const there = await atFirstSite(own, ['director'])
    const change = {
      kind: 'rule' as const,
      rule: {
        from: day('2026-12-01'),
        evenWeek: [...sameHomeAllWeek(first)],
        oddWeek: [...sameHomeAllWeek(second)],
        holidays: null,
      },
    }
    const childId = own.child('Inès')
    const before = own.store.statement(`select id, registration_id, held from reservation order by id`).all()
    expect((await there.reservations.custodyPreview({ childId, change })).bookings).toEqual([])
    await expect(there.reservations.changeCustody({ childId, change, decisions: [] })).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/réservés à un autre site.: qui a tous les sites/) },
    })
    expect(own.store.statement(`select id, registration_id, held from reservation order by id`).all()).toEqual(before)
    // Whoever is everywhere reads the day at the other site, and decides.
    const { bookings } = await own.client.reservations.custodyPreview({ childId, change })
    expect(bookings.map(({ day: on }) => on)).toEqual(['2026-12-16'])
    const decisions = bookings.map(({ reservationId }) => ({ reservationId, act: 'keep' as const }))
    expect(await own.client.reservations.changeCustody({ childId, change, decisions })).toMatchObject({ kept: 1 })
    await own.close()
  })

  it('takes nobody of the other site into a home, as child or as guardian', async () => {
    const create: Call = { domain: 'families', name: 'create', access: '', input: undefined }
    const own = { child: town.child('Zoé'), guardian: linked('guardian', 'family_guardian', 'Marchand') }
    // A child of the other site and a guardian of this one with the same number: neither stands for the other.
    const { id: child } = await town.client.families.addChild({
      familyId: town.family(mark),
      child: aChild('Sam', mark, '2019-05-02'),
      schooling: null,
    })
    let seen = 0
    while (seen < child)
      ({ id: seen } = await town.client.families.addGuardian({
        familyId: town.family('Nouveau'),
        guardian: aGuardian(`Alix${seen}`, 'Nouveau'),
      }))
    expect(seen).toBe(child)
    const other = { child, guardian: linked('guardian', 'family_guardian', mark) }
    for (const [unseen, unknown] of [
      [homeOf(other.child, own.guardian), homeOf(nobody, own.guardian)],
      [homeOf(own.child, other.guardian), homeOf(own.child, nobody)],
    ]) {
      const answer = await answerOf(nord, create, unseen)
      expect(answer).toEqual(await answerOf(nord, create, unknown))
      expect(answer).toMatchObject({ sentence: expect.any(String) })
    }
    expect(await families(nord)).not.toContain('Essai')
    expect(await answerOf(nord, create, homeOf(own.child, own.guardian))).toEqual({ id: expect.any(Number) })
  })

  it('reads health where the child is registered, not of a home that is only seen', async () => {
    await nord.families.changeHealth({
      childId: town.child('Zoé'),
      allergies: 'Arachides',
      diet: '',
      pai: '',
      doctor: '',
    })
    expect(await nord.families.health({ childId: town.child('Zoé') })).toMatchObject({ allergies: 'Arachides' })
    const refused = { data: { sentence: expect.stringMatching(/^Paul n’a d’inscription à aucun de vos sites/) } }
    const childId = town.child('Paul')
    await expect(nord.families.health({ childId })).rejects.toMatchObject(refused)
    const { children } = await nord.families.one({ id: town.family('Nouveau') })
    expect(children.map(({ firstName, hasHealthAlert }) => [firstName, hasHealthAlert])).toContainEqual(['Paul', null])
    await expect(
      nord.families.changeHealth({ childId, allergies: 'Lait', diet: '', pai: '', doctor: '' }),
    ).rejects.toMatchObject(refused)
    await expect(nord.families.health({ childId: nobody })).rejects.toMatchObject({
      data: { sentence: 'Cet enfant n’existe plus.' },
    })
  })

  it('reads health up to the last day of a registration whose end was recorded ahead', async () => {
    const own = await aTownOfSites().open()
    const there = await atFirstSite(own, ['director'])
    const childId = own.child('Zoé')
    await own.client.families.changeHealth({ childId, allergies: 'Arachides', diet: '', pai: '', doctor: '' })
    const registrationId = own.registration('Zoé', 'Nord 2026/2027')
    const end = { registrationId, lastDay: day('2026-12-16'), reason: 'Déménagement', charged: false }
    await own.client.reservations.endRegistration(end)
    const sheet = async () =>
      (await there.attendance.sheet({ activityId: own.activity('CLSH NORD'), day: day('2026-12-16') })).children
    expect(await sheet()).toMatchObject([{ firstName: 'Zoé', health: { allergies: 'Arachides' } }])
    expect((await there.families.health({ childId })).admittedOn).toBe('2026-09-02')
    own.clock.set('2026-12-17')
    expect(await sheet()).toMatchObject([{ firstName: 'Zoé', health: null }])
    await expect(there.families.health({ childId })).rejects.toMatchObject({ code: 'REFUSED' })
    await own.close()
  })

  it('prints the health of a day’s children, but of none who has left the site since', async () => {
    const own = await aTownOfSites().open()
    const there = await atFirstSite(own, ['director'])
    const date = day('2026-12-16')
    expect(await there.attendance.healthSheets({ kind: 'day', day: date })).toBeInstanceOf(File)
    own.clock.set('2026-12-17')
    for (const client of [there, own.client])
      await expect(client.attendance.healthSheets({ kind: 'day', day: date })).rejects.toMatchObject({
        data: { sentence: expect.stringMatching(/Ce jour est passé/) },
      })
    await own.close()
  })

  it('takes back nothing of the whole service, nor reads who works in it', async () => {
    const { client } = town
    const actOf = (kind: string) =>
      Number(town.store.statement('select max(id) from act where kind = ?').pluck().get(kind))
    const refusal = { code: 'REFUSED', sentence: expect.stringMatching(/demande un agent «.partout.»/) }
    const tariff = await client.prices.saveTariff({ name: 'Repas' })
    await client.prices.saveTariff({ id: tariff.id, name: 'Repas et goûter' })
    await client.portal.saveHealthShown({ showsHealth: false })
    const organisation = await client.settings.organisation()
    await client.settings.changeOrganisation({ ...organisation, phone: '02 31 00 00 11' })
    for (const kind of ['prices.tariff', 'portal.healthShown', 'settings.organisation'])
      expect(await undone(nord, actOf(kind))).toEqual(refusal)
    const auditOf = (entity: string) =>
      Number(
        town.store.statement(`select max(id) from audit where entity = ? and operation = 'update'`).pluck().get(entity),
      )
    const back: Call = { domain: 'history', name: 'back', access: '', input: undefined }
    for (const [entity, id] of [
      ['tariff', tariff.id],
      ['organisation', 1],
    ] as const)
      expect(await answerOf(nord, back, { entity, id, auditId: auditOf(entity) })).toEqual(refusal)
    const { acts } = await nord.history.ofRecord({ entity: 'tariff', id: tariff.id })
    expect(acts[0]?.changes).toMatchObject([{ canGoBack: false }])
    for (const entity of ['staff_member', 'organisation'] as const)
      await expect(nord.history.ofRecord({ entity, id: 1 })).rejects.toMatchObject({
        data: { sentence: refusal.sentence },
      })
    const shown = await nord.history.lastActs({ screen: 'reglages', mine: false, count: 50 })
    const ofOthers = shown.filter(({ isMine }) => !isMine).map(({ label }) => label)
    expect(ofOthers).toContain('Tarif enregistré\u00a0: Repas et goûter')
    expect(ofOthers.join()).not.toMatch(/Agent|Structure|Mot de passe/)
    await client.portal.saveHealthShown({ showsHealth: true })
  })

  it('reads no act on a record of the whole service, such as a deposit of every site', async () => {
    const own = await aTownOfSites().open()
    const there = await atFirstSite(own, ['administrator'])
    await own.client.payers.saveThirdParty(aThirdPartyInput('CCAS'))
    const lastOnes = { screen: 'facturation', mine: false, count: 50 } as const
    expect(await own.client.history.lastActs(lastOnes)).toMatchObject([{ label: expect.stringContaining('CCAS') }])
    expect(await there.history.lastActs(lastOnes)).toEqual([])
    await own.close()
  })

  it('is given no task about a home that it would never see', async () => {
    const own = await aTownOfSites().open()
    await atFirstSite(own, ['receptionist'])
    const colleague = (await own.client.notes.people()).find(({ name }) => name === 'nord-receptionist')
    const task = (about: { familyId: number | null; childId: number | null }) =>
      own.client.notes.save({
        ...about,
        text: 'Rappeler',
        seenBy: ['director'],
        alertUntil: null,
        assigneeId: colleague?.id ?? 0,
        dueOn: day('2026-12-18'),
      })
    const refused = { data: { field: 'assigneeId', sentence: expect.stringMatching(/ne voit pas cette famille/) } }
    await expect(task({ familyId: own.family(mark), childId: null })).rejects.toMatchObject(refused)
    await expect(task({ familyId: null, childId: own.child('Malo') })).rejects.toMatchObject(refused)
    expect(await task({ familyId: own.family('Deux'), childId: null })).toEqual({ id: expect.any(Number) })
    await own.close()
  })

  it('changes no required paper and no notice that is for every site, nor takes it back', async () => {
    const { client } = town
    const refusal = { code: 'REFUSED', sentence: expect.stringMatching(/demande un agent «.partout.»/) }
    const paper = { kind: 'insurance', scope: 'child', validity: 'schoolYear', months: null } as const
    const { id: ofAll } = await client.dossiers.saveRequired({ ...paper, name: 'Assurance', activityId: null })
    const own = { ...paper, name: 'Assurance', activityId: town.activity('CLSH NORD') }
    const { id: ofNord } = await client.dossiers.saveRequired(own)
    const withdraw = call('dossiers', 'withdrawRequired')
    expect(await answerOf(nord, withdraw, { id: ofAll, on: null })).toEqual(refusal)
    expect(await answerOf(nord, call('dossiers', 'saveRequired'), { ...own, id: ofAll })).toEqual(refusal)
    expect(await answerOf(nord, withdraw, { id: ofNord, on: null })).toBe(undefined)
    const notice = {
      title: 'Fermeture',
      text: 'Vendredi',
      fromDay: '2026-11-25',
      untilDay: '2026-12-31',
      byMail: false,
    }
    const ofActivity = { kind: 'activity' as const, id: town.activity('CLSH NORD') }
    const { id: toAll } = await client.messages.addNotice({ ...notice, audience: { kind: 'all' } })
    expect(await answerOf(nord, call('messages', 'removeNotice'), { id: toAll })).toEqual(refusal)
    const changed = { ...notice, id: toAll, audience: ofActivity }
    expect(await answerOf(nord, call('messages', 'changeNotice'), changed)).toEqual(refusal)
    for (const kind of ['dossiers.require', 'messages.notice']) {
      const first = `select min(id) from act where kind = ?`
      expect(await undone(nord, Number(town.store.statement(first).pluck().get(kind)))).toEqual(refusal)
    }
    await client.messages.removeNotice({ id: toAll })
    for (const id of [ofAll, ofNord]) await client.dossiers.withdrawRequired({ id, on: day('2026-11-25') })
  })

  it('finds no colleague by search and reads nothing about backups: both concern the whole service', async () => {
    expect((await town.client.home.search({ text: 'Sandrine' })).staff).toHaveLength(1)
    expect((await nord.home.search({ text: 'Sandrine' })).staff).toEqual([])
    expect((await nord.home.today()).lastBackup).toBeNull()
  })

  it('finds a child of another site by its exact name and birth date, and opens its record with a reason', async () => {
    const child = { name: `malo ${mark}`, birthDay: day('2020-03-14') }
    expect(await nord.families.knownElsewhere(child)).toEqual({ isKnown: true })
    expect((await nord.home.search({ text: `Malo ${mark} 14/03/2020` })).elsewhere).toMatchObject({
      birthDay: '2020-03-14',
    })
    expect(await nord.families.knownElsewhere({ ...child, birthDay: day('2020-03-15') })).toEqual({ isKnown: false })
    expect(await nord.families.knownElsewhere({ ...child, name: mark })).toEqual({ isKnown: false })
    const reader = await atFirstSite(town, ['cashier'], 'lecteur')
    await expect(reader.families.openElsewhere({ ...child, reason: 'Demande' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    const { id } = await nord.families.openElsewhere({ ...child, reason: 'Inscription à la cantine' })
    expect(id).toBe(town.family(mark))
    expect((await nord.families.one({ id })).name).toBe(mark)
    expect(await families(reader)).not.toContain(mark)
    const { acts } = await town.client.settings.audit({ entity: 'site_opening' })
    expect(acts[0]).toMatchObject({ person: 'nord-tous', label: expect.stringContaining('Inscription à la cantine') })
    // 30 days, as long as it takes to register the child.
    town.clock.set('2026-12-25')
    expect(await families(nord)).toContain(mark)
    town.clock.set('2026-12-26')
    expect(await families(nord)).not.toContain(mark)
    town.clock.set('2026-11-25')
  })

  it.skipIf(missing('unzip'))(
    'is told to the family with the reason, on the copy of its data (needs unzip)',
    async () => {
      const own = await aTownOfSites().open()
      const there = await atFirstSite(own, ['receptionist'])
      const child = { name: `Malo ${mark}`, birthDay: day('2020-03-14') }
      await there.families.openElsewhere({ ...child, reason: 'Inscription à la cantine' })
      const file = await own.client.protection.exportFamily({ familyId: own.family(mark) })
      const page = asked('unzip', new Uint8Array(await file.arrayBuffer()), ['-p'], ['Lisez-moi.html'])
      expect(page).toContain('Dossier ouvert depuis un autre site')
      expect(page).toContain('<td>Inscription à la cantine</td>')
      await own.close()
    },
  )

  it('is limited at once, and no administrator limits the last one who is everywhere', async () => {
    const members = await town.client.staff.list()
    const [first] = members.filter(({ login }) => login === 'sandrine')
    if (!first) throw new Error('no administrator')
    await expect(town.client.staff.change({ ...first, siteIds: [1] })).rejects.toMatchObject({
      data: { sentence: 'Il faut au moins un administrateur partout.', field: 'siteIds' },
    })
    const director = await atFirstSite(town, ['director'], 'change')
    const changed = (await town.client.staff.list()).find(({ login }) => login === 'nord-change')
    if (!changed) throw new Error('no director')
    await town.client.staff.change({ ...changed, siteIds: [town.known.get(`site Site ${mark}`) ?? 0] })
    expect(await families(director)).toEqual(['Deux', 'Nouveau', mark].toSorted())
    await expect(town.client.staff.change({ ...changed, siteIds: [99] })).rejects.toMatchObject({
      data: { sentence: 'Ce site n’existe plus.' },
    })
    expect(clientOf(town.desk)).toBeDefined()
  })
})

describe('every call of a person of one site with one role', () => {
  beforeAll(async () => {
    await town.close()
    town = await aTownOfSites().open()
  })

  it.each(roles)(
    'as %s answers an id of the other site as one that nothing has, and names nothing of it',
    async (role) => {
      const client = await atFirstSite(town, [role], `seul-${role}`)
      expect((await likeNobodys(client, [role])).faults).toEqual([])
      expect((await silentAnswers(client, [role])).faults).toEqual([])
    },
  )
})
