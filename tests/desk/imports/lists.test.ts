import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldsOf, guessList, guessMapping, listKinds, missingFields } from '../../../shared/formats/lists.ts'
import type { CustomField, CustomSubject } from '../../../shared/rules/people/custom-field.ts'

const taken = listKinds.filter((list) => list !== 'guardians')
const onde =
  "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Adresse1;Cp1;Commune1;Pays1;Adresse2;Cp2;Commune2;Pays2; Cycle;Niveau;Libellé classe;Identifiant classe"

const aTownField = (id: number, subject: CustomSubject, label: string): CustomField => ({
  id,
  subject,
  kind: 'text',
  label,
  choices: [],
  seenBy: [],
  editedBy: [],
  withdrawnFrom: null,
  parents: 'none',
})

const titles = (...asked: Parameters<typeof missingFields>) => missingFields(...asked).map(({ title }) => title)

describe('the columns of a list', () => {
  it.each(taken)('that went out of the desk are known again: %s', (list) => {
    const titles = fieldsOf(list, []).map(({ title }) => title)
    expect(guessMapping(list, titles, [])).toEqual(Object.fromEntries(fieldsOf(list, []).map(({ id }, at) => [id, at])))
    expect(guessList(titles, [])).toBe(list)
  })

  it('that hold fields of the town are known again, and never take the column of a built-in field', () => {
    const town = [aTownField(1, 'child', 'Casier'), aTownField(2, 'guardian', 'Badge'), aTownField(3, 'family', 'Zone')]
    const titles = fieldsOf('families', town).map(({ title }) => title)
    expect(titles.slice(-4)).toEqual(['Casier', 'Badge parent 1', 'Badge parent 2', 'Zone (foyer)'])
    const mapping = guessMapping('families', titles, town)
    expect(mapping).toEqual(Object.fromEntries(fieldsOf('families', town).map(({ id }, at) => [id, at])))
    expect(guessMapping('families', titles, [])).toEqual(
      Object.fromEntries(fieldsOf('families', []).map(({ id }, at) => [id, at])),
    )
    expect(guessMapping('families', ['Nom enfant', 'Badge', 'zone'], town)).toEqual({
      childLastName: 0,
      'custom2 parent1': 1,
      custom3: 2,
    })
  })

  it('of ONDE are recognised: pupils as children, and guardians with their blocks', () => {
    const header = onde.split(';')
    expect(guessList(header, [])).toBe('families')
    const mapping = guessMapping('families', header, [])
    expect(
      Object.fromEntries(Object.entries(mapping).map(([field, column]) => [field, header[column]?.trim()])),
    ).toEqual({
      childLastName: 'Nom élève',
      childFirstName: 'Prénom élève',
      childBirthDay: 'Date naissance',
      childSex: 'Sexe',
      level: 'Niveau',
      className: 'Libellé classe',
      addressLine1: 'Adresse1',
      postcode: 'Cp1',
      town: 'Commune1',
    })
    expect(guessList(['Nom responsable', 'Prénom responsable', 'Prénom enfant', 'Classes enfants'], [])).toBe(
      'guardians',
    )
  })

  it('of a CAF list are recognised in every spelling', () => {
    const header = ['NOM', 'PRENOM', 'N° ALLOCATAIRE', 'QF', 'MOIS']
    expect(guessList(header, [])).toBe('quotients')
    expect(guessMapping('quotients', header, [])).toEqual({
      parentLastName: 0,
      parentFirstName: 1,
      beneficiaryNumber: 2,
      quotient: 3,
      quotientFrom: 4,
    })
  })

  it('that say nothing are not guessed', () => {
    expect(guessList(['a', 'b', ''], [])).toBeNull()
  })

  it('never hold two fields, nor a field two columns, whatever the header', () => {
    const words = taken.flatMap((list) => fieldsOf(list, []).flatMap(({ title, words: others }) => [title, ...others]))
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...words), fc.string())),
        fc.constantFrom(...taken),
        (header, list) => {
          const columns = Object.values(guessMapping(list, header, []))
          expect(new Set(columns).size).toBe(columns.length)
          expect(columns.every((column) => column < header.length)).toBe(true)
        },
      ),
    )
  })

  it('are missing by name: a child wants its birth day, a home its parent, a quotient whose it is', () => {
    expect(titles('families', { childLastName: 0, childFirstName: 1 })).toEqual(['Né le'])
    expect(titles('families', { parent1LastName: 0 })).toEqual(['Prénom parent 1'])
    expect(titles('quotients', { quotient: 0 })).toEqual(['Nom parent', 'Prénom parent'])
    expect(titles('quotients', { quotient: 0, beneficiaryNumber: 1 })).toEqual([])
  })
})
