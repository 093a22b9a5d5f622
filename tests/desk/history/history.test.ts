import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import { recordKinds } from '../../../shared/contract/desk/history.ts'
import type { TestDesk } from '../../support/desk.ts'
import { aBillingTown, billing } from '../../support/towns/billing.ts'
import { factsOf } from '../../support/towns/facts.ts'
import { aHome } from '../../support/towns/families.ts'
import { aList, takenIn } from '../../support/towns/import.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

const period = 'ALSH mercredi 2026/2027'
let town: Town
let client: TestDesk['client']
beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { familyQuotient: 727, children: { Basile: { birthDay: '2020-10-02' } } }))
    .with(aWednesday({ capacity: 2 }))
    .with(aRegistration('Marchand', 'Basile', period))
    .open()
  client = town.client
})
afterEach(() => town.close())

const facts = () => factsOf(town.store)
const lastAct = (): number =>
  Number(town.store.statement(`select max(id) from act where state = 'closed'`).pluck().get())
const book = (day: string, act: 'book' | 'free' = 'book', slot = 'Matin') =>
  client.reservations.move({
    cells: [{ registrationId: town.registration('Basile', period), day, slotId: town.slot('CLSH MERCREDI', slot) }],
    act,
  })
const whyNot = async (screen: Parameters<TestDesk['client']['history']['lastActs']>[0]['screen'], as = client) =>
  (await as.history.lastActs({ screen, mine: false, count: 10 })).map(({ label, whyNot: why }) => [label, why])

describe('what another did', () => {
  it('is shown to those who may read what it wrote: an animator reads no label of payments or families', async () => {
    await client.payments.record({
      familyId: town.family('Marchand'),
      means: 'cash',
      amountCents: 3300,
      receivedOn: '2026-11-25',
      payer: '',
      reference: '',
      chosen: null,
    })
    const payment = lastAct()
    const hears = await town.as('animator')
    const heard = await hears.history.lastActs({ screen: 'accueil', mine: false, count: 50 })
    expect(heard.filter(({ label }) => /33,00|Marchand|Basile/.test(label))).toEqual([])
    await expect(hears.history.ofAct({ actId: payment })).rejects.toMatchObject({
      data: { sentence: 'Ce geste n’existe pas.' },
    })
    const administrator = await town.as('administrator')
    const story = await administrator.home.story({ familyId: town.family('Marchand'), count: 20 })
    expect(story.length).toBeGreaterThan(0)
    expect(story.filter(({ label }) => label.includes('33,00'))).toEqual([])
    expect((await client.history.ofAct({ actId: payment })).label).toContain('33,00')
  })
})

describe('the history of a record', () => {
  it('shows who, when, and each field before and after, in the words of the screens', async () => {
    await client.families.change({
      ...aHome('Marchand-Duval'),
      homePhone: '02 31 44 00 00',
      id: town.family('Marchand'),
    })
    const { acts, hasMore } = await client.history.ofRecord({ entity: 'family', id: town.family('Marchand') })
    expect(hasMore).toBe(false)
    expect(acts[0]).toMatchObject({
      label: 'Foyer modifié\u00a0: Marchand-Duval',
      who: 'Sandrine Tostain',
      at: '2026-11-25T09:42:00.000Z',
      undone: null,
      changes: [
        {
          what: 'Famille\u00a0: Marchand-Duval',
          did: 'changed',
          canGoBack: true,
          fields: [
            { name: 'Nom', before: 'Marchand', after: 'Marchand-Duval' },
            { name: 'Tél domicile', before: '–', after: '02\u00a031\u00a044\u00a000\u00a000' },
            { name: 'Enfants à charge', before: '1', after: '–' },
          ],
        },
      ],
    })
    expect(acts.map(({ label }) => label)).toEqual([
      'Foyer modifié\u00a0: Marchand-Duval',
      `Inscription à «\u00a0${period}\u00a0»`,
      'Famille créée\u00a0: Marchand',
    ])
  })

  it('says which part of a period changed, a part a line', async () => {
    const id = town.period(period)
    const found = (await client.activities.periods({})).find((one) => one.id === id)
    if (!found) throw new Error('no such period')
    const [first, ...others] = found.places
    if (!first) throw new Error('no slot')
    await client.activities.savePeriod({ ...found, places: [{ ...first, capacity: 9 }, ...others] })
    const { acts } = await client.history.ofRecord({ entity: 'period', id })
    const told = acts[0]?.changes.find(({ what }) => what.startsWith('Période'))
    expect(told?.fields).toEqual([{ name: 'Places, Matin', before: '2', after: '9' }])
  })

  it('goes page by page, and keeps what was removed', async () => {
    const id = town.child('Basile')
    await client.families.addPickup({ childId: id, name: 'Odile', relation: '', phone: '', allowed: true })
    const family = await client.families.one({ id: town.family('Marchand') })
    await client.families.removePickup({ id: family.children[0]?.pickups[0]?.id ?? 0 })
    for (let at = 0; at < 25; at += 1) await client.families.changeChild({ id, child: { ...kid, notes: `note ${at}` } })
    const first = await client.history.ofRecord({ entity: 'child', id })
    expect([first.acts.length, first.hasMore]).toEqual([20, true])
    const rest = await client.history.ofRecord({ entity: 'child', id, before: first.acts.at(-1)?.actId ?? 0 })
    expect(rest.acts.map(({ label }) => label)).toEqual([
      ...Array.from({ length: 5 }, () => 'Enfant modifié\u00a0: Basile Marchand'),
      'Personne retirée de la liste',
      'Personne autorisée pour Basile\u00a0: Odile',
      `Inscription à «\u00a0${period}\u00a0»`,
      'Famille créée\u00a0: Marchand',
    ])
  })

  it('of a family or a child names the bookings made and given up, with their days', async () => {
    await book('2026-12-09')
    await book('2026-12-09', 'free')
    for (const [entity, id] of [
      ['family', town.family('Marchand')],
      ['child', town.child('Basile')],
    ] as const) {
      const { acts } = await client.history.ofRecord({ entity, id })
      expect(acts.slice(0, 2).map(({ label, changes }) => [label, changes[0]?.what])).toEqual([
        ['Libéré\u00a0: 1\u00a0case', 'Réservation\u00a0: Basile Marchand, 09/12/2026, Matin'],
        ['Réservé\u00a0: 1\u00a0case', 'Réservation\u00a0: Basile Marchand, 09/12/2026, Matin'],
      ])
    }
    const story = await client.home.story({ familyId: town.family('Marchand'), count: 2 })
    expect(story.map(({ label }) => label)).toEqual(['Libéré\u00a0: 1\u00a0case', 'Réservé\u00a0: 1\u00a0case'])
  })

  it('says that a health record was read or changed, never what it says', async () => {
    const childId = town.child('Basile')
    await client.families.changeHealth({ childId, allergies: 'arachide', diet: '', pai: '', doctor: '' })
    await client.families.health({ childId })
    const { acts } = await client.history.ofRecord({ entity: 'child', id: childId })
    expect(acts.slice(0, 2).map(({ changes }) => changes.map(({ did, fields }) => [did, fields]))).toEqual([
      [['consulted', []]],
      [['changed', []]],
    ])
    expect(JSON.stringify(acts)).not.toMatch(/arachide|allerg/i)
  })

  it('is read by whoever may read the record, money by those who read invoices', async () => {
    await client.payments.record({
      familyId: town.family('Marchand'),
      means: 'cash',
      amountCents: 1000,
      receivedOn: '2026-11-25',
      payer: '',
      reference: '',
      chosen: null,
    })
    const of = { entity: 'family' as const, id: town.family('Marchand') }
    const administrator = await town.as('administrator')
    const cashier = await town.as('cashier')
    const animator = await town.as('animator')
    const labels = async (as: TestDesk['client']) => (await as.history.ofRecord(of)).acts.map(({ label }) => label)
    expect(await labels(cashier)).toContain('Règlement de 10,00\u00a0€\u00a0: Marchand')
    expect(await labels(administrator)).not.toContain('Règlement de 10,00\u00a0€\u00a0: Marchand')
    await expect(animator.history.ofRecord(of)).rejects.toMatchObject({ code: 'REFUSED' })
  })

  it('names papers and payments by their number, not by the fields it is made of', async () => {
    const billed = await aBillingTown().open()
    onTestFinished(() => billed.close())
    const { book: booked, run, issue, paper } = billing(billed)
    await booked('Louison', ['2026-12-09'], 'Matin')
    await issue((await run()).id)
    const { id } = await paper('Marchand')
    const familyId = billed.family('Marchand')
    const withoutMoney = await billed.as('administrator')
    const { acts } = await withoutMoney.history.ofRecord({ entity: 'family', id: familyId })
    expect(acts.map(({ label }) => label)).toContain('Réservé\u00a0: 1\u00a0case')
    expect(acts.filter(({ label }) => label.startsWith('Factures'))).toEqual([])
    const paid = { means: 'cash' as const, receivedOn: '2026-11-25', payer: '', reference: '', chosen: null }
    const recorded = await billed.client.payments.record({ familyId, amountCents: 200, ...paid })
    await billed.client.invoicing.creditNote({ invoiceId: id, lines: null, reason: 'Fermeture', billAgain: false })
    const told = async (entity: 'invoice' | 'payment', of: number) =>
      (await billed.client.history.ofRecord({ entity, id: of })).acts.flatMap(({ changes }) =>
        changes.map(({ what, fields }) => [
          what,
          ...fields.map(({ name, before, after }) => `${name}\u00a0: ${before ?? ''} → ${after ?? ''}`),
        ]),
      )
    expect(await told('invoice', id)).toEqual([
      [
        'Affectation d’un règlement',
        'Avoir n°\u00a0:  → 2026-A00001',
        'Facture n°\u00a0:  → 2026-000001',
        'Au\u00a0:  → mer. 25 nov. 2026',
        'Montant\u00a0:  → 3,50\u00a0€',
      ],
      [
        'Affectation d’un règlement',
        'Règlement n°\u00a0:  → Q2026-000001',
        'Facture n°\u00a0:  → 2026-000001',
        'Au\u00a0:  → mer. 25 nov. 2026',
        'Montant\u00a0:  → 2,00\u00a0€',
      ],
      [
        'Facture\u00a0: 2026-000001',
        'État\u00a0: brouillon → émise',
        'Numéro\u00a0: – → 2026-000001',
        'Émise le\u00a0: – → mer. 25 nov. 2026',
        'Échéance\u00a0: – → ven. 25 déc. 2026',
      ],
      ['Facture\u00a0: 2026-000001'],
    ])
    expect((await told('payment', recorded.id)).flat()).toContain('Quittance\u00a0:  → Q2026-000001')
  })

  it('is there for every record', async () => {
    const told = recordKinds.map((entity) => client.history.ofRecord({ entity, id: 1 }))
    expect((await Promise.all(told)).length).toBe(recordKinds.length)
  })
})

const kid = { lastName: 'Marchand', firstName: 'Basile', birthDay: '2020-10-02', sex: '' as const, notes: '' }

describe('the last acts of a screen', () => {
  it('are taken back, each as an act of its own, and say so afterwards', async () => {
    const before = facts()
    await client.families.changeChild({ id: town.child('Basile'), child: { ...kid, notes: 'timide' } })
    const [last] = await client.history.lastActs({ screen: 'familles', mine: true, count: 1 })
    expect(last).toMatchObject({ undoable: true, isMine: true, whyNot: null, undone: null })
    await undone(client, last?.actId ?? 0)
    expect(facts()).toEqual(before)
    expect(await client.history.lastActs({ screen: 'familles', mine: true, count: 1 })).toMatchObject([
      { actId: last?.actId, undoable: false, undone: { who: 'Sandrine Tostain' } },
    ])
    await expect(undone(client, last?.actId ?? 0)).rejects.toThrow('Déjà annulé par Sandrine Tostain.')
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('are those of the screen', async () => {
    await book('2026-12-09')
    expect((await whyNot('calendrier')).length).toBe(1)
    expect((await whyNot('reglements')).length).toBe(0)
    expect((await whyNot('accueil')).length).toBeGreaterThan(3)
  })

  it('ask for the right it took', async () => {
    const [cashier, animator] = [await town.as('cashier'), await town.as('animator')]
    await book('2026-12-09')
    expect((await whyNot('calendrier', cashier))[0]?.[1]).toContain('demande le rôle')
    for (const one of [cashier, animator]) await expect(undone(one, lastAct())).rejects.toThrow('demande le rôle')
  })

  it('say what changed since, and what depends on them', async () => {
    await client.families.changeChild({ id: town.child('Basile'), child: { ...kid, notes: 'timide' } })
    await client.families.changeChild({ id: town.child('Basile'), child: { ...kid, notes: 'bavard' } })
    const [, earlier, registered, created] = await whyNot('familles')
    expect(earlier?.[1]).toBe('Un enfant a changé depuis\u00a0: corrigez à la main.')
    expect(registered?.[1]).toBeNull()
    expect(created?.[1]).toBe('Une inscription en dépend depuis\u00a0: commencez par là.')
  })

  it('are no longer taken back after thirty days', async () => {
    await client.families.changeChild({ id: town.child('Basile'), child: { ...kid, notes: 'timide' } })
    town.clock.set('2026-12-25')
    expect((await whyNot('familles'))[0]?.[1]).toBeNull()
    town.clock.set('2026-12-26')
    expect((await whyNot('familles'))[0]?.[1]).toContain('plus de 30 jours')
  })

  it('of the cash desk and of invoicing say which other action replaces an undo', async () => {
    const { id } = await client.payments.record({
      familyId: town.family('Marchand'),
      means: 'cash',
      amountCents: 1000,
      receivedOn: '2026-11-25',
      payer: '',
      reference: '',
      chosen: null,
    })
    expect(await whyNot('reglements')).toEqual([
      [
        'Règlement de 10,00\u00a0€\u00a0: Marchand',
        'Un règlement garde sa quittance\u00a0: annulez le règlement, avec son motif.',
      ],
    ])
    await expect(undone(client, lastAct())).rejects.toThrow('annulez le règlement')
    const { changes } = (await client.history.ofRecord({ entity: 'payment', id })).acts[0] ?? { changes: [] }
    const { auditId = 0 } = changes[0] ?? {}
    await expect(client.history.back({ entity: 'payment', id, auditId })).rejects.toMatchObject({
      data: {
        sentence: 'Une écriture comptable ne revient pas en arrière\u00a0: faites un avoir, ou annulez le règlement.',
      },
    })
  })
})

describe('an act with cells', () => {
  it('moves them back, the story of each keeping both', async () => {
    const before = facts()
    await client.reservations.applyWeek({
      registrationId: town.registration('Basile', period),
      week: [{ weekday: 3, slotId: town.slot('CLSH MERCREDI', 'Matin') }],
      from: '2026-12-01',
    })
    expect(facts()).not.toEqual(before)
    await undone(client, lastAct())
    expect(facts()).toEqual(before)
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('that closed days opens them again', async () => {
    await book('2026-12-09')
    const before = facts()
    await client.reservations.close({
      from: '2026-12-09',
      to: '2026-12-09',
      periodIds: null,
      slotIds: null,
      reason: 'Travaux',
      charged: false,
    })
    await undone(client, lastAct())
    expect(facts()).toEqual(before)
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('is not taken back once the place was given away', async () => {
    await book('2026-12-09')
    await book('2026-12-09', 'free')
    const freed = lastAct()
    await client.activities.changeCapacity({
      periodId: town.period(period),
      day: '2026-12-09',
      slotId: town.slot('CLSH MERCREDI', 'Matin'),
      capacity: 0,
    })
    await expect(undone(client, freed)).rejects.toThrow('rendre cette place dépasserait les places ouvertes.')
  })
})

describe('taking back what opened something', () => {
  it('a period, as long as nobody is registered', async () => {
    const before = facts()
    const { id: _id, ...input } = await client.activities.period({ id: town.period(period) })
    await client.activities.savePeriod({ ...input, name: 'Été' })
    await undone(client, lastAct())
    expect(facts()).toEqual(before)
    await client.activities.savePeriod({ ...input, name: 'Été' })
    const made = lastAct()
    const { id } = (await client.activities.periods({})).find(({ name }) => name === 'Été') ?? { id: 0 }
    town.known.set('period Été', id)
    await aRegistration('Marchand', 'Basile', 'Été')(town)
    await expect(undone(client, made)).rejects.toThrow('Une inscription en dépend depuis\u00a0: commencez par là.')
  })

  it('days that were opened, as long as nobody is booked there', async () => {
    const { id, ...input } = await client.activities.period({ id: town.period(period) })
    await client.activities.savePeriod({ ...input, id, weekdays: [3, 4] })
    const opened = lastAct()
    await book('2026-12-10')
    await expect(undone(client, opened)).rejects.toThrow('tiennent à ces jours')
    await undone(client, lastAct())
    await undone(client, opened)
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('an import by any list', async () => {
    const before = facts()
    const { actId } = await takenIn(client, aList(['Nom;Prénom;Né le;QF', 'OZENNE;Margot;27/02/2017;600']))
    expect((await whyNot('familles'))[0]?.[1]).toBeNull()
    await undone(client, actId ?? 0)
    expect(facts()).toEqual(before)
  })
})

/** What the last act changed of a record. */
const changesOf = async (entity: 'family' | 'child' | 'period' | 'registration', id: number) =>
  (await client.history.ofRecord({ entity, id })).acts[0]?.changes ?? []

describe('back to a value', () => {
  it('is typed again, with what the form would refuse', async () => {
    const id = town.family('Marchand')
    await client.families.change({ ...aHome('Marchand'), homePhone: '02 31 44 00 00', id })
    const [change] = await changesOf('family', id)
    await client.families.change({ ...aHome('Marchand'), homePhone: '02 31 55 00 00', id })
    await client.history.back({ entity: 'family', id, auditId: change?.auditId ?? 0 })
    expect(await client.families.one({ id })).toMatchObject({ homePhone: '', dependentChildren: 1 })
    await expect(client.history.back({ entity: 'family', id, auditId: change?.auditId ?? 0 })).rejects.toMatchObject({
      data: { sentence: 'C’est déjà cette valeur.' },
    })
  })

  it('of a period opens its days again as the form would', async () => {
    const { id, ...input } = await client.activities.period({ id: town.period(period) })
    const before = facts()
    await client.activities.savePeriod({ ...input, id, endDay: '2027-03-31' })
    const change = (await changesOf('period', id)).find(({ entity }) => entity === 'period')
    expect(change?.fields).toEqual([{ name: 'Au', before: 'mer. 30 juin 2027', after: 'mer. 31 mars 2027' }])
    await client.history.back({ entity: 'period', id, auditId: change?.auditId ?? 0 })
    expect((await client.activities.period({ id })).endDay).toBe('2027-06-30')
    expect(facts().length).toBe(before.length)
  })

  it('of a registration never leaves a booking outside its dates', async () => {
    const id = town.registration('Basile', period)
    const { startDay, typicalWeek } = await client.registrations.get({ id })
    await client.registrations.change({ id, startDay, endDay: '2026-12-31', typicalWeek, overrideReason: '' })
    await client.registrations.change({ id, startDay, endDay: '2027-06-30', typicalWeek, overrideReason: '' })
    const [change] = await changesOf('registration', id)
    await book('2027-03-10')
    await expect(
      client.history.back({ entity: 'registration', id, auditId: change?.auditId ?? 0 }),
    ).rejects.toMatchObject({ data: { field: 'endDay' } })
  })

  it('asks for the right to change it', async () => {
    const id = town.family('Marchand')
    await client.families.change({ ...aHome('Marchand'), homePhone: '02 31 44 00 00', id })
    const [change] = await changesOf('family', id)
    const cashier = await town.as('cashier')
    await expect(cashier.history.back({ entity: 'family', id, auditId: change?.auditId ?? 0 })).rejects.toMatchObject({
      code: 'REFUSED',
    })
  })
})
