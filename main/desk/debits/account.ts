import { createHmac, createSecretKey } from 'node:crypto'
import * as z from 'zod'
import { lastFourOf } from '../../../shared/rules/money/debit/identifiers.ts'
import { padded, subkey } from '../../crypto/data-key.ts'
import { CannotOpen } from '../../store/failures.ts'
import type { Store } from '../../store/store.ts'
import type { MandateRow } from './debits-store.ts'

/*
 * The only access to bank accounts. An IBAN is stored encrypted with the data key, as health records are, and bound to
 * its mandate.
 */

const Account = z.object({ iban: z.string(), bic: z.string() })
export type Account = z.infer<typeof Account>

/** The columns of a mandate that describe its account. @throws CannotOpen while the data key is not available */
export const sealedAccount = (
  { key }: Store,
  reference: string,
  { iban, bic }: Account,
): Pick<MandateRow, 'sealed' | 'accountStart' | 'lastFour' | 'digest'> => ({
  sealed: key.seal(padded(JSON.stringify({ iban, bic })), associatedDataOf(reference)),
  accountStart: iban.slice(0, 4),
  lastFour: lastFourOf(iban),
  digest: accountDigests({ key })(iban),
})

/** @throws CannotOpen while the data key is not available, and when it cannot decrypt the account */
export const openAccount = ({ key }: Store, { sealed, reference }: Pick<MandateRow, 'sealed' | 'reference'>): Account =>
  Account.parse(JSON.parse(key.open(sealed, associatedDataOf(reference))))

/** The IBAN and BIC in the decrypted account of a parent; null when the text holds anything else. */
export const readSealed = (bytes: Buffer): Account | null => {
  try {
    return Account.parse(JSON.parse(bytes.toString()))
  } catch {
    return null
  }
}

export const isAccountLost = ({ key }: Store, { sealed }: Pick<MandateRow, 'sealed'>): boolean =>
  sealed === '' || key.isLost(sealed)

/**
 * Digests by which two mandates of the same account are recognised. They are keyed (HMAC): IBANs have so few possible
 * values that a plain hash could be reversed by trying them all. @throws CannotOpen while the data key is not available
 */
export const accountDigests = ({ key: { key, closed } }: Pick<Store, 'key'>): ((iban: string) => string) => {
  if (key === null) throw new CannotOpen(closed ?? '')
  const ownKey = createSecretKey(subkey(key.bytes, 'comptes'))
  return (iban) => createHmac('sha256', ownKey).update(iban).digest('base64url')
}

const associatedDataOf = (reference: string): string => `mandate ${reference}`
