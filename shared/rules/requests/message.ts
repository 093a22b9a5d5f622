import { counted } from '../text/french.ts'

/** Characters of one message. */
export const maxMessageLength = 4000
export const maxSubjectLength = 120

/** Limits of messages from one parent: staff could not read more anyway. */
const maxPerHour = 10
const maxPerDay = 30

/** Why a parent who has sent so many messages cannot send another now; null when they can. */
export const whyNotWrite = (inLastHour: number, inLastDay: number): string | null => {
  if (inLastDay >= maxPerDay)
    return `Vous avez envoyé ${counted(inLastDay, 'message')} depuis hier. Écrivez la suite demain, ou téléphonez-nous.`
  if (inLastHour >= maxPerHour)
    return `Vous avez envoyé ${counted(inLastHour, 'message')} en une heure. Attendez un peu, ou téléphonez-nous.`
  return null
}

/** The message as stored: plain text with its line breaks, without control characters. */
export const messageText = (typed: string): string =>
  typed
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n\t]/gu, '')
    .trim()

/** Days during which a notice is shown, at most. */
export const maxNoticeDays = 366
