import { toSnakeCase } from 'drizzle-orm/casing'
import { guardianFields, homeFields, phoneFields, type RecordFields } from '../../shared/rules/people/fields.ts'
import { folded } from '../../shared/rules/people/names.ts'

/**
 * The search index, updated by triggers so that no writer can forget it. `search` holds the words of each name and
 * `search_phone` the digits of each phone number, under one key made of the table and the row's id.
 */
const kinds = { family: 0, guardian: 1, child: 2, custom_value: 3 } as const

export type SearchKind = Exclude<keyof typeof kinds, 'custom_value'>

/** SQL: the key is that of a name; only people who see the custom fields may search what was typed in them. */
export const isNameKeySql = `rowid % 4 <> ${kinds.custom_value}`
/** SQL: the row of `custom_value` to which a key belongs; null for the key of a name. */
export const valueOfKeySql = `iif(search.rowid % 4 = ${kinds.custom_value}, search.rowid / 4, null)`

export const rowOfSearchKey = (key: number): { readonly kind: SearchKind; readonly id: number } => ({
  kind: key % 4 === kinds.family ? 'family' : key % 4 === kinds.guardian ? 'guardian' : 'child',
  id: Math.floor(key / 4),
})

/** FTS5 query for a typed text: each word matches the beginning of a word of the name, in any order. May be empty. */
export const nameQuery = (text: string): string =>
  folded(text)
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => `"${word}"*`)
    .join(' ')

const accented = 'àâäçéèêëîïôöùûüÿ'
const plain = 'aaaceeeeiioouuuy'

/**
 * SQL expression to sort by, without accents: SQLite sorts by bytes and would put « Élie » after « Zola ». A value in
 * ASCII alone, as most names are, skips the replacements; an expression is computed only once.
 */
export const alphabeticalSql = (column: string): string => {
  const withoutAccents = Array.from(accented).reduce((text, letter, position) => {
    const letters = [letter, letter.toUpperCase()]
    return letters.reduce((inner, one) => `replace(${inner}, '${one}', '${plain[position]}')`, text)
  }, `lower(${column})`)
  if (!/^[\w.]+$/.test(column)) return withoutAccents
  return `case when ${column} glob '*[^ -~]*' then ${withoutAccents} else lower(${column}) end`
}

/** A typed text in the form of `alphabeticalSql`, to compare it with texts of the file. */
export const plainText = (text: string): string =>
  Array.from(text, (letter) => plain[accented.indexOf(letter.toLowerCase())] ?? letter)
    .join('')
    .toLowerCase()

// The tokenizer folds case and accents but not ligatures: without this, « loetitia » would not find « Lœtitia ».
const words = (text: string) => `replace(replace(${text}, 'œ', 'oe'), 'Œ', 'oe')`
const digits = (text: string) =>
  [' ', '.', '-', '/', '(0)', '(', ')'].reduce((sql, sign) => `replace(${sql}, '${sign}', '')`, text)
const french = (text: string) => `replace(${digits(text)}, '+33', '0')`

const triggersOf = (kind: keyof typeof kinds, names: readonly string[], phones: readonly string[]) => {
  const key = (row: 'new' | 'old') => `${row}.id * 4 + ${kinds[kind]}`
  const deleteTerms = `delete from search where rowid = ${key('old')}; delete from search_phone where owner = ${key('old')};`
  const insertTerms = [
    `insert into search (rowid, words) values (${key('new')}, ${words(names.map((name) => `new.${name}`).join(` || ' ' || `))});`,
    ...phones.map(
      (phone) =>
        `insert into search_phone (owner, digits) select ${key('new')}, ${french(`new.${phone}`)} where new.${phone} <> '';`,
    ),
  ].join(' ')
  const trigger = (event: string, name: string, work: string) => ({
    name: `search_${kind}_${name}`,
    sql: `create trigger search_${kind}_${name} after ${event} on ${kind} begin ${work} end`,
  })
  return [
    trigger('insert', 'insert', insertTerms),
    trigger(`update of ${[...names, ...phones].join(', ')}`, 'update', `${deleteTerms} ${insertTerms}`),
    trigger('delete', 'delete', deleteTerms),
  ]
}

const phoneColumns = (fields: RecordFields) => phoneFields(fields).map(toSnakeCase)

export const searchTriggers = [
  ...triggersOf('family', ['name'], phoneColumns(homeFields)),
  ...triggersOf('guardian', ['first_name', 'last_name'], phoneColumns(guardianFields)),
  ...triggersOf('child', ['first_name', 'last_name'], []),
  ...triggersOf('custom_value', ['value'], []),
]
