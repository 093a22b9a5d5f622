import { createHmac } from 'node:crypto'
import type { MailKind } from '../../../shared/rules/requests/mails.ts'

export const stopPath = '/mails/arret/'

/**
 * Of one kind of mail to one mailbox: no session is asked, since mail programs call it by themselves (RFC 8058). It
 * stops that kind, and opens nothing. A parent who moves to another mailbox leaves these addresses behind.
 */
export const proofOf = (key: string, guardianId: number, kind: MailKind, email: string): string =>
  createHmac('sha256', key)
    .update(`mail-stop\n${guardianId}\n${kind}\n${email}`)
    .digest()
    .subarray(0, 16)
    .toString('base64url')

export const stopAddressAt =
  (address: string, key: string) =>
  (guardianId: number, kind: MailKind, email: string): string =>
    `${address}${stopPath}${guardianId}-${kind}-${proofOf(key, guardianId, kind, email)}`
