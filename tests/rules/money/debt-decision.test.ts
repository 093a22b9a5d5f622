import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  type DecidableDebt,
  type RecordedDecision,
  refuseDecision,
} from '../../../shared/rules/money/recovery/debt-decision.ts'

const debt = (changes: Partial<DecidableDebt> = {}): DecidableDebt => ({
  invoiceId: 1,
  openingDebtId: null,
  name: 'Facture n°\u00a02026-000123',
  leftCents: 5000,
  treasuryCents: 0,
  busy: null,
  ...changes,
})

const decision = (changes: Partial<RecordedDecision> = {}): RecordedDecision => ({
  kind: 'remission',
  organ: 'Conseil municipal',
  number: '2026-14',
  decidedOn: day('2026-11-20'),
  reason: 'Perte d’emploi',
  parts: [{ invoiceId: 1, openingDebtId: null, cents: 5000 }],
  ...changes,
})

const refused = (changes: Partial<RecordedDecision>, debts = [debt()]) =>
  refuseDecision(decision(changes), { today: day('2026-11-25'), debts })?.sentence
const of = (cents: number, invoiceId = 1) => ({ parts: [{ invoiceId, openingDebtId: null, cents }] })

describe('a decision on debts', () => {
  it('takes a debt off, whole or in part', () => {
    expect(refused({})).toBeUndefined()
    expect(refused(of(1))).toBeUndefined()
  })

  it.each<[string, Partial<RecordedDecision>]>([
    ['Dites qui a décidé, par exemple Conseil municipal.', { organ: '' }],
    ['Donnez le numéro de la décision.', { number: '' }],
    ['Une décision ne peut pas être prise dans le futur.', { decidedOn: day('2026-11-26') }],
    ['Indiquez le motif.', { reason: '' }],
    ['Choisissez au moins une dette, avec son montant.', { parts: [] }],
    ['Une des dettes choisies n’est plus due.', of(100, 2)],
    [
      'Facture n°\u00a02026-000123\u00a0: cette dette est choisie deux fois.',
      { parts: [...of(1).parts, ...of(1).parts] },
    ],
    ['Facture n°\u00a02026-000123\u00a0: le montant doit être supérieur à zéro.', of(0)],
    ['Facture n°\u00a02026-000123\u00a0: il ne reste que 50,00\u00a0€.', of(5001)],
    [
      'Facture n°\u00a02026-000123\u00a0: seule une dette transmise à la Trésorerie est admise en non-valeur.',
      { kind: 'writeOff' },
    ],
  ])('is refused: %s', (sentence, changes) => {
    expect(refused(changes)).toBe(sentence)
  })

  it('waits while the debt is about to be paid', () => {
    expect(refused({}, [debt({ busy: 'collected' })])).toContain('dans un prélèvement gelé')
    expect(refused({}, [debt({ busy: 'paying' })])).toContain('un paiement en ligne est en cours')
  })

  it('at the Treasury can be a write-off, not a remission', () => {
    const sent = [debt({ leftCents: 0, treasuryCents: 5000 })]
    expect(refused({ kind: 'writeOff' }, sent)).toBeUndefined()
    expect(refused({}, sent)).toContain('elle est à la Trésorerie')
  })
})
