import { describe, expect, it } from 'vitest'
import { ibanOf } from '../../../shared/rules/money/iban.ts'

describe('an IBAN', () => {
  it('is taken however it is spaced', () => {
    expect(ibanOf('fr14 2004 1010 0505 0001 3m02 606')).toBe('FR1420041010050500013M02606')
  })

  it('is refused with a wrong key, a sign too few, or one that is none', () => {
    for (const typed of ['FR15 2004 1010 0505 0001 3M02 606', 'FR14 2004 1010 0505 0001 3M02 60', '12345', ''])
      expect(ibanOf(typed)).toBeUndefined()
  })
})
