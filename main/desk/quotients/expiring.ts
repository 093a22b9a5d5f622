import { setImmediate } from 'node:timers/promises'
import { inChunks } from '../../../shared/collections.ts'
import type { ExpiringQuotient } from '../../../shared/contract/desk/money/quotients.ts'
import { addMonths, type Day, dayAt, today } from '../../../shared/rules/calendar/day.ts'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { phoneText } from '../../../shared/rules/people/names.ts'
import {
  lastKnownUntil,
  lastValidDay,
  type QuotientRule,
  quotientStateOn,
  type RecordedQuotient,
} from '../../../shared/rules/quotient/validity.ts'
import { counted, numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import { listPdf } from '../../documents/list-pdf.ts'
import { writeCsv } from '../../documents/spreadsheets/csv.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import { askedPaper } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { familyRows, recordedQuotients } from '../families/families.ts'
import { organisationOf, quotientRuleOf } from '../settings/settings.ts'
import { homesPriced, homesWaitingForReading, homesWithAccess, openPaperRequests } from './quotients-store.ts'

/*
 * « QF qui expirent »: the homes whose quotient no longer counts, or soon will not, and requests to them for a new one.
 */

type State = 'counts' | ExpiringQuotient['state']

/** The state of a home's quotient under a rule. */
type Outcome = { readonly state: State; readonly latest: RecordedQuotient | null; readonly lastDay: Day | null }

/**
 * @param recorded oldest first
 * @param until a quotient whose last day is at most this one ends soon
 */
const outcomeOf = (
  rule: QuotientRule | null,
  recorded: readonly RecordedQuotient[],
  { on, until }: { readonly on: Day; readonly until: Day },
): Outcome => {
  const begun = recorded.findLast(({ fromDay }) => fromDay <= on)
  if (!begun || begun.value === null) return { state: 'unknown', latest: null, lastDay: null }
  const state = quotientStateOn(rule, begun, on)
  if (state !== 'counts') return { state, latest: begun, lastDay: lastValidDay(rule, begun) }
  // A quotient already recorded for later days may take over before this one ends.
  const latest = recorded.at(-1)
  const last = latest && latest.value !== null ? latest : begun
  const lastDay = lastValidDay(rule, last)
  return { state: lastDay !== null && lastDay <= until ? 'soon' : 'counts', latest: last, lastDay }
}

/** Homes read at once, so that other calls get a turn in between. */
const homesPerTurn = 200

const outcomes = async (
  store: Store,
  rule: QuotientRule | null,
  days: { readonly on: Day; readonly until: Day },
): Promise<ReadonlyMap<number, Outcome>> => {
  const found = new Map<number, Outcome>()
  for (const ids of inChunks(homesPriced(store, days.on), homesPerTurn)) {
    const recorded = recordedQuotients(store, ids)
    for (const id of ids) found.set(id, outcomeOf(rule, recorded.get(id) ?? [], days))
    await setImmediate()
  }
  return found
}

/** How the quotient of each priced home would count today under a rule. */
export const quotientStates = async ({ store, clock }: Core, rule: QuotientRule | null): Promise<State[]> => {
  const on = today(clock)
  return [...(await outcomes(store, rule, { on, until: on })).values()].map(({ state }) => state)
}

/** The list on screen ends after this many homes; the file and the print have all. */
const maxShown = 2000

const order: readonly State[] = ['ended', 'lastKnown', 'soon', 'unknown']

export const expiringQuotients = async (
  core: Core,
  { until }: { readonly until: Day },
): Promise<{ total: number; rows: ExpiringQuotient[] }> => {
  const rows = await allExpiring(core, until)
  return { total: rows.length, rows: rows.slice(0, maxShown) }
}

const allExpiring = async ({ store, clock }: Core, until: Day): Promise<ExpiringQuotient[]> => {
  const on = today(clock)
  if (until < on) throw new Refused('Choisissez aujourd’hui ou un jour à venir.', 'until')
  if (until > addMonths(on, maxMonthsAhead)) throw new Refused('Choisissez un jour de l’année qui vient.', 'until')
  const rule = quotientRuleOf(store)
  const found = [...(await outcomes(store, rule, { on, until }))].filter(([, { state }]) => state !== 'counts')
  const rows: ExpiringQuotient[] = []
  for (const chunk of inChunks(found, homesPerTurn)) {
    rows.push(...expiringRows(store, rule, new Map(chunk), on))
    await setImmediate()
  }
  return rows.toSorted(
    (one, other) =>
      order.indexOf(one.state) - order.indexOf(other.state) ||
      one.family.localeCompare(other.family, 'fr') ||
      one.familyId - other.familyId,
  )
}

const maxMonthsAhead = 12

const expiringRows = (
  store: Store,
  rule: QuotientRule | null,
  homes: ReadonlyMap<number, Outcome>,
  on: Day,
): ExpiringQuotient[] => {
  const ids = [...homes.keys()]
  const asks = new Map(openPaperRequests(store, ids).map(({ familyId, ...asked }) => [familyId, asked]))
  const senders = new Set(homesWaitingForReading(store, ids))
  const readers = new Set(homesWithAccess(store, ids))
  return familyRows(store, ids, on).flatMap(({ id, name, guardians, phone }) => {
    const home = homes.get(id)
    if (!home || home.state === 'counts') return []
    const { state, latest, lastDay } = home
    return [
      {
        familyId: id,
        family: name,
        guardians,
        phone,
        state,
        value: latest?.value ?? null,
        source: latest?.source ?? '',
        fromDay: latest?.fromDay ?? null,
        lastDay,
        lastKnownUntil: lastDay && lastKnownUntil(rule, lastDay),
        hasAccess: readers.has(id),
        asked: asks.get(id) ?? null,
        hasSent: senders.has(id),
      },
    ]
  })
}

/** « Tarif le plus haut », « Dernier connu jusqu’au 28/02/2027, puis tarif le plus haut » */
const afterText = ({ state, lastKnownUntil: until }: ExpiringQuotient): string =>
  state === 'ended' || state === 'unknown' || until === null
    ? 'Tarif le plus haut'
    : `Dernier connu jusqu’au ${numericDay(until)}, puis tarif le plus haut`

const stateTitles = {
  ended: 'Plus valables',
  lastKnown: 'Plus valables, le dernier connu compte encore',
  soon: 'Bientôt plus valables',
  unknown: 'Jamais connus',
} satisfies Record<ExpiringQuotient['state'], string>

export const expiringFile = async (
  core: Core,
  { until, format }: { readonly until: Day; readonly format: 'pdf' | 'xlsx' | 'csv' },
): Promise<File> => {
  const rows = await allExpiring(core, until)
  const title = 'Quotients familiaux qui expirent'
  const name = `quotients-qui-expirent-${until}.${format}`
  if (format !== 'pdf') {
    const table = {
      columns: [
        'Famille',
        'Responsables',
        'Téléphone',
        'QF',
        'Source',
        'Depuis le',
        'Valable jusqu’au',
        'Ensuite',
        'Demandé le',
        'Demandé par',
      ],
      rows: rows.map((row) => [
        row.family,
        row.guardians,
        phoneText(row.phone),
        row.value,
        row.source,
        row.fromDay ? numericDay(row.fromDay) : '',
        row.lastDay ? numericDay(row.lastDay) : '',
        afterText(row),
        row.asked ? numericDay(dayAt(row.asked.at)) : '',
        row.asked?.by ?? '',
      ]),
    }
    const bytes = format === 'csv' ? writeCsv(table) : await writeXlsx(title, table)
    return new File([new Uint8Array(bytes)], name, { type: types[format] })
  }
  const paper = await listPdf({
    title,
    about: `jusqu’au ${shortDay(until)}`,
    summary: [{ name: 'À renouveler', value: counted(rows.length, 'famille') }],
    blanks: [],
    columns: [
      { title: 'Famille', kind: 'text' },
      { title: 'Téléphone', kind: 'text', width: 30 },
      { title: 'QF', kind: 'number', width: 18 },
      { title: 'Valable jusqu’au', kind: 'text', width: 48 },
      { title: 'Demandé', kind: 'text', width: 40 },
    ],
    groups: [...Map.groupBy(rows, ({ state }) => state)].map(([state, ofState]) => ({
      name: stateTitles[state],
      count: counted(ofState.length, 'famille'),
      rows: ofState.map((row) => ({
        id: String(row.familyId),
        registrationId: null,
        cells: [
          { text: row.family, under: row.guardians, strong: true },
          { text: phoneText(row.phone) },
          { text: row.value === null ? '' : formatNumber(row.value) },
          { text: row.lastDay ? numericDay(row.lastDay) : '', under: afterText(row) },
          row.asked
            ? { text: `le ${numericDay(dayAt(row.asked.at))}`, under: row.asked.by }
            : { text: '', under: row.hasAccess ? '' : 'pas d’accès au portail' },
        ],
      })),
    })),
    emptyRows: 0,
    empty: 'Aucun quotient n’expire d’ici là.',
    note: '',
    showsHealth: false,
    organisationName: organisationOf(core.store).name,
    printedAt: core.clock(),
  })
  return new File([paper], name, { type: 'application/pdf' })
}

const types = {
  csv: 'text/csv;charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** Asks homes for their new paper of the CAF or the MSA, as the portal shows any requested paper. */
export const askQuotients = (
  { store, clock }: Core,
  person: Person,
  { familyIds, note, dueOn }: { readonly familyIds: readonly number[]; readonly note: string; readonly dueOn: Day },
): { asked: number; askedBefore: number; withoutAccess: string[] } => {
  const on = today(clock)
  if (dueOn < on) throw new Refused('Cette date est passée\u00a0: laissez à la famille le temps de l’envoyer.', 'dueOn')
  if (dueOn > addMonths(on, maxMonthsAhead)) throw new Refused('Cette date est à plus d’un an.', 'dueOn')
  const ids = [...new Set(familyIds)]
  const rows = familyRows(store, ids, on)
  if (rows.length < ids.length) throw new Refused('Une de ces familles n’existe plus\u00a0: relisez la liste.')
  const before = new Set(openPaperRequests(store, ids).map(({ familyId }) => familyId))
  const readers = new Set(homesWithAccess(store, ids))
  const toAsk = rows.filter(({ id }) => !before.has(id) && readers.has(id))
  const withoutAccess = rows.filter(({ id }) => !before.has(id) && !readers.has(id)).map(({ name }) => name)
  if (toAsk.length === 0)
    throw new Refused(
      before.size > 0
        ? 'L’attestation est déjà demandée à ces familles.'
        : 'Personne de ces familles n’a d’accès au portail\u00a0: téléphonez, ou ouvrez-leur un accès.',
    )
  const label = `Attestation CAF ou MSA demandée à ${counted(toAsk.length, 'famille')}`
  store.act(person, 'quotients.ask', label, (write) => {
    write.insertMany(
      askedPaper,
      toAsk.map(({ id: familyId }) => ({
        familyId,
        childId: null,
        kind: 'benefits' as const,
        note,
        dueOn,
        askedAt: write.at,
        state: 'open' as const,
      })),
    )
  })
  return { asked: toAsk.length, askedBefore: before.size, withoutAccess }
}
