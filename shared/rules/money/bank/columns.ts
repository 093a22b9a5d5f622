import { folded } from '../../people/names.ts'

/**
 * The columns of a bank's list of lines. The amount is one column with its sign, or one of credits and one of debits.
 */
export const bankFields = {
  on: {
    title: 'Date',
    words: [
      'date comptable',
      'date operation',
      'date de l operation',
      'date d operation',
      'date de comptabilisation',
      'date ope',
    ],
  },
  label: {
    title: 'Libellé',
    words: [
      'libelle simplifie',
      'libelle operation',
      'libelle de l operation',
      'nature de l operation',
      'operation',
      'description',
    ],
  },
  reference: {
    title: 'Détail',
    words: [
      'libelle complementaire',
      'informations complementaires',
      'reference',
      'motif',
      'commentaire',
      'detail de l operation',
    ],
  },
  payer: { title: 'Nom', words: ['emetteur', 'donneur d ordre', 'tiers', 'contrepartie', 'nom du payeur'] },
  amount: { title: 'Montant', words: ['montant eur', 'montant euros', 'montant de l operation', 'montant en euros'] },
  credit: { title: 'Crédit', words: ['credit eur', 'credit euros', 'montant credit', 'credit en euros', 'recette'] },
  debit: { title: 'Débit', words: ['debit eur', 'debit euros', 'montant debit', 'debit en euros', 'depense'] },
} as const satisfies Record<string, { title: string; words: readonly string[] }>
export type BankField = keyof typeof bankFields
export const bankFieldNames = Object.keys(bankFields) as BankField[]

/** Which column of a bank's list holds which field. */
export type BankColumns = readonly { readonly field: BankField; readonly head: string }[]

/** The field that a heading names; undefined when it names none. */
const fieldOf = (head: string): BankField | undefined =>
  bankFieldNames.find((field) => {
    const { title, words } = bankFields[field]
    return [title, ...words].some((word) => folded(word) === folded(head))
  })

/**
 * The index of the line of headings: the one that names the most fields, at least two; undefined when there is none.
 */
export const headingsAmong = (rows: readonly (readonly string[])[]): number | undefined => {
  const counts = rows.map((row) => new Set(row.flatMap((cell) => fieldOf(cell) ?? [])).size)
  const most = Math.max(0, ...counts)
  return most < 2 ? undefined : counts.indexOf(most)
}

/** The columns recognised by their headings; of two for the same field, the first counts. */
export const guessBankColumns = (heads: readonly string[]): BankColumns => {
  const found = new Map<BankField, string>()
  for (const head of heads) {
    const field = fieldOf(head)
    if (field !== undefined && !found.has(field)) found.set(field, head)
  }
  return [...found].map(([field, head]) => ({ field, head }))
}

/** Why a list cannot be read with these columns; undefined when it can. */
export const refuseBankColumns = (
  columns: BankColumns,
): { readonly field: BankField; readonly sentence: string } | undefined => {
  const has = (field: BankField) => columns.some((one) => one.field === field)
  if (!has('on')) return { field: 'on', sentence: 'Choisissez la colonne de la date.' }
  if (!has('label')) return { field: 'label', sentence: 'Choisissez la colonne du libellé.' }
  if (has('amount') === has('credit'))
    return { field: 'amount', sentence: 'Choisissez la colonne du montant, ou bien celles du crédit et du débit.' }
  const twice = columns.find(({ head }, index) => columns.findIndex((one) => one.head === head) < index)
  return twice && { field: twice.field, sentence: 'Cette colonne est déjà choisie.' }
}

/** Whether each column is among the headings of a file, which can then be read with them. */
export const haveColumns = (heads: readonly string[], columns: BankColumns): boolean =>
  columns.every(({ head }) => heads.includes(head))
