import { expect, it } from 'vitest'
import { valueText } from '../../../shared/record/record-words.ts'

it('a history says kinds in words, never by their codes', () => {
  expect(valueText('contact', 'kind')).toBe('coordonnées du foyer')
  expect(valueText('health', 'kind')).toBe('fiche sanitaire')
  expect(valueText('parent', 'kind')).toBe('Parent')
})
