import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { defaultPasswordCost, type PasswordCost } from '../../shared/rules/access/password.ts'
import type { Clock } from '../../shared/rules/calendar/day.ts'
import { openPost, type Post, type PostOffice } from './post/mail.ts'
import { stopAddressAt } from './post/mail-link.ts'
import { documentOf } from './published/documents.ts'
import { described } from './store/described.ts'
import { signingKey } from './store/schema/index.ts'
import { openPortalStore, type PortalStore, type StoreAddress } from './store/store.ts'

/** What every use case of the portal stands on. It keeps nothing of one call for the next: workers are alike. */
export type Portal = {
  readonly store: PortalStore
  readonly clock: Clock
  /** Where an unforeseen error is found again by the id that the page showed. */
  readonly log: (line: string) => void
  /** As parents type it, without a final slash: links in mails begin with it. */
  readonly address: string
  readonly keys: SigningKeys
  readonly post: Post
  readonly passwordCost: PasswordCost
  /** Done once the answer has left, so that how long it takes tells nothing. */
  afterwards(work: () => Promise<void>): void
  close(): Promise<void>
}

/** Ed25519, PEM. The public one verifies receipts. */
export type SigningKeys = { readonly publicKey: string; readonly privateKey: string }

export type PortalOptions = {
  readonly store: StoreAddress | PortalStore
  readonly clock: Clock
  readonly log: (line: string) => void
  readonly address: string
  /** Absent, mails wait in the store. */
  readonly mail: PostOffice | null
  /** Cost of hashing a new password; tests lower it, since they protect nobody's account. */
  readonly passwordCost?: PasswordCost
}

/** @throws FromTheFuture */
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
  const stopAddress = stopAddressAt(address, keys.privateKey)
  const townName = async () => {
    const town = await documentOf(store.db, 'town')
    return town ? `${town.name} – ${town.town}` : ''
  }
  const { hostname: host } = new URL(address)
  const post = openPost(store, { clock, log, office: mail, host, townName, stopAddress })
  const under = new Set<Promise<void>>()
  return {
    store,
    clock,
    log,
    address,
    keys,
    post,
    passwordCost,
    afterwards(work) {
      const running = work()
        .catch((error: unknown) => log(`${randomUUID().slice(0, 8)} ${described(error)}`))
        .finally(() => under.delete(running))
      under.add(running)
    },
    async close() {
      while (under.size > 0) await Promise.all(under)
      await post.close()
      await store.close()
    },
  }
}

/** Made by the first worker, kept in the store for all. */
const signingKeys = async ({ db }: PortalStore): Promise<SigningKeys> => {
  const kept = () => db.select().from(signingKey).where(eq(signingKey.id, 1))
  const [known] = await kept()
  if (known) return known
  const made = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  await db
    .insert(signingKey)
    .values({ id: 1, ...made })
    .onConflictDoNothing()
  const [mine] = await kept()
  if (!mine) throw new Error('the portal has no signing key')
  return mine
}
