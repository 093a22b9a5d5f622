import { describe, expect, test } from 'vitest'
import { fieldsOf, guardianColumnId, lists } from '../../../shared/formats/lists.ts'
import {
  emptyValues,
  fieldNames,
  fieldValueText,
  guardianFields,
  guardianPhones,
  homeFields,
  numberedLabel,
} from '../../../shared/rules/people/fields.ts'
import { proposableFields, proposalName } from '../../../shared/rules/people/proposal.ts'

describe('fields declared once', () => {
  test('columns keep the ids that towns have in their saved import settings', () => {
    expect(
      (['civility', 'lastName', 'firstName', 'email', 'mobilePhone', 'workPhone'] as const).map((name) =>
        guardianColumnId(2, name),
      ),
    ).toEqual([
      'parent2Civility',
      'parent2LastName',
      'parent2FirstName',
      'parent2Email',
      'parent2Mobile',
      'parent2Work',
    ])
    expect(fieldsOf('families', []).map(({ id }) => id)).toEqual(
      expect.arrayContaining(['homePhone', 'beneficiaryName', 'benefitScheme', 'beneficiaryNumber']),
    )
  })

  test('each column of a list has an id and a heading of its own', () => {
    const { fields } = lists.families
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length)
    expect(new Set(fields.map(({ title }) => title)).size).toBe(fields.length)
  })

  test('a field of a guardian has one name, whoever reads it', () => {
    for (const name of fieldNames(proposableFields.guardian))
      expect(numberedLabel(name as 'workPhone', 2)).toMatch(new RegExp(`^${proposalName(name)} [pP]arent 2$`))
  })

  test('a record of which nothing is known shows nothing', () => {
    const empty = emptyValues(homeFields)
    expect(fieldNames(homeFields).map((name) => fieldValueText(homeFields[name], empty[name]))).toEqual(
      fieldNames(homeFields).map(() => ''),
    )
    expect(guardianPhones(emptyValues(guardianFields))).toEqual([])
  })
})
