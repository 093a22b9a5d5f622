import { describe, expect, it } from 'vitest'
import { day } from '../../../../shared/rules/calendar/day.ts'
import {
  detailsText,
  noDetails,
  refuseCash,
  refuseDetails,
  refusePile,
} from '../../../../shared/rules/money/payment/counter.ts'

const received = { means: 'cheque', amountCents: 4240, receivedOn: day('2026-11-25') } as const
const held = { ...noDetails, heldUntil: day('2027-01-05') }

describe('a payment at the counter', () => {
  it('says the number, bank and issuer of a cheque in one line', () => {
    expect(detailsText({ documentNumber: '0047918', bank: 'CA', issuer: 'M. Marchand', reference: '' })).toBe(
      'n°\u00a00047918, CA, M. Marchand',
    )
    expect(detailsText({ ...noDetails, reference: 'n° 12 CA' })).toBe('n° 12 CA')
  })

  it('has only the fields of its means', () => {
    const cash = { ...received, means: 'cash' } as const
    expect(refuseDetails(received, { ...noDetails, bank: 'CA', documentNumber: '1' }, { holdsCheques: false })).toBe(
      undefined,
    )
    expect(refuseDetails(cash, { ...noDetails, bank: 'CA' }, { holdsCheques: false })?.field).toBe('bank')
    expect(refuseDetails(cash, { ...noDetails, issuer: 'CA' }, { holdsCheques: false })?.field).toBe('issuer')
    expect(refuseDetails(cash, { ...noDetails, documentNumber: '1' }, { holdsCheques: false })?.field).toBe(
      'documentNumber',
    )
    expect(refuseDetails(received, { ...noDetails, givenCents: 5000 }, { holdsCheques: false })?.field).toBe(
      'givenCents',
    )
    expect(refuseDetails(cash, { ...noDetails, givenCents: 5000 }, { holdsCheques: false })).toBeUndefined()
    expect(refuseDetails(cash, { ...noDetails, givenCents: 4000 }, { holdsCheques: false })?.sentence).toBe(
      'Il manque 2,40\u00a0€.',
    )
  })

  it('holds a cheque back only where the régie does, and not into the past', () => {
    expect(refuseDetails(received, held, { holdsCheques: true })).toBeUndefined()
    expect(refuseDetails(received, held, { holdsCheques: false })?.sentence).toContain('le comptable doit en convenir')
    expect(refuseDetails({ ...received, means: 'cash' }, held, { holdsCheques: true })?.field).toBe('heldUntil')
    const past = { ...held, heldUntil: day('2026-11-24') }
    expect(refuseDetails(received, past, { holdsCheques: true })?.field).toBe('heldUntil')
  })

  it('takes no more cash than the limit for one debt, earlier cash counted', () => {
    const debt = { name: 'Facture n° 1', cents: 20_000, earlierCents: 10_000 }
    expect(refuseCash([debt], 30_000)).toBeUndefined()
    expect(refuseCash([debt, { ...debt, name: 'Facture n° 2' }], 30_000)).toBeUndefined()
    expect(refuseCash([{ ...debt, cents: 20_001 }], 30_000)).toContain('il reste 200,00\u00a0€ à prendre ainsi')
    expect(refuseCash([{ ...debt, cents: 90_000 }], 0)).toBeUndefined()
  })

  it('records a pile only if its counted total is that of its cheques', () => {
    expect(refusePile([{ amountCents: 100 }, { amountCents: 250 }], 350)).toBeUndefined()
    expect(refusePile([{ amountCents: 100 }], 350)).toContain('2,50\u00a0€ d’écart')
  })
})
