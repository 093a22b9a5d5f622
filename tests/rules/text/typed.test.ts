import { describe, expect, it } from 'vitest'
import { singleLineText, withoutBidiControls } from '../../../shared/rules/text/typed.ts'

describe('a typed text', () => {
  it('of one line has no other, and no sign that turns the direction of writing', () => {
    expect(singleLineText('Marchand\r\nTotal : 0 €')).toBe('Marchand Total : 0 €')
    expect(singleLineText('facture\u202Efdp.exe\u2028suite\0')).toBe('facturefdp.exe suite ')
    expect(singleLineText('Zoé d’Hauteville 👩‍👧')).toBe('Zoé d’Hauteville 👩‍👧')
  })

  it('of several lines keeps them, and no sign that turns', () => {
    expect(withoutBidiControls('Allergie\u2066 :\narachides')).toBe('Allergie :\narachides')
  })
})
