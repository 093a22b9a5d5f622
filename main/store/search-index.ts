import { folded } from '../../shared/rules/people/names.ts'

/**
 * What the search reads, kept by triggers so that no writer can forget it: `search` holds the words of each name,
 * `search_phone` the digits of each phone, under one key made of the table and the row.
 */
const kinds = { family: 0, guardian: 1, child: 2 } as const

export type SearchKind = keyof typeof kinds

export const searchedRow = (key: number): { readonly kind: SearchKind; readonly id: number } => ({
  kind: key % 4 === kinds.family ? 'family' : key % 4 === kinds.guardian ? 'guardian' : 'child',
  id: Math.floor(key / 4),
})

/** What a search box asks: each word is the beginning of a word of the name, in any order. Empty: no name can answer. */
export const nameQuery = (text: string): string =>
  folded(text)
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => `"${word}"*`)
    .join(' ')

const accented = 'àâäçéèêëîïôöùûüÿ'
const plain = 'aaaceeeeiioouuuy'

/** SQLite sorts by bytes: « Élie » would come after « Zola ». */
export const alphabetical = (column: string): string =>
  Array.from(accented).reduce((text, letter, position) => {
    const letters = [letter, letter.toUpperCase()]
    return letters.reduce((inner, one) => `replace(${inner}, '${one}', '${plain[position]}')`, text)
  }, `lower(${column})`)

// The tokenizer folds case and accents; ligatures it leaves, so that « Lœtitia » would not answer to « loetitia ».
const words = (text: string) => `replace(replace(${text}, 'œ', 'oe'), 'Œ', 'oe')`
const digits = (text: string) =>
  [' ', '.', '-', '/', '(0)', '(', ')'].reduce((sql, sign) => `replace(${sql}, '${sign}', '')`, text)
const french = (text: string) => `replace(${digits(text)}, '+33', '0')`

const kept = (kind: SearchKind, names: readonly string[], phones: readonly string[]) => {
  const key = (row: 'new' | 'old') => `${row}.id * 4 + ${kinds[kind]}`
  const forget = `delete from search where rowid = ${key('old')}; delete from search_phone where owner = ${key('old')};`
  const learn = [
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
    trigger('insert', 'insert', learn),
    trigger(`update of ${[...names, ...phones].join(', ')}`, 'update', `${forget} ${learn}`),
    trigger('delete', 'delete', forget),
  ]
}

export const searchTriggers = [
  ...kept('family', ['name'], ['home_phone']),
  ...kept('guardian', ['first_name', 'last_name'], ['mobile_phone', 'work_phone']),
  ...kept('child', ['first_name', 'last_name'], []),
]
