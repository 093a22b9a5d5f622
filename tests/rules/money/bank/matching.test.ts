import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day } from '../../../../shared/rules/calendar/day.ts'
import {
  type BankDebt,
  type BankPayer,
  batchText,
  type ExpectedBatch,
  type MatchingFacts,
  matchLines,
  matchText,
  proposalText,
  type WaitingLine,
} from '../../../../shared/rules/money/bank/matching.ts'
import { invoiceNumbersIn, namesDay, numberLetters, senderOf } from '../../../../shared/rules/money/bank/references.ts'
import { sumOf } from '../../../../shared/rules/money/money.ts'

const on = day('2026-11-17')
const letters = numberLetters([null, 'CV'])

const home = (familyId: number, name: string, more: Partial<BankPayer> = {}): BankPayer => ({
  familyId,
  thirdPartyId: null,
  name,
  lastNames: [],
  firstNames: [],
  ...more,
})
const invoice = (invoiceId: number, familyId: number, leftCents: number, more: Partial<BankDebt> = {}): BankDebt => ({
  familyId,
  thirdPartyId: null,
  invoiceId,
  openingDebtId: null,
  number: `2026-00${1000 + invoiceId}`,
  name: `Facture n° 2026-00${1000 + invoiceId}`,
  on: addDays(day('2026-11-01'), invoiceId % 10),
  from: day('2026-10-01'),
  leftCents,
  ...more,
})
const batch = (means: ExpectedBatch['means'], cents: number, more: Partial<ExpectedBatch> = {}): ExpectedBatch => ({
  key: `${means} 2026-11-13`,
  means,
  on: day('2026-11-13'),
  cents,
  count: 3,
  payer: '',
  number: '',
  ...more,
})
const line = (id: number, cents: number, label: string, more: Partial<WaitingLine> = {}): WaitingLine => ({
  id,
  on,
  cents,
  label,
  reference: '',
  payer: '',
  endToEndId: '',
  means: '',
  account: '',
  sender: '',
  ...more,
})

const facts: MatchingFacts = {
  letters,
  payers: [
    home(1, 'Vautier'),
    home(2, 'Aubry', { firstNames: ['Noa', 'Tao'] }),
    home(3, 'Anquetil', { firstNames: ['Hervé'] }),
    home(4, 'Anquetil', { firstNames: ['Sonia'] }),
    home(5, 'Renault'),
    home(6, 'Durand'),
    home(7, 'Durand'),
    home(8, 'Durand'),
    { familyId: null, thirdPartyId: 1, name: 'CCAS', lastNames: [], firstNames: [] },
  ],
  debts: [
    invoice(421, 1, 6840),
    invoice(100, 2, 158),
    invoice(284, 2, 14_118),
    invoice(334, 5, 7460),
    invoice(17, 0, 10_260, { familyId: null, thirdPartyId: 1, number: 'T2026-000017' }),
    invoice(500, 3, 4000),
    invoice(501, 4, 5000),
  ],
  handedOver: [invoice(77, 2, 3010, { isAtTreasury: true })],
  batches: [batch('card', 21_835), batch('online', 46_270, { count: 5 })],
  payersOfAccount: new Map([['digest', [{ familyId: 2, thirdPartyId: null }]]]),
  payersOfSender: new Map([['MAMIE', [{ familyId: 2, thirdPartyId: null }]]]),
}

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

const matched = (one: WaitingLine, more: Partial<MatchingFacts> = {}) => {
  const [found] = matchLines([one], { ...facts, ...more })
  if (!found) throw new Error('no match')
  const [best] = found.proposals
  return { ...found, what: plain(best ? proposalText(best) : ''), why: plain(matchText(found, one.cents)) }
}

describe('the numbers of invoices in a line', () => {
  it.each([
    ['VIR MME VAUTIER 2026 001421', ['2026001421']],
    ['VIR 2026001421', ['2026001421']],
    ['REF/FACTURE N°2026-001421', ['2026001421']],
    ['F2026-001421 ET 2026-001422', ['2026001421', '2026001422']],
    ['CCAS T2026-000017', ['T2026000017']],
    ['CV-2026-000123', ['CV2026000123']],
    ['CV-T2026-000017', ['CVT2026000017']],
    ['RELANCE R2026-000012', []],
    ['QUITTANCE CV-Q2026-000012', []],
    ['FACT 1334', []],
    ['DU 20261117', []],
    ['REF 20260014210', []],
  ])('%s', (text, numbers) => {
    expect(invoiceNumbersIn(text, letters)).toEqual(numbers)
  })

  it('are not its days', () => {
    expect(namesDay('REMISE CB DU 13 11', day('2026-11-13'))).toBe(true)
    expect(namesDay('DGFIP PAYFIP 131126', day('2026-11-13'))).toBe(true)
    expect(namesDay('REMISE CB DU 13/11/2025', day('2026-11-13'))).toBe(false)
  })
})

describe('a line is sure', () => {
  it('when it names what it pays and brings exactly what is left of it', () => {
    expect(matched(line(1, 6840, 'VIR MME VAUTIER 2026 001421'))).toMatchObject({
      verdict: 'sure',
      what: 'Vautier, 2026-001421',
      proposals: [{ kind: 'pays', familyId: 1, aheadCents: 0, parts: [{ invoiceId: 421, cents: 6840 }] }],
    })
    expect(matched(line(1, 10_260, 'VIR CCAS BLAINVILLE T2026-000017')).what).toBe('CCAS, T2026-000017')
  })

  it('when it names several invoices of one payer and brings their sum', () => {
    const two = matched(line(1, 14_276, 'VIR 2026-001100 2026-001284'))
    expect(two.verdict).toBe('sure')
    expect(two.what).toBe('Aubry, 2 factures')
    expect(matched(line(1, 6998, 'VIR 2026-001100 2026-001421')).verdict).toBe('toConfirm')
  })

  it('when it is an expected batch by sum and day, one candidate only, and says that it is one', () => {
    const card = matched(line(1, 21_835, 'REMISE CB DU 13 11'))
    expect(card).toMatchObject({ verdict: 'sure', what: 'Carte, 3 règlements du ven. 13 nov.' })
    expect(matched(line(1, 46_270, 'DGFIP PAYFIP 131126')).verdict).toBe('sure')
    expect(matched(line(1, 21_835, 'VIR M QUELQU’UN')).verdict).toBe('toConfirm')
    expect(matched(line(1, 21_835, 'REMISE CB', { on: day('2026-11-21') })).verdict).toBe('unknown')
    expect(matched(line(1, 21_835, 'REMISE CB', { on: day('2026-11-12') })).verdict).toBe('unknown')
    expect(matched(line(1, 21_835, 'REMISE CB', { means: 'transfer' })).verdict).toBe('toConfirm')
  })

  it('among several batches of one sum, when it names the day or the number of one', () => {
    const other = batch('card', 21_835, { key: 'card 2026-11-14', on: day('2026-11-14') })
    const batches = [...facts.batches, other]
    expect(matched(line(1, 21_835, 'REMISE CB'), { batches }).verdict).toBe('toConfirm')
    expect(matched(line(1, 21_835, 'REMISE CB DU 14 11'), { batches })).toMatchObject({
      verdict: 'sure',
      proposals: [{ batch: { key: 'card 2026-11-14' } }],
    })
    const slips = [29, 30].map((number) =>
      batch('cheque', 83_045, { key: `slip ${number}`, number: `B2026-0000${number}`, count: 9 }),
    )
    expect(matched(line(1, 83_045, 'REMISE CHQ'), { batches: slips }).verdict).toBe('toConfirm')
    const named = matched(line(1, 83_045, 'REMISE CHQ 0000030'), { batches: slips })
    expect(named).toMatchObject({ verdict: 'sure', what: 'Bordereau B2026-000030, 9 chèques' })
  })

  it('not when two lines could be one batch; of two lines that name one invoice, the first', () => {
    const batches = matchLines([line(1, 21_835, 'REMISE CB'), line(2, 21_835, 'REMISE CB')], facts)
    expect(batches.map(({ verdict }) => verdict)).toEqual(['toConfirm', 'toConfirm'])
    const twice = matchLines([line(2, 6840, '2026-001421'), line(1, 6840, '2026-001421')], facts)
    expect(twice.map(({ verdict }) => verdict)).toEqual(['toConfirm', 'sure'])
  })

  it('never when its number is of an invoice that is paid, or when a payment by hand may be it', () => {
    expect(matched(line(1, 6840, 'VIR 2026-001421 2026-001999')).verdict).toBe('toConfirm')
    const byHand = batch('transfer', 6840, { key: 'payment 8', payer: 'Vautier', count: 1 })
    expect(matched(line(1, 6840, 'VIR VAUTIER 2026-001421'), { batches: [byHand] })).toMatchObject({
      verdict: 'toConfirm',
      what: 'Virement de Vautier déjà enregistré, ven. 13 nov.',
    })
  })
})

describe('a line to confirm', () => {
  it.each([
    [
      'VIR M OU MME AUBRY LOISIRS OCT NOA TAO',
      14_118,
      'Aubry, 2026-001284',
      'nom, prénom et montant exact, référence absente',
    ],
    [
      'VIR INST SARL JARDINS DE L ORNE FACT 1334',
      7460,
      'Renault, 2026-001334',
      'numéro sans son année et montant exact, référence absente',
    ],
    ['VIR MME ANQUETIL', 12_000, 'Anquetil, 2026-001500', '2 familles de ce nom, montant rond'],
    ['VIR MME ANQUETIL SONIA', 12_000, 'Anquetil, 2026-001501', 'nom et prénom, référence absente'],
    ['VIR AUBRY SOLDE', 14_276, 'Aubry, 2 factures', 'nom et tout le solde, référence absente'],
    ['VIR VAUTIER 2026-001421', 6000, 'Vautier, 2026-001421', 'référence et nom, montant différent'],
    ['VIR 2026-001077', 3010, 'Aubry, 2026-001077, à reverser', 'facture à la Trésorerie : à reverser'],
  ])('%s', (label, cents, what, why) => {
    expect(matched(line(1, cents, label))).toMatchObject({ verdict: 'toConfirm', what, why })
  })

  it('keeps for the Treasury only what names its invoice, and gives the rest to what is owed here', () => {
    expect(matched(line(1, 3168, 'VIR 2026-001077')).proposals).toMatchObject([
      {
        familyId: 2,
        parts: [
          { invoiceId: 77, cents: 3010, isAtTreasury: true },
          { invoiceId: 100, cents: 158 },
        ],
        aheadCents: 0,
      },
    ])
    const both = matched(line(1, 9850, 'VIR 2026-001077 2026-001421'))
    expect(both.verdict).toBe('toConfirm')
    const unnamed = matched(line(1, 3010, 'VIR M OU MME AUBRY')).proposals[0]
    expect(unnamed).toMatchObject({ parts: [{ invoiceId: 100 }, { invoiceId: 284 }] })
  })

  it('keeps ahead what no debt takes, and knows again the account that paid before', () => {
    expect(matched(line(1, 7000, 'VIR VAUTIER')).proposals).toMatchObject([{ aheadCents: 160 }])
    expect(matched(line(1, 9000, 'VIR MAMIE', { account: 'digest' }))).toMatchObject({
      verdict: 'toConfirm',
      proposals: [{ familyId: 2, reasons: ['account'] }],
    })
  })

  it('proposes the payer of the sender’s earlier money before a name and an exact amount, and is never sure of it', () => {
    const mamie = { sender: 'MAMIE' }
    expect(matched(line(1, 6840, 'VIR MAMIE VAUTIER', mamie))).toMatchObject({
      verdict: 'toConfirm',
      proposals: [
        { familyId: 2, reasons: ['sender'] },
        { familyId: 1, reasons: ['name', 'amount'] },
      ],
    })
    expect(matched(line(1, 6000, 'VIR MAMIE VAUTIER 2026-001421', mamie)).proposals).toMatchObject([
      { familyId: 1, reasons: ['number', 'name'] },
      { familyId: 2 },
    ])
    // A fund pays for many homes.
    const fund = { ...facts, payersOfSender: new Map([['CAF', facts.payers.slice(0, 3)]]) }
    expect(matched(line(1, 9000, 'VIR CAF', { sender: 'CAF' }), fund).verdict).toBe('unknown')
  })

  it('is unknown when too many have its name, or nobody', () => {
    expect(matched(line(1, 3545, 'VIR M DURAND MICHEL'))).toMatchObject({
      verdict: 'unknown',
      why: '3 familles de ce nom, aucune dette égale',
    })
    expect(matched(line(1, 6000, 'VIR ASS LES P TITS LOUPS SUBVENTION'))).toMatchObject({
      verdict: 'unknown',
      why: 'aucune famille de ce nom',
    })
  })
})

const someFacts = fc
  .record({
    owed: fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(1000, 2000, 3000)), { maxLength: 8 }),
    batches: fc.array(fc.tuple(fc.constantFrom('card' as const, 'online' as const), fc.constantFrom(1000, 2000)), {
      maxLength: 4,
    }),
  })
  .map(({ owed, batches }) => ({
    ...facts,
    debts: owed.map(([familyId, cents], index) => invoice(index + 1, familyId, cents)),
    batches: batches.map(([means, cents], index) =>
      batch(means, cents, { key: `${means} ${index}`, on: addDays(on, -index) }),
    ),
  }))
const words = fc.constantFrom(
  'VIR',
  'AUBRY',
  'VAUTIER',
  '2026-001001',
  '2026 001002',
  'REMISE CB',
  'PAYFIP',
  '17 11',
  '1003',
)
const someTexts = fc.array(words, { maxLength: 4 }).map((some) => some.join(' '))
const amounts = fc.constantFrom(1000, 2000, 3000, 4000)

describe('whatever the lines and debts', () => {
  it('nothing is surely paid or received twice, and a sure line names its debt and adds up', () => {
    fc.assert(
      fc.property(someFacts, fc.array(fc.tuple(amounts, someTexts), { maxLength: 10 }), (known, drawn) => {
        const lines = drawn.map(([cents, label], index) => line(index + 1, cents, label))
        const sure = matchLines(lines, known).flatMap(({ verdict, proposals }, index) => {
          const [proposal, ...others] = proposals
          const own = lines[index]
          return verdict === 'sure' && proposal && own ? [{ proposal, others, line: own }] : []
        })
        expect(sure.filter(({ others }) => others.length > 0)).toEqual([])
        const arrived = sure.flatMap(({ proposal, line: own }) =>
          proposal.kind === 'arrives' ? [{ ...proposal.batch, ofLine: own.cents }] : [],
        )
        expect(arrived.filter(({ cents, ofLine }) => cents !== ofLine)).toEqual([])
        expect(new Set(arrived.map(({ key }) => key)).size).toBe(arrived.length)
        const paid = sure.flatMap(({ proposal, line: own }) => (proposal.kind === 'pays' ? [{ ...proposal, own }] : []))
        expect(paid.map(({ aheadCents }) => aheadCents).filter((cents) => cents !== 0)).toEqual([])
        expect(paid.map(({ parts }) => sumOf(parts))).toEqual(paid.map(({ own }) => own.cents))
        const named = paid.flatMap(({ parts, own }) => parts.map((part) => ({ ...part, own })))
        for (const { number, own } of named)
          expect(invoiceNumbersIn(own.label, letters)).toContain(number.replace('-', ''))
        for (const { invoiceId, leftCents } of known.debts)
          expect(sumOf(named.filter((part) => part.invoiceId === invoiceId))).toBeOneOf([0, leftCents])
      }),
    )
  })

  it('a line without a number and without the words of a batch is never sure', () => {
    const silent = fc.array(fc.constantFrom('VIR', 'AUBRY', 'VAUTIER', 'NOA', 'OCTOBRE'), { maxLength: 4 })
    fc.assert(
      fc.property(someFacts, amounts, silent, (known, cents, some) => {
        expect(matched(line(1, cents, some.join(' '), { account: 'digest' }), known).verdict).not.toBe('sure')
      }),
    )
  })
})

it.each([
  ['', 'VIR SEPA M OU MME AUBRY OCT 2026 REF 8841', 'M OU MME AUBRY'],
  ['', 'VIR INST RECU DE M OU MME AUBRY NOVEMBRE', 'M OU MME AUBRY'],
  ['Mme Élise Aubry', 'VIREMENT 12', 'MME ELISE AUBRY'],
  ['', 'VIREMENT 2026-001421 DU 13/11', ''],
  ['', 'VIR LI', ''],
])('the words of a sender that stay from month to month: « %s », « %s »', (payer, label, sender) => {
  expect(senderOf({ payer, label })).toBe(sender)
})

it('a batch is described by its means, day and number', () => {
  expect(batchText(batch('directDebit', 1, { count: 12 }))).toBe('Prélèvement, 12\u00a0règlements du ven. 13 nov.')
})
