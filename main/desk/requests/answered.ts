import { and, asc, eq } from 'drizzle-orm'
import type { RequestKey } from '../../../shared/contract/desk/requests.ts'
import { portalAsk, proposal } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { alreadyDecidedText, decidedByText } from '../registrations/registrations.ts'
import { answeredDemande } from '../reservations/reservations.ts'
import { answeredProposal } from './proposals.ts'
import { waitingSignUpBody } from './sign-ups.ts'

const waitsNoMore = 'Cette demande n’attend plus de réponse.'

/** Says who answered a demande; null while it still waits. */
export const answeredSentence = (store: Store, key: RequestKey): string | null => {
  if (key.kind === 'cells') return answeredDemande(store, key)
  if (key.kind === 'registration') return alreadyDecidedText(store, key.registrationId)
  if (key.kind === 'signUp') {
    return waitingSignUpBody(store, key.signUpId) ? null : decidedByText(store, 'sign_up', key.signUpId, waitsNoMore)
  }
  const proposals = proposalsOfKey(store, key)
  if (proposals.some(({ state }) => state === 'waiting')) return null
  const last = proposals.at(-1)
  return last ? answeredProposal(store, last) : waitsNoMore
}

/** The changes that one guardian proposed at one moment for one home, answered or not. */
const proposalsOfKey = (
  { db }: Store,
  { familyId, guardianId, recordedAt }: Extract<RequestKey, { kind: 'proposals' }>,
) =>
  db
    .select({ id: proposal.id, state: proposal.state })
    .from(proposal)
    .innerJoin(portalAsk, eq(portalAsk.id, proposal.askId))
    .where(
      and(eq(proposal.familyId, familyId), eq(portalAsk.guardianId, guardianId), eq(portalAsk.recordedAt, recordedAt)),
    )
    .orderBy(asc(proposal.id))
    .all()
