import { ascending } from '../../../shared/collections.ts'
import type { AnswerAction, PossibleAnswers } from '../../../shared/contract/desk/requests.ts'
import type { WeekResult } from '../../../shared/contract/desk/reservations/reservations.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { maxDecisions } from '../../../shared/rules/requests/answer.ts'
import { briefDays, counted, listed } from '../../../shared/rules/text/french.ts'
import type { Core, Person } from '../core.ts'
import { proposedPickups } from '../families/families.ts'
import { askedRegistrations, checkRegistration, type NamedRegistration } from '../registrations/registrations.ts'
import { type WeighedPart, type WeighedRequest, weighRequests } from '../reservations/reservations.ts'
import { rehearse, weekDays } from './deciding.ts'
import { answerActOf, refusalOf } from './detail.ts'
import { shownProposal } from './proposals.ts'
import { daysIn, type ProposalGroup, proposalGroups, proposalItem } from './queue.ts'
import { waitingSignUps } from './sign-ups.ts'

/**
 * The demandes of the queue that the rules would accept, in recorded order, as many as one act takes, and how many
 * would remain.
 */
export const acceptableRequests = (core: Core, person: Person): PossibleAnswers => {
  const { store, clock } = core
  const weighed = weighRequests(store, clock())
  const asked = askedRegistrations(store)
  const changes = proposalGroups(store)
  const accepted = [
    ...weighed.flatMap(acceptedCells),
    ...asked.flatMap((one) => acceptedRegistration(core, one)),
    ...changes.flatMap((group) => acceptedChanges(core, group)),
  ]
    .toSorted(ascending(({ at }) => at))
    .slice(0, maxDecisions)
  const decisions = accepted.map(({ decision }) => decision)
  // Only a typical week needs a rehearsal: the other outcomes are already known.
  const isTried = decisions.some(({ kind }) => kind === 'registration')
  const weeks = isTried ? rehearse(core, person, decisions).weeks : []
  const totalOf = (what: keyof Accepted['gives']) => sum(accepted.map(({ gives }) => gives[what] ?? 0))
  return {
    decisions,
    lines: accepted.map(({ decision, line }) =>
      line(
        decision.kind === 'registration'
          ? weeks.find(({ registrationId }) => registrationId === decision.registrationId)
          : undefined,
      ),
    ),
    weekDays: weekDays(weeks),
    bookings: totalOf('bookings'),
    cancellations: totalOf('cancellations'),
    registrations: totalOf('registrations'),
    changes: totalOf('changes'),
    left:
      weighed.length +
      asked.length +
      changes.length +
      // A sign-up always needs staff: no rule can tell who the family is.
      waitingSignUps(store).length -
      accepted.filter(({ isWhole }) => isWhole).length,
  }
}

/** The part of one demande that the rules would accept. */
type Accepted = {
  readonly at: Instant
  readonly decision: PossibleAnswers['decisions'][number]
  readonly gives: Partial<Pick<PossibleAnswers, 'bookings' | 'cancellations' | 'registrations' | 'changes'>>
  /** Nothing of the demande would remain in the queue. */
  readonly isWhole: boolean
  readonly line: (week: WeekResult | undefined) => PossibleAnswers['lines'][number]
}

const acceptedCells = (request: WeighedRequest): Accepted[] => {
  const { registration, period, wish, recordedAt, parts } = request
  const able = parts.filter(({ suggested }) => acceptingActs.has(suggested.act))
  if (able.length === 0) return []
  const days = daysIn(able)
  return [
    {
      at: recordedAt,
      decision: acceptance(request, able),
      gives: wish === 'book' ? { bookings: days } : { cancellations: days },
      isWhole: able.length === parts.length,
      line: () => ({
        child: `${registration.firstName} ${registration.lastName}`,
        what: `${counted(days, 'jour')} ${wishTexts[wish]} (${briefDays(able.map(({ day }) => day))}), ${period.name}`,
        skipped: [],
      }),
    },
  ]
}

const acceptedRegistration = (core: Core, one: NamedRegistration): Accepted[] => {
  const { id, askedAt, firstName, lastName, period } = one
  if (refusalOf(checkRegistration(core, { ...one, registrationId: id })) !== '') return []
  return [
    {
      at: askedAt,
      decision: { kind: 'registration', registrationId: id, act: 'accept', reason: '' },
      gives: { registrations: 1 },
      isWhole: true,
      line: (week) => ({
        child: `${firstName} ${lastName}`,
        what: `inscription à accepter${week ? daysOfWeek(week) : ''}, ${period}`,
        skipped: [...Map.groupBy(week?.skipped ?? [], ({ reason }) => reason)].map(([reason, cells]) => ({
          reason,
          days: [...new Set(cells.map(({ day }) => day))],
        })),
      }),
    },
  ]
}

const acceptedChanges = (core: Core, group: ProposalGroup): Accepted[] => {
  const able = group.flatMap((one) => {
    const shown = shownProposal(core, one)
    return shown.obstacle === null && !shown.isOvertaken ? [{ ...one, ...shown }] : []
  })
  if (able.length === 0) return []
  return [
    {
      at: group[0].recordedAt,
      decision: { kind: 'proposals', answers: able.map(({ id }) => ({ id, act: 'accept', reason: '' })) },
      gives: { changes: able.length },
      isWhole: able.length === group.length,
      line: () => {
        const { child } = proposalItem(core, group)
        return {
          child: `${child.firstName} ${child.lastName}`,
          what:
            proposedPickups(core.store, able) ||
            able
              .map(
                ({ whose, label, after }) =>
                  `${label} (${whose})\u00a0: ${after.replaceAll('\n', '\u00a0; ') || 'à vider'}`,
              )
              .join(', '),
          skipped: [],
        }
      },
    },
  ]
}

/** « avec 22 jours à réserver et 2 en liste d’attente » */
const daysOfWeek = ({ filled, waitListed }: WeekResult) => {
  const given = [
    ...(filled.length > 0 ? [`${counted(daysIn(filled), 'jour')} à réserver`] : []),
    ...(waitListed.length > 0 ? [`${daysIn(waitListed)} en liste d’attente`] : []),
  ]
  return given.length === 0 ? '' : ` avec ${listed(given)}`
}

const acceptingActs: ReadonlySet<string> = new Set<AnswerAction>(['accept', 'acceptCancel', 'leave'])

const wishTexts = { book: 'à réserver', cancel: 'à annuler', leave: 'à quitter sur la liste d’attente' } as const

const acceptance = (
  { registration, wish, recordedAt }: WeighedRequest,
  parts: readonly WeighedPart[],
): PossibleAnswers['decisions'][number] => ({
  kind: 'cells',
  registrationId: registration.id,
  wish,
  recordedAt,
  answers: parts.map(({ day, slots, suggested }) => ({
    day,
    slotIds: slots.map(({ id }) => id),
    act: answerActOf(suggested.act),
  })),
})

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
