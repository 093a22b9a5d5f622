import * as z from 'zod'
import type { KeyRotated } from '../../shared/contract/exchange/keys.ts'
import { isLocalhost, isSafeAddress } from '../../shared/exchange/address.ts'
import { newSide, passToNewPortal } from '../../shared/exchange/side.ts'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import {
  isGenuineAnswer,
  type KeyPair,
  type KeyRing,
  keyIdOf,
  newKeyPair,
  newRing,
  pairingOffer,
  withRevokedKey,
} from '../crypto/keys.ts'
import { type Core, type Person, Refused } from '../desk/core.ts'
import { networkOf } from '../desk/portal/portal.ts'
import { exchangeSide } from '../store/schema/index.ts'
import { deskKeys, saveDeskKeys, savePairedKey } from './desk-keys.ts'
import { appendToLog, findSideRow, recordLogEnd, requireSideRow, saveSide } from './desk-side.ts'
import { ExchangeFailed, failureTexts, httpSentence } from './failures.ts'
import { callUnsigned, notifyReplaced, type PortalConnection, portalConnection } from './portal-connection.ts'

const Answer = z.object({ publicKey: z.string().max(300), proof: z.string().max(100) })
const Refusal = z.object({ refused: z.string(), sentence: z.string() })

/**
 * Pairs this desk with the portal that shows this code. Pairing again (new computer, lost key) keeps both logs: the
 * exchange resumes where it stopped.
 * @param isAllCollected the previous portal's log has just been collected to its end: leaving it loses nothing
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
  const previousAddress = findSideRow(store)?.address
  // Offer this computer's existing key first: a portal that already trusts it then has no key to replace.
  let keys = deskKeys(store, secrets) ?? newKeyPair()
  const portal = { address, network: networkOf(store) }
  let answer = await offerKey(portal, typed.code, keys)
  if (answer === 'revokedKey') {
    keys = newKeyPair()
    answer = await offerKey(portal, typed.code, keys)
  }
  if (answer === 'revokedKey') throw new Refused(failureTexts.unknownKey)
  const { publicKey: portalKey } = answer
  const previousPortal = previousAddress === undefined || previousAddress === address ? null : currentConnection(core)
  // Save the key before the desk's file names it: the file must not name a key that a crash lost.
  savePairedKey(store, secrets, keys)
  const isSame = store.act(person, 'exchange.pair', `Portail relié\u00a0: ${address}`, (write) => {
    const { publicKey } = keys
    const known = findSideRow(store)
    if (known?.address !== previousAddress) throw new Refused('Un autre portail vient d’être relié.', 'address')
    const isSameKey =
      known?.ring.some((key) => key.publicKey === portalKey && key.until === null && key.revokedAt === null) ?? false
    const ring = known && isSameKey ? known.ring : withNewPortalKey(known?.ring ?? [], portalKey, write.at)
    if (known) {
      const side = isAllCollected && !isSameKey ? passToNewPortal(known.side) : known.side
      saveSide(store, { side, address, ring, publicKey, pairedAt: write.at })
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
  recordLogEnd(store)
  core.exchange.reschedule()
  if (previousPortal && !isSame) await notifyReplaced(previousPortal, address)
}

/** Connection to the portal that is linked now; null when this computer has no key for it. */
const currentConnection = (core: Core): PortalConnection | null =>
  deskKeys(core.store, core.exchange.secrets) ? portalConnection(core, core.exchange.secrets) : null

/** The previous portal's keys are ended, not removed: receipts that families have from that portal stay genuine. */
const withNewPortalKey = (ring: KeyRing, portalKey: string, at: Instant): KeyRing => [
  ...newRing(portalKey),
  ...ring.flatMap((key) => (key.publicKey === portalKey ? [] : [key.until === null ? { ...key, until: at } : key])),
]

const offerKey = async (
  portal: Pick<PortalConnection, 'address' | 'network'>,
  code: string,
  { publicKey }: KeyPair,
): Promise<z.infer<typeof Answer> | 'revokedKey'> => {
  const offer = pairingOffer(code, portal.address, publicKey)
  if (!offer)
    throw new Refused('Ce code n’en est pas un\u00a0: 20 lettres et chiffres, comme le portail l’affiche.', 'code')
  const { status, body } = await callUnsigned(portal, '/appairage', offer).catch((error: unknown) => {
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

/** Origin of the address that staff typed, as the portal writes its own; the path of a pasted page is cut off. */
export const portalAddress = (typed: string): string => {
  const whole = /^https?:\/\//i.test(typed) ? typed : `https://${typed}`
  const parsed = URL.parse(whole)
  // A host without a dot is a word typed by mistake: no family could reach it.
  if (!parsed || !(parsed.hostname.includes('.') || isLocalhost(parsed.hostname)))
    throw new Refused('Cette adresse n’en est pas une\u00a0: écrivez-la comme https://portail.exemple.fr.', 'address')
  if (!isSafeAddress(parsed)) {
    throw new Refused('L’adresse du portail commence par https://, pour que personne ne lise ce qui voyage.', 'address')
  }
  return parsed.origin
}

/** Makes a new key pair for this desk. The previous key signs until the portal has acknowledged the new one. */
export const rotateKey = (core: Core, person: Person): void => {
  const { store } = core
  const { secrets } = core.exchange
  paired(core)
  const current = deskKeys(store, secrets)
  if (!current) throw new Refused(failureTexts.noKey)
  const next = newKeyPair()
  saveDeskKeys(store, secrets, { current, next })
  store.act(person, 'exchange.rotateKey', 'Clé de l’échange changée', (write) => {
    const keyid = keyIdOf(next.publicKey)
    const body: KeyRotated = { publicKey: next.publicKey, replaces: keyIdOf(current.publicKey) }
    appendToLog(store, [{ id: `key:${keyid}`, kind: 'keyRotated', at: write.at, body: JSON.stringify(body) }])
    write.trace('organisation', 1, { newDeskKey: keyid })
  })
  recordLogEnd(store)
}

/** Revokes a key that others may have read: desk and portal refuse its signatures from the next exchange on. */
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
    if (ring.some((key) => key.keyid === keyid)) saveSide(store, { ring: withRevokedKey(ring, keyid, write.at) })
    else
      appendToLog(store, [
        { id: `revoked:${keyid}`, kind: 'keyRevoked', at: write.at, body: JSON.stringify({ keyid }) },
      ])
    write.trace('organisation', 1, { revokedKey: keyid })
  })
  recordLogEnd(store)
}

const paired = ({ store }: Core) => {
  if (!findSideRow(store)) throw new Refused('Aucun portail n’est relié.')
  return requireSideRow(store)
}
