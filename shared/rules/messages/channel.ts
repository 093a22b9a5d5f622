import { type MailReader, type NoMail, noMailTexts, whyNoMail } from '../mails/stop-list.ts'
import { mobileOf } from './mobile.ts'

/** How a message reaches a person. The home is always shown the notice on the portal in addition. */
export const channels = ['mail', 'sms', 'call'] as const
/** `call`: nothing is sent, a member of staff telephones. */
export type Channel = (typeof channels)[number]

export const channelNames: Readonly<Record<Channel, string>> = { sms: 'SMS', mail: 'mail', call: 'à appeler' }

/** The channels that a guardian may choose. */
export const channelChoices = ['sms', 'mail'] as const
export type ChannelChoice = (typeof channelChoices)[number]

export const channelChoiceNames: Readonly<Record<ChannelChoice, string>> = { sms: 'par SMS', mail: 'par mail' }

/** A guardian, with what decides how a message to an audience reaches them. */
export type MessageReader = MailReader & {
  /** Null for a person who chose nothing. */
  readonly choice: ChannelChoice | null
  /** As typed on the family's page. */
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
 * How a person is reached. Their choice is respected: who chose mail gets no SMS. Who chose nothing gets a mail, or an
 * SMS when they have no mail address. These messages are part of the service that the child attends and no advertising,
 * so they need no consent (Code des postes et des communications électroniques, article L. 34-5; GDPR, article 6.1.e);
 * but nothing is sent to a person who refuses.
 * @param withSms whether SMS can be sent at all; otherwise who prefers SMS gets a mail
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
