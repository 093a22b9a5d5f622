import type { Wish } from './cell.ts'
import { counted, listed } from './french.ts'

/** How what parents ask for is counted: the same wherever it is told. */

/** Of a brouillon: « 4 demandes et 1 annulation ». */
export const tickedText = ({ bookings, cancels }: { readonly bookings: number; readonly cancels: number }): string =>
  listed([
    ...(bookings > 0 ? [counted(bookings, 'demande')] : []),
    ...(cancels > 0 ? [counted(cancels, 'annulation')] : []),
  ])

/** Of a receipt: « 4 demandes de réservation et 1 demande d’annulation », « 1 demande d’inscription ». */
export const recordedText = ({
  items,
  registration,
}: {
  readonly items: readonly { readonly wish: Wish }[]
  readonly registration: object | null
}): string => {
  const count = (wish: Wish) => items.filter((item) => item.wish === wish).length
  const books = count('book')
  const cancels = count('cancel')
  const leaves = count('leave')
  return listed([
    ...(books > 0 ? [`${counted(books, 'demande')} de réservation`] : []),
    ...(cancels > 0 ? [`${counted(cancels, 'demande')} d’annulation`] : []),
    ...(leaves > 0 ? [`${counted(leaves, 'place laissée', 'places laissées')} sur la liste d’attente`] : []),
    ...(registration ? ['1\u00a0demande d’inscription'] : []),
  ])
}
