import { type MailReader, type NoMail, noMailTexts, whyNoMail } from '../mails/stop-list.ts'
import { mobileOf } from './mobile.ts'

/** How a message of the service reaches a person. The portal's notice is always added for the home. */
export const channels = ['mail', 'sms', 'call'] as const
/** `call`: nothing is sent, somebody telephones. */
export type Channel = (typeof channels)[number]

/** What a person asked to be reached by. */
export const channelChoices = ['sms', 'mail'] as const
export type ChannelChoice = (typeof channelChoices)[number]

export const channelChoiceNames: Readonly<Record<ChannelChoice, string>> = { sms: 'par SMS', mail: 'par mail' }

/** A guardian as far as messages to an audience go. */
export type MessageReader = MailReader & {
  /** Null for a person who chose nothing. */
  readonly choice: ChannelChoice | null
  /** As it is typed on the family's page. */
  readonly mobile: string
  /** Whether the stop list has the number. */
  readonly isMobileStopped: boolean
}

export type Way =
  | { readonly channel: 'mail' | 'sms'; readonly address: string }
  | { readonly channel: 'call'; readonly why: NoWay }

export type NoWay = NoMail | 'noMobile' | 'mobileStopped' | 'noSms' | 'nothing'

export const noWayTexts: Readonly<Record<NoWay, string>> = {
  ...noMailTexts,
  noMobile: 'préfère le SMS, sans numéro de mobile valable',
  mobileStopped: 'a demandé de ne plus recevoir de SMS',
  noSms: 'pas d’adresse mail, et cet envoi est sans SMS',
  nothing: 'ni mobile ni adresse mail',
}

/**
 * How a person is reached. A choice is kept to: who chose the mail gets no SMS. Who chose nothing is written to by mail, as
 * the service always did, and by SMS without an address: these messages are of the service that the child attends, no
 * advertising, so that they ask for no consent (Code des postes et des communications électroniques, article L. 34-5;
 * GDPR, article 6.1.e), but whoever refuses is not written to.
 * @param withSms whether SMS leave at all; otherwise who prefers them is written to by mail
 */
export const wayOf = (reader: MessageReader, withSms: boolean): Way => {
  const { choice, email, isMobileStopped } = reader
  const noMail = whyNoMail(reader, 'notice')
  const mobile = mobileOf(reader.mobile)
  if (choice === 'sms' && withSms) {
    if (mobile === null) return { channel: 'call', why: 'noMobile' }
    return isMobileStopped ? { channel: 'call', why: 'mobileStopped' } : { channel: 'sms', address: mobile }
  }
  if (noMail === null) return { channel: 'mail', address: email.trim() }
  if (choice !== null || noMail !== 'noAddress') return { channel: 'call', why: noMail }
  if (mobile === null || !withSms) return { channel: 'call', why: mobile === null ? 'nothing' : 'noSms' }
  return isMobileStopped ? { channel: 'call', why: 'mobileStopped' } : { channel: 'sms', address: mobile }
}
