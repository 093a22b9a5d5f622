import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tableNames } from '../../../main/store/acts/tables.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { finalSpan, invoice, openingBalance } from '../../../main/store/schema/index.ts'
import { day, type Month } from '../../../shared/rules/calendar/day.ts'
import type { TestDesk } from '../../support/desk.ts'
import { examples } from '../../support/long.ts'
import { aChild, aGuardian, aHome, anAddress } from '../../support/towns/families.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

const period = 'ALSH mercredi 2026/2027'
let town: Town
let client: TestDesk['client']
beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Basile: { birthDay: '2020-10-02' } } }))
    .with(aFamily('Lebrun', { children: { Zoé: { birthDay: '2018-03-04' } } }))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Basile', period))
    .open()
  client = town.client
})
afterEach(() => town.close())

/** A home typed a second time. */
const typed = async (name: string, firstName: string, birthDay: string, guardian = aGuardian('Camille', name)) => {
  const { id } = await client.families.create({
    home: { ...aHome(name), homePhone: '02 31 00 00 00' },
    guardians: [guardian],
    move: { fromDay: '2026-10-01', address: anAddress('3 rue du Port'), resident: null },
    quotient: { fromDay: '2026-10-01', value: 640, source: 'CAF', updatedOn: '2026-10-01' },
    children: [{ ...aChild(firstName, name, birthDay), schooling: null }],
  })
  const family = await client.families.one({ id })
  return { id, childId: family.children[0]?.id ?? 0 }
}

/** All rows of the file except acts, their audit, and the revisions of spans, which undoing raises too. */
const facts = () =>
  tableNames
    .filter((table) => !['act', 'audit', 'exchange_run', 'publication', 'billing_span', 'home_balance'].includes(table))
    .map((table) => [
      table,
      town.store
        .statement(`select * from ${table} order by 1`)
        .all()
        .map((row) => ({ ...(row as Record<string, unknown>), act_id: null })),
    ])

const book = (registrationId: number, day: string) =>
  client.reservations.move({
    cells: [{ registrationId, day, slotId: town.slot('CLSH MERCREDI', 'Matin') }],
    act: 'book',
  })
const registered = async (childId: number, familyId: number) => {
  const periodId = town.period(period)
  const { startDay, endDay } = await client.activities.period({ id: periodId })
  const wished = { childId, familyId, periodId, startDay, endDay, typicalWeek: [], overrideReason: '', accepted: true }
  return client.registrations.ask(wished)
}

describe('likely doubles', () => {
  it('are found by what the ear, the hand and the telephone have in common, and no sister is', async () => {
    const again = await typed('Marchant', 'Bazile', '2020-10-02', {
      ...aGuardian('Camille', 'MARCHAND'),
      mobilePhone: '06 39 98 41 27',
    })
    const { pairs } = await client.doubles.list()
    expect(pairs.map(({ kind, one, other, why }) => [kind, one.name, other.name, why])).toEqual([
      ['child', 'Basile Marchand', 'Bazile Marchant', 'nom et prénom proches, même date de naissance'],
    ])
    await client.doubles.dismiss({ kind: 'child', keptId: again.childId, goneId: town.child('Basile') })
    expect((await client.doubles.list()).pairs).toEqual([])
  })

  it('of homes are named by their parents', async () => {
    const phone = { mobilePhone: '06 39 98 41 27' }
    await typed('Petit', 'Lou', '2019-01-01', { ...aGuardian('Odile', 'Petit'), ...phone })
    await typed('PETIT', 'Tom', '2021-01-01', { ...aGuardian('Petit', 'Odile'), ...phone })
    const { pairs } = await client.doubles.list()
    expect(pairs).toMatchObject([{ kind: 'family', one: { name: 'Famille Petit' }, other: { name: 'Famille PETIT' } }])
    expect(pairs[0]?.why).toContain('nom et prénom échangés, même téléphone')
  })
})

it('the two homes of a shared child are no double, even with a parent typed in both', async () => {
  const phone = { mobilePhone: '06 39 98 41 27' }
  const { childId } = await typed('Petit', 'Lou', '2019-01-01', { ...aGuardian('Odile', 'Petit'), ...phone })
  const other = await typed('Duval', 'Tom', '2021-01-01', { ...aGuardian('Odile', 'Petit'), ...phone })
  expect((await client.doubles.list()).pairs).toHaveLength(1)
  await client.families.linkChild({ familyId: other.id, childId })
  expect((await client.doubles.list()).pairs).toEqual([])
})

describe('two records of one child', () => {
  it('become one with what hung on each: homes, classes, people, registrations and their days', async () => {
    const again = await typed('Marchand', 'Bazile', '2020-10-02')
    await client.families.addPickup({ childId: again.childId, name: 'Odile', relation: '', phone: '', allowed: true })
    const { id } = await registered(again.childId, again.id)
    await book(id, '2026-12-09')
    const compared = await client.doubles.compare({
      kind: 'child',
      keptId: town.child('Basile'),
      goneId: again.childId,
    })
    expect(compared).toMatchObject({
      fields: [{ field: 'firstName', kept: 'Basile', gone: 'Bazile', take: 'kept' }],
      obstacle: null,
    })
    expect(compared.moved).toContain('1\u00a0inscription')
    const before = facts()
    await client.doubles.merge({
      kind: 'child',
      keptId: town.child('Basile'),
      goneId: again.childId,
      take: ['firstName'],
    })
    expect(checkFile(town.store.sqlite)).toEqual([])
    const family = await client.families.one({ id: again.id })
    expect(family.children).toMatchObject([
      {
        id: town.child('Basile'),
        firstName: 'Bazile',
        pickups: [{ name: 'Odile' }],
        otherFamilies: [{ name: 'Marchand' }],
      },
    ])
    expect(before).not.toEqual(facts())
  })

  it('are not merged when both are booked at the same hours: the refusal says what to settle', async () => {
    const again = await typed('Marchand', 'Bazile', '2020-10-02')
    const { id } = await registered(again.childId, again.id)
    await book(id, '2026-12-09')
    await book(town.registration('Basile', period), '2026-12-09')
    const before = facts()
    const pair = { kind: 'child' as const, keptId: town.child('Basile'), goneId: again.childId }
    const sentence = 'Les deux fiches ont une réservation le 09/12/2026 (Matin)\u00a0: libérez d’abord l’une des deux.'
    expect((await client.doubles.compare(pair)).obstacle).toBe(sentence)
    await expect(client.doubles.merge({ ...pair, take: [] })).rejects.toMatchObject({ data: { sentence } })
    expect(facts()).toEqual(before)
  })
})

describe('a person whom one of two records forbids', () => {
  const decision = { decidedBy: 'JAF de Caen', decidedOn: '2026-09-15', decidedUntil: null, decisionPaperId: null }
  const none = { decidedBy: '', decidedOn: null, decidedUntil: null, decisionPaperId: null }
  const person = { name: 'Julien Martin', relation: 'père', phone: '' }

  it.each([
    ['the other allows', { ...person, ...none, allowed: true }, { ...person, ...decision, allowed: false }],
    [
      'the other allows, by a name turned round',
      { ...person, ...none, allowed: true },
      { ...person, ...none, name: 'M. MARTIN Julien', allowed: false },
    ],
    [
      'the other forbids without the decision',
      { ...person, ...none, allowed: false },
      { ...person, ...decision, allowed: false },
    ],
  ])('and whom %s holds the merge, until they say the same', async (_, kept, gone) => {
    const again = await typed('Marchand', 'Bazile', '2020-10-02')
    const keptId = town.child('Basile')
    await client.families.addPickup({ childId: keptId, ...kept })
    await client.families.addPickup({ childId: again.childId, ...gone })
    const before = facts()
    const pair = { kind: 'child' as const, keptId, goneId: again.childId }
    const sentence = expect.stringMatching(/ne disent pas la même chose de .*accordez-les d’abord/)
    expect((await client.doubles.compare(pair)).obstacle).toEqual(sentence)
    await expect(client.doubles.merge({ ...pair, take: [] })).rejects.toMatchObject({ data: { sentence } })
    expect(facts()).toEqual(before)
    await client.doubles.merge({ kind: 'child', keptId: again.childId, goneId: keptId, take: [] }).catch(() => null)
    const forbidden = 'select count(*) from pickup_contact where not allowed'
    expect(town.store.statement(forbidden).pluck().get()).toBeGreaterThan(0)
  })
})

describe('two records of one home', () => {
  it('leave letters and choices of recipients that name them to the record that stays', async () => {
    const again = await typed('Marchand', 'Basile', '2020-10-02')
    const field = { type: 'field' as const, attrs: { field: 'home.children', empty: null } }
    const content = [{ type: 'paragraph' as const, content: [field] }]
    const { key } = await client.templates.add({
      kind: 'letter',
      name: 'À tous',
      subject: 'À tous',
      document: { type: 'doc', content },
    })
    const to = { familyId: again.id, childId: null, guardianId: null, registrationId: null }
    const written = { key, typed: {}, recipients: [to] }
    const { recipients } = await client.letters.prepare(written)
    await client.letters.make({ ...written, by: 'print', announced: recipients.map(({ digest }) => digest) })
    const whom = { kind: 'families' as const, familyIds: [again.id], childIds: [again.childId] }
    await client.sendings.saveAudience({ name: 'Eux', whom, isShared: false })
    await client.doubles.merge({ kind: 'family', keptId: town.family('Marchand'), goneId: again.id, take: [] })
    const read = (text: string) => JSON.parse(town.store.statement(text).pluck().get() as string) as unknown
    expect(read('select paper from letter')).toMatchObject({ childIds: [town.child('Basile')] })
    expect(read('select whom from saved_audience')).toEqual({
      ...whom,
      familyIds: [town.family('Marchand')],
      childIds: [town.child('Basile')],
    })
  })

  it('become one: the parent and the child of both once, quotients and addresses in one history', async () => {
    const again = await typed('Marchand', 'Basile', '2020-10-02')
    const keptId = town.family('Marchand')
    const compared = await client.doubles.compare({ kind: 'family', keptId, goneId: again.id })
    expect(compared).toMatchObject({ joined: ['Camille Marchand', 'Basile Marchand'], obstacle: null })
    await client.doubles.merge({ kind: 'family', keptId, goneId: again.id, take: ['homePhone'] })
    const family = await client.families.one({ id: keptId })
    expect(family).toMatchObject({ homePhone: '02 31 00 00 00', quotient: { value: 640 } })
    expect(family.guardians).toHaveLength(1)
    expect(family.children).toHaveLength(1)
    expect(family.addresses.length).toBe(2)
    await expect(client.families.one({ id: again.id })).rejects.toMatchObject({ code: 'REFUSED' })
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('have one draft a month, and a month is final once', async () => {
    const again = await typed('Marchand', 'Basile', '2020-10-02')
    const keptId = town.family('Marchand')
    const month = '2026-12' as Month
    town.store.act(town.person, 'invoicing.run', 'Essai', (write) => {
      for (const familyId of [keptId, again.id]) {
        write.insert(finalSpan, { familyId, month: '2026-11' as Month, cause: 'town' })
        const draft = { kind: 'invoice', state: 'draft', totalCents: 0, verdict: 'ready', journal: [] } as const
        write.insert(invoice, { familyId, month, fromDay: day('2026-12-01'), toDay: day('2026-12-31'), ...draft })
      }
    })
    const before = facts()
    const { actId } = await client.doubles.merge({ kind: 'family', keptId, goneId: again.id, take: [] })
    const months = (table: string) => town.store.statement(`select family_id, month from ${table}`).raw().all()
    expect([months('invoice'), months('final_span')]).toEqual([[[keptId, month]], [[keptId, '2026-11']]])
    expect(checkFile(town.store.sqlite)).toEqual([])
    await undone(client, actId)
    expect(facts()).toEqual(before)
  })

  it('are not merged where the accounts of one are final and the other has days to bill', async () => {
    const again = await typed('Marchand', 'Lou', '2019-01-01')
    const keptId = town.family('Marchand')
    const { id } = await registered(again.childId, again.id)
    await book(id, '2026-12-09')
    const merged = { kind: 'family' as const, keptId, goneId: again.id }
    expect((await client.doubles.compare(merged)).obstacle).toBeNull()
    town.store.act(town.person, 'invoicing.run', 'Essai', (write) =>
      write.insert(finalSpan, { familyId: keptId, month: '2026-12' as Month, cause: 'town' }),
    )
    const obstacle = expect.stringContaining('Les comptes de l’un des foyers sont arrêtés (décembre 2026)')
    expect(await client.doubles.compare(merged)).toMatchObject({ obstacle })
    await expect(client.doubles.merge({ ...merged, take: [] })).rejects.toMatchObject({ data: { sentence: obstacle } })
  })

  it('are not merged while each has an imported balance of one day', async () => {
    const again = await typed('Marchand', 'Lou', '2019-01-01')
    const keptId = town.family('Marchand')
    const onDay = day('2026-01-01')
    town.store.act(town.person, 'import.balances', 'Soldes repris', (write) => {
      for (const familyId of [keptId, again.id])
        write.insert(openingBalance, { familyId, onDay, bookedOn: onDay, dueOn: onDay, amountCents: 1000 })
    })
    const before = facts()
    const merged = { kind: 'family' as const, keptId, goneId: again.id }
    const obstacle = expect.stringContaining('un solde repris au 1ᵉʳ janvier 2026, et une famille n’en a qu’un')
    expect(await client.doubles.compare(merged)).toMatchObject({ obstacle })
    await expect(client.doubles.merge({ ...merged, take: [] })).rejects.toMatchObject({ data: { sentence: obstacle } })
    expect(facts()).toEqual(before)
  })

  it('keep the one whose papers were issued', async () => {
    const again = await typed('Marchand', 'Lou', '2019-01-01')
    await client.payments.record({
      familyId: again.id,
      means: 'cash',
      amountCents: 1000,
      receivedOn: '2026-11-25',
      payer: '',
      reference: '',
      chosen: null,
    })
    const keptId = town.family('Marchand')
    expect((await client.doubles.compare({ kind: 'family', keptId, goneId: again.id })).obstacle).toContain(
      'gardez plutôt cette famille',
    )
    expect((await client.doubles.compare({ kind: 'family', keptId: again.id, goneId: keptId })).obstacle).toBeNull()
  })

  it('merged and undone in any order, every row is as before', async () => {
    let [asked, made] = [0, 0]
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            name: fc.constantFrom('Marchand', 'Lebrun', 'Petit'),
            first: fc.constantFrom('Basile', 'Lou'),
            home: fc.boolean(),
            turned: fc.boolean(),
            registered: fc.boolean(),
          }),
          {
            minLength: 1,
            maxLength: 3,
          },
        ),
        async (wanted) => {
          const homes = []
          for (const { name, first, registered: isRegistered } of wanted) {
            const again = await typed(name, first, '2020-10-02')
            homes.push(again)
            if (!isRegistered) continue
            const { id } = await registered(again.childId, again.id)
            await book(id, '2026-12-16')
          }
          const before = facts()
          const done: number[] = []
          asked += wanted.length
          for (const [at, { home, turned }] of wanted.entries()) {
            const again = homes[at]
            const ids = home ? [town.family('Marchand'), again?.id ?? 0] : [town.child('Basile'), again?.childId ?? 0]
            const [keptId = 0, goneId = 0] = turned && at === 0 ? ids.toReversed() : ids
            const pair = { kind: home ? ('family' as const) : ('child' as const), keptId, goneId, take: [] }
            const result = await client.doubles.merge(pair).catch(() => null)
            if (result) done.push(result.actId)
            made += result ? 1 : 0
            expect(checkFile(town.store.sqlite)).toEqual([])
          }
          for (const actId of done.toReversed()) await undone(client, actId)
          expect(facts()).toEqual(before)
          expect(checkFile(town.store.sqlite)).toEqual([])
        },
      ),
      { numRuns: examples(12) },
    )
    expect(made).toBeGreaterThan(asked / 4)
  })

  it('is not undone once what it moved has changed since', async () => {
    const again = await typed('Marchand', 'Lou', '2019-01-01')
    const { actId } = await client.doubles.merge({
      kind: 'family',
      keptId: town.family('Marchand'),
      goneId: again.id,
      take: ['homePhone'],
    })
    await client.families.change({ ...aHome('Marchand'), id: town.family('Marchand') })
    await expect(undone(client, actId)).rejects.toThrow('Une famille a changé depuis\u00a0: corrigez à la main.')
  })
})
