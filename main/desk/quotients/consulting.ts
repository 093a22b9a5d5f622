import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Consulted, ConsultedHome } from '../../../shared/contract/desk/money/quotients.ts'
import { addMonths, type Day, daysOfMonth, type Month, today } from '../../../shared/rules/calendar/day.ts'
import {
  accessRefusedText,
  type FundQuotient,
  type FundSilence,
  fundQuotientText,
  fundSilenceText,
  fundSource,
  namesakeDoubts,
} from '../../../shared/rules/quotient/fund-answer.ts'
import { isQuotientKnown, knownQuotientText } from '../../../shared/rules/quotient/validity.ts'
import { counted, longDate } from '../../../shared/rules/text/french.ts'
import { askedPaper } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { recordedQuotients, requireFamily, writeQuotient } from '../families/families.ts'
import { networkOf, proxyAgentFor } from '../portal/portal.ts'
import type { LongWorkTools } from '../progress.ts'
import { organisationOf, quotientRuleOf } from '../settings/settings.ts'
import { apiAccessOf } from './api-access.ts'
import { type ApiAccess, ApiUnreachable, askFund } from './api-particulier.ts'
import { type ConsentToAsk, childrenOfHomes, consentsInForce, openAskIds } from './quotients-store.ts'

/*
 * Asking the CAF or the MSA, by API Particulier, for the quotients of homes that consented. Nothing is recorded before
 * staff have seen each difference and accepted it: the desk keeps the answers in memory until then, and writes its own
 * copy of them, never one that a screen sends back.
 */

type Wish = {
  /** Null for every home that consented. */
  readonly familyIds: readonly number[] | null
  /** Null for the present month. */
  readonly month: Month | null
  /** The first day that the received quotients would price. */
  readonly fromDay: Day
}

/** The answer for one home. `notAsked`: no question was sent. */
type Answer = FundQuotient | FundSilence | { readonly kind: 'notAsked'; readonly why: string }
type Answers = ReadonlyMap<number, Answer>

type Kept = { readonly fromDay: Day; readonly answers: ReadonlyMap<number, FundQuotient> }

/** The last answers of each store, by the ticket given to the screen. */
const keptAnswers = new WeakMap<Store, Map<string, Kept>>()
const maxKept = 5

/** The API allows 20 questions a second for a token, which other programs of the town may use too. */
const millisecondsBetween = 100
/** Used when the API does not say how long to wait. */
const usualWaitSeconds = 30
const maxWaitSeconds = 120
/** After this many waits for one home, the API is taken to be too busy. */
const maxWaits = 5
/** After this many homes in a row without an answer, the service is taken to be down, and the others are not asked. */
const maxUnavailable = 3

export const consultFund = async (core: Core, person: Person, wish: Wish, tools: LongWorkTools): Promise<Consulted> => {
  const { store, clock } = core
  const on = today(clock)
  refuseDays(wish, on)
  const access = apiAccessOf(core)
  if (!access) throw new Refused('Le jeton de l’API Particulier manque\u00a0: il se colle dans Réglages, Structure.')
  const { siret } = organisationOf(store)
  if (siret === '') throw new Refused('Le SIRET de la structure manque\u00a0: il se note dans Réglages, Structure.')
  const consents = consentsInForce(store, on, wish.familyIds)
  if (consents.length === 0)
    throw new Refused(
      wish.familyIds === null
        ? 'Aucune famille n’a donné son accord\u00a0: il se note sur sa fiche.'
        : 'Cette famille n’a pas donné son accord\u00a0: notez-le sur sa fiche.',
    )
  // Recorded before the first request, so that the audit trail also shows requests whose answers were lost.
  const label =
    consents.length === 1
      ? `Quotient demandé à l’API Particulier\u00a0: ${consents[0]?.family ?? ''}`
      : `Quotients demandés à l’API Particulier\u00a0: ${counted(consents.length, 'famille')}`
  store.act(person, 'quotients.consult', label, (write) => {
    for (const { familyId } of consents) write.trace('quotient_consultation', familyId, {})
  })
  const answers = await askAll(core, access, { siret, month: wish.month }, consents, tools)
  const ticket = keep(store, { fromDay: wish.fromDay, answers: quotientsAmong(answers) })
  return { ticket, fromDay: wish.fromDay, rows: rowsOf(core, consents, answers, wish.fromDay) }
}

const refuseDays = ({ month, fromDay }: Wish, on: Day): void => {
  if (fromDay > addMonths(on, 12) || fromDay < addMonths(on, -24))
    throw new Refused('Choisissez un jour des deux dernières années ou de celle qui vient.', 'fromDay')
  if (month === null) return
  const { from } = daysOfMonth(month)
  if (from > on) throw new Refused('Ce mois n’est pas commencé.', 'month')
  if (from < addMonths(on, -24)) throw new Refused('Les caisses gardent deux ans de quotients.', 'month')
}

/**
 * The answers for the homes, asked one after the other. When something stops the questions half way, the answers
 * received so far are kept: staff see them, and why the others were not asked.
 * @throws Refused when the very first question fails
 */
const askAll = async (
  core: Core,
  access: ApiAccess,
  { siret, month }: { readonly siret: string; readonly month: Month | null },
  consents: readonly ConsentToAsk[],
  { signal, onProgress }: LongWorkTools,
): Promise<Answers> => {
  const { store, clock } = core
  const agent = proxyAgentFor(networkOf(store), access.address)
  const answers = new Map<number, Answer>()
  let unavailable = 0
  let stopped: string | null = null
  const onWait = (seconds: number) =>
    onProgress(answers.size, consents.length, `L’API Particulier demande d’attendre ${counted(seconds, 'seconde')}…`)
  const answerOf = async (familyId: number): Promise<Answer> => {
    if (stopped !== null) return { kind: 'notAsked', why: stopped }
    // The consent is read again before each question: a family may withdraw it while others are asked.
    const [consent] = consentsInForce(store, today(clock), [familyId])
    if (!consent) return { kind: 'notAsked', why: 'L’accord vient d’être retiré.' }
    try {
      return await askPatiently(access, consent, { siret, month, agent, signal, onWait })
    } catch (error) {
      if (error instanceof ApiUnreachable && answers.size > 0) return { kind: 'unavailable', fund: null }
      const refused = error instanceof ApiUnreachable ? new Refused(unreachableText) : error
      if (!(refused instanceof Refused) || answers.size === 0) throw refused
      stopped = refused.sentence
      return { kind: 'notAsked', why: stopped }
    }
  }
  for (const { familyId } of consents) {
    onProgress(answers.size, consents.length)
    const answer = await answerOf(familyId)
    answers.set(familyId, answer)
    unavailable = answer.kind === 'unavailable' ? unavailable + 1 : 0
    if (unavailable >= maxUnavailable) stopped = 'Le service ne répondait plus.'
    if (answer.kind !== 'notAsked' && answers.size < consents.length)
      await setTimeout(millisecondsBetween, undefined, { signal })
  }
  onProgress(consents.length, consents.length)
  return answers
}

const unreachableText =
  'L’API Particulier ne répond pas\u00a0: vérifiez l’accès à Internet de ce poste, et le proxy dans Portail, Liaison.'

/**
 * Asks for one home, waiting as often as the API asks.
 * @throws Refused when the API refuses the service itself or asks for too long a wait, and ApiUnreachable
 */
const askPatiently = async (
  access: ApiAccess,
  { birthName, firstNames, civilSex, bornOn, birthCountry, birthTown }: ConsentToAsk,
  {
    siret,
    month,
    agent,
    signal,
    onWait,
  }: {
    readonly siret: string
    readonly month: Month | null
    readonly agent: ReturnType<typeof proxyAgentFor>
    readonly signal: AbortSignal
    readonly onWait: (seconds: number) => void
  },
): Promise<FundQuotient | FundSilence> => {
  for (let waits = 0; ; waits += 1) {
    const found = await askFund(
      access,
      {
        recipient: siret,
        birthName,
        firstNames: firstNames.split(/\s+/).filter((name) => name !== ''),
        sex: civilSex,
        bornOn,
        birthCountry,
        birthTown,
        month,
      },
      // The wait is computed from the real clock, because the API measures it in real time.
      { agent, signal, now: Date.now() },
    )
    if (found.kind === 'accessRefused') throw new Refused(accessRefusedText(found))
    if (found.kind !== 'tooMany') return found
    if (waits === maxWaits)
      throw new Refused('L’API Particulier demande d’attendre encore\u00a0: recommencez dans quelques minutes.')
    const seconds = Math.min(Math.max(found.waitSeconds ?? usualWaitSeconds, 1), maxWaitSeconds)
    onWait(seconds)
    await setTimeout(seconds * 1000, undefined, { signal })
  }
}

const quotientsAmong = (answers: Answers): ReadonlyMap<number, FundQuotient> =>
  new Map([...answers].flatMap(([familyId, answer]) => (answer.kind === 'found' ? [[familyId, answer] as const] : [])))

const keep = (store: Store, kept: Kept): string => {
  const tickets = keptAnswers.get(store) ?? new Map<string, Kept>()
  keptAnswers.set(store, tickets)
  const ticket = randomUUID()
  tickets.set(ticket, kept)
  for (const old of [...tickets.keys()].slice(0, -maxKept)) tickets.delete(old)
  return ticket
}

const rowsOf = (
  { store }: Core,
  consents: readonly ConsentToAsk[],
  answers: Answers,
  fromDay: Day,
): ConsultedHome[] => {
  const ids = consents.map(({ familyId }) => familyId)
  const rule = quotientRuleOf(store)
  const recorded = recordedQuotients(store, ids)
  const children = Map.groupBy(childrenOfHomes(store, ids), ({ familyId }) => familyId)
  return consents.flatMap(({ familyId, family, guardian, ...asked }): ConsultedHome[] => {
    const answer = answers.get(familyId)
    if (!answer) return []
    const known = recorded.get(familyId)?.findLast((row) => row.fromDay <= fromDay)
    const row = { familyId, family, guardian, here: knownQuotientText(rule, known), there: '', month: null, doubts: [] }
    if (answer.kind !== 'found') return [{ ...row, state: 'silent', said: silenceText(answer) }]
    const isSame = isQuotientKnown(rule, known, { fromDay, value: answer.value })
    return [
      {
        ...row,
        state: isSame ? 'same' : 'different',
        there: fundQuotientText(answer),
        month: answer.month,
        doubts: namesakeDoubts(answer, asked, children.get(familyId) ?? []),
        said: '',
      },
    ]
  })
}

const silenceText = (answer: Exclude<Answer, FundQuotient>): string =>
  answer.kind === 'notAsked' ? `Pas demandé. ${answer.why}` : fundSilenceText(answer)

/** Records the accepted quotients in one act, and closes the requests for a paper that they replace. */
export const acceptConsulted = (
  { store, clock }: Core,
  person: Person,
  { ticket, familyIds }: { readonly ticket: string; readonly familyIds: readonly number[] },
): { actId: number; recorded: number } => {
  const kept = keptAnswers.get(store)?.get(ticket)
  if (!kept) throw new Refused('Ces réponses ne sont plus là\u00a0: demandez-les de nouveau.')
  const on = today(clock)
  const ids = [...new Set(familyIds)]
  const inForce = new Set(consentsInForce(store, on, ids).map(({ familyId }) => familyId))
  const label = `${counted(ids.length, 'quotient reçu', 'quotients reçus')} de l’API Particulier, au ${longDate(kept.fromDay)}`
  const actId = store.act(person, 'quotients.accept', label, (write) => {
    for (const familyId of ids) {
      const answer = kept.answers.get(familyId)
      if (!answer) throw new Refused('Une de ces familles n’a pas de réponse\u00a0: demandez-la de nouveau.')
      if (!inForce.has(familyId))
        throw new Refused(
          `La famille ${requireFamily(store, familyId).name} a retiré son accord depuis\u00a0: décochez-la.`,
        )
      const { value } = answer
      writeQuotient(store, write, familyId, { fromDay: kept.fromDay, value, source: fundSource(answer), updatedOn: on })
    }
    for (const id of openAskIds(store, ids)) write.update(askedPaper, id, { state: 'settled' })
    return write.actId
  })
  return { actId, recorded: ids.length }
}
