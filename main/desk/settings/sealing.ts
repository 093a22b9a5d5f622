import { randomBytes, randomInt } from 'node:crypto'
import type { NewPhrase, Sealing } from '../../../shared/contract/desk/settings.ts'
import { letterCode } from '../../../shared/rules/access/letter-code.ts'
import { isSameWord, phraseBytes, phraseLength, phraseOf } from '../../../shared/rules/access/recovery-phrase.ts'
import { dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { type DataKey, type KeyInfo, newDataKey, type WrappedKey, wrapKey } from '../../crypto/data-key.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import { keyByPhrase } from '../../store/backups/backup.ts'
import { PhraseRefused } from '../../store/failures.ts'
import { replaceKeyInfo, writeKeyInfo } from '../../store/key-ring.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { organisationOf } from './settings.ts'

/*
 * The recovery phrase is shown once, on the sheet that is printed, and kept nowhere. It opens something from the moment
 * someone retyped words of the sheet: until then the phrase of before holds.
 */

export const readSealing = ({ store }: Core): Sealing => {
  const { info, isKeyLost, closed, lostPreviousKeys } = store.key
  return {
    closed,
    // The sentence says which sheet to take, and that there may be none.
    canOpen: closed === null ? lostPreviousKeys.some(({ phrase }) => phrase !== null) : info?.phrase != null,
    canStartOver: isKeyLost,
    unreadable: store.key.countLost(),
    phrase: info?.phrase ? { number: info.phrase.number, on: dayAt(info.phrase.madeAt) } : null,
  }
}

type Pending = {
  readonly key: DataKey
  /** The public half of the lost one whose place it takes; null for the key that the file has. */
  readonly replaces: string | null
  readonly number: string
  readonly madeAt: Instant
  readonly secret: Uint8Array
  readonly words: readonly string[]
  readonly asked: readonly number[]
}

/** Shown and not yet confirmed: in memory only, so that a desk that is closed forgets it. */
const pendingOf = new WeakMap<Store, Pending>()

const wordsAsked = 3

export const makePhrase = (core: Core): NewPhrase => {
  const { key, closed } = core.store.key
  if (!key) throw new Refused(closed ?? '')
  return phraseFor(core, key, null)
}

/** The key is lost, the phrase too: what they sealed is given up, once the new phrase is confirmed and not before. */
export const startOver = (core: Core): NewPhrase => {
  const { info, key, isKeyLost, closed } = core.store.key
  if (key) throw new Refused(stillHeld)
  if (!info || !isKeyLost) throw new Refused(closed ?? '')
  return phraseFor(core, newDataKey(), info.publicKey)
}

const stillHeld = 'Les fiches sanitaires s’ouvrent sur ce poste\u00a0: il n’y a pas à repartir.'

const phraseFor = ({ store, clock }: Core, key: DataKey, replaces: string | null): NewPhrase => {
  const secret = randomBytes(phraseBytes)
  const pending: Pending = {
    key,
    replaces,
    number: letterCode(randomBytes(4)),
    madeAt: clock(),
    secret,
    words: phraseOf(secret),
    asked: someOf(phraseLength, wordsAsked),
  }
  pendingOf.set(store, pending)
  return { number: pending.number, words: [...pending.words], asked: [...pending.asked] }
}

const someOf = (count: number, many: number): number[] => {
  const chosen = new Set<number>()
  while (chosen.size < many) chosen.add(randomInt(count))
  return [...chosen].toSorted((a, b) => a - b)
}

const noneMade = 'Cette phrase n’est plus à l’écran\u00a0: faites-en une nouvelle.'

export const phraseSheet = async ({ store, clock }: Core): Promise<File> => {
  const pending = pendingOf.get(store)
  if (!pending) throw new Refused(noneMade)
  const service = organisationOf(store)
  const before = store.key.info?.phrase
  const { number, madeAt, words } = pending
  const [bytes] = await renderPapers(
    [
      {
        phraseSheet: {
          service: `${service.name}, ${service.town}`,
          on: dayAt(madeAt),
          number,
          words,
          replaces: before ? { number: before.number, on: dayAt(before.madeAt) } : null,
        },
      },
    ],
    { createdAt: clock() },
  )
  if (!bytes) throw new RangeError('no sheet was printed')
  const name = `Phrase de secours, feuille ${number} du ${shortDay(dayAt(madeAt))}.pdf`
  return new File([new Uint8Array(bytes)], name, { type: 'application/pdf' })
}

/** @param typed the words asked for, in their order */
export const confirmPhrase = async (core: Core, person: Person, typed: readonly string[]): Promise<Sealing> => {
  const { store } = core
  const pending = pendingOf.get(store)
  if (!pending || !isStillFor(store, pending)) throw new Refused(noneMade)
  for (const [rank, place] of pending.asked.entries()) {
    if (isSameWord(typed[rank] ?? '', pending.words[place] ?? '')) continue
    throw new Refused(`Ce n’est pas le mot ${place + 1} de la feuille n°\u00a0${pending.number}.`, `words.${rank}`)
  }
  const { key, replaces, secret, number } = pending
  const phrase = await wrapKey(key, secret, pending)
  if (replaces !== null) return giveUpLostKey(core, person, pending, phrase)
  store.act(person, 'settings.phrase', `Phrase de secours confirmée\u00a0: feuille n°\u00a0${number}`, (write) => {
    if (!isStillFor(store, pending)) throw new Refused(noneMade)
    writeKeyInfo(store.sqlite, { publicKey: key.publicKey, phrase })
    write.trace('organisation', 1, { phrase: number })
  })
  pendingOf.delete(store)
  return readSealing(core)
}

/** Another file may have taken the place of the one it was made for, or its key been found again. */
const isStillFor = (store: Store, { key, replaces }: Pending): boolean =>
  replaces === null
    ? store.key.key?.publicKey === key.publicKey
    : store.key.key === null && store.key.info?.publicKey === replaces

/** What the lost key sealed stays where it is, as it is: it opens again if the key is ever found. */
const giveUpLostKey = (core: Core, person: Person, pending: Pending, phrase: WrappedKey): Sealing => {
  const { store } = core
  const { key, number } = pending
  // First: a pulled plug between the two leaves a key too many, never a file without its key.
  store.storeKey(key)
  const lost = counted(store.key.countLost(), 'fiche sanitaire illisible', 'fiches sanitaires illisibles')
  const label = `Nouvelle clé\u00a0: ${lost}, phrase de secours de la feuille n°\u00a0${number}`
  store.act(person, 'settings.newKey', label, (write) => {
    if (!isStillFor(store, pending)) throw new Refused(noneMade)
    replaceKeyInfo(store.sqlite, { publicKey: key.publicKey, phrase })
    write.trace('organisation', 1, { phrase: number })
  })
  store.storeKey(key)
  pendingOf.delete(store)
  return readSealing(core)
}

/** On a machine that lost the key of the file, or one of before. */
export const openByPhrase = async (core: Core, person: Person, typed: string): Promise<Sealing> => {
  const { store } = core
  const { info, closed, lostPreviousKeys } = store.key
  if (closed !== null && !info) throw new Refused(closed)
  const locks = [...(closed !== null && info ? [info] : []), ...lostPreviousKeys.toReversed()]
  if (locks.length === 0) return readSealing(core)
  const { key, number } = await byOnePhrase(locks, typed)
  store.storeKey(key)
  store.act(person, 'settings.phrase', 'Fiches sanitaires rouvertes par la phrase de secours', (write) =>
    write.trace('organisation', 1, { phrase: number }),
  )
  return readSealing(core)
}

/** @throws Refused with what is said of the first of `locks`, where the phrase opens none */
const byOnePhrase = async (locks: readonly KeyInfo[], typed: string): Promise<{ key: DataKey; number: string }> => {
  let refusal: unknown
  for (const { publicKey, phrase } of locks) {
    if (!phrase) continue
    try {
      return { key: await byPhrase({ publicKey, phrase }, typed), number: phrase.number }
    } catch (error) {
      refusal ??= error
    }
  }
  throw refusal ?? new Refused(neverConfirmed, 'phrase')
}

const neverConfirmed =
  'Aucune phrase de secours n’a été confirmée pour ces données\u00a0: les fiches sanitaires ne s’ouvrent que sur l’ordinateur d’origine.'

const byPhrase = async (info: Parameters<typeof keyByPhrase>[0], typed: string): Promise<DataKey> => {
  try {
    return await keyByPhrase(info, typed, 'ces fiches')
  } catch (error) {
    throw error instanceof PhraseRefused ? new Refused(error.message, 'phrase') : error
  }
}
