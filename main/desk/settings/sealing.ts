import { randomBytes, randomInt } from 'node:crypto'
import type { NewPhrase, SealingState } from '../../../shared/contract/desk/settings.ts'
import { letterCode } from '../../../shared/rules/access/letter-code.ts'
import { isSameWord, phraseBytes, phraseLength, phraseOf } from '../../../shared/rules/access/recovery-phrase.ts'
import { dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { type DataKey, type KeyInfo, newDataKey, type WrappedKey, wrapKey } from '../../crypto/data-key.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import { unwrapByPhrase } from '../../store/backups/backup.ts'
import { PhraseRefused } from '../../store/failures.ts'
import { replaceKeyInfo, writeKeyInfo } from '../../store/key-ring.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { organisationOf } from './settings.ts'

/*
 * The recovery phrase is shown once, to be printed, and stored nowhere. It takes effect when staff retype some words
 * from the printed sheet: until then the previous phrase remains valid.
 */

export const readSealing = ({ store }: Core): SealingState => {
  const { info, isKeyLost, closed, lostPreviousKeys } = store.key
  return {
    closed,
    // The sentence `closed` says which sheet to fetch, or that none exists.
    canOpen: closed === null ? lostPreviousKeys.some(({ phrase }) => phrase !== null) : info?.phrase != null,
    canStartOver: isKeyLost,
    unreadable: store.key.countLost(),
    phrase: info?.phrase ? { number: info.phrase.number, on: dayAt(info.phrase.madeAt) } : null,
  }
}

type PendingPhrase = {
  readonly key: DataKey
  /** Public half of the lost key that this key replaces; null when this is the file's present key. */
  readonly replaces: string | null
  readonly number: string
  readonly madeAt: Instant
  readonly secret: Uint8Array
  readonly words: readonly string[]
  readonly positionsToRetype: readonly number[]
}

/** Phrases shown and not confirmed: in memory only, so that closing the desk discards them. */
const pendingPhrases = new WeakMap<Store, PendingPhrase>()

const wordsToRetype = 3

export const makePhrase = (core: Core): NewPhrase => {
  const { key, closed } = core.store.key
  if (!key) throw new Refused(closed ?? '')
  return phraseFor(core, key, null)
}

/**
 * For a lost key and a lost phrase: makes a new key. Only confirming the new phrase gives up the data sealed to the old
 * key.
 */
export const makePhraseForNewKey = (core: Core): NewPhrase => {
  const { info, key, isKeyLost, closed } = core.store.key
  if (key) throw new Refused(keyIsHereText)
  if (!info || !isKeyLost) throw new Refused(closed ?? '')
  return phraseFor(core, newDataKey(), info.publicKey)
}

const keyIsHereText = 'Les fiches sanitaires s’ouvrent sur ce poste\u00a0: il n’y a pas à repartir.'

const phraseFor = ({ store, clock }: Core, key: DataKey, replaces: string | null): NewPhrase => {
  const secret = randomBytes(phraseBytes)
  const pending: PendingPhrase = {
    key,
    replaces,
    number: letterCode(randomBytes(4)),
    madeAt: clock(),
    secret,
    words: phraseOf(secret),
    positionsToRetype: randomPositions(phraseLength, wordsToRetype),
  }
  pendingPhrases.set(store, pending)
  return { number: pending.number, words: [...pending.words], asked: [...pending.positionsToRetype] }
}

const randomPositions = (count: number, many: number): number[] => {
  const chosen = new Set<number>()
  while (chosen.size < many) chosen.add(randomInt(count))
  return [...chosen].toSorted((a, b) => a - b)
}

const noPendingText = 'Cette phrase n’est plus à l’écran\u00a0: faites-en une nouvelle.'

export const phraseSheet = async ({ store, clock }: Core): Promise<File> => {
  const pending = pendingPhrases.get(store)
  if (!pending) throw new Refused(noPendingText)
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

/** @param typed the requested words, in order */
export const confirmPhrase = async (core: Core, person: Person, typed: readonly string[]): Promise<SealingState> => {
  const { store } = core
  const pending = pendingPhrases.get(store)
  if (!pending || !isStillValid(store, pending)) throw new Refused(noPendingText)
  for (const [rank, place] of pending.positionsToRetype.entries()) {
    if (isSameWord(typed[rank] ?? '', pending.words[place] ?? '')) continue
    throw new Refused(`Ce n’est pas le mot ${place + 1} de la feuille n°\u00a0${pending.number}.`, `words.${rank}`)
  }
  const { key, replaces, secret, number } = pending
  const phrase = await wrapKey(key, secret, pending)
  if (replaces !== null) return giveUpLostKey(core, person, pending, phrase)
  store.act(person, 'settings.phrase', `Phrase de secours confirmée\u00a0: feuille n°\u00a0${number}`, (write) => {
    if (!isStillValid(store, pending)) throw new Refused(noPendingText)
    writeKeyInfo(store.sqlite, { publicKey: key.publicKey, phrase })
    write.trace('organisation', 1, { phrase: number })
  })
  pendingPhrases.delete(store)
  return readSealing(core)
}

/** False once another file was opened, or the file's lost key was found again. */
const isStillValid = (store: Store, { key, replaces }: PendingPhrase): boolean =>
  replaces === null
    ? store.key.key?.publicKey === key.publicKey
    : store.key.key === null && store.key.info?.publicKey === replaces

/** Data sealed to the lost key remains stored: it can be read again if the key is ever found. */
const giveUpLostKey = (core: Core, person: Person, pending: PendingPhrase, phrase: WrappedKey): SealingState => {
  const { store } = core
  const { key, number } = pending
  // Store the key first: a power cut between the two leaves an unused key, never a file without its key.
  store.storeKey(key)
  const lost = counted(store.key.countLost(), 'fiche sanitaire illisible', 'fiches sanitaires illisibles')
  const label = `Nouvelle clé\u00a0: ${lost}, phrase de secours de la feuille n°\u00a0${number}`
  store.act(person, 'settings.newKey', label, (write) => {
    if (!isStillValid(store, pending)) throw new Refused(noPendingText)
    replaceKeyInfo(store.sqlite, { publicKey: key.publicKey, phrase })
    write.trace('organisation', 1, { phrase: number })
  })
  store.storeKey(key)
  pendingPhrases.delete(store)
  return readSealing(core)
}

/** Recovers a key by its phrase, on a computer that lost the file's key or an earlier one. */
export const openByPhrase = async (core: Core, person: Person, typed: string): Promise<SealingState> => {
  const { store } = core
  const { info, closed, lostPreviousKeys } = store.key
  if (closed !== null && !info) throw new Refused(closed)
  const locks = [...(closed !== null && info ? [info] : []), ...lostPreviousKeys.toReversed()]
  if (locks.length === 0) return readSealing(core)
  const { key, number } = await keyOfFirstMatch(locks, typed)
  store.storeKey(key)
  store.act(person, 'settings.phrase', 'Fiches sanitaires rouvertes par la phrase de secours', (write) =>
    write.trace('organisation', 1, { phrase: number }),
  )
  return readSealing(core)
}

/** @throws Refused with the error for the first lock when the phrase opens none */
const keyOfFirstMatch = async (locks: readonly KeyInfo[], typed: string): Promise<{ key: DataKey; number: string }> => {
  let refusal: unknown
  for (const { publicKey, phrase } of locks) {
    if (!phrase) continue
    try {
      return { key: await keyOrRefused({ publicKey, phrase }, typed), number: phrase.number }
    } catch (error) {
      refusal ??= error
    }
  }
  throw refusal ?? new Refused(neverConfirmed, 'phrase')
}

const neverConfirmed =
  'Aucune phrase de secours n’a été confirmée pour ces données\u00a0: les fiches sanitaires ne s’ouvrent que sur l’ordinateur d’origine.'

const keyOrRefused = async (info: Parameters<typeof unwrapByPhrase>[0], typed: string): Promise<DataKey> => {
  try {
    return await unwrapByPhrase(info, typed, 'ces fiches')
  } catch (error) {
    throw error instanceof PhraseRefused ? new Refused(error.message, 'phrase') : error
  }
}
