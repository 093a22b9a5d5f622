import { ConfirmationEntry } from '../../../shared/contract/portal/entries.ts'
import { waitingEntries } from '../log/waiting.ts'
import type { Queryable } from '../store/store.ts'

/** What a home confirmed and the desk has not confirmed receiving yet, oldest first. */
export const waitingConfirmations = async (db: Queryable, familyId: number): Promise<ConfirmationEntry[]> =>
  (await waitingEntries(db, 'confirmation', ConfirmationEntry)).filter(({ family }) => family === familyId)

/**
 * The item of the dossier that a confirmation gives: sending the dossier also accepts the règlement, if it came with
 * one.
 */
export const givenBy = ({ kind, version }: Pick<ConfirmationEntry, 'kind' | 'version'>): ConfirmationEntry['kind'] =>
  kind === 'sent' && version !== '' ? 'rules' : kind
