import type { ConsentInput, QuotientConsent } from '../../../shared/contract/desk/money/quotients.ts'
import type { QuotientConsentEntry } from '../../../shared/contract/portal/entries.ts'
import { type Day, dayAt, today } from '../../../shared/rules/calendar/day.ts'
import { civilStatusErrors } from '../../../shared/rules/quotient/consent.ts'
import { longDate, ofName } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { type ErasingWriter, eraseWithin, runErasure } from '../../store/acts/erasing.ts'
import { quotientConsent } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { requireFamily } from '../families/families.ts'
import { consentRow, consentsOf, guardiansOfHome } from './quotients-store.ts'

/** The consents of a home, the one in force first. */
export const readConsents = ({ store }: Core, familyId: number): QuotientConsent[] => {
  requireFamily(store, familyId)
  return consentsOf(store, familyId)
}

/** A consent given again replaces the one in force, for instance to correct the civil status. */
export const giveConsent = (core: Core, person: Person, { familyId, ...input }: ConsentInput): void => {
  const { store, clock } = core
  const on = today(clock)
  const guardian = guardianOf(store, familyId, input.guardianId)
  if (input.givenOn > on) throw new Refused('Un accord ne se note pas d’avance.', 'givenOn')
  const [wrong] = Object.entries(civilStatusErrors(input, on))
  if (wrong) throw new Refused(wrong[1], wrong[0])
  store.act(person, 'quotients.consent', `Accord ${ofName(guardian)} pour l’API Particulier`, (write) =>
    writeConsent(store, write, familyId, input),
  )
}

const writeConsent = (store: Store, write: Write, familyId: number, input: Omit<ConsentInput, 'familyId'>): void => {
  const before = inForce(store, familyId)
  if (before?.guardianId === input.guardianId) write.update(quotientConsent, before.id, input)
  else {
    if (before) write.update(quotientConsent, before.id, { ...forgotten, revokedOn: dayAt(write.at) })
    write.insert(quotientConsent, { familyId, ...input, revokedOn: null })
  }
}

const inForce = (store: Store, familyId: number): QuotientConsent | undefined =>
  consentsOf(store, familyId).find(({ revokedOn }) => revokedOn === null)

/**
 * Part of the exchange's act: records what a guardian of the home said on the portal. The portal already refuses wrong
 * values; those that come all the same change nothing.
 */
export const writePortalConsent = (
  store: Store,
  write: Write,
  { guardian: guardianId, family: familyId, recordedAt, civilStatus }: QuotientConsentEntry,
): void => {
  const on = dayAt(recordedAt)
  if (civilStatus === null) {
    const consent = inForce(store, familyId)
    const revokedOn = consent && consent.givenOn > on ? consent.givenOn : on
    if (consent) eraseWithin(store, write, (erasing) => forget(erasing, store, consent, revokedOn))
  } else if (Object.keys(civilStatusErrors(civilStatus, on)).length === 0)
    writeConsent(store, write, familyId, { ...civilStatus, guardianId, givenOn: on, givenBy: 'portal' })
}

/**
 * Revokes a consent: from now on the service no longer asks, and the civil status stored for it is deleted, in the
 * history too. Quotients already received stay.
 */
export const revokeConsent = ({ store }: Core, person: Person, { id, on }: { id: number; on: Day }): void => {
  const label = `Accord pour l’API Particulier retiré au ${longDate(on)}`
  runErasure(store, person, 'quotients.revoke', label, (erasing) => {
    const row = consentRow(store, id)
    if (!row) throw new Refused('Cet accord n’existe plus.')
    if (row.revokedOn !== null) throw new Refused('Cet accord est déjà retiré.')
    if (on < row.givenOn) throw new Refused('L’accord n’était pas encore donné ce jour-là.', 'on')
    forget(erasing, store, row, on)
  })
}

const forget = (
  { blank, blankAudit }: Pick<ErasingWriter, 'blank' | 'blankAudit'>,
  store: Store,
  { id, familyId }: { readonly id: number; readonly familyId: number },
  revokedOn: Day,
): void => {
  blank(quotientConsent, id, { ...forgotten, revokedOn })
  blankAudit(
    'quotient_consent',
    consentsOf(store, familyId).map((one) => one.id),
  )
}

/** Overwrites the civil status once the consent is withdrawn. */
const forgotten = {
  birthName: '',
  firstNames: '',
  civilSex: null,
  bornOn: null,
  birthCountry: '',
  birthTown: '',
} as const

const guardianOf = (store: Store, familyId: number, guardianId: number): string => {
  requireFamily(store, familyId)
  const found = guardiansOfHome(store, familyId).find(({ id }) => id === guardianId)
  if (!found) throw new Refused('Cette personne n’est pas responsable dans ce foyer.', 'guardianId')
  return found.name
}
