import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { brokenClosings } from '../../../main/store/checking/broken-closings.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { aMember, type TestDesk } from '../../support/desk.ts'
import { aTariff, billing } from '../../support/towns/billing.ts'
import { type AskedList, aList, decided, linesOf, takenIn, takenOut } from '../../support/towns/import.ts'
import { anActivity, aPeriod, aTown, aWednesday, type Town } from '../../support/towns/town.ts'

/*
 * Lists of other programs, with invented people, taken over through the calls of the screen. The expected result is
 * computed here from the raw files.
 */

let town: Town
let client: TestDesk['client']
beforeEach(async () => {
  town = await aTown().with(aWednesday()).open()
  client = town.client
  // The régie bills from a day on: what the other program billed is not billed again.
  town.store.statement(`update organisation set bills_from = '2026-12-01'`).run()
})
afterEach(() => town.close())

const folder = join(import.meta.dirname, 'foreign')
const foreign = (name: string, more: Partial<AskedList> = {}): AskedList => ({
  ...aList([]),
  file: new Blob([readFileSync(join(folder, name))]),
  ...more,
})

/** The raw rows of a file, by their headings. */
const rawRows = (name: string, separator = ';', encoding = 'utf-8'): Record<string, string>[] => {
  const text = new TextDecoder(encoding).decode(readFileSync(join(folder, name)))
  const [head = '', ...rows] = text.split(/\r?\n/).filter((row) => row !== '')
  const titles = head.split(separator)
  return rows.map((row) => Object.fromEntries(row.split(separator).map((cell, at) => [titles[at] ?? '', cell])))
}
const cents = (text = '') => Math.round(Number(text.replace(/[€\s]/g, '').replace(',', '.')) * 100)
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
const told = async (asked: AskedList) => (await linesOf(client, asked))[0]?.slice(1)
const refused = (sentence: string) => ({ data: { sentence: expect.stringContaining(sentence) } })
const count = (sql: string, ...given: unknown[]) =>
  town.store
    .statement(sql)
    .pluck()
    .get(...given) as number

const activityWords = [
  { field: 'period', from: 'ALSH Mercredis', to: 'ALSH mercredi 2026/2027' },
  { field: 'bookedActivity', from: 'ALSH Mercredis', to: 'CLSH MERCREDI' },
  { field: 'bookedUnit', from: 'ALSH Mercredis · Matin + repas', to: 'Matin + Repas' },
  { field: 'bookedUnit', from: 'ALSH Mercredis · Journée', to: 'Matin + Repas + Après-midi' },
]
const bookings = (more: Partial<AskedList> = {}) =>
  foreign('noethysweb-consommations.csv', { words: activityWords, ...more })

const withFamilies = () => takenIn(client, foreign('noethysweb-individus.csv', { fromDay: '2026-09-01' }))
const withRegistrations = async () => {
  await withFamilies()
  return takenIn(client, foreign('noethysweb-inscriptions.csv', { words: activityWords }))
}

describe('the lists of Noethysweb', () => {
  it('bring families out of a line for each individual, with their number', async () => {
    const preview = await client.imports.preview(foreign('noethysweb-individus.csv'))
    expect(preview).toMatchObject({ list: 'families', missing: [], counts: { new: 7, error: 0, double: 0 } })
    expect(await withFamilies()).toMatchObject({ created: 7, families: 5, left: [] })
    const raw = rawRows('noethysweb-individus.csv')
    const children = raw.filter(({ CIVILITE }) => CIVILITE === 'Fille' || CIVILITE === 'Garçon')
    expect(count('select count(*) from child')).toBe(children.length)
    expect(count('select count(*) from guardian')).toBe(raw.length - children.length)
    expect(count('select count(*) from family where former_number <> ?', '')).toBe(
      new Set(raw.map((one) => one['IDFAMILLE'] ?? one['\ufeffIDFAMILLE'])).size,
    )
    expect(await linesOf(client, foreign('noethysweb-individus.csv'))).toSatisfy((lines: unknown[][]) =>
      lines.every(([, state]) => state === 'same'),
    )
  })

  it('bring registrations and the bookings of the year: the same days as in the file, marks included', async () => {
    expect(await withRegistrations()).toMatchObject({ created: 7, left: [] })
    const preview = await client.imports.preview(bookings())
    const raw = rawRows('noethysweb-consommations.csv')
    const kept = raw.filter(({ Etat }) => Etat !== 'Refus')
    expect(preview).toMatchObject({
      list: 'bookings',
      profile: 'Noethysweb, consommations',
      counts: { new: kept.length, skipped: raw.length - kept.length, error: 0, double: 0 },
    })
    const slots = { Journée: 3, Matin: 1, 'Matin + repas': 2, 'Après-midi': 1 } as Record<string, number>
    const slotsOf = (rows: readonly Record<string, string>[]) => sum(rows.map(({ Unité = '' }) => slots[Unité] ?? 0))
    const months = Map.groupBy(kept, (one) => one['Date']?.slice(3) ?? '')
    expect(preview.totals.map(({ source, here, isEqual }) => [source, here, isEqual])).toEqual(
      [...months.values()].map((rows) => [slotsOf(rows), slotsOf(rows), true]),
    )
    const report = await takenIn(client, bookings())
    expect(report).toMatchObject({ created: kept.length, totals: preview.totals })
    // By day: the slots that each unit of the file stands for.
    const byDay = Map.groupBy(kept, (one) => one['Date']?.split('/').toReversed().join('-') ?? '')
    for (const [day, rows] of byDay)
      expect([day, count('select count(*) from reservation where day = ? and held = ?', day, 'confirmed')]).toEqual([
        day,
        slotsOf(rows),
      ])
    const marked = (state: string) => slotsOf(kept.filter(({ Etat }) => Etat === state))
    for (const [mark, state] of [
      ['present', 'Présent'],
      ['justifiedInTime', 'Absence justifiée'],
      ['absent', 'Absence injustifiée'],
    ] as const)
      expect(count('select count(*) from attendance where mark = ?', mark)).toBe(marked(state))
    expect(checkFile(town.store.sqlite)).toEqual([])
    // The same file again brings nothing, and the whole is undone by one gesture.
    expect(await client.imports.preview(bookings())).toMatchObject({ counts: { same: kept.length, new: 0 } })
    await takenOut(client, report.actId)
    expect(count('select count(*) from reservation where held <> ?', 'none')).toBe(0)
    expect(count('select count(*) from attendance')).toBe(0)
    expect(checkFile(town.store.sqlite)).toEqual([])
  })
})

describe('registrations for an activity of some classes', () => {
  beforeEach(async () => {
    await anActivity('ALSH DES CLASSES', { levels: ['CP', 'CE1', 'CE2', 'CM1', 'CM2'] })(town)
    await aPeriod('ALSH des classes', 'ALSH DES CLASSES')(town)
  })

  it('are taken over when the file told no class: the line and the report say what is to complete', async () => {
    await withFamilies()
    const words = [{ field: 'period', from: 'ALSH Mercredis', to: 'ALSH des classes' }]
    const asked = foreign('noethysweb-inscriptions.csv', { words })
    expect(await told(asked)).toEqual(['new', 'inscrit à ALSH des classes, classe à compléter'])
    expect(await takenIn(client, asked)).toMatchObject({
      created: 7,
      left: [],
      notes: ['7\u00a0enfants dont la classe ou l’école est à compléter\u00a0: l’activité la demande.'],
    })
  })

  it('are asked about for each group of the other program', async () => {
    await withFamilies()
    const text = readFileSync(join(folder, 'noethysweb-inscriptions.csv'), 'utf8').replace(
      'ALSH Mercredis;6-11 ans;Commune;Valide\n301',
      'ALSH Mercredis;3-5 ans;Commune;Valide\n301',
    )
    const asked = { ...aList([]), file: new Blob([text]) }
    const { words, file } = await client.imports.preview(asked)
    expect(words.map(({ from, lines }) => [from, lines])).toEqual([
      ['ALSH Mercredis · 3-5 ans', 1],
      ['ALSH Mercredis · 6-11 ans', 6],
    ])
    expect(file.find(({ name }) => name === 'Groupe')).toMatchObject({ isSkipped: false })
    const settled = {
      ...asked,
      words: [
        { field: 'period', from: 'ALSH Mercredis · 3-5 ans', to: 'ALSH mercredi 2026/2027' },
        { field: 'period', from: 'ALSH Mercredis · 6-11 ans', to: 'ALSH des classes' },
      ],
    }
    expect(await takenIn(client, settled)).toMatchObject({ created: 7, left: [] })
    expect(await client.registrations.list({ periodId: town.period('ALSH des classes') })).toHaveLength(6)
  })
})

describe('bookings of groups that are activities of their own here', () => {
  it('are asked about, and taken over, for each group', async () => {
    await withRegistrations()
    await anActivity('ALSH MERCREDI DES 3-5 ANS')(town)
    await anActivity('ALSH MERCREDI DES 6-11 ANS')(town)
    const preview = await client.imports.preview(bookings({ words: [] }))
    expect(preview.file.find(({ name }) => name === 'Groupe')).toMatchObject({ isSkipped: false })
    expect(preview.words).toMatchObject([
      { field: 'bookedActivity', from: 'ALSH Mercredis · 6-11 ans', proposal: 'ALSH MERCREDI DES 6-11 ANS' },
    ])
    const words = [{ field: 'bookedActivity', from: 'ALSH Mercredis · 6-11 ans', to: 'CLSH MERCREDI' }]
    expect((await client.imports.preview(bookings({ words }))).words.map(({ from }) => from)).toContain(
      'ALSH Mercredis · 6-11 ans · Journée',
    )
    const settled = activityWords.map((one) => ({
      ...one,
      from: one.from.replace('Mercredis', 'Mercredis · 6-11 ans'),
    }))
    const kept = rawRows('noethysweb-consommations.csv').filter(({ Etat }) => Etat !== 'Refus')
    expect(await takenIn(client, bookings({ words: settled }))).toMatchObject({ created: kept.length })
  })
})

describe('open invoices', () => {
  it('of Noethys become debts of the homes, to the cent, under their former numbers', async () => {
    await withFamilies()
    const raw = rawRows('noethys-factures.csv', ';', 'windows-1252')
    const open = raw.filter((one) => cents(one['Solde actuel']) !== 0)
    const owed = -sum(open.map((one) => cents(one['Solde actuel'])))
    const preview = await client.imports.preview(foreign('noethys-factures.csv'))
    expect(preview).toMatchObject({
      list: 'invoices',
      profile: 'Noethys, factures',
      counts: { new: open.length, same: raw.length - open.length, error: 0, double: 0 },
      totals: [
        { what: 'Factures restant dues', source: open.length, here: open.length },
        { what: 'Montant de ces factures', source: sum(open.map(({ Total }) => cents(Total))), isEqual: true },
        { what: 'Reste à payer', unit: 'cents', source: owed, here: owed },
      ],
    })
    const report = await takenIn(client, foreign('noethys-factures.csv'))
    expect(count('select sum(amount_cents) from opening_balance')).toBe(owed)
    const byFamily = Map.groupBy(open, ({ Famille = '' }) => Famille)
    const names = town.store.statement('select name from family').pluck().all() as string[]
    expect(names).toHaveLength(5)
    for (const [holders, rows] of byFamily) {
      const name = names.find((one) => holders.toLowerCase().startsWith(one.toLowerCase().replace('’', "'")))
      const balance = -sum(rows.map((one) => cents(one['Solde actuel'])))
      const id = count('select id from family where name = ?', name)
      const account = await client.payments.account({ familyId: id })
      expect([holders, account.lines.at(-1)?.balanceCents]).toEqual([holders, balance])
      expect(account.lines.map(({ detail }) => detail)).toContainEqual(
        expect.stringContaining(`Facture reprise n°\u00a0${rows[0]?.['N°']}`),
      )
    }
    // Found by the old number, at the counter and by the search.
    const old = open[0]?.['N°'] ?? ''
    const owing = count('select family_id from opening_balance where reference = ?', old)
    expect(await client.payments.find({ text: old })).toMatchObject([{ familyId: owing }])
    expect((await client.home.search({ text: old })).families).toMatchObject([{ id: owing }])
    // Never twice, and never billed as ours.
    expect(await client.imports.preview(foreign('noethys-factures.csv'))).toMatchObject({
      counts: { new: 0, same: raw.length },
    })
    expect(count('select count(*) from invoice')).toBe(0)
    expect(checkFile(town.store.sqlite)).toEqual([])
    // What one of them was paid holds it.
    const paid = { familyId: owing, means: 'cash' as const, amountCents: 100, receivedOn: '2026-11-25' }
    const { id } = await client.payments.record({ ...paid, payer: '', reference: '', chosen: null })
    await expect(takenOut(client, report.actId)).rejects.toThrow(`La facture reprise n°\u00a0${old} a servi depuis`)
    await client.payments.cancel({ id, reason: 'Chèque rendu' })
    expect(count('select count(*) from opening_balance')).toBe(open.length)
  })

  it('are taken over by those who may invoice, and bookings above the places by a director', async () => {
    await withRegistrations()
    const agent = await aMember(town.desk, client, { name: 'Léa Petit', login: 'lea', roles: ['receptionist'] })
    await expect(agent.imports.preview(foreign('noethys-factures.csv'))).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('Directeur ou Régisseur') },
    })
    town.store.statement(`update opening set capacity = 0 where day = '2026-12-09'`).run()
    const preview = await agent.imports.preview(bookings())
    const full = preview.lines.filter(({ state }) => state === 'error')
    expect(full.map(({ said }) => said)).toContain(
      'Complet\u00a0: la direction seule reprend une réservation au-delà des places.',
    )
    expect(preview.totals.find(({ of }) => of.endsWith('décembre 2026'))?.isEqual).toBe(false)
    await expect(takenIn(agent, bookings(), true)).rejects.toMatchObject(refused('Rien n’a été importé'))
    expect(count('select count(*) from reservation')).toBe(0)
  })

  it('leave nothing when the import is stopped in the middle', async () => {
    await withRegistrations()
    for await (const step of await client.imports.run({ ...bookings(), fileName: 'liste.csv', withoutPending: false }))
      if (step.step === 'writing') break
    expect(count('select count(*) from reservation')).toBe(0)
    expect(count(`select count(*) from act where kind = 'import.bookings' and state = 'closed'`)).toBe(0)
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('of any other program are read with a profile that the town saved', async () => {
    await withFamilies()
    const first = foreign('autre-editeur-factures.csv', {
      list: 'invoices',
      mapping: [
        { field: 'invoiceNumber', column: 0 },
        { field: 'formerNumber', column: 1 },
        { field: 'familyName', column: 2 },
        { field: 'issuedOn', column: 3 },
        { field: 'invoicePeriod', column: 4 },
        { field: 'invoiced', column: 5 },
        { field: 'paid', column: 6 },
      ],
    })
    const { mapping, file: columns } = await client.imports.preview(first)
    const { id } = await client.imports.saveProfile({
      name: 'Autre éditeur',
      list: 'invoices',
      columns: mapping.map(({ field, column }) => ({ field, head: columns[column]?.name ?? '' })),
      words: [],
    })
    const asked = foreign('autre-editeur-factures.csv')
    const raw = rawRows('autre-editeur-factures.csv', '|')
    const left = raw.map((one) => cents(one['Total TTC']) - cents(one['Encaissé']))
    expect(await client.imports.preview(asked)).toMatchObject({ profile: 'Autre éditeur', counts: { new: raw.length } })
    await takenIn(client, asked)
    expect(town.store.statement('select amount_cents from opening_balance order by id').pluck().all()).toEqual(left)
    // As a file, for another town; under another name.
    const told = await client.imports.profileFile({ id })
    await client.imports.renameProfile({ id, name: 'Éditeur A' })
    expect(await client.imports.readProfile({ file: told })).toEqual({ name: 'Autre éditeur' })
    expect((await client.imports.profiles()).map(({ name }) => name)).toEqual(['Autre éditeur', 'Éditeur A'])
    await expect(client.imports.renameProfile({ id, name: 'Autre éditeur' })).rejects.toMatchObject(
      refused('s’appelle déjà'),
    )
    await expect(client.imports.readProfile({ file: new Blob(['{"name":"x"}']) })).rejects.toMatchObject(
      refused('n’est pas un réglage d’import'),
    )
  })

  const head = 'Code famille;Famille;N° facture;Date facture;Total;Payé;Reste'
  it.each([
    [
      '12;LEROUX;A1;01/10/2026;50,00;60,00;',
      'Payé 60,00\u00a0€ pour une facture de 50,00\u00a0€\u00a0: plus que son montant.',
    ],
    [
      '12;LEROUX;A1;01/10/2026;-50,00;;0',
      'Une facture n’est pas négative\u00a0: un avoir se reprend dans «\u00a0Soldes de départ\u00a0».',
    ],
    [
      '12;LEROUX;A1;01/10/2026;50,00;10,00;30,00',
      '50,00\u00a0€ moins 10,00\u00a0€ payés font 40,00\u00a0€, et non 30,00\u00a0€.',
    ],
    [
      '12;LEROUX;A1;01/10/2026;50,00;;80,00',
      'Il resterait 80,00\u00a0€ d’une facture de 50,00\u00a0€\u00a0: plus que son montant.',
    ],
    ['12;LEROUX;A1;01/12/2026;50,00;;50,00', 'Cette date n’est pas encore passée.'],
    ['12;LEROUX;A1;31/02/2026;50,00;;50,00', 'Ce jour n’existe pas.'],
    [
      '99;PERSONNE;A1;01/10/2026;50,00;;50,00',
      'Aucune famille ne correspond à la famille Personne, famille n°\u00a099.',
    ],
    ['12;LEROUX;A1;01/10/2026;=50+1;;50,00', 'Un montant s’écrit par exemple 12,50.'],
  ])('are refused in a sentence: %s', async (row, sentence) => {
    await withFamilies()
    const asked = aList([head, row])
    expect(await linesOf(client, asked)).toEqual([[2, 'error', sentence]])
    await expect(takenIn(client, asked, true)).rejects.toMatchObject(refused('Rien n’a été importé'))
    expect(count('select count(*) from opening_balance')).toBe(0)
  })

  it('with a number used twice, or a family number with two names, are refused', async () => {
    await withFamilies()
    const asked = aList([
      head,
      '12;LEROUX;A1;01/10/2026;50,00;;50,00',
      '15;DA SILVA;A1;01/10/2026;20,00;;20,00',
      '12;KERVELLA;A2;01/10/2026;20,00;;20,00',
    ])
    expect(await linesOf(client, asked)).toEqual([
      [2, 'new', expect.stringContaining('famille Leroux')],
      [3, 'error', 'Même numéro de facture qu’à la ligne 2.'],
      [
        4,
        'error',
        'Le numéro 12 est celui de «\u00a0LEROUX\u00a0», ligne 2\u00a0: deux familles ne peuvent pas avoir le même.',
      ],
    ])
  })

  it('and balances never count a debt twice, whichever comes first; a payment there is no silence here', async () => {
    await withFamilies()
    const balance = aList(['Famille;Solde;Solde au', 'LEROUX;120,00;31/08/2026'])
    const invoice = aList([head, '12;LEROUX;A1;01/10/2026;50,00;;50,00'])
    const { actId } = await takenIn(client, balance)
    expect(await linesOf(client, invoice)).toEqual([
      [2, 'error', expect.stringContaining('Le solde de cette famille a été repris (120,00\u00a0€)')],
    ])
    await takenOut(client, actId)
    await takenIn(client, invoice)
    expect(await linesOf(client, balance)).toEqual([[2, 'error', expect.stringContaining('les compterait deux fois')]])
    expect(await linesOf(client, aList([head, '12;LEROUX;a1;01/10/2026;50,00;;0']))).toEqual([
      [2, 'update', expect.stringContaining('reste 0,00\u00a0€ au lieu de 50,00\u00a0€')],
    ])
    // Another spelling of the number is the same invoice, another day is another one.
    expect(await linesOf(client, aList([head, '12;LEROUX;a 1;01/10/2026;50,00;;50,00']))).toEqual([
      [2, 'same', 'à jour'],
    ])
    expect(await linesOf(client, aList([head, '12;LEROUX;A1;01/10/2025;50,00;;50,00']))).toEqual([
      [2, 'new', expect.any(String)],
    ])
  })

  it('are of a home by its number only where the name agrees, and never of days that the régie bills here', async () => {
    await withFamilies()
    const asked = aList([head, '12;KERVELLA;A2;01/10/2026;20,00;;20,00', '99;LEROUX;A3;01/10/2026;20,00;;20,00'])
    expect((await linesOf(client, asked)).map(([, state]) => state)).toEqual(['double', 'double'])
    const billed = aList([
      `${head};Facture du;Facture au`,
      '12;LEROUX;A4;05/11/2026;20,00;;20,00;01/12/2026;31/12/2026',
    ])
    expect(await linesOf(client, billed)).toEqual([
      [2, 'error', expect.stringContaining('seraient facturés deux fois')],
    ])
  })

  it('are due on their own day, else after the delay of the régie: nobody is reminded before', async () => {
    await withFamilies()
    const due = `${head};Date limite de paiement`
    await takenIn(
      client,
      aList([
        due,
        '12;LEROUX;A1;05/11/2026;50,00;;50,00;15/12/2026',
        '15;DA SILVA;A2;05/11/2026;20,00;;20,00;',
        '18;KERVELLA;A3;05/11/2026;30,00;;30,00;15/11/2026',
      ]),
    )
    const overdue = async () => (await client.recovery.unpaid({})).payers.map(({ name, dueCents }) => [name, dueCents])
    expect(await overdue()).toEqual([['Kervella', 3000]])
    const silva = count(`select id from family where name = 'Da Silva'`)
    expect((await client.payments.account({ familyId: silva })).lines).toMatchObject([{ dueOn: '2026-12-05' }])
    town.clock.set('2026-12-16')
    expect(await overdue()).toHaveLength(3)
    expect(await linesOf(client, aList([due, '12;LEROUX;A4;05/11/2026;50,00;;50,00;04/11/2026']))).toEqual([
      [2, 'error', 'L’échéance ne vient pas avant la date de la facture.'],
    ])
    // The list of Noethys says it in « Echéance ».
    await takenIn(client, foreign('noethys-factures.csv'))
    expect(count(`select count(*) from opening_balance where due_on = '2026-11-15' and reference like '0045%'`)).toBe(
      rawRows('noethys-factures.csv', ';', 'windows-1252').filter(
        (one) => one['Echéance'] === '15/11/2026' && cents(one['Solde actuel']) !== 0,
      ).length,
    )
  })

  it('of a closed month count on the first open day, and the closing stays as it was', async () => {
    await withFamilies()
    await takenIn(client, aList([head, '12;LEROUX;A1;05/10/2026;50,00;;50,00']))
    const [october] = (await client.closings.read({})).open
    if (!october) throw new Error('October is over')
    await client.closings.close({ kind: 'month', from: october.from, dueAfterCents: 5000 })
    const old = aList([head, '15;DA SILVA;A2;05/07/2026;20,00;;20,00'])
    expect(await linesOf(client, old)).toEqual([
      [2, 'new', expect.stringContaining('comptée le 1ᵉʳ novembre 2026\u00a0: son mois est clôturé')],
    ])
    await takenIn(client, old)
    expect(
      town.store.statement(`select on_day, booked_on, due_on from opening_balance where reference = 'A2'`).get(),
    ).toEqual({ on_day: '2026-07-05', booked_on: '2026-11-01', due_on: '2026-08-04' })
    expect((await client.closings.read({})).open[0]?.statement).toMatchObject({
      dueBeforeCents: 5000,
      movements: { opening: 2000 },
    })
    expect(brokenClosings(town.store.sqlite)).toEqual([])
    expect(checkFile(town.store.sqlite)).toEqual([])
    // Its number and day are those of the paper: the same file again is the same invoice.
    expect(await linesOf(client, old)).toEqual([[2, 'same', 'à jour']])
  })

  const row = (rest: string, home = '12;LEROUX') => aList([head, `${home};A1;01/10/2026;50,00;;${rest}`])
  const other = (rest: string, home: string) => aList([head, `${home};A2;01/10/2026;50,00;;${rest}`])
  it('are corrected by a later file, down to what is paid here; one of another home once it is at zero', async () => {
    await withFamilies()
    const { actId } = await takenIn(client, row('50,00'))
    const leroux = count(`select id from family where name = 'Leroux'`)
    const paid = { familyId: leroux, means: 'cash' as const, amountCents: 2000, receivedOn: '2026-11-25' }
    const { id } = await client.payments.record({ ...paid, payer: '', reference: '', chosen: null })
    await expect(takenOut(client, actId)).rejects.toThrow('importez un fichier qui en donne le bon reste')
    expect(await told(row('0'))).toEqual(['error', expect.stringContaining('20,00\u00a0€ en sont réglés ici')])
    await takenIn(client, row('30,00'))
    expect((await client.payments.account({ familyId: leroux })).balanceCents).toBe(1000)
    expect(await told(row('50,00', '15;DA SILVA'))).toEqual(['error', expect.stringContaining('suivi de')])
    await client.payments.cancel({ id, reason: 'Chèque rendu' })
    await takenIn(client, row('0'))
    expect((await client.payments.account({ familyId: leroux })).balanceCents).toBe(0)
    expect(await told(row('0'))).toEqual(['same', 'à jour'])
    // On the wrong home, never paid.
    await takenIn(client, other('50,00', '12;LEROUX'))
    expect(await told(other('50,00', '15;DA SILVA'))).toEqual(['error', expect.stringContaining('d’abord à zéro')])
    await takenIn(client, other('0', '12;LEROUX'))
    await takenIn(client, other('50,00', '15;DA SILVA'))
    const silva = count(`select id from family where name = 'Da Silva'`)
    expect((await client.payments.account({ familyId: silva })).balanceCents).toBe(5000)
    expect((await client.payments.account({ familyId: leroux })).balanceCents).toBe(0)
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('keep of the words of their period only the month: they may name a child', async () => {
    await withFamilies()
    const asked = aList([
      `${head};Libellé`,
      '12;LEROUX;A1;01/10/2026;50,00;;50,00;Cantine de Zoé, octobre 2026',
      '12;LEROUX;A2;01/10/2026;50,00;;50,00;Cantine de Zoé',
      '12;LEROUX;A3;01/10/2026;50,00;;50,00;Zoé septembre et octobre 2026',
    ])
    await takenIn(client, asked)
    expect(town.store.statement('select period from opening_balance order by id').pluck().all()).toEqual([
      'octobre 2026',
      '',
      '',
    ])
    expect(count(`select count(*) from audit where entity = 'opening_balance' and after like '%Zo%'`)).toBe(0)
  })

  it('are left out by name only: a line that nobody accepted stops the whole', async () => {
    await withFamilies()
    const asked = aList([head, '12;LEROUX;A1;01/10/2026;50,00;;50,00', '99;PERSONNE;A2;01/10/2026;20,00;;20,00'])
    const preview = await client.imports.preview(asked)
    expect(preview.totals.at(-1)).toMatchObject({ source: 7000, here: 5000, isEqual: false })
    expect(preview.isStrict).toBe(true)
    expect(preview.left).toEqual([{ line: 3, named: expect.stringContaining('PERSONNE'), why: expect.any(String) }])
    await expect(takenIn(client, asked, true)).rejects.toMatchObject(refused('Ligne 3'))
    expect(count('select count(*) from opening_balance')).toBe(0)
    expect(await takenIn(client, { ...asked, accepted: [3] }, true)).toMatchObject({ created: 1 })
    expect(count('select sum(amount_cents) from opening_balance')).toBe(5000)
  })
})

describe('what was taken over', () => {
  it('is billed by no run of these months; those that the régie bills here are', async () => {
    await aTariff('CLSH MERCREDI')(town)
    await withRegistrations()
    await takenIn(client, bookings())
    await takenIn(client, foreign('noethys-factures.csv'))
    const { run, findings } = billing(town)
    for (const month of ['2026-09', '2026-10', '2026-11'])
      await expect(run(month)).rejects.toMatchObject(refused('Il n’y a rien à facturer'))
    expect((await run('2026-12')).draftCents).toBeGreaterThan(0)
    expect(count('select count(*) from invoice where from_day < ?', day('2026-12-01'))).toBe(0)
    expect(findings()).toEqual([])
    // The first day billed here is what keeps them out.
    town.store.statement('update organisation set bills_from = null').run()
    expect((await run('2026-11')).draftCents).toBeGreaterThan(0)
  })
})

describe('figures of past years', () => {
  it('are kept as the other program counted them, and never twice', async () => {
    const asked = foreign('autre-editeur-chiffres.csv')
    const raw = rawRows('autre-editeur-chiffres.csv')
    expect(await client.imports.preview(asked)).toMatchObject({
      list: 'history',
      missing: [],
      counts: { new: raw.length },
    })
    const report = await takenIn(client, asked)
    const minutes = raw.map(({ 'Nb heures': hours = '' }) => {
      const [whole, rest] = hours.split('h')
      return Number(whole) * 60 + Number(rest)
    })
    expect(count('select sum(minutes) from former_figure')).toBe(sum(minutes))
    expect(count('select sum(invoiced_cents) from former_figure')).toBe(
      sum(raw.map((one) => cents(one['Montant facturé']))),
    )
    expect(count('select sum(paid_cents) from former_figure')).toBe(sum(raw.map((one) => cents(one['Encaissé']))))
    expect(count('select sum(meals) from former_figure')).toBe(sum(raw.map((one) => Number(one['Nb repas']))))
    expect(report.totals.every(({ isEqual }) => isEqual)).toBe(true)
    expect(await client.imports.preview(asked)).toMatchObject({ counts: { same: raw.length } })
    // Read in « Chiffres », and beside what is counted here only with words.
    expect(await client.figures.formerYears()).toEqual([2026, 2025])
    const year = { year: 2025, by: 'activity' as const }
    const table = await client.figures.former(year)
    const of2025 = raw.filter(({ Mois = '' }) => Mois.endsWith('2025'))
    expect(table.total.slice(2)).toEqual([
      sum(of2025.map((one) => cents(one['Montant facturé']))),
      sum(of2025.map((one) => cents(one['Encaissé']))),
    ])
    expect(table.about).toBe('2025, repris de l’ancien logiciel')
    expect(await client.figures.formerBehind({ asked: year, row: 'ALSH Mercredis', column: 'hours' })).toMatchObject({
      total: 4,
    })
    expect((await client.figures.formerFile({ asked: year, format: 'pdf' })).size).toBeGreaterThan(500)
    const income = await client.figures.income({ from: '2026-09-01', to: '2026-11-25', by: 'month', regieId: null })
    expect(income.total[0]).toBe(0)
    expect(income.note).toContain('repris de l’ancien logiciel ne sont pas comptés ici')
    await takenOut(client, report.actId)
    expect(count('select count(*) from former_figure')).toBe(0)
  })
})

describe('bookings that cannot be', () => {
  const head = 'Nom;Prénom;Né le;Activité;Unité;Date;Etat'
  const zoé = 'LEROUX;Zoé;12/04/2018'
  it.each([
    ['a day of another year', `${zoé};CLSH MERCREDI;Matin;09/09/2025;Présent`, 'Ce jour n’est pas de l’année en cours'],
    ['a closed day', `${zoé};CLSH MERCREDI;Matin;03/12/2026;Réservation`, 'Pas d’accueil ce jour-là.'],
    ['a mark of a day to come', `${zoé};CLSH MERCREDI;Matin;09/12/2026;Présent`, 'il ne peut pas être pointé'],
    [
      'an activity unmapped',
      `${zoé};Judo;Matin;09/12/2026;Réservation`,
      'Activité inconnue\u00a0: «\u00a0Judo\u00a0».',
    ],
    [
      'a unit unmapped',
      `${zoé};CLSH MERCREDI;Sieste;09/12/2026;Réservation`,
      'Dites dans «\u00a0Mots du fichier\u00a0»',
    ],
    ['a child of nobody', 'PERSONNE;Zoé;01/01/2019;CLSH MERCREDI;Matin;09/12/2026;', 'importez d’abord les familles'],
  ])('%s', async (_, row, sentence) => {
    await withRegistrations()
    const [[, state, said] = []] = await linesOf(client, aList([head, row]))
    expect([state, said]).toEqual(['error', expect.stringContaining(sentence)])
  })

  it('twice in a cell, or where the child is not registered', async () => {
    await withFamilies()
    const row = `${zoé};CLSH MERCREDI;Matin;09/12/2026;Réservation`
    expect(await linesOf(client, aList([head, row]))).toEqual([
      [2, 'error', 'Zoé n’a pas d’inscription à CLSH MERCREDI ce jour-là\u00a0: importez d’abord les inscriptions.'],
    ])
    await takenIn(client, foreign('noethysweb-inscriptions.csv', { words: activityWords }))
    expect(await linesOf(client, aList([head, row, row]))).toEqual([
      [2, 'new', 'repris'],
      [3, 'error', 'Même enfant, même jour et même plage qu’à la ligne 2.'],
    ])
    await takenIn(client, { ...aList([head, row, row]), accepted: [3] }, true)
    expect(await linesOf(client, aList([head, row]))).toEqual([[2, 'same', 'déjà là']])
  })

  it('because of the hours of another line, a namesake in another family, or a day that would be billed twice', async () => {
    await withRegistrations()
    const named = 'Nom;Prénom;Famille;Activité;Unité;Date;Etat'
    expect(await linesOf(client, aList([named, 'LEROUX;Zoé;MARTIN Paul;CLSH MERCREDI;Matin;09/12/2026;']))).toEqual([
      [2, 'double', 'quel enfant\u00a0?'],
    ])
    town.store.statement('update organisation set bills_from = null').run()
    const past = aList([head, `${zoé};CLSH MERCREDI;Matin;18/11/2026;Présent`])
    expect(await linesOf(client, past)).toEqual([
      [2, 'error', expect.stringContaining('Dites d’abord le premier jour facturé de la régie')],
    ])
    const { left } = await client.imports.preview(past)
    expect(left).toMatchObject([{ line: 2, regieId: firstRegieId }])
    const preview = await client.imports.preview(aList([head, `${zoé};CLSH MERCREDI;Journée;09/12/2026;Réservation`]))
    expect(preview.words).toMatchObject([
      { from: 'CLSH MERCREDI · Journée', to: null, proposal: 'Matin + Repas + Après-midi' },
    ])
  })

  it('changed here since are left as they are; a later file brings the marks', async () => {
    await withRegistrations()
    const row = (state: string) => aList([head, `${zoé};CLSH MERCREDI;Matin;18/11/2026;${state}`])
    await takenIn(client, row('Réservation'))
    expect(await linesOf(client, row('Présent'))).toEqual([[2, 'update', 'pointage repris']])
    await takenIn(client, row('Présent'))
    expect(count('select count(*) from attendance where mark = ?', 'present')).toBe(1)
    expect(await linesOf(client, row('Présent'))).toEqual([[2, 'same', 'déjà là']])
    await takenIn(client, aList([head, `${zoé};CLSH MERCREDI;Matin;16/12/2026;Réservation`]))
    const [cell] = town.store
      .statement(
        `select registration_id as registrationId, day, slot_id as slotId from reservation where day = '2026-12-16'`,
      )
      .all() as { registrationId: number; day: string; slotId: number }[]
    if (!cell) throw new Error('it was booked')
    expect((await client.reservations.move({ cells: [cell], act: 'free' })).done).toBe(1)
    expect(await linesOf(client, aList([head, `${zoé};CLSH MERCREDI;Matin;16/12/2026;Réservation`]))).toEqual([
      [2, 'skipped', 'changée ici depuis\u00a0: laissée telle quelle'],
    ])
  })

  it('for lack of places are taken over all the same, with a remark', async () => {
    await withRegistrations()
    const [opening] = await client.activities.openings({ periodId: town.period('ALSH mercredi 2026/2027') })
    town.store.statement(`update opening set capacity = 0 where day = '2026-12-09'`).run()
    expect(opening).toBeDefined()
    const asked = aList([head, `${zoé};CLSH MERCREDI;Matin;09/12/2026;Réservation`])
    expect(await client.imports.preview(asked)).toMatchObject({
      lines: [{ state: 'new', said: 'repris, au-delà des places' }],
      notes: ['1\u00a0réservation reprise au-delà des places.', expect.stringContaining('ne sont pas facturés ici')],
    })
    await takenIn(client, asked)
    expect(count('select overbooked from reservation')).toBe(1)
  })
})

it('two families of one number are a question, and a line skipped is left to the other program', async () => {
  await withFamilies()
  const head = 'IDFAMILLE;CIVILITE;NOM;PRENOM;DATE_NAISS;RUE_RESID;CP_RESID;VILLE_RESID'
  const other = [
    '12;Mme;MOREL;Julie;;3 rue Neuve;14550;Blainville-sur-Orne',
    '12;Fille;MOREL;Anna;05/06/2019;3 rue Neuve;14550;Blainville-sur-Orne',
  ]
  expect(await linesOf(client, aList([head, ...other]))).toEqual([[3, 'double', 'est-ce le même foyer\u00a0?']])
  expect(await linesOf(client, { ...aList([head, ...other]), decisions: [decided(3, 'skip')] })).toEqual([
    [3, 'skipped', 'laissée de côté'],
  ])
  const families = aList([
    'N° famille;Nom;Prénom;Né le;Nom responsable;Prénom responsable;Adresse;CP;Ville',
    '77;MOREL;Anna;05/06/2019;MOREL;Julie;3 rue Neuve;14550;Blainville-sur-Orne',
    '77;PETIT;Léo;05/06/2018;PETIT;Jean;8 rue du Four;14550;Blainville-sur-Orne',
  ])
  expect((await linesOf(client, families))[1]).toEqual([
    3,
    'double',
    'Le numéro 77 est aussi celui de la famille Morel, ligne 2, avec un autre nom, une autre adresse et un autre responsable. Une famille, ou deux\u00a0? La seconde serait créée sans ce numéro.',
  ])
})

describe('two families of one number in a list of individuals', () => {
  const list = aList([
    'IDFAMILLE;CIVILITE;NOM;PRENOM;DATE_NAISS;RUE_RESID;CP_RESID;VILLE_RESID',
    '77;Mme;ALPHA;Rose;;1 rue des Lilas;14550;Blainville-sur-Orne',
    '77;Fille;ALPHA;Lou;21/02/2018;1 rue des Lilas;14550;Blainville-sur-Orne',
    '77;Mme;BRAVO;Jade;;9 rue du Bac;14000;Caen',
    '77;Garçon;BRAVO;Ugo;01/01/2019;9 rue du Bac;14000;Caen',
    '77;Fille;BRAVO;Eva;01/01/2020;9 rue du Bac;14000;Caen',
  ])
  it('are held until staff say which, and nothing of the second is mixed with the first', async () => {
    expect((await linesOf(client, list)).map(([line, state]) => [line, state])).toEqual([
      [3, 'new'],
      [5, 'double'],
      [6, 'double'],
    ])
    await expect(takenIn(client, list)).rejects.toMatchObject(refused('Rien n’a été importé'))
    expect(await takenIn(client, list, true)).toMatchObject({ created: 1, families: 1 })
    expect(count('select count(*) from guardian')).toBe(1)
  })

  it('decided as two are two homes, each with its address, and one answer serves the brothers and sisters', async () => {
    const two = { ...list, decisions: [decided(5, 'create', { home: 'new' })] }
    expect(await takenIn(client, two)).toMatchObject({ created: 3, families: 2, left: [] })
    expect(town.store.statement(`select name || former_number from family order by name`).pluck().all()).toEqual([
      'Alpha77',
      'Bravo',
    ])
    expect(count('select count(*) from guardian')).toBe(2)
  })

  it('decided as two are not asked about again when the same list comes back', async () => {
    await takenIn(client, { ...list, decisions: [decided(5, 'create', { home: 'new' })] })
    expect((await linesOf(client, list)).map(([, state]) => state)).toEqual(['same', 'same', 'same'])
    const { actId } = await takenIn(client, list)
    expect(actId).toBeNull()
  })

  it('decided as one are one home', async () => {
    const one = { ...list, decisions: [decided(5, 'create', { home: 'numbered' })] }
    expect(await takenIn(client, one)).toMatchObject({ created: 3, families: 1, left: [] })
  })
})
