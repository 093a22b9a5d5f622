import { listed } from '../text/french.ts'

/** The fields that a message may use in braces; each is filled for its reader. */
export const messageFields = ['prénoms', 'site', 'téléphone', 'date'] as const
export type MessageField = (typeof messageFields)[number]
export type FieldValues = Readonly<Record<MessageField, string>>

const isField = (name: string): name is MessageField => messageFields.some((field) => field === name)

const pattern = /\{([^{}]*)\}/g

/** Why a text cannot be filled; null when it can. */
export const whyNotFilled = (text: string): string | null => {
  const unknown = [...text.matchAll(pattern)].map(([, name = '']) => name.trim()).find((name) => !isField(name))
  return unknown === undefined
    ? null
    : `«\u00a0{${unknown}}\u00a0» n’est pas un champ connu. Ceux-ci le sont\u00a0: ${listed(messageFields.map((name) => `{${name}}`))}.`
}

export const filled = (text: string, values: FieldValues): string =>
  text.replaceAll(pattern, (all, name: string) => {
    const field = name.trim()
    return isField(field) ? values[field] : all
  })

/** The values for a reader with several places: « Cantine et Centre », « 02 61 91 12 34 ou 02 61 91 12 35 ». */
export const placesValues = (
  places: readonly Pick<FieldValues, 'site' | 'téléphone'>[],
): Pick<FieldValues, 'site' | 'téléphone'> => ({
  site: listed([...new Set(places.map(({ site }) => site))]),
  téléphone: [...new Set(places.map(({ téléphone }) => téléphone))].filter((phone) => phone !== '').join(' ou '),
})

/** What a notice says to a home whose readers are not told of the same children. */
const anyChild = 'votre enfant'

/**
 * The values for the notice on the portal, which is one for all homes: it names the places of all of them, and leaves
 * the first names to each home. @param all the values of each person
 */
export const noticeValues = (all: readonly FieldValues[]): FieldValues => ({
  prénoms: '{prénoms}',
  ...placesValues(all),
  date: listed([...new Set(all.map(({ date }) => date))]),
})

export const namesChildren = (text: string): boolean =>
  [...text.matchAll(pattern)].some(([, name = '']) => name.trim() === 'prénoms')

/** The text of a notice as a home reads it. @param firstNames those of the home's children concerned, if it has any */
export const noticeText = (text: string, firstNames: string = anyChild): string =>
  text.replaceAll(pattern, (all, name: string) => (name.trim() === 'prénoms' ? firstNames : all))

/**
 * The first names that a notice may give to a home: those that all its readers are told, since every one of them reads
 * the notice. @param told to each reader; empty for a reader who is told none
 */
export const firstNamesForAll = (told: readonly string[]): string | undefined => {
  const [first, ...others] = new Set(told.filter((names) => names !== ''))
  return others.length === 0 ? first : undefined
}
