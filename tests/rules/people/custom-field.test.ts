import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { day } from '../../../shared/rules/calendar/day.ts'
import {
  customCell,
  customKinds,
  customValue,
  isWithdrawn,
  whySensitive,
} from '../../../shared/rules/people/custom-field.ts'

const field = (kind: (typeof customKinds)[number]) => ({ kind, choices: ['Rouge', 'Bleu ciel'] })

describe('what is typed in a field of the town', () => {
  it.each([
    ['text', ' Casier 12 ', 'Casier 12'],
    ['number', '1 234,5', '1234.5'],
    ['number', '−3', '-3'],
    ['day', '2/3/2027', '2027-03-02'],
    ['day', '2027-03-02', '2027-03-02'],
    ['yesNo', 'OUI', 'oui'],
    ['yesNo', 'x', 'oui'],
    ['yesNo', 'Non', 'non'],
    ['choice', 'bleu CIEL', 'Bleu ciel'],
    ['choice', '', ''],
  ] as const)('%s « %s » is kept as « %s »', (kind, typed, value) => {
    expect(customValue(field(kind), typed)).toEqual({ value })
  })

  it.each([
    ['text', 'x'.repeat(201), 'Texte trop long\u00a0: 200 caractères au plus.'],
    ['number', 'douze', 'Un nombre s’écrit par exemple 12 ou 12,5.'],
    ['day', '31/02/2027', 'Une date s’écrit JJ/MM/AAAA.'],
    ['yesNo', 'peut-être', 'Écrivez oui ou non.'],
    ['choice', 'Vert', 'À choisir parmi\u00a0: Rouge ou Bleu ciel.'],
  ] as const)('%s « %s » is refused', (kind, typed, sentence) => {
    expect(customValue(field(kind), typed)).toMatchObject({ sentence })
  })

  it('is read back from an exported list unchanged', () => {
    fc.assert(
      fc.property(fc.constantFrom(...customKinds), fc.string({ maxLength: 30 }), (kind, typed) => {
        const read = customValue(field(kind), typed)
        const value = 'value' in read ? read.value : ''
        expect(customValue(field(kind), customCell({ kind }, value))).toEqual({ value })
      }),
    )
  })
})

describe('the name of a field', () => {
  it.each([
    ['Allergies connues', 'la santé'],
    ['Médecin traitant', 'la santé'],
    ['A un PAI', 'la santé'],
    ['Régime alimentaire', 'la santé'],
    ['Dossier MDPH', 'le handicap'],
    ['Religion de la famille', 'la religion'],
    ['Repas halal', 'la religion'],
    ['Nationalité', 'l’origine'],
    ['Pays de naissance', 'l’origine'],
  ])('« %s » is refused, since it tells of %s', (label, about) => {
    expect(whySensitive(label)).toContain(`concerne ${about}`)
  })

  it.each([
    'Casier',
    'Atelier culturel',
    'Sait nager',
    'Club des Racines',
    'Taille de tee-shirt',
    'Paiement en chèque',
  ])('« %s » is one that a town may have', (label) => {
    expect(whySensitive(label)).toBeNull()
  })
})

it('a field is withdrawn from its day on', () => {
  const withdrawn = { withdrawnFrom: day('2027-03-02') }
  expect([isWithdrawn(withdrawn, day('2027-03-01')), isWithdrawn(withdrawn, day('2027-03-02'))]).toEqual([false, true])
})
