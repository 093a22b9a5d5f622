import { openDesk } from '../../../main/app/desk.ts'
import { closePeriod, readClosings } from '../../../main/desk/closings/closings.ts'
import type { Core, Person } from '../../../main/desk/core.ts'
import {
  collect,
  freeze,
  listCollections,
  listYearPlans,
  makeYearPlan,
  previewCollection,
  readCollection,
  recordReturns,
  writeFile,
} from '../../../main/desk/debits/debits.ts'
import { undoAct } from '../../../main/desk/history/history.ts'
import { importHistory, runImport } from '../../../main/desk/imports/imports.ts'
import { issue, listRuns, readDrafts, repriceBilledMonths, startRun } from '../../../main/desk/invoicing/invoicing.ts'
import { takeBack, takeBackPreview } from '../../../main/desk/invoicing/runs/take-back.ts'
import { bill as billThirdParties, listThirdParties } from '../../../main/desk/payers/payers.ts'
import { listTariffs } from '../../../main/desk/prices/prices.ts'
import { eraseDue } from '../../../main/desk/protection/protection.ts'
import {
  handOverDebts,
  listUnpaid,
  makePlan,
  prepareRun,
  readOutstanding,
  readUnpaid,
  remind,
} from '../../../main/desk/recovery/recovery.ts'
import { systemActor } from '../../../main/store/acts/acts.ts'
import { roles } from '../../../shared/rules/access/roles.ts'
import { day, instant } from '../../../shared/rules/calendar/day.ts'
import { monthlyParts } from '../../../shared/rules/money/recovery/plan.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { isLong } from '../long.ts'
import { readAndRecord, recordCheques } from './bank-works.ts'
import { sendMails } from './mail-works.ts'
import { openForWinter } from './waiting-works.ts'
import { bookAndTakeBack } from './weeks-works.ts'
import { batchesOfYear } from './year-works.ts'

/** Long works of the desk. After an interruption, each continues from the present state of the desk. */

const workClock = () => instant('2026-11-25T08:00:00.000Z')
export const worker: Person = { ...systemActor, roles }
export const tools = { signal: new AbortController().signal, onProgress: () => undefined }
export const october = { from: day('2026-10-01'), to: day('2026-10-31'), activityIds: null, familyIds: null }

export const opened = async <T>(
  folder: string,
  work: (core: Core) => Promise<T> | T,
  clock = workClock,
): Promise<T> => {
  const desk = await openDesk({
    dataDir: folder,
    exampleDir: `${folder}-example`,
    clock,
    log: console.error,
  })
  try {
    return await work(desk.core)
  } finally {
    await desk.close()
  }
}

type Work = (core: Core, say: (line: string) => void) => Promise<void>

/**
 * Prices the drafts of October, in another thread like those of a large run, then issues them, then bills third
 * parties.
 */
const bill: Work = async (core, say) => {
  const { id: runId } =
    listRuns(core).find(({ drafts }) => drafts > 0) ??
    (await startRun(core, worker, october, { ...tools, threadFrom: 1 }))
  say('drafts')
  const ids = (await readDrafts(core, runId)).drafts.flatMap(({ id, state }) => (state === 'draft' ? [id] : []))
  await issue(core, worker, { runId, ids }, tools)
  say('issued')
  await askThirdParties(core, say)
}

/** Bills third parties for the amounts that issued papers left to them. */
const askThirdParties: Work = async (core, say) => {
  const parties = listThirdParties(core).flatMap(({ id, toBillCents }) => (toBillCents === 0 ? [] : [id]))
  if (parties.length > 0) billThirdParties(core, worker, parties)
  say('asked')
}

/** Takes the first run back, six homes per act. */
const takeRunBack: Work = async (core, say) => {
  const runId = 1
  const { invoices, withoutPaper } = takeBackPreview(core.store, runId)
  if (invoices + withoutPaper > 0)
    await takeBack(core, worker, { runId, reason: 'Tarif mal saisi' }, { ...tools, familiesPerAct: 6 })
  say('taken back')
}

/** Collects from the homes that owe on 10 December: freezes the collection, then writes its file. */
const collectDebits: Work = async (core, say) => {
  const [last] = listCollections(core, firstRegieId)
  if (!last) {
    const on = day('2026-12-10')
    const { debits } = previewCollection(core, { regieId: firstRegieId, on })
    const seenCents = debits.reduce((sum, { cents }) => sum + cents, 0)
    const mandateIds = debits.map(({ mandateId }) => mandateId)
    await freeze(core, worker, { regieId: firstRegieId, on, mandateIds, seenCents })
  }
  say('frozen')
  const [frozen] = listCollections(core, firstRegieId)
  if (frozen?.state === 'frozen') await writeFile(core, worker, frozen.id)
  say('written')
}

/** The clock of `settleDebits`, after the day of the collection. */
export const settlingClock = () => instant('2026-12-15T08:00:00.000Z')

/** Debits that come back in one file of the bank, and homes that then pay a year in equal parts. */
export const settled = { returns: 150, plans: 60, parts: 5 } as const

/** Records the payments of a written collection, then the debits that came back, then year plans of some homes. */
const settleDebits: Work = async (core, say) => {
  const [collection] = listCollections(core, firstRegieId)
  if (!collection) throw new Error('nothing was collected')
  const { id, state, returned } = collection
  const { debits } = state === 'written' ? await collect(core, worker, id) : readCollection(core, id)
  say('collected')
  if (returned === 0)
    recordReturns(
      core,
      worker,
      debits
        .slice(0, settled.returns)
        .map((line) => ({ debitId: line.id, code: 'AM04', cameBack: 'returned', on: day('2026-12-14') })),
    )
  say('returned')
  for (const { familyId } of debits.slice(-settled.plans))
    if (familyId !== null && listYearPlans(core, familyId).length === 0) {
      makeYearPlan(core, worker, {
        familyId,
        regieId: firstRegieId,
        cents: 30_000,
        firstOn: day('2027-02-10'),
        count: settled.parts,
        balanceOn: day('2027-08-10'),
      })
      say('plan')
    }
}

/** Reminds the homes that owe, then hands the debts to the Treasury; one home that stays at the régie gets a plan. */
const handOver: Work = async (core, say) => {
  const { payers: listed } = await listUnpaid(core, { regieId: firstRegieId })
  const reminded = listed.flatMap(({ familyId, thirdPartyId, step, skipped, dueCents }) =>
    step.kind === 'remind' && skipped === null ? [{ familyId, thirdPartyId, level: step.level, dueCents }] : [],
  )
  const run = { regieId: firstRegieId, payers: reminded }
  if (reminded.length > 0) await remind(core, worker, { ...run, ...(await prepareRun(core, run)) })
  say('reminded')
  const payers = readOutstanding(core, { regieId: firstRegieId }).payers.filter(({ debts }) => debts > 0)
  if (payers.length > 0) await handOverDebts(core, worker, { regieId: firstRegieId, payers })
  say('handedOver')
  // One of the homes that stay, below the legal threshold, agrees to pay in two parts.
  const { payers: stay } = await listUnpaid(core, { regieId: firstRegieId })
  const [home] = stay
  if (home && stay.every(({ plan }) => plan === null)) {
    const { familyId, thirdPartyId } = home
    const payer = { regieId: firstRegieId, familyId, thirdPartyId }
    const debts = (readUnpaid(core, payer).plannable ?? []).map(({ invoiceId, openingDebtId, leftCents }) => ({
      invoiceId,
      openingDebtId,
      leftCents,
    }))
    const cents = debts.reduce((sum, { leftCents }) => sum + leftCents, 0)
    makePlan(core, worker, { ...payer, debts, parts: monthlyParts(cents, 2, day('2026-12-10')) })
  }
  say('planned')
}

/** Closes the twelve months of 2025, then the year, as far as they are open. */
const closeYear: Work = async (core, say) => {
  for (;;) {
    const next = (await readClosings(core, firstRegieId)).open.findLast(({ to }) => to < '2026-01-01')
    if (!next) return
    const { kind, from, number, statement } = next
    await closePeriod(core, worker, { regieId: firstRegieId, kind, from, dueAfterCents: statement.dueAfterCents })
    say(`closed ${number}`)
  }
}

/** Reprices all homes billed with the first tariff, unless that is done already. */
const reprice: Work = async (core, say) => {
  const [tariff] = listTariffs(core)
  if (core.store.statement('select 1 from repricing').get() === undefined)
    await repriceBilledMonths(core, worker, {
      tariffId: tariff?.id ?? 0,
      fromDay: october.from,
      reason: 'Délibération du 12 octobre',
    })
  say('repriced')
}

/** The pupils, then their guardians. */
const importLists: Work = async (core, say) => {
  for (const [kind, lines] of [
    ['pupils', pupils],
    ['guardians', guardians],
  ] as const) {
    const wish = {
      file: new Blob([lines.join('\r\n')]),
      sheet: '',
      list: null,
      mapping: null,
      words: [],
      schoolId: null,
      fromDay: day('2026-09-01'),
    }
    const asked = { ...wish, corrections: [], decisions: [], fileName: `${kind}.csv`, withoutPending: false }
    for await (const step of await runImport(core, worker, asked, tools.signal))
      if (step.step === 'failed') throw new Error(step.sentence)
    say(kind)
  }
}

/** Undoes the last import that is not undone. */
const undoLast: Work = async (core, say) => {
  const last = importHistory(core).find(({ isUndone }) => !isUndone)
  if (!last) return
  await undoAct(core, worker, { actId: last.actId, told: true }, tools)
  say('undone')
}

/** Undoes all batches of the year's work, the last first, including registrations with their days. */
const undoYear: Work = async (core, say) => {
  const standing = `select id from act where kind like 'year.%' and state = 'closed' and not exists (
    select 1 from audit mark join act undoing on undoing.id = mark.act_id
    where mark.entity = 'act' and mark.entity_id = act.id and undoing.state = 'closed') order by id desc`
  for (const actId of core.store.statement(standing).pluck().all() as number[]) {
    await undoAct(core, worker, { actId, told: true }, tools)
    say(String(actId))
  }
}

/** All families that left long ago. */
const eraseGone: Work = async (core, say) => {
  await eraseDue(core, worker, { kinds: ['family'], confirmation: 'EFFACER' }, tools)
  say('erased')
}

/** Runs each batch of the year's work that is not done yet. */
const prepareYear: Work = async (core, say) => {
  for (const { name, isDone, run } of batchesOfYear(worker, tools)) {
    if (!isDone(core)) await run(core)
    say(name)
  }
}

/** Opens places for a season, and gives each to the next child of its waiting list. */
const openSeason: Work = async (core, say) => {
  await openForWinter(core, worker)
  say('opened')
}

/** Reads a bank statement and records its lines. */
const bank: Work = (core, say) => readAndRecord(core, worker, say)

/** Records a pile of cheques at the counter. */
const pile: Work = async (core, say) => recordCheques(core, worker, say)

/** Applies a typical week to everybody in a period, then undoes it. */
const weeks: Work = (core, say) => bookAndTakeBack(core, worker, tools, say)

export const works = {
  sendMails,
  weeks,
  openPlaces: openSeason,
  year: prepareYear,
  bill,
  askThirdParties,
  takeRunBack,
  collectDebits,
  settleDebits,
  bank,
  pile,
  handOver,
  closeYear,
  reprice,
  import: importLists,
  undo: undoLast,
  undoYear,
  erase: eraseGone,
}

/** Two children a home. */
export const listedHomes = isLong ? 250 : 80
const range = Array.from({ length: listedHomes }, (_, index) => index)
const pupils = [
  'Nom élève;Nom d’usage élève;Prénom élève;Date naissance;Sexe;Adresse1;Cp1;Commune1; Cycle;Niveau;Libellé classe',
  ...range.flatMap((home) =>
    ['Lou', 'Noé'].map(
      (firstName, rank) =>
        `ELEVE${home};;${firstName};0${1 + (home % 9)}/0${1 + rank}/2019;F;${home} rue des Saules;14550;Blainville;CYCLE 2;CP;CP ${1 + (home % 20)}`,
    ),
  ),
]
const guardians = [
  'Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;Commune responsable;Pays;Courriel;Téléphone domicile;Téléphone travail;Téléphone portable;Nom d’usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants;Nom d’usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants',
  ...range.map((home) => {
    const children = ['Lou', 'Noé'].map((firstName) => `;ELEVE${home};${firstName};CP`).join(';')
    return `Mme;;ELEVE${home};Camille;${home} rue des Saules;14550;Blainville;FRANCE;;;;06000${10_000 + home};${children}`
  }),
]
