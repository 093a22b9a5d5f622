import { and, desc, eq, gte, inArray, isNotNull, isNull, notInArray, or } from 'drizzle-orm'
import { descending } from '../../../shared/collections.ts'
import type { DemandeShown } from '../../../shared/contract/portal/demandes.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { whyNotAction } from '../../../shared/rules/cell/cell-verdicts.ts'
import { answerDueOn, withoutTitle } from '../../../shared/rules/requests/answer.ts'
import type { Login } from '../account/account.ts'
import {
  type CellRef,
  cellKey,
  type Home,
  homeOf,
  isOfferTaken,
  lockHome,
  offeredUntil,
  type RegistrationDemande,
  requireMayAsk,
} from '../family/family.ts'
import { undoneEntry } from '../log/entries.ts'
import { appendToLog, lockedSide, sideOf } from '../log/log.ts'
import type { Portal } from '../portal.ts'
import { documentOf, documentsOf } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import { demande, registrationDemande } from '../store/schema/index.ts'
import type { Queryable, Transaction } from '../store/store.ts'
import { createFactsReader, noSuchSlot, parent } from './drafts.ts'
import { defaultAnswerDays } from './recording.ts'
import { goesTogether, undoneTogether } from './weeks.ts'

// ---- retirer, reprendre ---------------------------------------------------------------------------------------------

const noSuchDemande = 'Cette demande n’existe pas.'

/** Withdraws a demande that the town does not have yet, as if it had never been made. */
export const withdraw = (portal: Portal, login: Login, id: string): Promise<void> =>
  undoDemande(portal, login, id, 'withdraw')

/**
 * Takes back a demande that the town already has: until the answer, it keeps its state, with the note « retrait demandé
 * ».
 */
export const takeBack = (portal: Portal, login: Login, id: string): Promise<void> =>
  undoDemande(portal, login, id, 'takeBack')

/** Days follow the rules of moves; a requested registration or a proposal can be undone only before its answer. */
const undoDemande = (portal: Portal, login: Login, id: string, action: 'withdraw' | 'takeBack'): Promise<void> =>
  portal.store.db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const { side } = await lockedSide(tx)
    const at = portal.clock()
    const home = await homeOf(tx, login)
    const ask = [...home.asks.values()].find((known) => known.id === id)
    const registrationAsk = home.requestedRegistrations.find((known) => known.id === id)
    const child = registrationAsk ?? ask
    if (child) requireMayAsk(home, child.childId)
    if (registrationAsk) return withdrawRegistration(tx, login, registrationAsk, action, at)
    if (!ask) throw new Refused(await whyNotUndoable(tx, login, id))
    const judge = createFactsReader(home, at)
    const whyNot = (cell: CellRef): string | null => {
      const { facts } = judge(cell)
      return facts ? whyNotAction(action, facts, parent) : noSuchSlot
    }
    const refusal = whyNot(ask)
    if (refusal !== null) throw new Refused(refusal)
    const isWithdrawn = action === 'withdraw'
    const ids = undoneTogether(judge, ask, home.asks.values()).flatMap((one) => (whyNot(one) === null ? [one.id] : []))
    await tx
      .update(demande)
      .set(isWithdrawn ? { withdrawnAt: at } : { takenBackAt: at })
      .where(inArray(demande.id, ids))
    await appendToLog(
      tx,
      side,
      ids.map((one) => undoneEntry(isWithdrawn ? 'withdrawn' : 'takenBack', one, login, at)),
    )
  })

/** A registration « ? » can be withdrawn whether or not the town has it, even if an answer is on its way. */
const withdrawRegistration = async (
  tx: Transaction,
  login: Login,
  registrationAsk: RegistrationDemande,
  act: 'withdraw' | 'takeBack',
  at: Instant,
): Promise<void> => {
  if (act === 'takeBack' && !registrationAsk.collected) {
    throw new Refused('Cette demande n’est pas encore partie\u00a0: elle peut simplement être retirée.')
  }
  await tx.update(registrationDemande).set({ withdrawnAt: at }).where(eq(registrationDemande.id, registrationAsk.id))
  const side = await sideOf(tx)
  await appendToLog(tx, side, [
    undoneEntry(registrationAsk.collected ? 'takenBack' : 'withdrawn', registrationAsk.id, login, at),
  ])
}

/** Why a demande cannot be undone; the same for another home's demande and for one that does not exist. */
const whyNotUndoable = async (tx: Transaction, login: Login, id: string): Promise<string> => {
  const [found] = await tx
    .select()
    .from(demande)
    .where(and(eq(demande.id, id), eq(demande.familyId, login.familyId)))
  if (!found) return noSuchDemande
  return found.withdrawnAt === null ? 'Le service a déjà répondu à cette demande.' : 'Cette demande est déjà retirée.'
}

// ---- suivre ---------------------------------------------------------------------------------------------------------

/** The home's latest demandes, with each of their steps. */
export const latestDemandes = async (portal: Portal, login: Login): Promise<DemandeShown[]> => {
  const { db } = portal.store
  const at = portal.clock()
  return readDemandes(db, await homeOf(db, login), login, { at, answeredOnly: false, limit: 200 })
}

/** The latest demandes of a home already read. With `answeredOnly`, only answered ones, the last answered first. */
export const readDemandes = async (
  db: Queryable,
  home: Home,
  login: Login,
  { at, answeredOnly, limit }: { at: Instant; answeredOnly: boolean; limit: number },
): Promise<DemandeShown[]> => {
  const answerDays = (await documentOf(db, 'town'))?.answerWorkingDays ?? defaultAnswerDays
  const days = await db
    .select()
    .from(demande)
    .where(and(eq(demande.familyId, login.familyId), answeredOnly ? isNotNull(demande.answeredAt) : undefined))
    .orderBy(desc(answeredOnly ? demande.answeredAt : demande.recordedAt), demande.day, demande.slotId)
    .limit(limit)
  const registrations = await db
    .select()
    .from(registrationDemande)
    .where(
      and(
        eq(registrationDemande.familyId, login.familyId),
        answeredOnly ? isNotNull(registrationDemande.answeredAt) : undefined,
      ),
    )
    .orderBy(desc(answeredOnly ? registrationDemande.answeredAt : registrationDemande.recordedAt))
    .limit(limit)
  const periods = await documentsOf(
    db,
    'period',
    registrations.map(({ periodId }) => periodId),
  )
  const lastRecordedAt = await lastRecordedByCell(db, login)
  const firstName = (childId: number) => home.family.children.find(({ id }) => id === childId)?.firstName ?? ''
  const steps = (row: (typeof days)[number] | (typeof registrations)[number]) => ({
    id: row.id,
    child: firstName(row.childId),
    receipt: row.receiptId,
    recordedAt: row.recordedAt,
    collectedAt: row.collectedAt,
    withdrawnAt: row.withdrawnAt,
    answer: row.answer,
    answerReason: row.answerReason,
    answeredAt: row.answeredAt,
    answerDueOn: answerDueOn(row.recordedAt, answerDays),
  })
  const isSeen = ({ childId }: { readonly childId: number }) => !home.unseen.has(childId)
  const shown: DemandeShown[] = days.filter(isSeen).map((row) => {
    const registration = home.family.registrations.find(({ id }) => id === row.registrationId)
    const period = home.periods.get(`${registration?.period}`)
    return {
      ...steps(row),
      kind: 'day',
      title: period?.name ?? '',
      registration: registration ? row.registrationId : null,
      day: row.day,
      slot: period?.slots.find(({ id }) => id === row.slotId)?.name ?? '',
      wish: row.wish,
      takenBackAt: row.takenBackAt,
      offeredUntil: row.answer === 'waitListed' ? offeredUntil(home, row, at) : null,
      takesOffer: home.asks.get(cellKey(row))?.id === row.id && isOfferTaken(home, row, at),
      isOvertaken: row.recordedAt < (lastRecordedAt.get(cellKey(row)) ?? ''),
      goesTogether: period !== undefined && goesTogether({ period }),
    }
  })
  for (const row of registrations.filter(isSeen)) {
    const period = periods.get(`${row.periodId}`)
    shown.push({
      ...steps(row),
      kind: 'registration',
      title: period?.name ?? '',
      registration: null,
      day: null,
      slot: '',
      wish: null,
      takenBackAt: null,
      offeredUntil: null,
      takesOffer: false,
      isOvertaken: false,
      goesTogether: false,
    })
  }
  const instantOf = ({ answeredAt, recordedAt }: DemandeShown) => (answeredOnly ? (answeredAt ?? '') : recordedAt)
  return shown.toSorted(descending(instantOf)).slice(0, limit)
}

/** For each cell, when its latest demande was recorded, among those neither withdrawn nor moot. */
const lastRecordedByCell = async (
  db: Queryable,
  { familyId }: Pick<Login, 'familyId'>,
): Promise<ReadonlyMap<string, Instant>> => {
  const { registrationId, day, slotId, recordedAt } = demande
  const rows = await db
    .select({ registrationId, day, slotId, recordedAt })
    .from(demande)
    .where(
      and(
        eq(demande.familyId, familyId),
        isNull(demande.withdrawnAt),
        or(isNull(demande.answer), notInArray(demande.answer, ['withdrawn', 'moot'])),
      ),
    )
    .orderBy(recordedAt)
  return new Map(rows.map((row) => [cellKey(row), row.recordedAt]))
}

/**
 * Why the service refused each day from `from` on, by day and slot; '' where a later demande exists or the last was not
 * refused.
 */
export const refusalsIn = async (
  db: Queryable,
  { familyId }: Pick<Login, 'familyId'>,
  registrationId: number,
  from: Day,
): Promise<ReadonlyMap<string, string>> => {
  const rows = await db
    .select()
    .from(demande)
    .where(
      and(
        eq(demande.familyId, familyId),
        eq(demande.registrationId, registrationId),
        gte(demande.day, from),
        isNotNull(demande.answer),
      ),
    )
    .orderBy(demande.recordedAt)
  return new Map(
    rows.map(({ day, slotId, wish, answer, answerReason }) => [
      `${day} ${slotId}`,
      wish === 'book' && answer === 'refused' ? withoutTitle(answerReason ?? '', answer, wish) : '',
    ]),
  )
}
