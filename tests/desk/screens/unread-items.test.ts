import { describe, expect, it } from 'vitest'
import { unreadIds } from '../../../renderer/desk/parts/keyboard/unread-items.ts'

const lines = (...names: string[]) => names.map((id) => ({ id, version: '' }))

describe('what came under the hand by itself is not acted on before it could be read', () => {
  it('is what stands where another stood, however it came there', () => {
    expect(unreadIds(lines('Noé', 'Zoé', 'Malo'), lines('Zoé', 'Malo'))).toEqual(['Zoé', 'Malo'])
    expect(unreadIds(lines('Noé', 'Zoé'), lines('Noé', 'Inès', 'Zoé'))).toEqual(['Inès', 'Zoé'])
    expect(unreadIds(lines('Noé', 'Zoé'), lines('Zoé', 'Noé'))).toEqual(['Zoé', 'Noé'])
  })

  it('is what says something else than it did, unless this person made it say so', () => {
    const before = [{ id: 'Noé', version: 'à pointer' }]
    const after = [{ id: 'Noé', version: 'présent' }]
    expect(unreadIds(before, after)).toEqual(['Noé'])
    expect(unreadIds(before, after, new Set(['Noé']))).toEqual([])
  })

  it('is nothing where nothing moved, nor above what left the list', () => {
    expect(unreadIds(lines('Noé', 'Zoé'), lines('Noé', 'Zoé'))).toEqual([])
    expect(unreadIds(lines('Noé', 'Zoé', 'Malo'), lines('Noé', 'Malo'))).toEqual(['Malo'])
  })
})
