import type { Channel } from './channel.ts'
import { type FieldValues, filled } from './fields.ts'
import { nameForSms, type SmsLength, smsLength, toSmsText } from './gsm.ts'

/*
 * Makes the text for each person of an audience. The preview on screen and the queue of the core use these same
 * functions.
 */

export type Addressee = { readonly channel: Channel; readonly values: FieldValues }

export const smsTextFor = (text: string, { values }: Addressee): string =>
  toSmsText(
    filled(text, {
      prénoms: nameForSms(values.prénoms),
      site: nameForSms(values.site),
      téléphone: nameForSms(values.téléphone),
      date: nameForSms(values.date),
    }),
  )

/**
 * The SMS version of a mail: in the words that fields were filled with, accents that would cost more SMS are removed.
 * @param text the text before its fields were filled
 */
export const smsTextOf = (mail: string, text: string): string => {
  const written = new Set(text.match(/\p{L}+/gu))
  return toSmsText(mail.replaceAll(/\p{L}+/gu, (word) => (written.has(word) ? word : nameForSms(word))))
}

export type Composed = {
  /** The number of SMS to pay for, over all recipients who get one. */
  readonly smsParts: number
  /** The recipient with the longest SMS; null when nobody gets one. */
  readonly longest: { readonly index: number; readonly length: SmsLength } | null
  /** How many SMS are as long as the longest, in parts, where others are shorter; 0 when all are of one length. */
  readonly longer: number
}

export const composed = (text: string, people: readonly Addressee[]): Composed => {
  const lengths = people.flatMap((one, index) =>
    one.channel === 'sms' ? [{ index, length: smsLength(smsTextFor(text, one)) }] : [],
  )
  const longest = lengths.reduce<Composed['longest']>(
    (found, one) =>
      found === null ||
      one.length.parts > found.length.parts ||
      (one.length.parts === found.length.parts && one.length.signs > found.length.signs)
        ? one
        : found,
    null,
  )
  const asLong = lengths.filter(({ length }) => length.parts === longest?.length.parts).length
  return {
    smsParts: lengths.reduce((sum, { length }) => sum + length.parts, 0),
    longest,
    longer: asLong < lengths.length ? asLong : 0,
  }
}
