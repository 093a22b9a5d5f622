import { array, assert, integer, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cashCents,
  countedFacesText,
  faceValues,
  refuseCount,
} from '../../../../shared/rules/money/payment/cash-count.ts'

const counts = array(nat(500), { minLength: faceValues.length, maxLength: faceValues.length })
const facesOf = (typed: readonly number[]) => faceValues.map((faceCents, at) => ({ faceCents, count: typed[at] ?? 0 }))

describe('a count by notes and coins', () => {
  it('is written largest first, without faces that are missing', () => {
    expect(
      countedFacesText([
        { faceCents: 20, count: 12 },
        { faceCents: 500, count: 0 },
        { faceCents: 5000, count: 3 },
      ]),
    ).toBe('3\u00a0×\u00a050\u00a0€, 12\u00a0×\u00a020\u00a0c')
    expect(countedFacesText([])).toBe('')
  })

  it('goes with its own total, and with no other', () => {
    assert(
      property(counts, integer({ min: 1, max: 10_000 }), (typed, more) => {
        const faces = facesOf(typed)
        const total = cashCents(faces)
        expect(refuseCount(faces, total)).toBeUndefined()
        expect(refuseCount(faces, total + more)).toMatch(/^Les billets et pièces font/)
      }),
    )
  })

  it('has each face value once', () => {
    const twice = [5000, 5000].map((faceCents) => ({ faceCents, count: 1 }))
    expect(refuseCount(twice, 10_000)).toBe('Une pièce ou un billet est compté deux fois.')
  })
})
