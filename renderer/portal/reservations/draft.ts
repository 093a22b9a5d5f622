import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { create } from 'zustand'
import type { Drafts, Receipt } from '../../../shared/contract/portal/demandes.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { ticksDigest } from '../../../shared/rules/requests/ticks.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { client, orpc } from '../client.ts'
import { showToast } from '../parts/toast.tsx'
import { queries, sentenceOf, showAnswer } from '../queries.ts'
import { useSession } from '../session.ts'
import { readStored, removeStored, store } from './device-storage.ts'
import type { Tick } from './tick.ts'

type TickState = {
  /** Ticks that this page shows and the portal has not confirmed yet, by cell key. */
  readonly waiting: ReadonlyMap<string, Tick>
  /**
   * The French sentence that says why the portal could not be reached; sending is retried meanwhile. Null when all is
   * well.
   */
  readonly failure: string | null
  /** For each of the last actions, the ticks that would undo it. */
  readonly undoable: readonly (readonly Tick[])[]
  readonly isRecording: boolean
}

const useTicks = create<TickState>()(() => ({ waiting: new Map(), failure: null, undoable: [], isRecording: false }))

const cellKey = ({ registration, day, slot }: Omit<Tick, 'wish'>): string => `${registration} ${day} ${slot}`
const draftsKey = orpc.demandes.drafts.queryKey()

/**
 * The account and home that the unsent ticks belong to. Unsent ticks of another account stay on the device until that
 * account logs in.
 */
let owner = ''
/** The call in flight: a single one at a time, so that the portal receives ticks in order. */
let sending: Promise<void> | undefined
let retry: ReturnType<typeof setTimeout> | undefined
const firstWait = 2_000
const maxWait = 30_000
let wait = firstWait
/** Maximum number of cells that one `demandes.draft` call accepts. */
const maxCellsPerCall = 1000

/** The parent's draft as this page shows it: the portal's ticks, overlaid with those not sent yet. */
export const useDraft = () => {
  const session = useSession()
  const { data: serverDrafts } = useQuery(orpc.demandes.drafts.queryOptions())
  const { waiting, failure, undoable, isRecording } = useTicks()
  const login = session?.login
  useEffect(() => {
    if (login) loadUnsent(`${login.email} ${login.family}`)
  }, [login])
  const wishes = new Map(serverDrafts?.items.map((item) => [cellKey(item), item.wish]))
  const draftOf = (registration: number) => (day: Day, slot: number) => {
    const key = cellKey({ registration, day, slot })
    const tick = waiting.get(key)
    return tick ? tick.wish : (wishes.get(key) ?? null)
  }
  const ticked = new Map<string, 'book' | 'cancel'>(wishes)
  for (const [key, { wish }] of waiting) {
    if (wish === null) ticked.delete(key)
    else ticked.set(key, wish)
  }
  const count = (wish: 'book' | 'cancel') => [...ticked.values()].filter((one) => one === wish).length
  return {
    serverDrafts,
    draftOf,
    bookings: count('book'),
    cancels: count('cancel'),
    isSyncing: waiting.size > 0,
    failure,
    canUndo: undoable.length > 0,
    isRecording,
  }
}

/** Loads and sends the ticks that stayed unsent when the page was closed or the network was lost. */
const loadUnsent = (of: string): void => {
  if (owner === of) return
  owner = of
  const ticks = readStored(`ticks ${of}`) ?? []
  useTicks.setState({ waiting: new Map(ticks.map((tick) => [cellKey(tick), tick])), undoable: [], failure: null })
  if (ticks.length > 0) void send()
}

const currentWish = (tick: Tick): Tick['wish'] => {
  const here = useTicks.getState().waiting.get(cellKey(tick))
  if (here) return here.wish
  const serverDrafts = queries.getQueryData<Drafts>(draftsKey)
  return serverDrafts?.items.find((item) => cellKey(item) === cellKey(tick))?.wish ?? null
}

/** Applies one action: shows its ticks at once, sends them, and lets `undo` reverse it. */
export const tick = (ticks: readonly Tick[]): void => {
  if (ticks.length === 0) return
  const before = ticks.map((one) => ({ ...one, wish: currentWish(one) }))
  useTicks.setState(({ undoable }) => ({ undoable: [...undoable.slice(-49), before] }))
  showAndSend(ticks)
}

export const undo = (): void => {
  const { undoable } = useTicks.getState()
  const last = undoable.at(-1)
  if (!last) return
  useTicks.setState({ undoable: undoable.slice(0, -1) })
  showAndSend(last)
}

const showAndSend = (ticks: readonly Tick[]): void => {
  const waiting = new Map(useTicks.getState().waiting)
  for (const one of ticks) waiting.set(cellKey(one), one)
  setWaiting(waiting)
  void send()
}

const setWaiting = (waiting: ReadonlyMap<string, Tick>): void => {
  useTicks.setState({ waiting })
  if (waiting.size === 0) removeStored(`ticks ${owner}`)
  else store(`ticks ${owner}`, [...waiting.values()])
}

/**
 * Sends until no tick remains unsent. When the portal does not answer, the ticks stay on the device and sending is
 * retried automatically.
 */
export const send = (): Promise<void> => {
  clearTimeout(retry)
  sending ??= sendAll().finally(() => {
    sending = undefined
  })
  return sending
}

const sendAll = async (): Promise<void> => {
  for (;;) {
    const batch = [...useTicks.getState().waiting].slice(0, maxCellsPerCall)
    if (batch.length === 0) {
      useTicks.setState({ failure: null })
      return
    }
    try {
      const drafts = await client.demandes.draft({ cells: batch.map(([, cell]) => cell) })
      await showAnswer(draftsKey, drafts)
      removeSent(batch)
      wait = firstWait
      const [refused] = drafts.refused
      if (refused) await reportStale(refused.reason)
    } catch (error) {
      const { why } = refusalOf(error)
      if (why === 'refused' || why === 'badInput') {
        // The cells no longer exist: a retry would be refused again.
        removeSent(batch)
        await reportStale(sentenceOf(error))
        continue
      }
      useTicks.setState({ failure: sentenceOf(error) })
      if (why !== 'loginNeeded') {
        retry = setTimeout(() => void send(), wait)
        wait = Math.min(2 * wait, maxWait)
      }
      return
    }
  }
}

/** Explains a refused tick: the page was out of date, because another page or the town changed the cell. */
const reportStale = async (reason: string): Promise<void> => {
  showToast(reason, 'danger')
  await queries.invalidateQueries({ queryKey: orpc.home.calendar.key() })
}

/** A cell that was ticked again during the call stays unsent. */
const removeSent = (batch: readonly (readonly [string, Tick])[]): void => {
  const waiting = new Map(useTicks.getState().waiting)
  for (const [key, sent] of batch) if (waiting.get(key) === sent) waiting.delete(key)
  setWaiting(waiting)
}

window.addEventListener('online', () => void send())

export type WeekTicked = {
  readonly ticks: readonly Tick[]
  readonly skipped: readonly { readonly day: Day; readonly slotName: string; readonly reason: string }[]
}

/** « Appliquer ma semaine type »: ticks the same slots every week, on the portal. */
export const tickWeek = async (asked: {
  registration: number
  from: Day
  week: { weekday: number; slot: number }[]
}): Promise<WeekTicked> => {
  await send()
  const before = new Set(queries.getQueryData<Drafts>(draftsKey)?.items.map(cellKey))
  const { skipped, ...drafts } = await client.demandes.draftWeek(asked)
  await showAnswer(draftsKey, drafts)
  const added = drafts.items.filter((item) => item.registration === asked.registration && !before.has(cellKey(item)))
  const ticks = added.map(({ registration, day, slot, wish }) => ({ registration, day, slot, wish }))
  const gesture = ticks.map((one) => ({ ...one, wish: null }))
  if (gesture.length > 0) {
    useTicks.setState(({ undoable }) => ({ undoable: [...undoable.slice(-49), gesture] }))
  }
  return { ticks, skipped }
}

/**
 * « Enregistrer mes demandes »: records the draft. The id of one press is stored on the device until the portal
 * answers. After a lost answer, asking again with the same id returns the same receipt. If the draft turns out to be
 * empty, it was recorded, and `record` asks again at once; else the parent's next press asks with that id.
 */
export const record = async (surchargeAccepted: boolean): Promise<Receipt> => {
  const shown = ticksOnScreen()
  try {
    return await recordOnce(surchargeAccepted, shown)
  } catch (error) {
    if (refusalOf(error).why === 'refused' || (await reloadCount()) !== 0) throw error
    return recordOnce(surchargeAccepted, shown)
  }
}

/** The ticks on screen, by cell key. */
const ticksOnScreen = (): ReadonlyMap<string, Tick> => {
  const serverDrafts = queries.getQueryData<Drafts>(draftsKey)?.items ?? []
  return new Map([...serverDrafts.map((item) => [cellKey(item), item] as const), ...useTicks.getState().waiting])
}

const recordOnce = async (surchargeAccepted: boolean, onScreen: ReadonlyMap<string, Tick>): Promise<Receipt> => {
  useTicks.setState({ isRecording: true })
  try {
    const onTheirWay = new Set(useTicks.getState().waiting.keys())
    await send()
    if (useTicks.getState().waiting.size > 0) throw new Error('the ticks have not reached the portal')
    const unanswered = readStored(`press ${owner}`)
    // Leaves out the unsent ticks that the portal has just refused: `sendAll` has already told the parent.
    const taken = ticksOnScreen()
    const shown = [...onScreen].flatMap(([key, one]) => (onTheirWay.has(key) && !taken.has(key) ? [] : [one]))
    const receipt = await press(unanswered ?? crypto.randomUUID(), surchargeAccepted, shown)
    const left = await queries.fetchQuery({ ...orpc.demandes.drafts.queryOptions(), staleTime: 0 })
    // The receipt may answer an earlier press, whose answer was lost: ticks added since then need a press of their own.
    const isBehind =
      unanswered !== undefined && left.items.some(({ outcome }) => outcome === 'record' || outcome === 'waitingList')
    const last = isBehind ? await press(crypto.randomUUID(), surchargeAccepted, left.items) : receipt
    useTicks.setState({ undoable: [] })
    await refreshDemandes()
    return last
  } finally {
    useTicks.setState({ isRecording: false })
  }
}

const press = async (request: string, surchargeAccepted: boolean, shown: readonly Tick[]): Promise<Receipt> => {
  store(`press ${owner}`, request)
  try {
    const ticks = shown.flatMap(({ wish, ...cell }) => (wish === null ? [] : [{ ...cell, wish }]))
    const receipt = await client.demandes.record({ request, surchargeAccepted, shown: ticksDigest(ticks) })
    removeStored(`press ${owner}`)
    return receipt
  } catch (error) {
    if (refusalOf(error).why === 'refused') removeStored(`press ${owner}`)
    throw error
  }
}

/** Reads the draft again. @returns how many ticks it has, or null when the portal does not answer */
export const reloadCount = async (): Promise<number | null> => {
  if (useTicks.getState().waiting.size > 0) return null
  try {
    const { items } = await queries.fetchQuery({ ...orpc.demandes.drafts.queryOptions(), staleTime: 0 })
    if (items.length === 0) {
      useTicks.setState({ undoable: [] })
      await refreshDemandes()
    }
    return items.length
  } catch {
    return null
  }
}

/**
 * Unticks the cells that can no longer be recorded, for example because the other parent has requested them. @returns
 * how many cells
 */
export const untickRefused = async (): Promise<number> => {
  const refused = queries.getQueryData<Drafts>(draftsKey)?.items.filter(({ outcome }) => outcome === 'refused') ?? []
  if (refused.length === 0) return 0
  const cells = refused.map(({ registration, day, slot }) => ({ registration, day, slot, wish: null }))
  await showAnswer(draftsKey, await client.demandes.draft({ cells }))
  useTicks.setState({ undoable: [] })
  await refreshDemandes()
  return refused.length
}

/** Invalidates every query that shows demandes. */
export const refreshDemandes = async (): Promise<void> => {
  await Promise.all([orpc.home.key(), orpc.demandes.key()].map((queryKey) => queries.invalidateQueries({ queryKey })))
}
