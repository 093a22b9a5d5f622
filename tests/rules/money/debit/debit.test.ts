import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, day, daysBetween, weekday } from '../../../../shared/rules/calendar/day.ts'
import {
  type Candidate,
  collectedText,
  collectionSources,
  isAnnouncedBefore,
  proposeCollection,
  remittanceText,
  skipCauses,
  skipRemedy,
  skipText,
  sourceName,
  yearPartName,
} from '../../../../shared/rules/money/debit/collection.ts'
import {
  bankDayBefore,
  bankDayFrom,
  earliestCollection,
  isBankDay,
  lastFileDay,
  lastNoticeDay,
  monthlyDays,
  refuseCollectionDay,
} from '../../../../shared/rules/money/debit/collection-day.ts'
import { debitFileName, structuredAddress } from '../../../../shared/rules/money/debit/debit-file.ts'
import {
  creditorIdOf,
  endToEndId,
  hiddenIban,
  isMandateReference,
  mandateReference,
  portalMandateReference,
  refuseDebtorAccount,
  refuseMandatePrefix,
  spacedIban,
} from '../../../../shared/rules/money/debit/identifiers.ts'
import {
  lapsesAfter,
  type MandateFacts,
  mandateStateOn,
  nextSequence,
  type Presented,
  refuseSignature,
  returnsInARow,
} from '../../../../shared/rules/money/debit/mandate.ts'
import {
  afterReturn,
  afterReturnText,
  debitMeant,
  returnCodes,
} from '../../../../shared/rules/money/debit/returned-debit.ts'
import { sepaText } from '../../../../shared/rules/money/debit/sepa-text.ts'

const delays = { noticeDays: 14, fileDays: 3 }

describe('a text for a bank', () => {
  it('loses its accents, never its letters', () => {
    expect(sepaText('Éric Lecœur-Noël, 12 rue de l’Église', 70)).toBe("Eric Lecoeur-Noel, 12 rue de l'Eglise")
    expect(sepaText('Facture n° 2026-000123 « octobre » & cantine : 12,50 €', 140)).toBe(
      'Facture no 2026-000123 octobre + cantine : 12,50 EUR',
    )
  })

  it('has no slash at its ends and none beside another', () => {
    expect(sepaText('//a///b/', 70)).toBe('a/b')
    expect(sepaText('abc/def', 4)).toBe('abc')
  })

  it('is in the set of SEPA, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 1, max: 140 }), (typed, most) => {
        const text = sepaText(typed, most)
        expect(text).toMatch(/^[A-Za-z0-9/\-?:().,'+ ]*$/)
        expect(text.length).toBeLessThanOrEqual(most)
        expect(text).not.toMatch(/^\/|\/$|\/\/|^ | $/)
      }),
      { numRuns: 40 },
    )
  })
})

describe('the account of a debtor', () => {
  it('is refused at the field that is wrong', () => {
    expect(refuseDebtorAccount({ iban: 'FR14 2004 1010 0505 0001 3M02 606', bic: '' })).toBeUndefined()
    expect(refuseDebtorAccount({ iban: 'FR15 2004 1010 0505 0001 3M02 606', bic: '' })?.field).toBe('iban')
    expect(refuseDebtorAccount({ iban: 'BR97 0036 0305 0000 1000 9795 493P 1', bic: '' })?.sentence).toMatch(
      /zone SEPA/,
    )
    expect(refuseDebtorAccount({ iban: 'FR1420041010050500013M02606', bic: 'AGRI' })?.field).toBe('bic')
  })

  it('needs its BIC outside the European Economic Area', () => {
    const swiss = 'CH93 0076 2011 6238 5295 7'
    expect(refuseDebtorAccount({ iban: swiss, bic: '' })?.field).toBe('bic')
    expect(refuseDebtorAccount({ iban: swiss, bic: 'UBSWCHZH80A' })).toBeUndefined()
  })

  it('is shown in groups of four, or by its ends alone', () => {
    expect(spacedIban('FR1420041010050500013M02606')).toBe('FR14 2004 1010 0505 0001 3M02 606')
    expect(hiddenIban('FR76', '4471')).toBe('FR76 •••• •••• •••• 4471')
  })
})

describe('the names that banks know', () => {
  it('a creditor has an identifier with a key', () => {
    expect(creditorIdOf('fr72 zzz 123456')).toBe('FR72ZZZ123456')
    expect(creditorIdOf('FR72ABC123456')).toBe('FR72ABC123456')
    for (const wrong of ['FR73ZZZ123456', 'FR72ZZZ12345', 'DE98ZZZ09999999999', ''])
      expect(creditorIdOf(wrong)).toBeUndefined()
  })

  it('a typed mandate is numbered, one signed on the portal is random; both are references', () => {
    const random = Uint8Array.from({ length: 16 }, (_, index) => index * 17)
    expect(mandateReference('EJ', 2026, 58)).toBe('EJ-2026-000058')
    expect(portalMandateReference('EJ', random)).toMatch(/^EJ-P-[A-Z2-9]{12}$/)
    for (const text of [mandateReference('EJ', 2026, 58), portalMandateReference('EJ', random), '++OLD/12'])
      expect(isMandateReference(text)).toBe(true)
    for (const text of ['', '/12', '12/', 'A//B', 'A B', 'é', 'x'.repeat(36)])
      expect(isMandateReference(text)).toBe(false)
    expect([refuseMandatePrefix('EJ'), refuseMandatePrefix('é') === undefined]).toEqual([undefined, false])
  })

  it('a debit has a name of at most 35 signs, that of the Treasury with its accounting office', () => {
    const random = Uint8Array.from({ length: 16 }, (_, index) => 255 - index)
    expect(endToEndId(random, null)).toMatch(/^EJ[A-Z2-9]{16}$/)
    expect(endToEndId(random, '014027')).toMatch(/^1D0140270[A-Z2-9]{16}$/)
    expect(endToEndId(random, '014027').length).toBeLessThanOrEqual(35)
  })
})

describe('the day of a collection', () => {
  it('is one on which banks settle', () => {
    const closed = ['2026-01-01', '2026-04-03', '2026-04-06', '2026-05-01', '2026-12-25', '2026-12-26', '2026-11-28']
    expect(closed.filter((on) => isBankDay(day(on)))).toEqual([])
    // French public holidays on which banks settle all the same.
    expect(['2026-05-08', '2026-05-14', '2026-07-14', '2026-11-11'].filter((on) => !isBankDay(day(on)))).toEqual([])
  })

  it('names the holiday and the next day', () => {
    expect(refuseCollectionDay(day('2026-12-25'), day('2026-11-25'), delays)).toBe(
      'Le vendredi 25 décembre 2026 est Noël\u00a0: les banques n’y prélèvent pas. Prenez le lundi 28 décembre 2026.',
    )
    expect(refuseCollectionDay(day('2026-12-12'), day('2026-11-25'), delays)).toMatch(
      /n’est pas un jour ouvré.*14 décembre/,
    )
  })

  it('leaves families the days that they were promised', () => {
    expect(refuseCollectionDay(day('2026-12-10'), day('2026-11-26'), delays)).toBeUndefined()
    expect(refuseCollectionDay(day('2026-12-10'), day('2026-11-27'), delays)).toMatch(
      /prévenues 14\u00a0jours avant.*11 décembre/,
    )
    expect(lastNoticeDay(day('2026-12-10'), delays)).toBe('2026-11-26')
    expect(refuseCollectionDay(day('2026-12-01'), day('2026-11-30'), { noticeDays: 0, fileDays: 3 })).toMatch(
      /Le fichier part/,
    )
  })

  it('counts the bank days before it', () => {
    expect(lastFileDay(day('2026-12-10'), delays)).toBe('2026-12-07')
    expect(bankDayBefore(day('2026-12-28'), 1)).toBe('2026-12-24')
  })

  it('the earliest one is never refused, the day before it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 10 }),
        (offset, noticeDays, fileDays) => {
          const today = addDays(day('2026-01-01'), offset)
          const first = earliestCollection(today, { noticeDays, fileDays })
          expect(refuseCollectionDay(first, today, { noticeDays, fileDays })).toBeUndefined()
          for (const before of daysBetween(today, addDays(first, -1)))
            expect(refuseCollectionDay(before, today, { noticeDays, fileDays })).toBeDefined()
        },
      ),
      { numRuns: 60 },
    )
  })

  it('comes each month on its date, or the next bank day', () => {
    expect(monthlyDays(day('2026-12-01'), 10, 5)).toEqual([
      '2026-12-10',
      '2027-01-11',
      '2027-02-10',
      '2027-03-10',
      '2027-04-12',
    ])
    expect(monthlyDays(day('2027-02-01'), 31, 1)).toEqual(['2027-03-01'])
    expect(weekday(bankDayFrom(day('2026-11-28')))).toBe(1)
  })
})

const mandate = (changes: Partial<MandateFacts> = {}): MandateFacts => ({
  kind: 'recurrent',
  signedOn: day('2023-11-14'),
  presented: [],
  suspendedOn: null,
  stoppedOn: null,
  ...changes,
})
const presented = (...cameBack: Presented['cameBack'][]): Presented[] =>
  cameBack.map((each, index) => ({ on: addDays(day('2026-01-12'), index * 30), cameBack: each }))

describe('a mandate', () => {
  it('lapses 36 months after its last collection, else after its signature', () => {
    expect(lapsesAfter(mandate())).toBe('2026-11-14')
    expect(mandateStateOn(mandate(), day('2026-11-14'))).toBe('active')
    expect(mandateStateOn(mandate(), day('2026-11-15'))).toBe('lapsed')
    // A debit that came back was presented all the same.
    expect(mandateStateOn(mandate({ presented: presented('rejected') }), day('2028-12-01'))).toBe('active')
  })

  it('is suspended or stopped from its day on, and stopped counts more', () => {
    const both = mandate({ suspendedOn: day('2026-01-05'), stoppedOn: day('2026-03-01') })
    expect(['2026-01-04', '2026-01-05', '2026-03-01'].map((on) => mandateStateOn(both, day(on)))).toEqual([
      'active',
      'suspended',
      'stopped',
    ])
  })

  it('begins again after a rejection, goes on after a return', () => {
    expect(nextSequence(mandate())).toBe('FRST')
    expect(nextSequence(mandate({ presented: presented('rejected') }))).toBe('FRST')
    expect(nextSequence(mandate({ presented: presented('returned') }))).toBe('RCUR')
    expect(nextSequence(mandate({ presented: presented(null, 'rejected') }))).toBe('RCUR')
    expect(nextSequence(mandate({ presented: presented(null) }), true)).toBe('FNAL')
    // A first debit that is also the last one stays the first: banks know no mandate that ends before it began.
    expect(nextSequence(mandate(), true)).toBe('FRST')
  })

  it('for one debit is used once, and again only if that debit was rejected', () => {
    expect(nextSequence(mandate({ kind: 'oneOff' }))).toBe('OOFF')
    expect(mandateStateOn(mandate({ kind: 'oneOff', presented: presented('rejected') }), day('2026-02-01'))).toBe(
      'active',
    )
    expect(mandateStateOn(mandate({ kind: 'oneOff', presented: presented(null) }), day('2026-02-01'))).toBe('used')
  })

  it('never has two first debits that were both settled', () => {
    const came = fc.array(fc.constantFrom<Presented['cameBack']>(null, 'rejected', 'returned'), { maxLength: 8 })
    fc.assert(
      fc.property(came, (all) => {
        const firsts = all.filter(
          (cameBack, index) =>
            cameBack !== 'rejected' &&
            nextSequence(mandate({ presented: presented(...all.slice(0, index)) })) === 'FRST',
        )
        expect(firsts.length).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('is not signed in the future, nor so long ago that it lapsed', () => {
    expect(refuseSignature(day('2026-11-26'), day('2026-11-25'))).toMatch(/futur/)
    expect(refuseSignature(day('2023-11-24'), day('2026-11-25'))).toMatch(/caduc/)
    expect(refuseSignature(day('2023-11-25'), day('2026-11-25'))).toBeUndefined()
  })
})

describe('a debit that came back', () => {
  it('is presented again when money was missing, once', () => {
    expect([afterReturn('AM04', 1), afterReturn('AM04', 2)]).toEqual(['again', 'wait'])
    expect([returnsInARow(presented(null, 'returned')), returnsInARow(presented('rejected', 'returned'))]).toEqual([
      1, 2,
    ])
    expect(returnsInARow(presented('returned', null))).toBe(0)
  })

  it('stops the account, or waits for a person', () => {
    for (const code of ['AC01', 'AC04', 'AC06', 'BE05']) expect(afterReturn(code, 1)).toBe('stopAccount')
    for (const code of ['MD01', 'MD06', 'MD07', 'SL01', 'XX99', '']) expect(afterReturn(code, 1)).toBe('wait')
    expect(afterReturnText('AC04', 1)).toBe('Compte clos. Mandat arrêté\u00a0: demandez un autre compte.')
    expect(afterReturnText('XX99', 1)).toBe('Motif XX99. Mandat suspendu\u00a0: à vous de décider.')
  })

  it('is never collected a third time in a row without a person', () => {
    for (const code of returnCodes) expect(afterReturn(code, 2)).not.toBe('again')
  })
})

describe('the file of a collection', () => {
  it('is named after its day, or as the Treasury asks', () => {
    const made = { day: day('2026-12-07'), number: 1 }
    expect(debitFileName(day('2026-12-10'), { prefix: 'EJ', treasury: null }, made)).toBe('EJ-2026-12-10.xml')
    expect(debitFileName(day('2026-12-10'), { prefix: 'EJ', treasury: { serviceId: 'TGDFT027' } }, made)).toBe(
      'TGDFT027-DFT-SDD-26341-001.xml',
    )
  })

  it('has addresses in parts, or none', () => {
    const town = { line2: '', postcode: '14550', town: 'Blainville-sur-Orne' }
    const structured = (line1: string) => {
      const found = structuredAddress({ ...town, line1 })
      return found && [found.number, found.street]
    }
    expect(structured('12 rue des Tilleuls')).toEqual(['12', 'rue des Tilleuls'])
    expect(structured('12 bis, rue des Tilleuls')).toEqual(['12 bis', 'rue des Tilleuls'])
    expect(structured('Le Bourg')).toEqual(['', 'Le Bourg'])
    expect(structured('')).toBeNull()
    expect(structuredAddress({ line1: '1 High Street', line2: '', postcode: 'SW1', town: 'London' })).toBeNull()
  })
})

const debt = (number: string, leftCents: number, dueOn: string | null, isInCollection = false) => ({
  isBeingPaid: false,
  invoiceId: number.startsWith('Solde') ? null : 1,
  openingDebtId: number.startsWith('Solde') ? 1 : null,
  name: number,
  number,
  period: number.startsWith('Solde') ? '' : 'novembre 2026',
  on: day('2026-10-31'),
  leftCents,
  dueOn: dueOn === null ? null : day(dueOn),
  isInCollection,
})
const home = (changes: Partial<Candidate> = {}): Candidate => ({
  mandateId: 1,
  state: 'active',
  sequence: 'RCUR',
  isAccountLost: false,
  isToTitle: false,
  debts: [debt('2026-000001', 4000, '2026-12-07')],
  parts: [],
  ...changes,
})
const part = (dueOn: string, cents = 5000) => ({ yearPartId: 1, dueOn: day(dueOn), cents })
const reported = (...numbers: string[]) => collectedText(numbers.map((number) => debt(number, 1, null)))

describe('what a collection takes', () => {
  const wish = { on: day('2026-12-10'), leastCents: 500 }

  it('is what is due on its day, and in no other collection', () => {
    const debts = [
      debt('2026-000001', 4000, '2026-12-10'),
      debt('2026-000002', 3000, '2026-12-11'),
      debt('2026-000003', 200, null),
      debt('2026-000004', 900, '2026-11-01', true),
    ]
    expect(proposeCollection([home({ debts })], wish).debits).toMatchObject([{ cents: 4000 }])
    expect(proposeCollection([home({ debts: [] })], wish)).toEqual({ debits: [], skipped: [] })
  })

  it('skips, with why, those who owe and cannot be collected', () => {
    const stopped = (['suspended', 'stopped', 'lapsed', 'used'] as const).map((state) => home({ state }))
    const paying = home({ debts: [{ ...debt('2026-000001', 4000, '2026-12-01'), isBeingPaid: true }] })
    const few = home({ debts: [debt('2026-000001', 499, '2026-12-01')] })
    const { debits, skipped } = proposeCollection(
      [...stopped, home({ isAccountLost: true }), home({ isToTitle: true }), paying, few],
      wish,
    )
    expect(debits).toEqual([])
    expect(skipped.map(({ cause }) => cause)).toEqual([
      'suspended',
      'stopped',
      'lapsed',
      'used',
      'accountLost',
      'toTitle',
      'beingPaid',
      'below',
    ])
    expect(skipText('lapsed', { reason: '', leastCents: 500 })).toBe('Mandat caduc\u00a0: 36 mois sans prélèvement')
  })

  it('takes the parts of a year that are due, beside what else is', () => {
    const parts = [part('2026-11-10'), part('2026-12-10'), part('2027-01-11')]
    expect(proposeCollection([home({ parts })], wish).debits).toMatchObject([
      { cents: 14_000, parts: parts.slice(0, 2) },
    ])
    expect(proposeCollection([home({ parts, state: 'stopped' })], wish).skipped).toMatchObject([{ cause: 'stopped' }])
  })

  it('is limited to parts of a year when a notice would come too late', () => {
    const late = { ...wish, isTooLateToAnnounce: true }
    const parts = [part('2026-11-10'), part('2026-12-10')]
    const { debits, skipped } = proposeCollection([home({ parts }), home({ parts: parts.slice(0, 1) }), home()], late)
    expect(debits).toMatchObject([{ cents: 5000, debts: [], parts: [{ dueOn: '2026-12-10' }] }])
    expect(skipped.map(({ cause, cents }) => [cause, cents])).toEqual([
      ['untold', 9000],
      ['untold', 4000],
    ])
    expect(isAnnouncedBefore(debits[0] ?? { debts: [1], parts: [] }, wish.on)).toBe(true)
    expect(isAnnouncedBefore({ debts: [], parts: [part('2026-11-10')] }, wish.on)).toBe(false)
    expect(refuseCollectionDay(wish.on, day('2026-12-02'), delays)).toMatch(/14\u00a0jours avant/)
    expect(refuseCollectionDay(wish.on, day('2026-12-02'), delays, true)).toBeUndefined()
    expect(refuseCollectionDay(wish.on, day('2026-12-09'), delays, true)).toMatch(/Le fichier part/)
  })

  it('offers, for each skipped payer, what puts it back: an account is asked for of homes only', () => {
    expect(skipCauses.map((cause) => skipRemedy(cause, true))).toEqual([
      'resume',
      'askAccount',
      'newMandate',
      'newMandate',
      'newMandate',
      null,
      null,
      null,
      null,
    ])
    expect(skipRemedy('stopped', false)).toBe('newMandate')
  })

  it('says where its sum comes from, the largest part first', () => {
    const november = { source: sourceName(debt('2026-000001', 1, null)), cents: 4000 }
    const opening = { source: sourceName(debt('Solde repris au 31/08/2026', 1, null)), cents: 1200 }
    const ofYear = { source: sourceName({ invoiceId: null, yearPartId: 3, period: '' }), cents: 8600 }
    expect(collectionSources([{ taken: [opening, november] }, { taken: [november] }, { taken: [ofYear] }])).toEqual([
      { source: 'Mensualités', count: 1, cents: 8600 },
      { source: 'Factures de novembre 2026', count: 2, cents: 8000 },
      { source: 'Soldes repris', count: 1, cents: 1200 },
    ])
  })

  it('is described in a column, and on the debtor’s statement', () => {
    expect([reported('2026-000001'), reported('2026-000001', '2026-000002')]).toEqual([
      '2026-000001',
      '2\u00a0factures',
    ])
    expect(reported('2026-000001', 'Solde repris au 31/08/2026')).toBe('1\u00a0facture et un solde repris')
    const invoices = [debt('2026-000001', 1, null), debt('2026-000002', 1, null)]
    expect(remittanceText('Espace Jeunesse', invoices)).toBe('Factures 2026-000001, 2026-000002 - Espace Jeunesse')
    const ofYear = { invoiceId: null, yearPartId: 3, number: yearPartName(day('2027-01-11')) }
    expect(collectedText([ofYear])).toBe('mensualité du 11/01/2027')
    expect(collectedText([...invoices, ofYear])).toBe('2\u00a0factures, 1\u00a0mensualité')
    expect(remittanceText('Espace Jeunesse', [ofYear])).toBe('mensualité du 11/01/2027 - Espace Jeunesse')
  })
})

const sentOn = (on: string, cameBackOn: string | null = null) => ({
  on: day(on),
  cameBackOn: cameBackOn === null ? null : day(cameBackOn),
})
const returned = (on: string | null) => ({ cameBack: 'returned' as const, on: on === null ? null : day(on) })

describe('a return that names no debit, among equal parts of a year', () => {
  const october = sentOn('2026-10-10')
  const november = sentOn('2026-11-10')

  it('is the last debit before it', () => {
    expect(debitMeant([october, november, sentOn('2026-12-10')], returned('2026-11-14'))).toBe(november)
    expect(debitMeant([october, november], returned(null))).toBe(november)
    expect(debitMeant([], returned('2026-11-14'))).toBeUndefined()
  })

  it('read twice, is the one that is recorded: no other month is taken', () => {
    const back = sentOn('2026-11-10', '2026-11-14')
    expect(debitMeant([october, back], returned('2026-11-14'))).toBe(back)
    expect(debitMeant([october, back], returned(null))).toBe(back)
  })

  it('on another day is the debit before the one that came back', () => {
    expect(debitMeant([october, sentOn('2026-11-10', '2026-11-14')], returned('2026-11-25'))).toBe(october)
  })

  it('refused before it is settled, is the next debit to come', () => {
    const refused = { cameBack: 'rejected' as const, on: day('2026-11-08') }
    expect(debitMeant([october, november, sentOn('2026-12-10')], refused)).toBe(november)
    expect(debitMeant([october, november], { ...refused, on: day('2026-11-12') })).toBe(november)
  })
})
