import type { ConsentInput, QuotientConsent } from '../../../shared/contract/desk/money/quotients.ts'
import { addMonths, type Day, today } from '../../../shared/rules/calendar/day.ts'
import { whyNotBirthTown } from '../../../shared/rules/quotient/birth-place.ts'
import { longDate, ofName } from '../../../shared/rules/text/french.ts'
import { runErasure } from '../../store/acts/erasing.ts'
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
  if (input.bornOn !== null && input.bornOn > addMonths(on, -12 * 12))
    throw new Refused('Cette date de naissance est celle d’un enfant\u00a0: notez celle de l’allocataire.', 'bornOn')
  const wrongTown = whyNotBirthTown(input)
  if (wrongTown !== null) throw new Refused(wrongTown, 'birthTown')
  store.act(person, 'quotients.consent', `Accord ${ofName(guardian)} pour l’API Particulier`, (write) => {
    const before = consentsOf(store, familyId).find(({ revokedOn }) => revokedOn === null)
    if (before?.guardianId === input.guardianId) write.update(quotientConsent, before.id, input)
    else {
      if (before) write.update(quotientConsent, before.id, { ...forgotten, revokedOn: on })
      write.insert(quotientConsent, { familyId, ...input, revokedOn: null })
    }
  })
}

/**
 * From now on the service asks no more; the civil status noted for it is deleted, in the history of the home's consents
 * too. Quotients received stay.
 */
export const revokeConsent = ({ store }: Core, person: Person, { id, on }: { id: number; on: Day }): void => {
  const label = `Accord pour l’API Particulier retiré au ${longDate(on)}`
  runErasure(store, person, 'quotients.revoke', label, ({ blank, blankAudit }) => {
    const row = consentRow(store, id)
    if (!row) throw new Refused('Cet accord n’existe plus.')
    if (row.revokedOn !== null) throw new Refused('Cet accord est déjà retiré.')
    if (on < row.givenOn) throw new Refused('L’accord n’était pas encore donné ce jour-là.', 'on')
    blank(quotientConsent, id, { ...forgotten, revokedOn: on })
    blankAudit(
      'quotient_consent',
      consentsOf(store, row.familyId).map((one) => one.id),
    )
  })
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
