import { may, type Right, type Role, roleNeeded } from '../../../shared/rules/access/roles.ts'
import type { JournalEntry } from '../../../shared/rules/money/invoice.ts'

type Cause = NonNullable<JournalEntry['cause']>

type Remedy = {
  /** Text of the link to the screen that corrects the fault. */
  readonly label: string
  /** Text shown instead to a person without the right to correct it. */
  readonly lackText: string
  readonly needs: Right
}

const address: Remedy = { label: 'Saisir l’adresse', lackText: 'Adresse à saisir', needs: 'families.write' }
const tariff: Remedy = { label: 'Choisir un tarif', lackText: 'Tarif à choisir', needs: 'tariffs.write' }

/** How to correct each fault of a draft, and the right this needs, which not everybody who bills has. */
export const remedies: Readonly<Record<Cause, Remedy>> = {
  noFamilyQuotient: { label: 'Saisir le QF', lackText: 'QF à saisir', needs: 'families.write' },
  noAddress: address,
  noResidence: address,
  notPointed: { label: 'Pointer', lackText: 'À pointer', needs: 'attendance' },
  noTariff: tariff,
  noPrice: tariff,
}

/** Which role can correct the fault, as a sentence; null when this person can, or for an entry without a cause. */
export const roleToCorrect = (held: readonly Role[], cause: Cause | undefined): string | null => {
  if (cause === undefined) return null
  const { lackText, needs } = remedies[cause]
  return may(held, needs) ? null : `${lackText}. ${roleNeeded(needs)}`
}
