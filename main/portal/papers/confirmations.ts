import { ConfirmationEntry } from '../../../shared/contract/portal/entries.ts'
import { waitingEntries } from '../log/waiting.ts'
import type { Queryable } from '../store/store.ts'

/** What a home confirmed since the desk last confirmed an exchange, oldest first. */
export const waitingConfirmations = async (db: Queryable, familyId: number): Promise<ConfirmationEntry[]> =>
  (await waitingEntries(db, 'confirmation', ConfirmationEntry)).filter(({ family }) => family === familyId)

/** What of the dossier a confirmation gives: sending the dossier accepts the règlement that came with it. */
export const givenBy = ({ kind, version }: Pick<ConfirmationEntry, 'kind' | 'version'>): ConfirmationEntry['kind'] =>
  kind === 'sent' && version !== '' ? 'rules' : kind
