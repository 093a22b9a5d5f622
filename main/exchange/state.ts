import type { ExchangePreview, ExchangeRun, ExchangeState } from '../../shared/contract/desk/exchange.ts'
import type { Interval } from '../../shared/exchange/message.ts'
import { maxSeries } from '../../shared/exchange/receive.ts'
import { retentionDays, withNumbersConfirmed } from '../../shared/exchange/side.ts'
import { deskCapabilities, kindsUnknownTo } from '../../shared/exchange/version.ts'
import { addMinutes, type TimeOfDay } from '../../shared/rules/calendar/day.ts'
import { counted, instantText } from '../../shared/rules/text/french.ts'
import { keyIdOf } from '../crypto/keys.ts'
import { type Core, type Person, Refused } from '../desk/core.ts'
import { portalSettingsOf, writePortalSettings } from '../desk/portal/portal.ts'
import { areNumbersUnconfirmed, markUnconfirmed, storeNumbersGiven } from '../store/numbers.ts'
import { KeyringLocked } from '../store/secrets.ts'
import { countWaitingAnswers } from './answers.ts'
import { deskKeys } from './desk-keys.ts'
import { findSideRow, requireSideRow, saveSide } from './desk-side.ts'
import { awaitedPortal } from './export.ts'
import { ExchangeFailed } from './failures.ts'
import { markStaleDocuments, waitingToSend } from './publications.ts'
import { lastRuns, lastSuccessfulRun } from './runs.ts'
import { endOfPortalLog } from './schedule.ts'

export const exchangeState = (core: Core): ExchangeState => {
  const { store, exchange } = core
  const row = findSideRow(store)
  const isOfThisLink = ({ startedAt }: ExchangeRun) => row === null || startedAt >= row.pairedAt
  const [last] = lastRuns(store, 1).filter(isOfThisLink)
  const done = lastSuccessfulRun(store)
  const current = row && currentKeys(core)
  // Losses are shown as long as logs are kept: until then the portal may still give back what was lost.
  const since = addMinutes(store.clock(), -retentionDays * 24 * 60)
  const portalKey = row?.ring.find(({ until, revokedAt }) => until === null && revokedAt === null)
  return {
    portal: row && {
      address: row.address,
      pairedAt: row.pairedAt,
      deskKey: keyIdOf(current?.publicKey ?? row.publicKey),
      portalKey: portalKey?.keyid ?? '',
      hasKey: current !== null,
    },
    awaited: awaitedPortal(core),
    running: exchange.isRunning,
    lastDone: done && isOfThisLink(done) ? done : null,
    failure: last?.outcome === 'failed' ? last : null,
    nextAt: exchange.nextAt,
    continuous: portalSettingsOf(store).continuous,
    papersWaiting: waitingToSend(store).papers,
    portalIsOlder:
      row !== null &&
      row.portalKinds.length > 0 &&
      kindsUnknownTo({ versions: [], kinds: row.portalKinds }, deskCapabilities).length > 0,
    comparing: row?.side.comparing ?? false,
    knowsNumbers: row?.side.knowsNumbers ?? true,
    mayConfirmNumbers: row ? !row.side.knowsNumbers : areNumbersUnconfirmed(store),
    lost: (row?.side.lost ?? []).filter(({ to }) => to > since).map(lostSentence),
    recoveredPapers: store
      .statement('select count(*) from recovered_paper where recovered_at > ?')
      .pluck()
      .get(since) as number,
  }
}

/** The current signing keys; null when this computer has none, undefined while its keyring is locked. */
const currentKeys = ({ store, exchange }: Core) => {
  try {
    return deskKeys(store, exchange.secrets)
  } catch (error) {
    if (error instanceof KeyringLocked) return undefined
    throw error
  }
}

const lostSentence = ({ log, from, to }: Interval): string => {
  const what =
    log === 'portal' ? 'Les demandes enregistrées sur le portail' : 'Les réponses et les pièces données par le service'
  const when = from === null ? `avant le ${instantText(to)}` : `entre le ${instantText(from)} et le ${instantText(to)}`
  const advice =
    log === 'portal'
      ? 'Les familles qui ont un compte sont prévenues\u00a0: celle qui apporte son reçu garde sa place et son heure.'
      : 'Relisez ce qui a été décidé et émis pendant ce temps\u00a0; ce que le portail en avait reçu revient de lui-même.'
  return `${what} ${when} ont pu être perdues. ${advice}`
}

/** Lists what the next exchange would send and counts what it would collect, without running it. */
export const previewExchange = async (core: Core): Promise<ExchangePreview> => {
  const { store } = core
  if (!findSideRow(store)) throw new Refused('Aucun portail n’est relié.')
  markStaleDocuments(core)
  const { lines, papers } = waitingToSend(store)
  const answers = countWaitingAnswers(store)
  const toSend = [
    ...(answers > 0 ? [counted(answers, 'réponse')] : []),
    ...lines,
    ...(papers > 0 ? [counted(papers, 'papier')] : []),
  ]
  try {
    const { mirror } = requireSideRow(store).side
    const end = await endOfPortalLog(core)
    return { toSend, toCollect: Math.max(0, end - mirror.end.number), sentence: '' }
  } catch (error) {
    if (!(error instanceof ExchangeFailed)) throw error
    return { toSend, toCollect: null, sentence: error.message }
  }
}

export const changeSchedule = (
  { store, exchange }: Core,
  person: Person,
  changes: { nightAt: TimeOfDay; continuous: boolean },
) => {
  const { nightAt, continuous } = store.act(person, 'exchange.schedule', 'Horaire des échanges changé', (write) =>
    writePortalSettings(store, write, changes),
  )
  exchange.reschedule()
  return { nightAt, continuous }
}

type Confirmed = {
  readonly statement: string
  /** The year is null for a series that goes on through the years. */
  readonly last: readonly { readonly series: string; readonly year: number | null; readonly number: number }[]
}

/** Records the last numbers of issued papers as a director read them on the papers, with a written statement. */
export const confirmNumbers = ({ store }: Core, person: Person, { statement, last }: Confirmed): void =>
  store.act(person, 'exchange.confirmNumbers', 'Derniers numéros confirmés', (write) => {
    const row = findSideRow(store)
    if (row ? row.side.knowsNumbers : !areNumbersUnconfirmed(store))
      throw new Refused('Les derniers numéros sont connus\u00a0: il n’y a rien à confirmer.')
    const confirmed = Object.fromEntries(last.map(({ series, year, number }) => [`${series}${year ?? ''}`, number]))
    if (row) saveSide(store, { side: withNumbersConfirmed(row.side), series: maxSeries(row.series, confirmed) })
    else {
      storeNumbersGiven(store.sqlite, confirmed)
      markUnconfirmed(store.sqlite, null)
    }
    write.trace('organisation', 1, { statement, last })
  })
