import { describe, expect, it } from 'vitest'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { refundableCents, refusePaidOn, refuseRefund } from '../../../../shared/rules/money/payment/refund.ts'

const today = day('2026-11-25')
const grounds = { today, refundableCents: 2000, paysRefunds: true, tillCents: 1500 }
const transfer = { means: 'transfer', amountCents: 2000, paidOn: today } as const

describe('a refund', () => {
  it('gives back what is ahead, less what is owed at the same régie', () => {
    expect(refundableCents(2000, 0)).toBe(2000)
    expect(refundableCents(2000, 500)).toBe(1500)
    expect(refundableCents(2000, 3000)).toBe(0)
  })

  it('never gives back more than is ahead', () => {
    expect(refuseRefund(transfer, grounds)).toBeUndefined()
    expect(refuseRefund({ ...transfer, amountCents: 2001 }, grounds)).toEqual({
      sentence: 'Il n’y a que 20,00\u00a0€ en avance.',
      field: 'amountCents',
    })
    expect(refuseRefund(transfer, { ...grounds, refundableCents: 0 })?.field).toBe('amountCents')
    expect(refuseRefund({ ...transfer, amountCents: 0 }, grounds)?.field).toBe('amountCents')
  })

  it('is paid by the régie only where its acte says so', () => {
    const collects = { ...grounds, paysRefunds: false }
    expect(refuseRefund(transfer, collects)?.field).toBe('means')
    expect(refuseRefund({ ...transfer, means: 'cash' }, collects)?.field).toBe('means')
    expect(refuseRefund({ ...transfer, means: 'paymentOrder', paidOn: null }, collects)).toBeUndefined()
  })

  it('in cash needs that much cash in the till of the day', () => {
    const cash = { ...transfer, means: 'cash', amountCents: 1500 } as const
    expect(refuseRefund(cash, grounds)).toBeUndefined()
    expect(refuseRefund({ ...cash, amountCents: 1501 }, grounds)?.sentence).toContain('La caisse ne contient que')
    expect(refuseRefund({ ...cash, paidOn: day('2026-11-24') }, grounds)?.field).toBe('paidOn')
  })

  it('is never paid tomorrow, nor by the finance service before it is asked', () => {
    expect(refuseRefund({ ...transfer, paidOn: day('2026-11-26') }, grounds)?.field).toBe('paidOn')
    expect(refuseRefund({ ...transfer, paidOn: null }, grounds)?.field).toBe('paidOn')
    expect(refusePaidOn(today, today, today)).toBeUndefined()
    expect(refusePaidOn(day('2026-11-24'), today, today)).toContain('avant d’être demandé')
    expect(refusePaidOn(day('2026-11-26'), today, today)).toContain('dans le futur')
  })
})
