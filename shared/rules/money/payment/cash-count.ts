import { type Cents, formatEuros } from '../money.ts'

/** Face values of the notes and coins of the euro, largest first. */
export const faceValues = [
  50_000, 20_000, 10_000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1,
] as const satisfies readonly Cents[]

export const isFaceValue = (faceCents: Cents): boolean => faceValues.some((face) => face === faceCents)

/** How many notes or coins of one face value are in the till. */
export type CountedFace = { readonly faceCents: Cents; readonly count: number }

/** The smallest note; smaller values are coins. */
const smallestNote: Cents = 500

export const isNote = (faceCents: Cents): boolean => faceCents >= smallestNote

/** « 50 € », « 20 c » */
export const faceText = (faceCents: Cents): string =>
  faceCents < 100 ? `${faceCents}\u00a0c` : `${faceCents / 100}\u00a0€`

export const cashCents = (counted: readonly CountedFace[]): Cents =>
  counted.reduce((sum, { faceCents, count }) => sum + faceCents * count, 0)

/** « 3 × 50 €, 12 × 20 c »: largest first, without values that have none. */
export const countedFacesText = (counted: readonly CountedFace[]): string =>
  counted
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.faceCents - a.faceCents)
    .map(({ faceCents, count }) => `${count}\u00a0×\u00a0${faceText(faceCents)}`)
    .join(', ')

/** Why the notes and coins of a count cannot be stored with its total; undefined when they can. */
export const refuseCount = (counted: readonly CountedFace[], totalCents: Cents): string | undefined => {
  if (new Set(counted.map(({ faceCents }) => faceCents)).size < counted.length)
    return 'Une pièce ou un billet est compté deux fois.'
  const sum = cashCents(counted)
  return sum === totalCents
    ? undefined
    : `Les billets et pièces font ${formatEuros(sum)}, et non ${formatEuros(totalCents)}.`
}
