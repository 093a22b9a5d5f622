import { expect, it } from 'vitest'
import { overlapWarning } from '../../../shared/rules/calendar/slots.ts'

const slot = (name: string, start: string, end: string, endedFrom: string | null = null) => ({
  name,
  start,
  end,
  endedFrom,
})

it('slots that follow each other are fine, to the minute', () => {
  expect(overlapWarning([slot('Matin', '08:00', '12:00'), slot('Repas', '12:00', '13:30')])).toBeNull()
})

it('two that overlap are named, with the hours they share', () => {
  expect(overlapWarning([slot('Repas', '11:30', '13:30'), slot('Matin', '08:00', '12:00')])).toBe(
    '«\u00a0Repas\u00a0» et «\u00a0Matin\u00a0» se chevauchent (11\u00a0h\u00a030 → 12\u00a0h\u00a000)\u00a0: un enfant ne pourra réserver que l’une des deux le même jour.',
  )
})

it('an ended or half-typed slot overlaps nothing', () => {
  const morning = slot('Matin', '08:00', '12:00')
  expect(overlapWarning([morning, slot('Ancien', '08:00', '12:00', '2026-01-01'), slot('', '8', '12:00')])).toBeNull()
})
