import { describe, expect, it } from 'vitest'
import type { Wish } from '../../../shared/rules/cell/cell.ts'
import { leaveListTexts, receiptCountText, withdrawTexts } from '../../../shared/rules/requests/demande-texts.ts'

describe('what parents ask for, in words', () => {
  it('counts a receipt by what was asked, a list that is left among it', () => {
    const items = (['book', 'book', 'cancel', 'leave'] satisfies Wish[]).map((wish) => ({ wish }))
    expect(receiptCountText({ items, registration: null }).replaceAll('\u00a0', ' ')).toBe(
      '2 demandes de réservation, 1 demande d’annulation et 1 liste d’attente quittée',
    )
  })

  it('names giving up by what becomes of the day, and asks before what nothing takes back', () => {
    expect(withdrawTexts('book').question).toContain('passera après celles des autres familles')
    expect(withdrawTexts('cancel').act).toBe('Ne plus annuler')
    expect(withdrawTexts('cancel').question).toContain('avant la date limite')
    // The rank was never lost: nothing to ask.
    expect(withdrawTexts('leave').question).toBeNull()
    // The place stays offered until its hour.
    expect(withdrawTexts('book', true)).toMatchObject({ act: 'Ne plus prendre cette place', question: null })
    expect(withdrawTexts(null).question).toContain('inscription')
  })

  it('leaves a list where there is no place, and a place where one is offered', () => {
    expect(leaveListTexts(false).act).toBe('Quitter la liste d’attente')
    expect(leaveListTexts(true).act).toBe('Laisser ma place')
    for (const isOffered of [true, false]) expect(leaveListTexts(isOffered).question).not.toBeNull()
  })
})
