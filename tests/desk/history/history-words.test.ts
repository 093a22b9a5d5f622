import { getTableColumns, getTableName, is, Table } from 'drizzle-orm'
import { expect, it } from 'vitest'
import * as schema from '../../../main/store/schema/index.ts'
import { deedText, entityNames, fieldText, unshown } from '../../../shared/record/record-words.ts'

it('every column of what a history tells has a French name, or is not shown', () => {
  const tables = Object.values(schema).filter((one) => is(one, Table))
  const told = tables.filter((table) => getTableName(table) in entityNames)
  expect(told.length).toBeGreaterThan(40)
  const bare = told.flatMap((table) =>
    Object.keys(getTableColumns(table))
      .filter((key) => !unshown.has(key) && fieldText(key) === key)
      .map((key) => `${getTableName(table)}.${key}`),
  )
  expect(bare).toEqual([])
})

it('what was done to a record agrees with what it is called', () => {
  expect(
    (
      [
        ['invoice', 'changed'],
        ['registration', 'added'],
        ['payment', 'added'],
        ['school_holiday', 'removed'],
        ['portal_settings', 'changed'],
      ] as const
    ).map(([entity, did]) => `${entityNames[entity]} ${deedText(entity, did)}`),
  ).toEqual([
    'Facture modifiée',
    'Inscription ajoutée',
    'Règlement ajouté',
    'Vacances retirées',
    'Réglages du portail modifiés',
  ])
})
