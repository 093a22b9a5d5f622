import { eq } from 'drizzle-orm'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AccountKey,
  healthAssociatedData,
  isAccountKey,
  newAccountKey,
  openForAccount,
  sealForAccount,
  sealForOwnAccount,
  unwrapAccountKey,
  wrapAccountKey,
} from '../../../main/crypto/account-key.ts'
import { newDataKey } from '../../../main/crypto/data-key.ts'
import {
  changePassword,
  choosePassword,
  forgotPassword,
  logIn,
  loginOf,
  logOut,
} from '../../../main/portal/account/accounts.ts'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { healthShown, keepHealth } from '../../../main/portal/papers/health.ts'
import { account, accountKey, healthDraft, logEntry, session } from '../../../main/portal/store/schema/index.ts'
import { AccountKeyEntry } from '../../../shared/contract/portal/entries.ts'
import { noHealth } from '../../../shared/rules/dossier/health.ts'
import { examples } from '../../support/long.ts'
import { rowsOf } from '../../support/machine/embedded-store.ts'
import { aPortal, password } from '../portal.ts'
import { stores } from '../stores.ts'
import { accounts, published, town } from '../town.ts'

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((some) => Buffer.from(some))

const sealed = (...[by, to, what, why]: Parameters<typeof sealForAccount>) =>
  sealForAccount(by, to, what, why).toString('base64')

describe('the key of an account', () => {
  const desk = newDataKey()
  const own = newAccountKey()
  const other = newAccountKey()

  it('opens what was sealed to it, as what it was sealed for; another key or another purpose opens nothing', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, purpose) => {
        for (const closed of [
          sealForAccount(desk, own.publicKey, text, purpose),
          sealForOwnAccount(own.publicKey, text, purpose),
        ]) {
          expect(openForAccount(own, closed, purpose)).toBe(text)
          expect(() => openForAccount(other, closed, purpose)).toThrow(/authenticate/)
          expect(() => openForAccount(own, closed, `${purpose} `)).toThrow(/authenticate/)
        }
      }),
      { numRuns: examples(100) },
    )
  })

  it('is given the same bytes for the same content, other bytes for another, for another account and by another desk', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (text, another, purpose) => {
        fc.pre(text !== another)
        const one = sealed(desk, own.publicKey, text, purpose)
        expect(sealed(desk, own.publicKey, text, purpose)).toBe(one)
        // The first 32 bytes are the sender's half: two contents never share one, nor the key that follows from it.
        const others = [
          sealed(desk, own.publicKey, another, purpose),
          sealed(desk, other.publicKey, text, purpose),
          sealed(desk, own.publicKey, text, `${purpose} `),
          sealed(newDataKey(), own.publicKey, text, purpose),
        ]
        expect(new Set([one, ...others].map((found) => found.slice(0, 40))).size).toBe(5)
      }),
      { numRuns: examples(40) },
    )
  })

  it('comes back from its wrapping by the same key for the same guardian only', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.nat(), (key, wrong, guardian) => {
        fc.pre(!key.equals(wrong))
        const wrapped = wrapAccountKey(key, guardian, own)
        expect(unwrapAccountKey(key, guardian, wrapped)).toEqual(own)
        expect(unwrapAccountKey(wrong, guardian, wrapped)).toBeNull()
        expect(unwrapAccountKey(key, guardian + 1, wrapped)).toBeNull()
        expect(wrapped).not.toContain(own.privateKey.toString('base64').slice(0, 20))
      }),
      { numRuns: examples(100) },
    )
  })

  it('is refused by the desk when it is no key, or one with which everybody shares a secret', () => {
    expect(isAccountKey(own.publicKey)).toBe(true)
    expect(isAccountKey(Buffer.alloc(32).toString('base64'))).toBe(false)
    expect(isAccountKey(Buffer.alloc(31, 7).toString('base64'))).toBe(false)
    expect(isAccountKey('')).toBe(false)
  })
})

// ---- Random histories of an account

type Step =
  | 'logIn'
  | 'logOut'
  | 'changePassword'
  | 'reset'
  | 'newMail'
  | 'exchange'
  | 'withdrawAuthority'
  | 'confirmAuthority'
  | 'newRecord'
  | 'keep'
  | 'switchOff'
  | 'switchOn'

const steps: readonly Step[] = [
  'logIn',
  'logIn',
  'logOut',
  'changePassword',
  'reset',
  'newMail',
  'exchange',
  'exchange',
  'exchange',
  'withdrawAuthority',
  'confirmAuthority',
  'newRecord',
  'keep',
  'switchOff',
  'switchOn',
]

const phone = { address: '203.0.113.7', device: 'Téléphone' }
const guardian = accounts.claire.guardian
const child = 101

describe.each(stores)('a health record sealed to an account, on %s', (_, open) => {
  /**
   * A portal, and what a desk would know about it: the last reported key, whether authority is confirmed, and the
   * record.
   */
  const aStory = async () => {
    const place = await aPortal(open)
    const { portal, mailbox } = place
    const { db } = portal.store
    const desk = newDataKey()
    let email = accounts.claire.email.toLowerCase()
    let secretWord = password
    let number = 0
    let record = 'Allergie n° 0.'
    let isConfirmed = true
    let isOn = true
    /** Open sessions, by the secret in their cookie. */
    const secrets: string[] = []
    /** Key pairs that were replaced, with the contents sealed to them. */
    const dead: string[] = []
    let shownLast: { readonly key: string; readonly text: string } | null = null

    const publishTown = () =>
      publish(portal, {
        documents: [published('town', { ...town, ...(isOn && { showsHealth: true }) })],
        withdrawn: [],
      })
    const told = async (): Promise<string | null> => {
      const rows = await db.select().from(logEntry).where(eq(logEntry.kind, 'accountKey')).orderBy(logEntry.number)
      const keys = rows.map(({ body }) => AccountKeyEntry.parse(JSON.parse(body)))
      const last = keys.at(-1)
      return last?.email === email ? last.publicKey : null
    }
    const currentKey = async () =>
      (await db.select().from(accountKey).where(eq(accountKey.guardianId, guardian)))[0]?.publicKey ?? null
    const sealedIn = async (): Promise<string[]> => {
      const raw = await rowsOf(portal.store)
      return [...raw.matchAll(/sealed\\*":\\*"([\w+/=]+)/g)].flatMap(([, text]) => text ?? [])
    }
    const logInAgain = async () => {
      const { secret } = await logIn(portal, phone, { email, password: secretWord })
      secrets.push(secret)
    }
    const login = async (secret: string) => {
      const found = await loginOf(portal, secret)
      if (!found) throw new Error('not logged in')
      return found
    }
    const buried = async () => {
      dead.push(...(await sealedIn()))
      secrets.length = 0
      shownLast = null
    }

    const acts: Readonly<Record<Step, () => Promise<unknown>>> = {
      logIn: logInAgain,
      async logOut() {
        const secret = secrets.pop()
        if (secret) await logOut(portal, await login(secret))
      },
      async changePassword() {
        const [secret] = secrets
        if (!secret) return
        const next = `Marronnier-${20 + (number += 1)}`
        const { secret: renewed } = await changePassword(portal, phone, await login(secret), {
          current: secretWord,
          next,
        })
        secretWord = next
        secrets.splice(0, secrets.length, renewed)
      },
      async reset() {
        // Its sessions end by it; mails are not sent without a limit.
        place.clock.later(20)
        const before = mailbox.received.length
        await forgotPassword(portal, phone, email)
        await expect.poll(() => mailbox.received.length).toBeGreaterThan(before)
        await buried()
        secretWord = `Tilleul-${20 + (number += 1)}`
        const { secret } = await choosePassword(portal, phone, { secret: mailbox.linkTo(email), password: secretWord })
        secrets.push(secret)
      },
      async newMail() {
        await buried()
        email = `claire.${(number += 1)}@exemple.fr`
        await publish(portal, {
          documents: [published(`account/${guardian}`, { ...accounts.claire, email })],
          withdrawn: [],
        })
      },
      async exchange() {
        await publishTown()
        const key = await told()
        const id = `health/${guardian}`
        if (!isOn || key === null) {
          await publish(portal, { documents: [], withdrawn: [id] })
          shownLast = null
          return
        }
        const text = JSON.stringify({ record: { ...noHealth, allergies: record }, mark: 'm', confirmedOn: null })
        const sealed = sealForAccount(desk, key, text, healthAssociatedData(guardian, child)).toString('base64')
        await publish(portal, {
          documents: [published(id, { key, children: isConfirmed ? [{ child, sealed }] : [] })],
          withdrawn: [],
        })
        shownLast = isConfirmed ? { key, text: record } : { key, text: '' }
      },
      withdrawAuthority: () => Promise.resolve((isConfirmed = false)),
      confirmAuthority: () => Promise.resolve((isConfirmed = true)),
      newRecord: () => Promise.resolve((record = `Allergie n° ${(number += 1)}.`)),
      async keep() {
        const secret = secrets.at(-1)
        if (secret) await keepHealth(portal, await login(secret), secret, { child, answers: { allergies: 'Guêpes.' } })
      },
      switchOff: () => Promise.resolve((isOn = false)),
      switchOn: () => Promise.resolve((isOn = true)),
    }

    /** The conditions that must hold after each step. */
    const judge = async () => {
      const raw = await rowsOf(portal.store)
      expect(raw).not.toMatch(/Allergie n|Guêpes/)
      for (const gone of dead) expect(raw).not.toContain(gone)
      const current = await currentKey()
      for (const secret of secrets) {
        expect(raw).not.toContain(secret)
        const shown = await healthShown(portal, await login(secret), secret, child)
        if (shown.state === 'shown') {
          expect(shownLast).toEqual({ key: current, text: shown.known.record.allergies })
          await expect(healthShown(portal, await login(secret), `${secret}x`, child)).resolves.toEqual({
            state: 'logInAgain',
          })
        } else if (shown.state === 'notShown') expect(shownLast).toEqual({ key: current, text: '' })
        else if (shown.state === 'later') expect(shownLast?.key ?? null).not.toBe(current)
      }
    }
    await portal.mails.sendWaiting()
    await publishTown()
    const { secret } = await choosePassword(portal, phone, { secret: mailbox.linkTo(email), password })
    secrets.push(secret)
    return { place, acts, judge, secrets, login, currentKey, sealedIn }
  }

  it('is read back by the account’s own sessions only, whatever happens, and is gone from the store once it must be', async () => {
    // Each step is judged for itself.
    expect.hasAssertions()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...steps), { minLength: 4, maxLength: 14 }), async (story) => {
        const { place, acts, judge } = await aStory()
        try {
          await judge()
          for (const step of story) {
            await acts[step]()
            await judge()
          }
        } finally {
          await place.close()
        }
      }),
      { numRuns: examples(24) },
    )
  })

  it('stays readable through another password, is gone at a reset, and comes back after the next exchange', async () => {
    const { place, acts, judge, secrets, login, currentKey, sealedIn } = await aStory()
    const { portal } = place
    const shown = async () => {
      const secret = secrets.at(-1) ?? ''
      return (await healthShown(portal, await login(secret), secret, child)).state
    }
    expect(await shown()).toBe('later')
    await acts.exchange()
    expect(await shown()).toBe('shown')
    const key = await currentKey()
    await acts.changePassword()
    await acts.logIn()
    expect([await shown(), await currentKey()]).toEqual(['shown', key])
    await acts.keep()
    await acts.reset()
    expect([await shown(), await sealedIn()]).toEqual(['later', []])
    const renewed = secrets.at(-1) ?? ''
    expect(await healthShown(portal, await login(renewed), renewed, child)).toMatchObject({ answers: 'lost' })
    expect(await currentKey()).not.toBe(key)
    await acts.exchange()
    expect(await shown()).toBe('shown')
    await acts.newMail()
    expect([await currentKey(), await sealedIn()]).toEqual([null, []])
    await acts.logIn()
    expect(await shown()).toBe('later')
    await judge()
    await place.close()
  })

  it('answers that another key closed are said to be lost, and the page is shown all the same', async () => {
    const { place, acts, secrets, login } = await aStory()
    const { portal } = place
    await acts.keep()
    const sealed = sealForOwnAccount(newAccountKey().publicKey, '{}', `health answers ${guardian} ${child}`)
    await portal.store.db.update(healthDraft).set({ sealed: sealed.toString('base64') })
    const secret = secrets.at(-1) ?? ''
    expect(await healthShown(portal, await login(secret), secret, child)).toMatchObject({ answers: 'lost' })
    await place.close()
  })

  it('an account and a session of an older portal have no key: the next login makes one and reports it to the desk', async () => {
    const { place, acts, secrets, login } = await aStory()
    const { portal } = place
    const { db } = portal.store
    // As the older portal left them.
    await db.delete(accountKey)
    await db.update(session).set({ wrappedKey: null })
    await db.delete(logEntry)
    const secret = secrets.at(-1) ?? ''
    expect((await healthShown(portal, await login(secret), secret, child)).state).toBe('logInAgain')
    await acts.logIn()
    await acts.exchange()
    const renewed = secrets.at(-1) ?? ''
    expect((await healthShown(portal, await login(renewed), renewed, child)).state).toBe('shown')
    await place.close()
  })

  it('a key that the desk lost is reported again at the next login', async () => {
    const { place, acts, currentKey } = await aStory()
    const { portal } = place
    await acts.exchange()
    // The desk seals to the key that it had before a copy was restored.
    const other: AccountKey = newAccountKey()
    await publish(portal, {
      documents: [published(`health/${guardian}`, { key: other.publicKey, children: [] })],
      withdrawn: [],
    })
    await acts.logIn()
    const rows = await portal.store.db.select().from(logEntry).where(eq(logEntry.kind, 'accountKey'))
    expect(rows.map(({ body }) => AccountKeyEntry.parse(JSON.parse(body)).publicKey)).toEqual([
      await currentKey(),
      await currentKey(),
    ])
    await place.close()
  })

  it('goes with the account', async () => {
    const { place, acts, sealedIn } = await aStory()
    await acts.exchange()
    await acts.keep()
    expect(await sealedIn()).toHaveLength(2)
    await publish(place.portal, { documents: [], withdrawn: [`account/${guardian}`] })
    expect(await sealedIn()).toEqual([])
    const { db } = place.portal.store
    expect([await db.$count(account, eq(account.guardianId, guardian)), await db.$count(accountKey)]).toEqual([0, 0])
    await place.close()
  })
})
