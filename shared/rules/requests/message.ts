import { counted } from '../text/french.ts'

/** Characters of one message. */
export const longestMessage = 4000
export const longestSubject = 120

/** Messages of one parent, that nobody reads faster anyway. */
const mostInAnHour = 10
const mostInADay = 30

/** Why a parent who wrote so many messages cannot send another now; null when nothing forbids it. */
export const whyNotWrite = (inLastHour: number, inLastDay: number): string | null => {
  if (inLastDay >= mostInADay)
    return `Vous avez envoyé ${counted(inLastDay, 'message')} depuis hier. Écrivez la suite demain, ou téléphonez-nous.`
  if (inLastHour >= mostInAnHour)
    return `Vous avez envoyé ${counted(inLastHour, 'message')} en une heure. Attendez un peu, ou téléphonez-nous.`
  return null
}

/** As it is kept: text only, its lines as they were written, without the signs that are not written. */
export const messageText = (typed: string): string =>
  typed
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n\t]/gu, '')
    .trim()

/** Days of a notice at most. */
export const longestNotice = 366
