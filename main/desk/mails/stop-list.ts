import type { StopRow } from '../../../shared/contract/desk/messages/mails.ts'
import type { MailboxEntry } from '../../../shared/contract/portal/entries.ts'
import { comparedAddress, type StopCause } from '../../../shared/rules/mails/stop-list.ts'
import { mobileText } from '../../../shared/rules/messages/mobile.ts'
import type { Write } from '../../store/acts/acts.ts'
import { stoppedAddress } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import {
  guardiansAt,
  guardiansOfMobiles,
  type StopSqlRow,
  standingStops,
  stopById,
  stopOf,
  stopsAtHome,
} from './mails-store.ts'

/* The one stop list of desk and portal: an address that one of them learns to be unusable is stopped for both. */

export const listStops = ({ store }: Core): StopRow[] => stopsShown(store, standingStops(store))

export const stopsOfFamily = ({ store }: Core, { familyId }: { readonly familyId: number }): StopRow[] =>
  stopsShown(store, stopsAtHome(store, familyId))

const stopsShown = (store: Store, stops: readonly StopSqlRow[]): StopRow[] => {
  const guardians = guardiansAt(
    store,
    stops.map(({ email }) => email),
  )
  const owners = guardiansOfMobiles(
    store,
    stops.map(({ email }) => mobileText(email)),
  )
  return stops.map((stop) => ({
    ...stop,
    guardians: (guardians.get(stop.email) ?? owners.get(mobileText(stop.email)) ?? []).map(({ name, familyId }) => ({
      name,
      familyId,
    })),
  }))
}

/** Stops an address. One already stopped keeps its first cause. */
export const writeStop = (
  store: Store,
  write: Write,
  { email: typed, cause, reason }: { readonly email: string; readonly cause: StopCause; readonly reason: string },
): number => {
  const email = comparedAddress(typed)
  return stopOf(store, email)?.id ?? write.insert(stoppedAddress, { email, cause, reason, stoppedAt: write.at }).id
}

export const stopAddress = (
  { store }: Core,
  person: Person,
  { email, reason }: { readonly email: string; readonly reason: string },
): { id: number } =>
  store.act(person, 'mails.stop', 'Adresse mail arrêtée', (write) => {
    if (stopOf(store, comparedAddress(email))) throw new Refused('Cette adresse est déjà arrêtée.', 'email')
    return { id: writeStop(store, write, { email, cause: 'staff', reason }) }
  })

export const liftStop = ({ store }: Core, person: Person, { id }: { readonly id: number }): void => {
  if (!stopById(store, id)) throw new Refused('Cette adresse n’est plus arrêtée.')
  store.act(person, 'mails.lift', 'Adresse mail de nouveau utilisée', (write) => {
    write.update(stoppedAddress, id, { liftedAt: write.at })
  })
}

/**
 * Records what the portal learned about an address. A stop is lifted when the portal's server accepts the address
 * again, unless staff had set it; it is deleted when nobody has the address any more.
 */
export const saveMailboxState = (store: Store, write: Write, { email: told, refused, at }: MailboxEntry): void => {
  const email = comparedAddress(told)
  const stop = stopOf(store, email)
  if (refused) {
    if (!stop && guardiansAt(store, [email]).size > 0)
      write.insert(stoppedAddress, { email, cause: 'refused', reason: '', stoppedAt: at })
  } else if (stop?.cause === 'refused') write.update(stoppedAddress, stop.id, { liftedAt: write.at })
}
