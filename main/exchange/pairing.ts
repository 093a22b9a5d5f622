import * as z from 'zod'
import type { KeyRotated } from '../../shared/contract/exchange/keys.ts'
import { isSafeAddress, namesThisMachine } from '../../shared/exchange/address.ts'
import { newSide, passToNewPortal } from '../../shared/exchange/side.ts'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import {
  isGenuineAnswer,
  type KeyPair,
  type KeyRing,
  keyIdOf,
  newKeyPair,
  pairingOffer,
  revoked,
  ringOf,
} from '../crypto/keys.ts'
import { type Core, type Person, Refused } from '../desk/core.ts'
import { networkOf } from '../desk/portal/portal.ts'
import { exchangeSide } from '../store/schema/index.ts'
import { deskKeys, keepDeskKeys, keepPairedKey } from './desk-keys.ts'
import { keepSide, noteEnd, pairedRow, sideRow, tellPortal } from './desk-side.ts'
import { ExchangeFailed, httpSentence, sentences } from './failures.ts'
import { askUnsigned, type Line, lineOf, tellReplaced } from './portal-line.ts'

const Answer = z.object({ publicKey: z.string().max(300), proof: z.string().max(100) })
const Refusal = z.object({ refused: z.string(), sentence: z.string() })

/**
 * Lets the portal that shows this code and this desk know each other. Done again, for a new machine or a lost key, both
 * go on from where they stood.
 * @param isAllCollected the portal before it has just been heard to the end: nothing is lost with it
 * @throws Refused
 */
export const pair = async (
  core: Core,
  person: Person,
  typed: { address: string; code: string },
  isAllCollected = false,
): Promise<void> => {
  const { store } = core
  const { secrets } = core.exchange
  const address = portalAddress(typed.address)
  const before = sideRow(store)?.address
  // The portal may know the key that is here: it is offered first, so that nothing of it is to be forgotten.
  let keys = deskKeys(store, secrets) ?? newKeyPair()
  const portal = { address, network: networkOf(store) }
  let answer = await answerTo(portal, typed.code, keys)
  if (answer === 'revokedKey') {
    keys = newKeyPair()
    answer = await answerTo(portal, typed.code, keys)
  }
  if (answer === 'revokedKey') throw new Refused(sentences.unknownKey)
  const { publicKey: portalKey } = answer
  const left = before === undefined || before === address ? null : lineHere(core)
  // Kept before it is relied on: a key that is lost once the file names it would have to be made again.
  keepPairedKey(store, secrets, keys)
  const isSame = store.act(person, 'exchange.pair', `Portail relié\u00a0: ${address}`, (write) => {
    const { publicKey } = keys
    const known = sideRow(store)
    if (known?.address !== before) throw new Refused('Un autre portail vient d’être relié.', 'address')
    const isSameKey =
      known?.ring.some((key) => key.publicKey === portalKey && key.until === null && key.revokedAt === null) ?? false
    const ring = known && isSameKey ? known.ring : replaced(known?.ring ?? [], portalKey, write.at)
    if (known) {
      const side = isAllCollected && !isSameKey ? passToNewPortal(known.side) : known.side
      keepSide(store, { side, address, ring, publicKey, pairedAt: write.at })
    } else {
      store.db
        .insert(exchangeSide)
        .values({
          id: 1,
          side: newSide('desk'),
          address,
          ring,
          publicKey,
          pairedAt: write.at,
          portalKinds: [],
          series: {},
        })
        .run()
    }
    write.trace('organisation', 1, { portal: address, deskKey: keyIdOf(publicKey), portalKey: keyIdOf(portalKey) })
    return isSameKey
  })
  noteEnd(store)
  core.exchange.reschedule()
  if (left && !isSame) await tellReplaced(left, address)
}

/** To the portal that is linked now; null where this machine has no key for it. */
const lineHere = (core: Core): Line | null =>
  deskKeys(core.store, core.exchange.secrets) ? lineOf(core, core.exchange.secrets) : null

/** The keys of the portal before it sign nothing any more; the receipts that families have of it are still genuine. */
const replaced = (ring: KeyRing, portalKey: string, at: Instant): KeyRing => [
  ...ringOf(portalKey),
  ...ring.flatMap((key) => (key.publicKey === portalKey ? [] : [key.until === null ? { ...key, until: at } : key])),
]

const answerTo = async (
  portal: Pick<Line, 'address' | 'network'>,
  code: string,
  { publicKey }: KeyPair,
): Promise<z.infer<typeof Answer> | 'revokedKey'> => {
  const offer = pairingOffer(code, portal.address, publicKey)
  if (!offer)
    throw new Refused('Ce code n’en est pas un\u00a0: 20 lettres et chiffres, comme le portail l’affiche.', 'code')
  const { status, body } = await askUnsigned(portal, '/appairage', offer).catch((error: unknown) => {
    throw error instanceof ExchangeFailed ? new Refused(error.message, 'address') : error
  })
  const refusal = status === 422 ? Refusal.safeParse(body).data : undefined
  if (refusal?.refused === 'revokedKey') return 'revokedKey'
  if (refusal) throw new Refused(refusal.sentence, refusal.refused === 'otherAddress' ? 'address' : 'code')
  if (status !== 200) throw new Refused(httpSentence(status), 'address')
  const answer = Answer.safeParse(body).data
  if (!answer || !isGenuineAnswer(code, offer, answer)) {
    throw new Refused('La réponse ne vient pas du portail qui affiche ce code. Vérifiez l’adresse.', 'address')
  }
  return answer
}

/** As the portal writes its own: of a page's address that was pasted, the beginning. */
export const portalAddress = (typed: string): string => {
  const whole = /^https?:\/\//i.test(typed) ? typed : `https://${typed}`
  const parsed = URL.parse(whole)
  // A name without a point is a word typed there by mistake: families reach no machine by it.
  if (!parsed || !(parsed.hostname.includes('.') || namesThisMachine(parsed.hostname)))
    throw new Refused('Cette adresse n’en est pas une\u00a0: écrivez-la comme https://portail.exemple.fr.', 'address')
  if (!isSafeAddress(parsed)) {
    throw new Refused('L’adresse du portail commence par https://, pour que personne ne lise ce qui voyage.', 'address')
  }
  return parsed.origin
}

/** A new key pair for this desk. The one before signs until the portal has taken the new one in. */
export const rotateKey = (core: Core, person: Person): void => {
  const { store } = core
  const { secrets } = core.exchange
  paired(core)
  const current = deskKeys(store, secrets)
  if (!current) throw new Refused(sentences.noKey)
  const next = newKeyPair()
  keepDeskKeys(store, secrets, { current, next })
  store.act(person, 'exchange.rotateKey', 'Clé de l’échange changée', (write) => {
    const keyid = keyIdOf(next.publicKey)
    const body: KeyRotated = { publicKey: next.publicKey, replaces: keyIdOf(current.publicKey) }
    tellPortal(store, [{ id: `key:${keyid}`, kind: 'keyRotated', at: write.at, body: JSON.stringify(body) }])
    write.trace('organisation', 1, { newDeskKey: keyid })
  })
  noteEnd(store)
}

/** Of a key that may have been read by others: the portal refuses it from the next exchange on, and so does the desk. */
export const revokeKey = (core: Core, person: Person, keyid: string): void => {
  const { store } = core
  const { ring } = paired(core)
  const current = deskKeys(store, core.exchange.secrets)
  if (current && keyIdOf(current.publicKey) === keyid) {
    throw new Refused(
      'C’est la clé dont ce poste se sert\u00a0: changez-la, échangez, puis révoquez l’ancienne.',
      'keyid',
    )
  }
  store.act(person, 'exchange.revokeKey', 'Clé de l’échange révoquée', (write) => {
    if (ring.some((key) => key.keyid === keyid)) keepSide(store, { ring: revoked(ring, keyid, write.at) })
    else
      tellPortal(store, [{ id: `revoked:${keyid}`, kind: 'keyRevoked', at: write.at, body: JSON.stringify({ keyid }) }])
    write.trace('organisation', 1, { revokedKey: keyid })
  })
  noteEnd(store)
}

const paired = ({ store }: Core) => {
  if (!sideRow(store)) throw new Refused('Aucun portail n’est relié.')
  return pairedRow(store)
}
