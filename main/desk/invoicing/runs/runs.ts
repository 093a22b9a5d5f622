import { setImmediate } from 'node:timers/promises'
import { ascending } from '../../../../shared/collections.ts'
import type {
  Draft,
  IssueWarnings,
  Run,
  RunResult,
  TakenOver,
} from '../../../../shared/contract/desk/money/invoicing.ts'
import { type Day, firstOfMonth, lastOfMonth, monthKey, today } from '../../../../shared/rules/calendar/day.ts'
import { numberOf } from '../../../../shared/rules/money/series.ts'
import { capitalised, monthText, spanText } from '../../../../shared/rules/text/french.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { answersInTurns } from '../../../store/reading-thread.ts'
import { invoice, invoiceRun } from '../../../store/schema/index.ts'
import type { Store } from '../../../store/store.ts'
import { leads, shownWith } from '../../activities/activities.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import { currentBook, isToBill } from '../../prices/prices.ts'
import type { LongWorkTools } from '../../progress.ts'
import { billableDays, regieOf, regieOfActivities } from '../../regies/regies.ts'
import {
  actsOfRun,
  cellsNotBilled,
  type DraftKey,
  type DraftTotals,
  draftCount,
  draftKeysOfRun,
  draftsUpTo,
  draftTotals,
  futureCells,
  hasIssued,
  type RunTotals,
  runRow,
  runTotals,
} from '../invoicing-store.ts'
import { allOrNothing, chunksOfFamilies, exclusively, isBeingDiscarded, refuseWhileBusy } from '../long-work.ts'
import { removeDraft, requireDraft } from '../papers/drafts.ts'
import { makeSpanDrafts, monthsOf, remakeSpanDrafts, type SpanRun } from './span-drafts.ts'
import type { BillingScope } from './span-papers.ts'

type RunInput = BillingScope & { readonly familyIds: readonly number[] | null }

/** A choice of activities names each as it is shown: those that are joined to it are billed with it. */
const asShown = <Scope extends BillingScope>(store: Store, scope: Scope): Scope =>
  scope.activityIds === null ? scope : { ...scope, activityIds: shownWith(store, scope.activityIds) }

/** Creates a run with a draft for every family that has something to bill. Writes nothing if aborted or if none has. */
export const startRun = (
  core: Core,
  person: Person,
  input: RunInput,
  work: Parameters<typeof makeSpanDrafts>[3],
): Promise<RunResult> =>
  exclusively(core.store, async () => {
    const { store } = core
    refuseScope(store, input)
    const scope = asShown(store, input)
    const { from, to, activityIds } = scope
    const label = spanText(from, to)
    const act = store.longAct(person, 'invoicing.run', `Brouillons préparés\u00a0: ${label}`)
    const { id: runId, takenOver } = await allOrNothing(act, async () => {
      let id = 0
      await act.slices([input], (write) => {
        id = write.insert(invoiceRun, {
          label: capitalised(label),
          fromDay: from,
          toDay: to,
          activityIds: activityIds && [...activityIds],
          familyIds: input.familyIds && [...input.familyIds],
          regieId: input.regieId ?? null,
          createdAt: write.at,
        }).id
      })
      const takenOver = await makeSpanDrafts(store, act, { id, scope, familyIds: input.familyIds, isNew: true }, work)
      act.close((write) => {
        const drafts = draftCount(store, id)
        if (drafts === 0)
          throw new Refused(
            `Il n’y a rien à facturer ${spanWithin(from, to)}\u00a0: aucune réservation à facturer n’a été trouvée.`,
          )
        write.trace('invoice_run', id, { drafts })
        traceTakenOver(write, takenOver)
      })
      return { id, takenOver }
    })
    // All drafts were just written, and are all read below for the sums: other calls get a turn in between.
    await setImmediate()
    return { ...readRun(core, runId), takenOver: takenOverShown(store, takenOver) }
  })

/** @throws Refused for days in the wrong order and for a régie that does not exist */
const refuseScope = (store: Store, { from, to, regieId }: BillingScope): void => {
  if (from > to) throw new Refused('La date de fin est avant la date de début.', 'to')
  if (regieId) regieOf(store, regieId)
}

/**
 * Makes the drafts of a run again, and drafts for months that changed since and that no other run has. An unchanged
 * draft keeps staff's choice to include it or not.
 */
export const recalculate = (core: Core, person: Person, runId: number, work: LongWorkTools): Promise<RunResult> =>
  exclusively(core.store, async () => {
    const { store } = core
    const run = requireRun(store, runId)
    const act = store.longAct(person, 'invoicing.recalculate', `Brouillons recalculés\u00a0: ${spanOf(run)}`)
    const takenOver = await allOrNothing(act, async () => {
      const found = await makeSpanDrafts(store, act, spanRunOf(run), work)
      act.close((write) => {
        write.trace('invoice_run', runId, {})
        traceTakenOver(write, found)
      })
      return found
    })
    return { ...readRun(core, runId), takenOver: takenOverShown(store, takenOver) }
  })

/** Writes into the history of each older run how many of its drafts this run took over. */
const traceTakenOver = (write: Write, takenOver: ReadonlyMap<number, number>): void => {
  for (const [runId, drafts] of takenOver) write.trace('invoice_run', runId, { takenOver: drafts })
}

const takenOverShown = (store: Store, takenOver: ReadonlyMap<number, number>): TakenOver[] =>
  [...takenOver].map(([runId, drafts]) => ({ runId, label: runRow(store, runId)?.label ?? '', drafts }))

/** Makes the drafts of one month of a family again. Null when nothing is left to bill: there is then no draft. */
export const recalculateDraft = async ({ store }: Core, person: Person, id: number): Promise<Draft | null> => {
  refuseWhileBusy(store)
  const row = requireDraft(store, id)
  const months = monthsOf(row)
  const run = requireRun(store, row.runId ?? 0)
  store.act(person, 'invoicing.replay', 'Brouillon recalculé', (write) => {
    for (const month of months) remakeSpanDrafts(store, write, spanRunOf(run), { familyId: row.familyId, month })
    write.trace('invoice_run', run.id, {})
  })
  const found = (await draftTotals(store, { runId: run.id, familyId: row.familyId })).find(
    (one) =>
      one.regieId === row.regieId &&
      one.kind === row.kind &&
      one.state === 'draft' &&
      one.month !== null &&
      months.includes(one.month),
  )
  return found ? shownDraft(found) : null
}

const spanRunOf = (run: RunRecord): SpanRun => ({
  id: run.id,
  scope: scopeOf(run),
  familyIds: run.familyIds,
  isNew: false,
})

export const setDraftsAside = (
  { store }: Core,
  person: Person,
  input: { ids: readonly number[]; setAside: boolean },
): void => {
  refuseWhileBusy(store)
  store.act(person, 'invoicing.setAside', input.setAside ? 'Brouillons mis de côté' : 'Brouillons repris', (write) => {
    for (const id of input.ids) {
      if (!input.setAside && requireDraft(store, id).verdict === 'error')
        throw new Refused('Ce brouillon a une erreur\u00a0: corrigez-la, puis recalculez-le.')
    }
    write.updateMany(
      invoice,
      input.ids.map((id) => requireDraft(store, id).id),
      { setAside: input.setAside },
    )
  })
}

/**
 * Removes the drafts of a run, in slices of one act. From the first slice on, the run is neither shown nor issued; a
 * crash in between leaves all of it.
 */
export const discardRun = async ({ store }: Core, person: Person, runId: number): Promise<void> => {
  const run = requireRun(store, runId)
  await exclusively(
    store,
    async () => {
      const act = store.longAct(person, 'invoicing.discard', `Brouillons supprimés\u00a0: ${spanOf(run)}`)
      await allOrNothing(act, async () => {
        const drafts = await draftKeysOfRun(store, runId)
        await act.slices(drafts, (write, { id }) => removeDraft(store, write, id))
        act.close((write) => {
          if (!hasIssued(store, runId)) write.remove(invoiceRun, runId)
        })
      })
    },
    runId,
  )
}

/**
 * Drafts of earlier runs that a new run may take over, as far as can be told without pricing. A month of a family has
 * one draft, so a run that finds something to bill or to give back in it takes the draft of the older run.
 */
export const draftsToTakeOver = ({ store }: Core, input: RunInput): TakenOver[] => {
  refuseScope(store, input)
  const { to, activityIds, familyIds, regieId } = asShown(store, input)
  return draftsUpTo(store, { month: monthKey(to), activityIds, familyIds, regieId: regieId ?? null }).filter(
    ({ runId }) => !isBeingDiscarded(store, runId),
  )
}

export const listRuns = ({ store }: Core): Run[] =>
  runTotals(store, null)
    .filter(({ id }) => !isBeingDiscarded(store, id))
    .map(shownRun)

/**
 * Cells to bill, by activity as it is shown, from the first day that its régie bills. Cells of a month in which a run
 * found nothing to bill are left out: the minimum of the month may cover them.
 */
export const cellsToBill = ({ store, clock }: Core, { from, to }: { from: Day; to: Day }) => {
  const book = currentBook(store)
  const { activities } = book
  const now = today(clock)
  const billable = billableDays(store)
  const regieOfActivity = regieOfActivities(store)
  const due = cellsNotBilled(store, { from: billable.from(from), to, bookId: book.id }).filter(
    (cells) => billable.has(cells) && isToBill(book, cells),
  )
  const shownAs = leads(store)
  return [...Map.groupBy(due, ({ activityId }) => shownAs.get(activityId) ?? activityId)].map(([activityId, cells]) => {
    const ahead = cells.filter(({ day }) => day >= now).toSorted(ascending(({ day }) => day))
    const [first] = ahead
    const last = ahead.at(-1)
    return {
      activityId,
      regieId: regieOfActivity(activityId),
      name: activities.get(activityId)?.name ?? '',
      cells: sum(cells),
      hasTariff: cells.every((own) => activities.get(own.activityId)?.tariff != null),
      ahead: first && last ? { cells: sum(ahead), from: first.day, to: last.day } : null,
    }
  })
}

const sum = (days: readonly { readonly cells: number }[]): number => days.reduce((total, { cells }) => total + cells, 0)

export const checksBeforeIssue = async ({ store, clock }: Core, runId: number): Promise<IssueWarnings> => ({
  ahead: await unfinishedDays(store, requireRun(store, runId).id, today(clock)),
})

const unfinishedDays = async (store: Store, runId: number, now: Day): Promise<IssueWarnings['ahead']> => {
  const batches = chunksOfFamilies(await draftKeysOfRun(store, runId), familiesPerRead)
  const read = () => (drafts: readonly DraftKey[]) => futureCells(store, idsOf(drafts), now)
  const ahead = { cells: 0, staying: 0 }
  const days: Day[] = []
  for await (const { cells, staying, from, to } of answersInTurns(store, { read }, { topic: null, batches })) {
    ahead.cells += cells
    ahead.staying += staying
    if (from !== null && to !== null) days.push(from, to)
  }
  const [from, ...others] = days.toSorted()
  return from === undefined ? null : { ...ahead, from, to: others.at(-1) ?? from }
}

/** Families whose cells are counted at once: a few milliseconds of work. */
const familiesPerRead = 100

const idsOf = (drafts: readonly DraftKey[]): number[] => drafts.map(({ id }) => id)

export const readDrafts = async (core: Core, runId: number): Promise<{ run: Run; drafts: Draft[] }> => {
  const run = readRun(core, runId)
  await setImmediate()
  return { run, drafts: (await draftTotals(core.store, { runId, familyId: null })).map(shownDraft) }
}

export const historyOfRun = ({ store }: Core, runId: number) => actsOfRun(store, runId)

export type RunRecord = ReturnType<typeof requireRun>

export const requireRun = (store: Store, id: number) => {
  const found = isBeingDiscarded(store, id) ? undefined : runRow(store, id)
  if (!found) throw new Refused('Cette préparation n’existe plus.')
  return found
}

export const scopeOf = (run: RunRecord): BillingScope => ({
  from: run.fromDay,
  to: run.toDay,
  activityIds: run.activityIds,
  regieId: run.regieId,
})

export const readRun = ({ store }: Core, id: number): Run => {
  const [found] = isBeingDiscarded(store, id) ? [] : runTotals(store, id)
  if (!found) throw new Refused('Cette préparation n’existe plus.')
  return shownRun(found)
}

const shownRun = ({ activityIds, ...run }: RunTotals): Run => ({
  ...run,
  activityIds: activityIds === null ? null : (JSON.parse(activityIds) as number[]),
})

const shownDraft = (totals: DraftTotals): Draft => {
  const { series, year, number: count, alphabetical: _, ...draft } = totals
  return {
    ...draft,
    number: numberOf({ series, year, number: count }),
    previousCents: draft.previousCents ?? 0,
    setAside: draft.setAside === 1,
  }
}

/** The run's period in lower case, for the middle of a sentence (the run's label begins with a capital). */
export const spanOf = ({ fromDay, toDay }: RunRecord): string => spanText(fromDay, toDay)

export const spanWithin = (from: Day, to: Day): string =>
  isWholeMonth(from, to) ? `en ${monthText(from)}` : spanText(from, to)

const isWholeMonth = (from: Day, to: Day): boolean => from === firstOfMonth(from) && to === lastOfMonth(from)
