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

/**
 * The values for the notice on the portal, which is the same for every home: it names the places of all of them. @param
 * all the values of each person
 */
export const noticeValues = (all: readonly FieldValues[]): FieldValues => ({
  prénoms: 'votre enfant',
  ...placesValues(all),
  date: listed([...new Set(all.map(({ date }) => date))]),
})
