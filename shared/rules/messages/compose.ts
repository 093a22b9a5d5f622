import type { Channel } from './channel.ts'
import { type FieldValues, filled } from './fields.ts'
import { nameForSms, type SmsLength, smsLength, toSmsText } from './gsm.ts'

/* One text becomes what each person of an audience reads. The screen shows before what the core queues after. */

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

/** A mail as SMS: what is not written in the text came of its fields. @param text as it was before its fields were filled */
export const smsTextOf = (mail: string, text: string): string => {
  const written = new Set(text.match(/\p{L}+/gu))
  return toSmsText(mail.replaceAll(/\p{L}+/gu, (word) => (written.has(word) ? word : nameForSms(word))))
}

export type Composed = {
  /** SMS to pay for, over everybody who gets one. */
  readonly smsParts: number
  /** Of the addressee whose SMS is the longest; null where nobody gets one. */
  readonly longest: { readonly index: number; readonly length: SmsLength } | null
}

export const composed = (text: string, people: readonly Addressee[]): Composed => {
  const lengths = people.flatMap((one, index) =>
    one.channel === 'sms' ? [{ index, length: smsLength(smsTextFor(text, one)) }] : [],
  )
  return {
    smsParts: lengths.reduce((sum, { length }) => sum + length.parts, 0),
    longest: lengths.reduce<Composed['longest']>(
      (found, one) =>
        found === null ||
        one.length.parts > found.length.parts ||
        (one.length.parts === found.length.parts && one.length.signs > found.length.signs)
          ? one
          : found,
      null,
    ),
  }
}

/** Files that go with the mails of a sending. */
export const maxSendingFiles = 3
export const maxSendingBytes = 10 * 1024 * 1024
