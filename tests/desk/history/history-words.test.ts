import { expect, it } from 'vitest'
import { changeText, entityText } from '../../../shared/record/record-words.ts'

it('the participle of an act agrees with the noun of its record', () => {
  expect(
    (
      [
        ['invoice', 'changed'],
        ['registration', 'added'],
        ['payment', 'added'],
        ['school_holiday', 'removed'],
        ['portal_settings', 'changed'],
      ] as const
    ).map(([entity, did]) => `${entityText(entity)} ${changeText(entity, did)}`),
  ).toEqual([
    'Facture modifiée',
    'Inscription ajoutée',
    'Règlement ajouté',
    'Vacances retirées',
    'Réglages du portail modifiés',
  ])
})
