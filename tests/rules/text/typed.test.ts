import { describe, expect, it } from 'vitest'
import { singleLineText, withoutBidiControls, withSingleSpaces } from '../../../shared/rules/text/typed.ts'

describe('a typed text', () => {
  it('of one line keeps one line, without characters that turn the direction of writing', () => {
    expect(singleLineText('Marchand\r\nTotal : 0 €')).toBe('Marchand Total : 0 €')
    expect(singleLineText('facture\u202Efdp.exe\u2028suite\0')).toBe('facturefdp.exe suite ')
    expect(singleLineText('Zoé d’Hauteville 👩‍👧')).toBe('Zoé d’Hauteville 👩‍👧')
  })

  it('of several lines keeps them, without characters that turn the direction of writing', () => {
    expect(withoutBidiControls('Allergie\u2066 :\narachides')).toBe('Allergie :\narachides')
  })

  it('keeps its no-break spaces when its other spaces become single ones', () => {
    expect(withSingleSpaces('École\u00a0: \t fermée\nlundi')).toBe('École\u00a0: fermée lundi')
  })
})
