import type { JournalEntry } from '../../../shared/rules/invoice.ts'
import { type Act, may, type Role, roleNeeded } from '../../../shared/rules/roles.ts'

type Cause = NonNullable<JournalEntry['cause']>

type Remedy = {
  /** The words of the link that leads there. */
  readonly act: string
  /** What is told in its place to whoever may not. */
  readonly lack: string
  readonly needs: Act
}

const address: Remedy = { act: 'Saisir l’adresse', lack: 'Adresse à saisir', needs: 'families.write' }
const tariff: Remedy = { act: 'Choisir un tarif', lack: 'Tarif à choisir', needs: 'tariffs.write' }

/** What puts each fault of a draft right: not everybody who bills may do it. */
export const remedies: Readonly<Record<Cause, Remedy>> = {
  noFamilyQuotient: { act: 'Saisir le QF', lack: 'QF à saisir', needs: 'families.write' },
  noAddress: address,
  noResidence: address,
  notPointed: { act: 'Pointer', lack: 'À pointer', needs: 'attendance' },
  noTariff: tariff,
  noPrice: tariff,
}

/** Which role puts the fault right, as a sentence; null where the person does, or nobody needs to. */
export const whoPutsRight = (held: readonly Role[], cause: Cause | undefined): string | null => {
  if (cause === undefined) return null
  const { lack, needs } = remedies[cause]
  return may(held, needs) ? null : `${lack}. ${roleNeeded(needs)}`
}
