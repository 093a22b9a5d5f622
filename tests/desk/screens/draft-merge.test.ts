import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { hasRecordChanged, mergeDraft } from '../../../renderer/desk/parts/forms/draft-merge.ts'
import { readFromTab, storeInTab } from '../../../renderer/parts/tab-storage.ts'

describe('a draft over a record that changed since', () => {
  const before = { name: 'Marchand', phone: '', notes: 'ancien', address: { line1: '4 rue des Saules', town: 'Caen' } }

  it('keeps what was typed, and takes over what was left alone', () => {
    const typed = { ...before, name: 'Marchand-Duval', address: { ...before.address, line1: '6 rue des Saules' } }
    const now = { ...before, phone: '0231445566', address: { ...before.address, town: 'Ouistreham' } }
    expect(mergeDraft(typed, before, now)).toEqual({
      name: 'Marchand-Duval',
      phone: '0231445566',
      notes: 'ancien',
      address: { line1: '6 rue des Saules', town: 'Ouistreham' },
    })
  })

  it('keeps what was typed where both changed the same: whoever records it is asked', () => {
    const typed = { ...before, notes: 'le mien' }
    expect(mergeDraft(typed, before, { ...before, notes: 'le sien' }).notes).toBe('le mien')
  })

  it('reports a change only in a field that the person left untouched', () => {
    const typed = { ...before, notes: 'le mien' }
    expect(hasRecordChanged(typed, before, before)).toBe(false)
    expect(hasRecordChanged(typed, before, { ...before, notes: 'le sien' })).toBe(false)
    expect(hasRecordChanged(typed, before, { ...before, notes: 'le sien', phone: '0231445566' })).toBe(true)
  })

  it('takes a list whole', () => {
    const [typed, now] = [{ levels: ['CP', 'CE1'] }, { levels: ['CE2'] }]
    expect(mergeDraft(typed, { levels: ['CP'] }, now)).toEqual(typed)
    expect(mergeDraft({ levels: ['CP'] }, { levels: ['CP'] }, now)).toEqual(now)
  })
})

it('a draft that the browser cannot keep or read lasts as long as the page', () => {
  onTestFinished(() => void vi.unstubAllGlobals())
  vi.stubGlobal('sessionStorage', { getItem: () => '{"typed":{"name":"Mar', setItem: refuse, removeItem: refuse })
  expect(readFromTab('brouillon')).toBeNull()
  expect(() => storeInTab('brouillon', { name: 'Marchand' })).not.toThrow()
  expect(() => storeInTab('brouillon', null)).not.toThrow()
})

const refuse = () => {
  throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
}
