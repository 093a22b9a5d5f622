import { createHmac } from 'node:crypto'
import type { MailKind } from '../../../shared/rules/requests/mails.ts'

export const stopPath = '/mails/arret/'

/**
 * The signature in a link that stops one kind of mail to one address. No session is needed, since mail programs call
 * the link on their own (RFC 8058); the link can do nothing else. After a change of mail address, older links no longer
 * work.
 */
export const stopSignature = (key: string, guardianId: number, kind: MailKind, email: string): string =>
  createHmac('sha256', key)
    .update(`mail-stop\n${guardianId}\n${kind}\n${email}`)
    .digest()
    .subarray(0, 16)
    .toString('base64url')

export const createStopAddress =
  (address: string, key: string) =>
  (guardianId: number, kind: MailKind, email: string): string =>
    `${address}${stopPath}${guardianId}-${kind}-${stopSignature(key, guardianId, kind, email)}`
