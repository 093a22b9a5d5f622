import { array, assert, constantFrom, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day } from '../../../../shared/rules/calendar/day.ts'
import {
  type RemittanceContent,
  receivedCents,
  refuseRemittance,
  remittanceOf,
  remittedCents,
} from '../../../../shared/rules/money/remittance.ts'
import { addedUp } from '../../../../shared/rules/money/revenue.ts'

const means = constantFrom('cash', 'cheque', 'card')
const rows = array(
  record({ nature: constantFrom('7066', '7067', 'Avances, à affecter'), means, cents: integer({ min: 1, max: 9999 }) }),
  { maxLength: 8 },
)
const tableOf = (some: readonly { nature: string; means: 'cash' | 'cheque' | 'card'; cents: number }[]) =>
  addedUp(some.map(({ nature, means: one, cents }) => [{ nature, cents, byMeans: new Map([[one, cents]]) }]))

describe('what a régie hands over', () => {
  it('adds up, statement after statement, to all that it received, whatever changed meanwhile', () => {
    assert(
      property(array(record({ rows, refundedCents: integer({ min: 0, max: 5000 }) }), { minLength: 1 }), (untils) => {
        const made: RemittanceContent[] = []
        for (const until of untils)
          made.push(remittanceOf({ received: tableOf(until.rows), refundedCents: until.refundedCents }, made))
        const last = untils.at(-1)
        const all = made.reduce((sum, one) => sum + receivedCents(one), 0)
        expect(all).toBe(last?.rows.reduce((sum, { cents }) => sum + cents, 0))
        expect(made.reduce((sum, one) => sum + remittedCents(one), 0)).toBe(all - (last?.refundedCents ?? 0))
        // Each row adds up to its means.
        for (const { received } of made)
          for (const { cents, byMeans } of received)
            expect(byMeans.reduce((sum, [, part]) => sum + part, 0)).toBe(cents)
      }),
    )
  })

  it('is stated after the statement before, until today at the latest, and only when there is something', () => {
    const content: RemittanceContent = {
      received: [{ nature: '7066', cents: 100, byMeans: [['cash', 100]] }],
      refundedCents: 0,
    }
    const asked = { to: day('2026-11-25'), today: day('2026-11-25'), lastTo: day('2026-11-24') }
    expect(refuseRemittance(content, asked)).toBeUndefined()
    expect(refuseRemittance(content, { ...asked, today: day('2026-11-24') })?.field).toBe('to')
    expect(refuseRemittance(content, { ...asked, lastTo: day('2026-11-25') })?.sentence).toContain('25 nov. 2026')
    expect(refuseRemittance({ ...content, refundedCents: 100 }, asked)?.sentence).toBe('Il n’y a rien à verser.')
  })
})
