import { describe, expect, it } from 'vitest'
import type { Wish } from '../../../shared/rules/cell/cell.ts'
import { leaveWords, recordedText, withdrawWords } from '../../../shared/rules/requests/demande-texts.ts'

describe('what parents ask for, in words', () => {
  it('counts a receipt by what was asked, a list that is left among it', () => {
    const items = (['book', 'book', 'cancel', 'leave'] satisfies Wish[]).map((wish) => ({ wish }))
    expect(recordedText({ items, registration: null }).replaceAll('\u00a0', ' ')).toBe(
      '2 demandes de réservation, 1 demande d’annulation et 1 liste d’attente quittée',
    )
  })

  it('names giving up by what becomes of the day, and asks before what nothing takes back', () => {
    expect(withdrawWords('book').question).toContain('passera après celles des autres familles')
    expect(withdrawWords('cancel').act).toBe('Ne plus annuler')
    expect(withdrawWords('cancel').question).toContain('avant la date limite')
    // The rank was never lost: nothing to ask.
    expect(withdrawWords('leave').question).toBeNull()
    // The place stays offered until its hour.
    expect(withdrawWords('book', true)).toMatchObject({ act: 'Ne plus prendre cette place', question: null })
    expect(withdrawWords(null).question).toContain('inscription')
  })

  it('leaves a list where there is no place, and a place where one is offered', () => {
    expect(leaveWords(false).act).toBe('Quitter la liste d’attente')
    expect(leaveWords(true).act).toBe('Laisser ma place')
    for (const isOffered of [true, false]) expect(leaveWords(isOffered).question).not.toBeNull()
  })
})
