import { listed } from '../text/french.ts'

/** What a text may name between braces, each filled for its reader. */
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

/** What the notice on the portal says, which every home reads alike. */
export const noticeValues = (values: FieldValues): FieldValues => ({ ...values, prénoms: 'votre enfant' })
