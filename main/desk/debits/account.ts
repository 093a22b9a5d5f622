import { createHmac, createSecretKey } from 'node:crypto'
import * as z from 'zod'
import { lastFourOf } from '../../../shared/rules/money/debit/identifiers.ts'
import { padded, subkey } from '../../crypto/data-key.ts'
import { CannotOpen } from '../../store/failures.ts'
import type { Store } from '../../store/store.ts'
import type { MandateRow } from './debits-store.ts'

/*
 * The only access to the accounts of homes: an IBAN lies in the file sealed with the data key, as health records do, and
 * bound to its mandate.
 */

const Account = z.object({ iban: z.string(), bic: z.string() })
export type Account = z.infer<typeof Account>

/** The columns of a mandate that stand for its account. @throws CannotOpen while the data key is not available */
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

/** @throws CannotOpen while the data key is not available, and for an account that it does not open */
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
 * By what accounts are recognised. Keyed, so that nobody finds an account again by trying all of them: there are few
 * banks and short numbers. @throws CannotOpen while the data key is not available
 */
export const accountDigests = ({ key: { key, closed } }: Pick<Store, 'key'>): ((iban: string) => string) => {
  if (key === null) throw new CannotOpen(closed ?? '')
  const ownKey = createSecretKey(subkey(key.bytes, 'comptes'))
  return (iban) => createHmac('sha256', ownKey).update(iban).digest('base64url')
}

const associatedDataOf = (reference: string): string => `mandate ${reference}`
