import { describe, expect, it } from 'vitest'
import { ibanOf, ibanWhileTyped } from '../../../shared/rules/money/iban.ts'

describe('an IBAN', () => {
  it('is taken however it is spaced', () => {
    expect(ibanOf('fr14 2004 1010 0505 0001 3m02 606')).toBe('FR1420041010050500013M02606')
  })

  it('is refused with a wrong key, a sign too few, or one that is none', () => {
    for (const typed of ['FR15 2004 1010 0505 0001 3M02 606', 'FR14 2004 1010 0505 0001 3M02 60', '12345', ''])
      expect(ibanOf(typed)).toBeUndefined()
  })

  it('is judged while it is typed, a French one at its 27th sign', () => {
    expect(ibanWhileTyped('FR14 2004 1010')).toBe('unfinished')
    expect(ibanWhileTyped('fr14 2004 1010 0505 0001 3m02 606')).toBe('right')
    expect(ibanWhileTyped('FR15 2004 1010 0505 0001 3M02 606')).toBe('wrong')
    expect(ibanWhileTyped('BE68 5390 0754 70')).toBe('unfinished')
    expect(ibanWhileTyped('BE68 5390 0754 7034')).toBe('right')
    expect(ibanWhileTyped('FR14_')).toBe('wrong')
  })
})
