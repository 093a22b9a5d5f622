import { describe, expect, it } from 'vitest'
import { addMinutes, day, instant } from '../../../shared/rules/calendar/day.ts'
import {
  type AttemptFacts,
  attemptState,
  attemptText,
  codeText,
  isFinalReply,
  isQueryDue,
  isQueryWorthwhile,
  mayStartAnother,
  mismatchCode,
  type PaymentRequest,
  paidAtOf,
  payfipSubject,
  paymentRequest,
  purgedAt,
  refusalCode,
  whyNotOnline,
  whyNotStartAnother,
} from '../../../shared/rules/money/payment/payfip.ts'

const invoice = { number: '2026-001284', label: 'Octobre 2026', issuedOn: day('2026-11-03'), cents: 14_118 }
const addresses = {
  notified: 'https://portail.exemple.fr/payfip/notification',
  back: 'https://portail.exemple.fr/payfip/retour/1',
}
const asked = (changes: Partial<PaymentRequest> = {}): PaymentRequest => ({
  ...paymentRequest(invoice, { email: 'claire.aubry@exemple.fr' }, { client: '012345', mode: 'production' }, addresses),
  ...changes,
})

const entry = (mode: 'test' | 'activation' | 'production') =>
  paymentRequest(invoice, { email: 'a@exemple.fr' }, { client: '012345', mode }, addresses).saisie

describe('what PayFiP is asked', () => {
  it('names the invoice by its number without its dash, its year and its cents, and keeps the zero of the régie', () => {
    expect(asked()).toStrictEqual({
      exer: '2026',
      mel: 'claire.aubry@exemple.fr',
      montant: '14118',
      numcli: '012345',
      objet: 'Facture 2026 001284 Octobre 2026',
      refdet: '2026001284',
      saisie: 'W',
      urlnotif: addresses.notified,
      urlredirect: addresses.back,
    })
  })

  it('says T in test, X to be activated, W for good', () => {
    expect([entry('test'), entry('activation'), entry('production')]).toStrictEqual(['T', 'X', 'W'])
  })

  it.each([
    ['Vacances d’été, l’après-midi', 'Vacances d ete l apres midi'],
    ['Noël – œuvre & Cie', 'Noel oeuvre Cie'],
    ['a'.repeat(120), 'a'.repeat(100)],
  ])('writes the subject « %s » with letters, figures and spaces, 100 at most', (text, subject) => {
    expect(payfipSubject(text)).toBe(subject)
  })

  it.each<[string, Partial<PaymentRequest>]>([
    ['T1', { numcli: '12345' }],
    ['S1', { saisie: 'A' }],
    ['M1', { montant: '141,18' }],
    ['M3', { montant: '99' }],
    ['M5', { montant: '10000000' }],
    ['A1', { mel: 'a@b.f' }],
    ['A1', { mel: `${'a'.repeat(80)}@exemple.fr` }],
    ['A2', { mel: 'claire.aubry' }],
    ['R3', { refdet: '2026-001284' }],
    ['R3', { refdet: '12345' }],
    ['R3', { refdet: '1'.repeat(31) }],
    ['N1', { urlnotif: `https://portail.exemple.fr/${'a'.repeat(240)}` }],
    ['D1', { urlredirect: 'portail' }],
    ['999', { exer: '26' }],
    ['999', { objet: 'été' }],
  ])('is refused with %s for %j', (code, changes) => {
    expect(refusalCode(asked(changes))).toBe(code)
  })

  it('takes a whole euro and just under 100,000', () => {
    expect(refusalCode(asked({ montant: '100' }))).toBeNull()
    expect(refusalCode(asked({ montant: '9999999' }))).toBeNull()
    expect([whyNotOnline(100), whyNotOnline(9_999_999)]).toStrictEqual([null, null])
  })

  it.each([0, -158, 99, 10_000_000])('explains to a parent why %d cents cannot be paid online', (cents) => {
    expect(whyNotOnline(cents)).toMatch(/\.$/)
  })
})

describe('what PayFiP answers', () => {
  it.each(['P1', 'P3', 'P4', 'P5', 'M3', 'A2', 'T2', 'R3', '999'])('has a sentence for parents about %s', (code) => {
    expect(codeText(code)).toMatch(/^[A-ZÉ].*\.$/)
  })

  it('names the code where only the town can do something', () => {
    expect(codeText('T2')).toContain('T2')
    expect(codeText('999')).not.toContain('999')
  })

  it('reads its day and hour as those of the town, summer and winter', () => {
    expect(paidAtOf('25112026', '1830')).toBe('2026-11-25T17:30:00.000Z')
    expect(paidAtOf('01072026', '0005')).toBe('2026-06-30T22:05:00.000Z')
    expect(paidAtOf('31022026', '1830')).toBeNull()
    expect(paidAtOf('', '')).toBeNull()
  })
})

describe('one attempt', () => {
  const start = instant('2026-11-25T17:00:00.000Z')
  const after = (minutes: number) => addMinutes(start, minutes)
  const made: AttemptFacts = {
    recordedAt: start,
    sentAt: null,
    result: null,
    code: null,
    heardAt: null,
    settledAt: null,
  }
  const sent: AttemptFacts = { ...made, sentAt: start }

  it.each<[string, AttemptFacts, number, string]>([
    ['recorded a moment ago', made, 1, 'made'],
    ['never begun at PayFiP', made, 2, 'expired'],
    ['refused by PayFiP at once', { ...made, settledAt: start }, 0, 'expired'],
    ['on its page', sent, 14, 'sent'],
    ['on its page, asked about and not known yet', { ...sent, heardAt: after(3) }, 5, 'sent'],
    ['whose page ran out, nothing heard', sent, 15, 'unknown'],
    ['whose page ran out, PayFiP silent for hours', sent, 300, 'unknown'],
    ['not known after 20 minutes', { ...sent, heardAt: after(20) }, 20, 'expired'],
    ['left early: it may still be paid', { ...sent, result: 'A', heardAt: after(2) }, 2, 'unknown'],
    ['left for good', { ...sent, result: 'A', heardAt: after(20) }, 20, 'abandoned'],
    ['paid by card', { ...sent, result: 'P', heardAt: after(2), settledAt: after(2) }, 2, 'paid'],
    ['paid by debit', { ...sent, result: 'V', heardAt: after(2), settledAt: after(2) }, 2, 'paid'],
    ['paid and told three days later', { ...sent, result: 'P', heardAt: after(4320) }, 4320, 'paid'],
    ['refused', { ...sent, result: 'R', heardAt: after(2), settledAt: after(2) }, 2, 'refused'],
    ['refused as a debit', { ...sent, result: 'Z', heardAt: after(2), settledAt: after(2) }, 2, 'refused'],
    ['told otherwise than asked', { ...sent, code: mismatchCode }, 300, 'unknown'],
    [
      'told otherwise than asked, and settled by staff',
      { ...sent, code: mismatchCode, settledAt: after(300) },
      301,
      'checked',
    ],
    ['forgotten in the night', { ...sent, heardAt: after(700), settledAt: after(700) }, 701, 'expired'],
  ])('%s', (_, facts, minutes, state) => {
    expect(attemptState(facts, after(minutes))).toBe(state)
  })

  it('keeps another from beginning while it may still be paid, and says until when', () => {
    expect(whyNotStartAnother(sent, after(3))).toContain('18\u00a0h\u00a020')
    expect(whyNotStartAnother(made, after(1))).toContain('18\u00a0h\u00a002')
    expect(whyNotStartAnother({ ...sent, result: 'A', heardAt: after(2) }, after(3))).not.toBeNull()
    expect(whyNotStartAnother(sent, after(300))).toContain('demi-heure')
  })

  it('names a whole minute, and allows another attempt from that minute on, after asking PayFiP', () => {
    const late = instant('2026-11-25T17:00:40.000Z')
    const begun = { ...sent, sentAt: late, result: 'A' as const, heardAt: after(2) }
    expect(attemptText(begun, '141,18\u00a0€', after(3))).toContain('à partir de 18\u00a0h\u00a021')
    expect(mayStartAnother(begun, instant('2026-11-25T17:20:59.999Z'))).toBe(false)
    expect(mayStartAnother(begun, after(21))).toBe(true)
    expect(mayStartAnother({ ...begun, code: mismatchCode }, after(300))).toBe(false)
  })

  it('lets another begin once it is refused, left or expired', () => {
    expect(whyNotStartAnother({ ...sent, result: 'R', heardAt: after(2), settledAt: after(2) }, after(3))).toBeNull()
    expect(whyNotStartAnother({ ...sent, result: 'A', heardAt: after(21) }, after(21))).toBeNull()
    expect(whyNotStartAnother({ ...sent, heardAt: after(21) }, after(21))).toBeNull()
    expect(whyNotStartAnother({ ...sent, code: mismatchCode }, after(300))).toContain('à vérifier')
    expect(whyNotStartAnother({ ...sent, code: mismatchCode, settledAt: after(300) }, after(301))).toBeNull()
  })

  it('is settled by a payment or a refusal at once, by « A » and P1 after 20 minutes, never by P5', () => {
    expect(isFinalReply(start, { result: 'P' }, after(1))).toBe(true)
    expect(isFinalReply(start, { result: 'Z' }, after(1))).toBe(true)
    expect(isFinalReply(start, { result: 'A' }, after(19))).toBe(false)
    expect(isFinalReply(start, { result: 'A' }, after(20))).toBe(true)
    expect(isFinalReply(start, { code: 'P1' }, after(1))).toBe(false)
    expect(isFinalReply(start, { code: 'P1' }, after(600))).toBe(true)
    expect(isFinalReply(start, { code: 'P5' }, after(6000))).toBe(false)
  })

  it('is asked about every minute for an hour, then every half hour, until it is settled', () => {
    expect(isQueryDue(made, null, after(1))).toBe(false)
    expect(isQueryDue(sent, null, after(0))).toBe(true)
    expect(isQueryDue(sent, after(5), after(5))).toBe(false)
    expect(isQueryDue(sent, after(5), after(6))).toBe(true)
    expect(isQueryDue(sent, after(60), after(70))).toBe(false)
    expect(isQueryDue(sent, after(60), after(90))).toBe(true)
    expect(isQueryDue({ ...sent, settledAt: after(2) }, after(2), after(90))).toBe(false)
    expect(isQueryDue({ ...sent, code: mismatchCode }, after(2), after(90))).toBe(false)
  })

  it('after a notification, is asked about a few seconds after its last answer, later while a query may still run', () => {
    const second = 1 / 60
    const answered: AttemptFacts = { ...sent, heardAt: after(5) }
    expect(isQueryWorthwhile(made, null, after(1))).toBe(false)
    expect(isQueryWorthwhile(sent, null, after(0))).toBe(true)
    expect(isQueryWorthwhile(answered, after(5), after(5 + 3 * second))).toBe(false)
    expect(isQueryWorthwhile(answered, after(5), after(5 + 4 * second))).toBe(true)
    expect(isQueryWorthwhile(answered, after(6), after(6 + 20 * second))).toBe(false)
    expect(isQueryWorthwhile(answered, after(6), after(6 + 25 * second))).toBe(true)
    expect(isQueryWorthwhile({ ...answered, settledAt: after(5) }, after(5), after(90))).toBe(false)
    expect(isQueryWorthwhile({ ...sent, code: mismatchCode }, after(5), after(90))).toBe(false)
  })

  it('is forgotten by PayFiP in the night that follows', () => {
    expect(purgedAt(start)).toBe('2026-11-26T03:00:00.000Z')
  })
})
