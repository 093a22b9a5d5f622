import { describe, expect, it } from 'vitest'
import { unreadIds } from '../../../renderer/desk/parts/keyboard/unread-items.ts'

const lines = (...names: string[]) => names.map((id) => ({ id, version: '' }))

describe('items that a person has not had time to read', () => {
  it('are the items that are now at the position of another item', () => {
    expect(unreadIds(lines('Noé', 'Zoé', 'Malo'), lines('Zoé', 'Malo'))).toEqual(['Zoé', 'Malo'])
    expect(unreadIds(lines('Noé', 'Zoé'), lines('Noé', 'Inès', 'Zoé'))).toEqual(['Inès', 'Zoé'])
    expect(unreadIds(lines('Noé', 'Zoé'), lines('Zoé', 'Noé'))).toEqual(['Zoé', 'Noé'])
  })

  it('are the items with another version, unless this person acted on them', () => {
    const before = [{ id: 'Noé', version: 'à pointer' }]
    const after = [{ id: 'Noé', version: 'présent' }]
    expect(unreadIds(before, after)).toEqual(['Noé'])
    expect(unreadIds(before, after, new Set(['Noé']))).toEqual([])
  })

  it('are none where nothing moved, nor above a removed item', () => {
    expect(unreadIds(lines('Noé', 'Zoé'), lines('Noé', 'Zoé'))).toEqual([])
    expect(unreadIds(lines('Noé', 'Zoé', 'Malo'), lines('Noé', 'Malo'))).toEqual(['Malo'])
  })
})
