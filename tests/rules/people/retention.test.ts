import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  isConfirmed,
  lastDueDay,
  monthsText,
  retentionKinds,
  retentionRefusal,
  retentionRules,
  withoutNames,
} from '../../../shared/rules/people/retention.ts'

describe('how long data is kept', () => {
  it('a family gone three years ago today is due, one gone the day after is not', () => {
    expect(lastDueDay(day('2026-11-25'), 36)).toBe('2023-11-25')
    expect(lastDueDay(day('2027-02-28'), 12)).toBe('2026-02-28')
  })

  it('each kind has a usual length within its bounds, and says where it comes from', () => {
    for (const kind of retentionKinds) {
      const { defaultMonths: usual, source } = retentionRules[kind]
      expect(retentionRefusal(kind, usual)).toBeNull()
      expect(source).not.toBe('')
    }
  })

  it('no family is kept longer than three years after it left, no health record longer than one', () => {
    expect(retentionRefusal('family', 37)).toBe('3\u00a0ans au plus.')
    expect(retentionRefusal('health', 13)).toBe('1\u00a0an au plus.')
    expect(retentionRefusal('trail', 5)).toBe('6\u00a0mois au moins.')
  })

  it('months are written as people say them', () => {
    expect([0, 1, 12, 18, 36].map(monthsText)).toEqual([
      'Dès ce jour',
      '1\u00a0mois',
      '1\u00a0an',
      '18\u00a0mois',
      '3\u00a0ans',
    ])
  })
})

describe('the second step', () => {
  it('takes the name typed again, accents and case aside', () => {
    expect(isConfirmed('  le goff ', 'Le Goff')).toBe(true)
    expect(isConfirmed('Le Gof', 'Le Goff')).toBe(false)
    expect(isConfirmed('', '')).toBe(false)
  })
})

describe('what was done, without whom', () => {
  const names = ['Marchand', 'Élise']

  it('keeps what was done and loses the name', () => {
    expect(withoutNames('Foyer modifié\u00a0: Marchand', names)).toBe('Foyer modifié\u00a0: données effacées')
    expect(withoutNames('Enfant modifié : ELISE Marchand', names)).toBe('Enfant modifié\u00a0: données effacées')
    expect(withoutNames('Marchand : adresse', names)).toBe('Données effacées')
  })

  it('keeps a label that names none of them, even as a part of another word', () => {
    expect(withoutNames('Foyer modifié\u00a0: Marchandise', names)).toBe('Foyer modifié\u00a0: Marchandise')
    expect(withoutNames('Adresse retirée', names)).toBe('Adresse retirée')
  })
})
