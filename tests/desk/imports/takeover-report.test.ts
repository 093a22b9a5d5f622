import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readXlsx } from '../../../main/documents/spreadsheets/xlsx.ts'
import { moneyDocuments } from '../../../main/exchange/published/money.ts'
import { reachOn } from '../../../main/exchange/published/reach.ts'
import { portalAccount } from '../../../main/store/schema/index.ts'
import { balanceShown, openingBalanceShown } from '../../../shared/pages/money/account.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import type { TestDesk } from '../../support/desk.ts'
import { aList, decided, linesOf, takenIn } from '../../support/towns/import.ts'
import { aTown, aWednesday, type Town } from '../../support/towns/town.ts'

/* The report of a take-over: how characters were decoded, the totals of the file beside ours, and what was left out. */

let town: Town
let client: TestDesk['client']
beforeEach(async () => {
  town = await aTown().with(aWednesday()).open()
  client = town.client
  town.store.statement(`update organisation set bills_from = '2026-12-01'`).run()
})
afterEach(() => town.close())

const file = (name: string) => new Blob([readFileSync(join(import.meta.dirname, 'foreign', name))])
const foreign = (name: string) => ({ ...aList([]), file: file(name) })
const withFamilies = () => takenIn(client, foreign('noethysweb-individus.csv'))
const count = (sql: string, ...given: unknown[]) =>
  town.store
    .statement(sql)
    .pluck()
    .get(...given) as number
const refused = (sentence: string) => ({ data: { sentence: expect.stringContaining(sentence) } })
const sheetOf = async (reportId: string, sheet: string) =>
  (
    await readXlsx(
      new Uint8Array(await (await client.imports.reportFile({ reportId, format: 'xlsx' })).arrayBuffer()),
      sheet,
      100,
    )
  ).rows

const columns = (field: 'rest' | 'restBelowZero') =>
  ['familyName', 'invoiceNumber', 'issuedOn', 'invoiced', field].map((one, column) => ({ field: one, column }))

const invoices = (rest: string) =>
  aList(['Famille;N° facture;Date facture;Total;Compte', `LEROUX Camille;A1;01/10/2026;50,00;${rest}`])

describe('what a home owes', () => {
  it.each([
    ['restBelowZero', '-20,00', 'négatif'],
    ['rest', '20,00', 'positif'],
  ] as const)('is read %s by the profile that a town keeps: %s', async (field, rest, sign) => {
    await withFamilies()
    const mapping = columns(field)
    await client.imports.saveProfile({
      name: 'Autre éditeur',
      list: 'invoices',
      columns: mapping.map(({ field: of }, at) => ({
        field: of,
        head: ['Famille', 'N° facture', 'Date facture', 'Total', 'Compte'][at] ?? '',
      })),
      words: [],
    })
    const preview = await client.imports.preview(invoices(rest))
    expect(preview).toMatchObject({
      profile: 'Autre éditeur',
      counts: { new: 1, error: 0 },
      notes: [`«\u00a0Compte\u00a0» est lu ${sign} quand la famille doit.`],
      totals: [{ what: 'Factures restant dues' }, { here: 5000 }, { what: 'Reste à payer', source: 2000, here: 2000 }],
    })
    await takenIn(client, invoices(rest))
    expect(count('select amount_cents from opening_balance')).toBe(2000)
  })

  it('written with the other sign is asked about, never turned into an advance', async () => {
    await withFamilies()
    const asked = { ...invoices('-20,00'), list: 'invoices' as const, mapping: columns('rest') }
    expect(await linesOf(client, asked)).toEqual([
      [2, 'error', expect.stringContaining('choisissez «\u00a0Solde, négatif si la famille doit\u00a0»')],
    ])
    const credit = { ...invoices('20,00'), list: 'invoices' as const, mapping: columns('restBelowZero') }
    expect(await linesOf(client, credit)).toEqual([
      [2, 'error', expect.stringContaining('ce solde est lu négatif quand la famille doit')],
    ])
  })

  it.each([
    ['balance', 12_000, -3000],
    ['balanceBelowZero', -12_000, 3000],
  ] as const)('is told apart from what it has ahead: %s', async (field, leroux, silva) => {
    await withFamilies()
    const asked = {
      ...aList(['Famille;Compte;Solde au', 'LEROUX Camille;120,00;31/08/2026', 'DA SILVA Inès;-30,00;31/08/2026']),
      list: 'balances' as const,
      mapping: ['familyName', field, 'asOf'].map((one, column) => ({ field: one, column })),
    }
    const preview = await client.imports.preview(asked)
    const [owed, ahead] = leroux > 0 ? [leroux, -silva] : [silva, -leroux]
    expect(preview.totals).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ what: 'Dû par les familles', source: owed, here: owed }),
        expect.objectContaining({ what: 'Avances des familles', source: ahead, here: ahead }),
      ]),
    )
    expect(preview.lines.map(({ said }) => said)).toEqual([
      expect.stringContaining(leroux > 0 ? 'doit 120,00' : 'avance de 120,00'),
      expect.stringContaining(silva > 0 ? 'doit 30,00' : 'avance de 30,00'),
    ])
    expect(preview.notes).toEqual([expect.stringContaining('quand la famille doit')])
    await takenIn(client, asked)
    expect(town.store.statement('select amount_cents from opening_balance order by id').pluck().all()).toEqual([
      leroux,
      silva,
    ])
  })
})

describe('the comparison with the file', () => {
  const head = 'Code famille;Famille;N° facture;Date facture;Total;Payé;Reste'
  const asked = () => aList([head, '12;LEROUX;A1;01/10/2026;50,00;;5O,00', '15;DA SILVA;A2;01/10/2026;20,00;;20,00'])

  it('counts the file as it came: a correction on screen is shown, and does not make the totals agree', async () => {
    await withFamilies()
    const corrected = { ...asked(), corrections: [{ line: 2, column: 6, value: '40,00' }] }
    const { totals, notes } = await client.imports.preview(corrected)
    expect(totals).toMatchObject([
      { what: 'Factures restant dues', source: 1, here: 2, isEqual: false },
      { what: 'Montant de ces factures', source: 2000, here: 7000 },
      { what: 'Reste à payer', source: 2000, here: 6000, isEqual: false },
    ])
    expect(notes).toContainEqual(expect.stringContaining('1\u00a0case corrigée à l’écran'))
  })

  it('is printed as the core counted it, at the trial and after the import, for whoever made it', async () => {
    await withFamilies()
    const clean = aList([head, '12;LEROUX;A1;01/10/2026;50,00;;50,00', '99;PERSONNE;A2;01/10/2026;20,00;;20,00'])
    const trial = await client.imports.preview(clean)
    expect(await sheetOf(trial.reportId, 'Totaux')).toContainEqual(['Reste à payer', '', '€', '70', '50', '-20'])
    const report = await takenIn(client, { ...clean, accepted: [3] }, true)
    expect(await sheetOf(report.reportId, 'Totaux')).toContainEqual(['Reste à payer', '', '€', '70', '50', '-20'])
    expect(await sheetOf(report.reportId, 'Laissées de côté')).toContainEqual([
      '3',
      expect.stringContaining('PERSONNE'),
      expect.any(String),
    ])
    const paper = await client.imports.reportFile({ reportId: report.reportId, format: 'pdf' })
    expect(paper.size).toBeGreaterThan(500)
    const other = await town.as('director')
    const gone = refused('Ce bilan n’est plus là')
    await expect(other.imports.reportFile({ reportId: report.reportId, format: 'pdf' })).rejects.toMatchObject(gone)
    await expect(client.imports.reportFile({ reportId: 'x', format: 'pdf' })).rejects.toMatchObject(gone)
  })

  it('counts the slots of bookings: those of the unit, or the quantity in the line', async () => {
    await withFamilies()
    await takenIn(client, {
      ...foreign('noethysweb-inscriptions.csv'),
      words: [{ field: 'period', from: 'ALSH Mercredis', to: 'ALSH mercredi 2026/2027' }],
    })
    const words = [{ field: 'bookedUnit', from: 'CLSH MERCREDI · Heures', to: 'Matin + Repas' }]
    const bookings = (quantity: string) => ({
      ...aList([
        'Nom;Prénom;Né le;Activité;Unité;Date;Quantité',
        `LEROUX;Zoé;12/04/2018;CLSH MERCREDI;Heures;09/12/2026;${quantity}`,
      ]),
      words,
    })
    for (const quantity of ['', '1', '2', '2,00'])
      expect((await client.imports.preview(bookings(quantity))).totals).toMatchObject([
        { what: 'Plages réservées', source: 2, here: 2, isEqual: true },
      ])
    const three = await client.imports.preview(bookings('3'))
    expect(three.lines[0]?.said).toContain('Le fichier en compte 3, et c’est ici 2\u00a0plages')
    expect(three.totals).toMatchObject([{ source: 3, here: 0, isEqual: false }])
    expect((await client.imports.preview(bookings('0'))).lines[0]?.said).toContain('ne réserve rien')
  })
})

describe('the euros of past years', () => {
  const year = aList(['Mois;Activité;Nb heures;Montant facturé;Encaissé', '09/2025;Mercredis;12h00;345,00;300,00'])

  it('are read, in « Chiffres » and in a history, and taken over by those who read invoices', async () => {
    await takenIn(client, year)
    const [id, actId] = [count('select id from former_figure'), count('select act_id from former_figure')]
    expect(id).toBeGreaterThan(0)
    const asked = { year: 2025, by: 'month' as const }
    const titles = async (as: TestDesk['client']) => (await as.figures.former(asked)).columns.map(({ title }) => title)
    const told = async (as: TestDesk['client']) =>
      (await as.history.ofAct({ actId })).changes.flatMap(({ fields }) => fields.map(({ name }) => name))
    expect(await titles(client)).toEqual(['Heures', 'Repas', 'Facturé', 'Payé'])
    expect(await told(client)).toEqual(expect.arrayContaining(['Facturé', 'Payé']))
    const administrator = await town.as('administrator')
    expect(await titles(administrator)).toEqual(['Heures', 'Repas'])
    const hidden = await told(administrator)
    expect(hidden).toContain('Activité')
    expect(hidden).not.toContain('Facturé')
    expect(hidden).not.toContain('Payé')
    await expect(administrator.figures.formerBehind({ asked, row: '', column: 'invoiced' })).rejects.toMatchObject(
      refused('Ce chiffre n’existe pas.'),
    )
    // What they do not read they do not take over, and what is there stays.
    const preview = await administrator.imports.preview(year)
    expect(preview.file.filter(({ isSkipped }) => isSkipped).map(({ name }) => name)).toEqual([
      'Montant facturé',
      'Encaissé',
    ])
    expect(preview.totals.map(({ what }) => what)).toEqual(['Heures'])
    expect(preview.counts).toMatchObject({ same: 1 })
    await takenIn(administrator, aList(['Mois;Activité;Nb heures;Encaissé', '09/2025;Mercredis;13h00;1,00']))
    expect(town.store.statement('select minutes, invoiced_cents, paid_cents from former_figure').get()).toEqual({
      minutes: 780,
      invoiced_cents: 34_500,
      paid_cents: 30_000,
    })
  })
})

const individualsHead = 'IDFAMILLE;CIVILITE;NOM;PRENOM;DATE_NAISS;CP_RESID;VILLE_RESID;NOMJFILLE;MEMO'

const families = (number: string) =>
  aList([
    individualsHead,
    `${number};Mme;MOREL;Julie;;14000;Caen;;`,
    `${number};Fille;MOREL;Anna;05/06/2019;14000;Caen;;`,
    '50;Mme;ROY;Eve;;14000;Caen;;',
    '50;Garçon;ROY;Jim;05/06/2019;14000;Caen;;',
  ])

describe('a list of individuals', () => {
  it('names its unread columns, and the young adults who are guardians of nobody yet', async () => {
    const asked = aList([
      individualsHead,
      '40;M;PETIT;Hugo;03/02/2005;14000;Caen;;',
      '40;Mme;PETIT;Anne;04/05/1980;14000;Caen;ROUX;Appeler le soir',
      '40;Fille;PETIT;Léa;06/07/2019;14000;Caen;;',
      '41;Mme;MOREL;Jade;04/05/2004;14000;Caen;;',
      '41;Père;MOREL;Noé;04/05/2003;14000;Caen;;',
      '41;Fille;MOREL;Ana;06/07/2024;14000;Caen;;',
    ])
    const { notes } = await client.imports.preview(asked)
    expect(notes).toEqual([
      'Adultes de moins de 25 ans, responsable ou grand enfant\u00a0: Hugo PETIT et Jade MOREL ne sont pas repris, à ajouter depuis la fiche s’ils sont responsables.',
      'Colonnes non reprises\u00a0: NOMJFILLE et MEMO.',
    ])
    await takenIn(client, asked)
    expect(town.store.statement('select first_name from guardian order by 1').pluck().all()).toEqual(['Anne', 'Noé'])
  })

  it('never gives two families one number: a sentence, and nothing half done', async () => {
    await withFamilies()
    const before = count('select count(*) from family')
    const asNew = { ...families('12'), decisions: [decided(3, 'create', { home: 'new' })] }
    expect((await linesOf(client, asNew))[0]).toEqual([
      3,
      'error',
      expect.stringContaining('Le numéro 12 est ici celui de la famille Leroux'),
    ])
    await expect(takenIn(client, asNew)).rejects.toMatchObject(refused('Rien n’a été importé'))
    expect(count('select count(*) from family')).toBe(before)
    expect(count(`select count(*) from child where first_name = 'Jim'`)).toBe(0)
    // A home that has another number is not given that of a neighbour either.
    const silva = aList([
      'N° famille;Nom;Prénom;Né le;Nom responsable;Prénom responsable;N° allocataire',
      '18;DA SILVA;Lina;05/01/2017;DA SILVA;Inès;0012345',
    ])
    town.store.statement(`update family set beneficiary_number = '0012345' where name = 'Da Silva'`).run()
    const [line] = (await client.imports.preview(silva)).lines
    const take = Object.fromEntries(line?.differences.map(({ field }) => [field, 'file' as const]) ?? [])
    expect(take).toHaveProperty('formerNumber')
    await expect(takenIn(client, { ...silva, decisions: [decided(2, 'same', { take })] })).rejects.toThrow(
      'serait celui des familles',
    )
    expect(count(`select count(*) from family where former_number = '18'`)).toBe(1)
  })
})

describe('an invoice taken over', () => {
  it('is shown with its number, period and last day in the copy of a family and on the portal', async () => {
    await withFamilies()
    await takenIn(
      client,
      aList([
        'Code famille;Famille;N° facture;Date facture;Période;Total;Reste;Date limite de paiement',
        '12;LEROUX;A1;05/11/2026;octobre 2026;50,00;50,00;15/12/2026',
      ]),
    )
    const familyId = count(`select id from family where name = 'Leroux'`)
    const copy = await client.protection.exportFamily({ familyId })
    const entries = unzipSync(new Uint8Array(await copy.arrayBuffer()))
    const text = (name: string) => new TextDecoder().decode(entries[name])
    expect(text('Lisez-moi.html')).toContain('Facture reprise n°\u00a0A1, octobre 2026')
    expect(text('donnees.json')).toContain('Facture reprise n°\u00a0A1, octobre 2026')
    const guardianId = count(
      'select guardian_id from family_guardian where family_id = ? order by guardian_id',
      familyId,
    )
    town.store.act(town.person, 'portal.invite', 'Accès au portail', (write) =>
      write.insert(portalAccount, { guardianId, invitationId: 'one', invitationBy: 'mail', invitedAt: write.at }),
    )
    const money = moneyDocuments(town.store, reachOn(today(town.clock)), [familyId]).get(familyId)
    const [invoice] = money?.takenOver ?? []
    if (!money || !invoice) throw new Error('nothing is published')
    expect(invoice).toMatchObject({ reference: 'A1', dueOn: '2026-12-15', leftCents: 5000 })
    expect(openingBalanceShown(invoice, { isOnline: false }).about).toContain('avant le mar. 15 déc. 2026')
    expect(JSON.stringify(balanceShown(money, 0, town.clock()).lines)).toContain('15\u00a0déc.\u00a02026')
  })
})
