import type { ListKind } from '../../../../shared/formats/lists.ts'
import { folded } from '../../../../shared/rules/people/names.ts'

/** How the list of a known program is read; `README.md` says what each heading means there. */
export type SourceProfile = {
  readonly name: string
  readonly list: ListKind
  readonly columns: readonly { readonly field: string; readonly head: string }[]
  /** Columns that are read where the file has them. */
  readonly more?: SourceProfile['columns']
  /** Other headings of that list: without them it is another program's. */
  readonly marks: readonly string[]
}

const columnsOf = (heads: Readonly<Record<string, string>>): SourceProfile['columns'] =>
  Object.entries(heads).map(([head, field]) => ({ field, head }))

const quantity = columnsOf({ Quantité: 'bookedQuantity' })
const groupAndQuantity = columnsOf({ Groupe: 'bookedGroup', Quantité: 'bookedQuantity' })
const dueDay = columnsOf({ Échéance: 'dueOn' })

const invoicesOfWeb = (dateHead: string): SourceProfile => ({
  name: 'Noethysweb, factures',
  list: 'invoices',
  columns: columnsOf({
    Numéro: 'invoiceNumber',
    [dateHead]: 'issuedOn',
    Famille: 'familyName',
    'Date début': 'periodFrom',
    'Date fin': 'periodTo',
    Total: 'invoiced',
    'Solde actuel': 'rest',
  }),
  more: dueDay,
  marks: ['Lot'],
})

const sources: readonly SourceProfile[] = [
  {
    name: 'Noethys, consommations',
    list: 'bookings',
    columns: columnsOf({
      Date: 'day',
      Activité: 'bookedActivity',
      Unité: 'bookedUnit',
      Etat: 'bookingState',
      Nom: 'childLastName',
      Prénom: 'childFirstName',
      Famille: 'familyName',
    }),
    more: quantity,
    marks: ['Date de saisie'],
  },
  {
    name: 'Noethysweb, consommations',
    list: 'bookings',
    columns: columnsOf({
      Date: 'day',
      Activité: 'bookedActivity',
      Unité: 'bookedUnit',
      Etat: 'bookingState',
      Individu: 'childFullName',
      Famille: 'familyName',
    }),
    more: groupAndQuantity,
    marks: ['Groupe'],
  },
  {
    name: 'Noethys, factures',
    list: 'invoices',
    // « Réglé » and « Solde » are those of the day of issue: only « Solde actuel » says what is left now.
    columns: columnsOf({
      'N°': 'invoiceNumber',
      Date: 'issuedOn',
      Famille: 'familyName',
      'Date début': 'periodFrom',
      'Date fin': 'periodTo',
      Total: 'invoiced',
      'Solde actuel': 'restBelowZero',
    }),
    more: dueDay,
    marks: ['Réglé'],
  },
  ...['Date d’édition', 'Date d’émission', 'Date'].map(invoicesOfWeb),
  {
    name: 'Noethysweb, inscriptions',
    list: 'registrations',
    columns: columnsOf({
      Début: 'startDay',
      Fin: 'endDay',
      Individu: 'childFullName',
      Famille: 'familyName',
      Activité: 'period',
      Statut: 'registrationState',
    }),
    more: columnsOf({ Groupe: 'periodGroup' }),
    marks: ['Catégorie de tarif'],
  },
  {
    name: 'Noethysweb, quotients',
    list: 'quotients',
    columns: columnsOf({ Famille: 'familyName', QF: 'quotient', 'Date de début': 'quotientFrom' }),
    marks: ['Autorisation CAF-CDAP'],
  },
]

/** The known list that a file is, by its headings. */
export const sourceFor = (header: readonly string[], list: ListKind | null): SourceProfile | undefined => {
  const heads = new Set(header.map(folded))
  const found = sources.find(
    (one) =>
      (list === null || one.list === list) &&
      [...one.columns.map(({ head }) => head), ...one.marks].every((head) => heads.has(folded(head))),
  )
  const more = found?.more?.filter(({ head }) => heads.has(folded(head))) ?? []
  return found && { ...found, columns: [...found.columns, ...more] }
}

/** The headings of all known lists, folded: the line of a file that has them names its columns. */
export const sourceHeadings: readonly string[] = sources.flatMap(({ columns, more = [], marks }) =>
  [...[...columns, ...more].map(({ head }) => head), ...marks].map(folded),
)
