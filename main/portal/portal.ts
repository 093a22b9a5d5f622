import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { defaultPasswordCost, type PasswordCost } from '../../shared/rules/access/password.ts'
import type { Clock } from '../../shared/rules/calendar/day.ts'
import { createMailQueue, type MailQueue, type MailTransport } from './mails/mail.ts'
import { createStopAddress } from './mails/mail-link.ts'
import { documentOf } from './published/documents.ts'
import { createFailureLog, type LogFailure } from './store/failure-log.ts'
import { signingKey } from './store/schema/index.ts'
import { openPortalStore, type PortalStore, type Queryable, type StoreAddress } from './store/store.ts'

/**
 * What every use case of the portal needs. Holds no state between calls: several worker processes serve the same
 * portal.
 */
export type Portal = {
  readonly store: PortalStore
  readonly clock: Clock
  readonly log: (line: string) => void
  /** Logs an unforeseen error, with the id that its page showed; briefly while the same error repeats. */
  readonly logFailure: LogFailure
  /** The portal's URL as parents type it, without a trailing slash: links in mails begin with it. */
  readonly address: string
  readonly keys: SigningKeys
  readonly mails: MailQueue
  readonly passwordCost: PasswordCost
  /** Runs `work` after the response was sent, so that the response time reveals nothing about it. */
  afterResponse(work: () => Promise<void>): void
  close(): Promise<void>
}

/** What a reader of the portal's data needs: also inside a transaction, whose `db` then reads. */
export type Reading = Pick<Portal, 'clock'> & { readonly store: { readonly db: Queryable } }

/** An Ed25519 key pair, in PEM. The public key verifies receipts. */
export type SigningKeys = { readonly publicKey: string; readonly privateKey: string }

export type PortalOptions = {
  readonly store: StoreAddress | PortalStore
  readonly clock: Clock
  readonly log: (line: string) => void
  readonly address: string
  /** Null: mails stay queued in the store. */
  readonly mail: MailTransport | null
  /** Cost of hashing a new password; tests lower it, since they protect nobody's account. */
  readonly passwordCost?: PasswordCost
}

/** @throws FromTheFuture when a newer portal wrote the store */
export const openPortal = async ({
  store: at,
  clock,
  log,
  address,
  mail,
  passwordCost = defaultPasswordCost,
}: PortalOptions): Promise<Portal> => {
  const store = 'db' in at ? at : await openPortalStore(at)
  const keys = await signingKeys(store)
  const stopAddress = createStopAddress(address, keys.privateKey)
  const townName = async () => {
    const town = await documentOf(store.db, 'town')
    return town ? `${town.name} – ${town.town}` : ''
  }
  const { hostname: host } = new URL(address)
  const mails = createMailQueue(store, { clock, log, office: mail, host, townName, stopAddress })
  const logFailure = createFailureLog(log)
  const pending = new Set<Promise<void>>()
  return {
    store,
    clock,
    log,
    logFailure,
    address,
    keys,
    mails,
    passwordCost,
    afterResponse(work) {
      const running = work()
        .catch((error: unknown) => logFailure(randomUUID().slice(0, 8), error))
        .finally(() => pending.delete(running))
      pending.add(running)
    },
    async close() {
      while (pending.size > 0) await Promise.all(pending)
      await mails.close()
      await store.close()
    },
  }
}

/** The first worker creates the key pair; the store keeps it for all workers. */
const signingKeys = async ({ db }: PortalStore): Promise<SigningKeys> => {
  const storedKeys = () => db.select().from(signingKey).where(eq(signingKey.id, 1))
  const [existing] = await storedKeys()
  if (existing) return existing
  const created = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  await db
    .insert(signingKey)
    .values({ id: 1, ...created })
    .onConflictDoNothing()
  const [stored] = await storedKeys()
  if (!stored) throw new Error('the portal has no signing key')
  return stored
}
