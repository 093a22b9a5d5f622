import type { CellProblem } from '../../../shared/contract/desk/import.ts'
import type { Day } from '../../../shared/rules/day.ts'
import { typedDay } from '../../../shared/rules/french.ts'
import { folded, isPhone, phoneText, properName } from '../../../shared/rules/names.ts'
import { type Level, levelNamed } from '../../../shared/rules/schooling.ts'
import { readCsv } from '../../documents/csv.ts'
import { Refused } from '../core.ts'

export type PostalAddress = { line1: string; line2: string; postcode: string; town: string }

export type Pupil = {
  line: number
  lastName: string
  firstName: string
  birthDay: Day | null
  sex: 'F' | 'M' | ''
  /** Empty where the school did not say it. */
  level: Level | ''
  className: string
  address: PostalAddress | null
  problems: CellProblem[]
}

export type Responsible = {
  line: number
  civility: 'Mme' | 'M.' | ''
  lastName: string
  firstName: string
  address: PostalAddress | null
  email: string
  homePhone: string
  workPhone: string
  mobilePhone: string
  children: { lastNames: string[]; firstName: string; column: number }[]
  problems: CellProblem[]
}

export type OndeFile = {
  encoding: 'UTF-8' | 'Latin-1'
  columns: { name: string; position: number }[]
  cellsOf: (line: number) => string[]
} & ({ kind: 'pupils'; people: Pupil[] } | { kind: 'guardians'; people: Responsible[] })

type Correction = { line: number; column: number; value: string }

const heaviest = 5_000_000
const longest = 20_000

/**
 * A file of ONDE, the ministry's register of pupils: read by the names of its columns, however they are accented,
 * spaced or quoted, and by position where a name comes again.
 * @throws Refused when it is no such file
 */
export const readOnde = (bytes: Uint8Array, corrections: readonly Correction[], today: Day): OndeFile => {
  if (bytes.length === 0) throw new Refused('Ce fichier est vide.', 'file')
  if (bytes.length > heaviest) throw new Refused('Ce fichier est trop lourd\u00a0: 5 Mo au plus.', 'file')
  // A spreadsheet (a zip) or an old one (OLE) renamed, or not exported.
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) throw new Refused(notCsv, 'file')
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) throw new Refused(notCsv, 'file')
  const { rows, encoding, openQuote } = readCsv(bytes)
  if (openQuote !== undefined)
    throw new Refused(
      `Ligne ${openQuote}\u00a0: un guillemet s’ouvre et ne se referme pas. Corrigez-la, puis recommencez.`,
      'file',
    )
  const header = (rows[0] ?? []).map(folded)
  const table: Table = {
    names: rows[0] ?? [],
    header,
    rows: rows.map((row) => row.map((cell) => cell.trim().replace(/\s+/g, ' '))),
  }
  for (const { line, column, value } of corrections) {
    const row = table.rows[line - 1]
    if (!row) continue
    while (row.length <= column) row.push('')
    row[column] = value
  }
  const kind = header.includes('nom responsable') ? 'guardians' : 'pupils'
  const needed = kind === 'guardians' ? guardianColumns : pupilColumns
  const missing = needed.find((name) => !header.includes(folded(name)))
  if (missing !== undefined) {
    throw new Refused(
      header.includes('nom eleve') || kind === 'guardians'
        ? `Ligne 1\u00a0: la colonne «\u00a0${missing}\u00a0» manque. Reprenez l’export d’ONDE sans le modifier.`
        : `Ligne 1\u00a0: ce fichier n’a pas les colonnes d’ONDE («\u00a0${needed.join('\u00a0», «\u00a0')}\u00a0»).`,
      'file',
    )
  }
  const lines = table.rows.map((row, index) => ({ row, line: index + 1 })).slice(1)
  const filled = lines.filter(({ row }) => row.some((cell) => cell !== ''))
  if (filled.length === 0) throw new Refused('Ce fichier n’a que sa ligne d’en-tête.', 'file')
  if (filled.length > longest) throw new Refused('Ce fichier est trop long\u00a0: 20 000 lignes au plus.', 'file')
  const shown = (kind === 'pupils' ? shownOfPupils : shownOfGuardians).flatMap((name) => {
    const position = header.indexOf(folded(name))
    return position < 0 ? [] : [{ name: (table.names[position] ?? name).trim(), position }]
  })
  const common = {
    encoding: encoding === 'utf-8' ? ('UTF-8' as const) : ('Latin-1' as const),
    columns: shown,
    cellsOf: (line: number) => shown.map(({ position }) => table.rows[line - 1]?.[position] ?? ''),
  }
  return kind === 'pupils'
    ? { ...common, kind, people: filled.map(({ row, line }) => pupilOf(table, row, line, today)) }
    : { ...common, kind, people: filled.map(({ row, line }) => responsibleOf(table, row, line)) }
}

type Table = { names: readonly string[]; header: readonly string[]; rows: string[][] }

const notCsv =
  'Ce fichier est un classeur, pas un fichier CSV. Dans ONDE, choisissez l’export CSV (séparateur\u00a0: point-virgule).'

const pupilColumns = ['Nom élève', 'Prénom élève', 'Date naissance']
const shownOfPupils = ['Nom élève', 'Prénom élève', 'Date naissance', 'Niveau', 'Libellé classe', 'Adresse1', 'Cp1']
const guardianColumns = ['Nom responsable', 'Prénom responsable', 'Prénom enfant']
const shownOfGuardians = [
  'Civilité Responsable',
  'Nom responsable',
  'Prénom responsable',
  'Adresse responsable',
  'CP responsable',
  'Commune responsable',
  'Courriel',
  'Téléphone portable',
  'Nom de famille enfant',
  'Prénom enfant',
]

/** Reads one line cell by cell, noting what is wrong where it is. */
const reader = ({ names, header }: Table, row: readonly string[]) => {
  const problems: CellProblem[] = []
  const position = (name: string) => header.indexOf(folded(name))
  const cell = (name: string) => row[position(name)] ?? ''
  const wrong = (column: number, sentence: string, proposal: string | null = null) => {
    problems.push({
      column,
      columnName: (names[column] ?? '').trim() || `Colonne ${column + 1}`,
      value: row[column] ?? '',
      sentence,
      proposal,
    })
  }
  return {
    problems,
    cell,
    position,
    wrong,
    needed: (name: string, sentence: string) => {
      const value = cell(name)
      if (value === '') wrong(position(name), sentence)
      if (value.length > 200) wrong(position(name), 'Texte trop long\u00a0: 200 caractères au plus.')
      return properName(value)
    },
    address: (line: string, postcode: string, town: string): PostalAddress | null => {
      if (cell(town) === '' && cell(line) === '') return null
      if (!/^\d{5}$/.test(cell(postcode)) && position(postcode) >= 0) {
        // A spreadsheet drops the leading zero of « 01000 ».
        const proposal = /^\d{4}$/.test(cell(postcode)) ? `0${cell(postcode)}` : null
        wrong(
          position(postcode),
          cell(postcode) === '' ? 'Le code postal manque.' : 'Un code postal a cinq chiffres.',
          proposal,
        )
      }
      return { line1: cell(line), line2: '', postcode: cell(postcode), town: properName(cell(town)) }
    },
    phone: (name: string): string => {
      const value = cell(name)
      // Numbers that were kept as figures lost their first zero.
      const proposal = /^[1-9](\s?\d\d){4}$/.test(value) ? phoneText(`0${value}`) : null
      if (value !== '' && !isPhone(value)) wrong(position(name), 'Ce téléphone n’a pas dix chiffres.', proposal)
      return phoneText(value)
    },
  }
}

const pupilOf = (table: Table, row: readonly string[], line: number, today: Day): Pupil => {
  const { needed, cell, position, wrong, address, problems } = reader(table, row)
  if (row.slice(table.header.length).some((value) => value !== '')) {
    wrong(table.header.length, 'Cette ligne a plus de cellules que l’en-tête\u00a0: un point-virgule de trop\u00a0?')
  }
  const lastName = needed('Nom élève', 'Le nom manque.')
  const firstName = needed('Prénom élève', 'Le prénom manque.')
  const typed = cell('Date naissance')
  const birthDay = typedDay(typed)
  if (birthDay === null) {
    wrong(
      position('Date naissance'),
      typed === ''
        ? 'La date de naissance manque.'
        : /^\d{1,2}\/\d{1,2}\/\d{4}$/.test(typed)
          ? 'Ce jour n’existe pas.'
          : 'Une date s’écrit JJ/MM/AAAA.',
    )
  } else if (birthDay > today) wrong(position('Date naissance'), 'Cette date n’est pas encore passée.')
  const level = levelNamed(cell('Niveau'))
  if (level === null && cell('Niveau') !== '')
    wrong(position('Niveau'), 'Niveau inconnu\u00a0: écrivez PS, MS, GS, CP…')
  return {
    line,
    lastName,
    firstName,
    birthDay,
    sex: sexes[folded(cell('Sexe')).charAt(0)] ?? '',
    level: level ?? levelNamed(cell('Libellé classe').split(/[\s-]/)[0] ?? '') ?? '',
    className: cell('Libellé classe').slice(0, 200),
    address: address('Adresse1', 'Cp1', 'Commune1'),
    problems,
  }
}

const sexes: Readonly<Record<string, 'F' | 'M'>> = { f: 'F', m: 'M', g: 'M' }

const responsibleOf = (table: Table, row: readonly string[], line: number): Responsible => {
  const { needed, cell, position, wrong, address, phone, problems } = reader(table, row)
  const lastName = needed('Nom responsable', 'Le nom manque.')
  const usual = properName(cell('Nom usage responsable') || cell('Nom d’usage responsable'))
  const firstName = needed('Prénom responsable', 'Le prénom manque.')
  const email = cell('Courriel').toLowerCase()
  if (email !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(email)) {
    wrong(position('Courriel'), 'Cette adresse e-mail n’est pas valable.')
  }
  const children = childrenOf(table, row)
  if (children.length === 0) wrong(position('Prénom enfant'), 'Cette ligne ne nomme aucun enfant.')
  return {
    line,
    civility: civilities[folded(cell('Civilité Responsable'))] ?? '',
    lastName: usual || lastName,
    firstName,
    address: address('Adresse responsable', 'CP responsable', 'Commune responsable'),
    email,
    homePhone: phone('Téléphone domicile'),
    workPhone: phone('Téléphone travail'),
    mobilePhone: phone('Téléphone portable'),
    children,
    problems,
  }
}

const civilities: Readonly<Record<string, 'Mme' | 'M.'>> = {
  mme: 'Mme',
  madame: 'Mme',
  mlle: 'Mme',
  m: 'M.',
  mr: 'M.',
  monsieur: 'M.',
}

/** Blocks of four cells that come again and again, beyond the header where a home has many children. */
const childrenOf = ({ header }: Table, row: readonly string[]): Responsible['children'] => {
  const first = header.findIndex((name) => name.endsWith('enfant'))
  const block = 1 + header.slice(first).findIndex((name) => name.startsWith('classe'))
  const width = block > 0 ? block : 3
  const offset = (end: string) => header.slice(first, first + width).findIndex((name) => name === end)
  const [usual, birth, given] = [offset('nom d usage enfant'), offset('nom de famille enfant'), offset('prenom enfant')]
  const children: Responsible['children'] = []
  for (let start = first; start < row.length; start += width) {
    const at = (place: number) => (place < 0 ? '' : (row[start + place] ?? ''))
    const lastNames = [at(birth), at(usual)].filter((name) => name !== '').map(properName)
    if (lastNames.length === 0 && at(given) === '') continue
    children.push({ lastNames, firstName: properName(at(given)), column: start + Math.max(0, given) })
  }
  return children
}
