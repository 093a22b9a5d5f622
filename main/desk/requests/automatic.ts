import { type Instant, mondayOf } from '../../../shared/rules/calendar/day.ts'
import {
  type AutomaticAnswers,
  acceptsRegistrationAutomatically,
  appliesChangeAutomatically,
  decidesAutomatically,
} from '../../../shared/rules/requests/automatic.ts'
import type { Write } from '../../store/acts/acts.ts'
import { portalSettings } from '../../store/schema/index.ts'
import type { Core, Person } from '../core.ts'
import { askedRegistrations, checkRegistration } from '../registrations/registrations.ts'
import { type WeighedRequest, weighUncached } from '../reservations/reservations.ts'
import { type Decision, writeAllDecisions } from './deciding.ts'
import { answerActOf } from './detail.ts'
import { shownProposal, waitingProposals } from './proposals.ts'

/** Asks, registrations and proposals that this exchange has just collected. */
type Collected = {
  readonly cells: readonly { readonly registrationId: number; readonly recordedAt: Instant }[]
  readonly registrationIds: readonly number[]
  readonly proposalIds: readonly number[]
}

/** The actor of automatic answers: no staff right, so it overrides no rule. */
const rule: Person = { kind: 'rule', name: 'Règle du service', roles: [] }

/** Part of the act that collects: accepts what the town's settings allow automatically; the rest waits for staff. */
export const answerAutomatically = (core: Core, write: Write, collected: Collected): void => {
  const automatic = core.store.db.select().from(portalSettings).get()?.automatic
  if (!automatic) return
  const decisions = [
    ...cellDecisions(core, write, automatic, collected),
    ...registrationDecisions(core, write, automatic, collected),
    ...proposalDecisions(core, automatic, collected),
  ]
  if (decisions.length > 0) writeAllDecisions(core, write, rule, decisions)
}

const cellDecisions = (core: Core, write: Write, automatic: AutomaticAnswers, { cells }: Collected): Decision[] => {
  if (cells.length === 0 || !(automatic.bookings || automatic.cancellations)) return []
  const isNew = new Set(cells.map(({ registrationId, recordedAt }) => `${registrationId} ${recordedAt}`))
  return weighUncached(core.store, write.at, write.actId)
    .filter(({ registration, recordedAt }) => isNew.has(`${registration.id} ${recordedAt}`))
    .flatMap((request) => decisionOf(request, automatic))
}

const decisionOf = (
  { registration, period, wish, recordedAt, parts }: WeighedRequest,
  automatic: AutomaticAnswers,
): Decision[] => {
  const isDecided = ({ suggested, ...part }: WeighedRequest['parts'][number]) =>
    decidesAutomatically(automatic, { ...part, suggested: suggested.act })
  // A week that goes together is left to staff whole.
  const left = new Set(parts.filter((part) => !isDecided(part)).map(({ day }) => mondayOf(day)))
  const answers = parts
    .filter((part) => isDecided(part) && !(period.weekRule && left.has(mondayOf(part.day))))
    .map(({ day, slots, suggested }) => ({
      day,
      slotIds: slots.map(({ id }) => id),
      act: answerActOf(suggested.act),
    }))
  return answers.length === 0 ? [] : [{ kind: 'cells', registrationId: registration.id, wish, recordedAt, answers }]
}

const registrationDecisions = (
  core: Core,
  write: Write,
  automatic: AutomaticAnswers,
  { registrationIds }: Collected,
): Decision[] => {
  if (registrationIds.length === 0 || !automatic.registrations) return []
  return askedRegistrations(core.store, write.actId)
    .filter(
      (one) =>
        registrationIds.includes(one.id) &&
        acceptsRegistrationAutomatically(automatic, checkRegistration(core, { ...one, registrationId: one.id })),
    )
    .map(({ id }) => ({ kind: 'registration', registrationId: id, act: 'accept', reason: '' }))
}

const proposalDecisions = (core: Core, automatic: AutomaticAnswers, { proposalIds }: Collected): Decision[] => {
  if (proposalIds.length === 0 || automatic.fields.length === 0) return []
  const answers = waitingProposals(core.store)
    .filter((one) => proposalIds.includes(one.id))
    .filter((one) => {
      const { obstacle, now } = shownProposal(core, one)
      return obstacle === null && appliesChangeAutomatically(automatic, { ...one, now })
    })
    .map(({ id }) => ({ id, act: 'accept' as const, reason: '' }))
  return answers.length === 0 ? [] : [{ kind: 'proposals', answers }]
}
