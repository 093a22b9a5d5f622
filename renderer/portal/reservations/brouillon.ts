import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { create } from 'zustand'
import type { Drafts, Receipt } from '../../../shared/contract/portal/demandes.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { ticksDigest } from '../../../shared/rules/requests/ticks.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { client, orpc } from '../client.ts'
import { tell } from '../parts/telling.tsx'
import { answered, queries, sentenceOf } from '../queries.ts'
import { useSession } from '../session.ts'
import { forget, keep, kept } from './kept.ts'
import type { Tick } from './tick.ts'

type State = {
  /** Ticked here and not yet kept by the portal, by cell. Shown as if it were. */
  readonly waiting: ReadonlyMap<string, Tick>
  /** Why the portal does not have them, while it is being tried again. */
  readonly failure: string | null
  /** The last gestures, each as the cells were before. */
  readonly undoable: readonly (readonly Tick[])[]
  readonly isRecording: boolean
}

const useTicks = create<State>()(() => ({ waiting: new Map(), failure: null, undoable: [], isRecording: false }))

const cellKey = ({ registration, day, slot }: Omit<Tick, 'wish'>): string => `${registration} ${day} ${slot}`
const draftsKey = orpc.demandes.drafts.queryKey()

/** Whose ticks these are: one login in one home. Other ticks found on this device wait for their own login. */
let owner = ''
/** One call at a time: the portal sees gestures in their order. */
let sending: Promise<void> | undefined
let retry: ReturnType<typeof setTimeout> | undefined
const firstWait = 2_000
const longestWait = 30_000
let wait = firstWait
/** As many as the call takes. */
const atOnce = 1000

/** The brouillon as this page shows it: what the portal keeps, and the ticks on their way to it. */
export const useBrouillon = () => {
  const session = useSession()
  const { data: known } = useQuery(orpc.demandes.drafts.queryOptions())
  const { waiting, failure, undoable, isRecording } = useTicks()
  const login = session?.login
  useEffect(() => {
    if (login) takeUp(`${login.email} ${login.family}`)
  }, [login])
  const wishes = new Map(known?.items.map((item) => [cellKey(item), item.wish]))
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
    known,
    draftOf,
    bookings: count('book'),
    cancels: count('cancel'),
    isSending: waiting.size > 0,
    failure,
    canUndo: undoable.length > 0,
    isRecording,
  }
}

/** Ticks found from before the page was closed, or from before the network was lost, go on. */
const takeUp = (of: string): void => {
  if (owner === of) return
  owner = of
  const found = kept('ticks')
  const ticks = found?.owner === of ? found.ticks : []
  useTicks.setState({ waiting: new Map(ticks.map((tick) => [cellKey(tick), tick])), undoable: [], failure: null })
  if (ticks.length > 0) void send()
}

const wishNow = (tick: Tick): Tick['wish'] => {
  const here = useTicks.getState().waiting.get(cellKey(tick))
  if (here) return here.wish
  const known = queries.getQueryData<Drafts>(draftsKey)
  return known?.items.find((item) => cellKey(item) === cellKey(tick))?.wish ?? null
}

/** One gesture: shown at once, sent at once, taken back by `undo`. */
export const tick = (ticks: readonly Tick[]): void => {
  if (ticks.length === 0) return
  const before = ticks.map((one) => ({ ...one, wish: wishNow(one) }))
  useTicks.setState(({ undoable }) => ({ undoable: [...undoable.slice(-49), before] }))
  show(ticks)
}

export const undo = (): void => {
  const { undoable } = useTicks.getState()
  const last = undoable.at(-1)
  if (!last) return
  useTicks.setState({ undoable: undoable.slice(0, -1) })
  show(last)
}

const show = (ticks: readonly Tick[]): void => {
  const waiting = new Map(useTicks.getState().waiting)
  for (const one of ticks) waiting.set(cellKey(one), one)
  setWaiting(waiting)
  void send()
}

const setWaiting = (waiting: ReadonlyMap<string, Tick>): void => {
  useTicks.setState({ waiting })
  if (waiting.size === 0) forget('ticks')
  else keep('ticks', { owner, ticks: [...waiting.values()] })
}

/** Sends what waits until nothing does. Without an answer everything stays, and is tried again by itself. */
export const send = (): Promise<void> => {
  clearTimeout(retry)
  sending ??= sendAll().finally(() => {
    sending = undefined
  })
  return sending
}

const sendAll = async (): Promise<void> => {
  for (;;) {
    const batch = [...useTicks.getState().waiting].slice(0, atOnce)
    if (batch.length === 0) {
      useTicks.setState({ failure: null })
      return
    }
    try {
      const drafts = await client.demandes.draft({ cells: batch.map(([, cell]) => cell) })
      await answered(draftsKey, drafts)
      settle(batch)
      wait = firstWait
      const [refused] = drafts.refused
      if (refused) await tellStale(refused.reason)
    } catch (error) {
      const { why } = refusalOf(error)
      if (why === 'refused' || why === 'badInput') {
        // The cells exist no more: no later try would be taken.
        settle(batch)
        await tellStale(sentenceOf(error))
        continue
      }
      useTicks.setState({ failure: sentenceOf(error) })
      if (why !== 'loginNeeded') {
        retry = setTimeout(() => void send(), wait)
        wait = Math.min(2 * wait, longestWait)
      }
      return
    }
  }
}

/** Explains a refused tick: the page was out of date, because another page or the town changed the cell. */
const tellStale = async (reason: string): Promise<void> => {
  tell(reason, 'danger')
  await queries.invalidateQueries({ queryKey: orpc.home.calendar.key() })
}

/** What was ticked otherwise meanwhile still waits. */
const settle = (batch: readonly (readonly [string, Tick])[]): void => {
  const waiting = new Map(useTicks.getState().waiting)
  for (const [key, sent] of batch) if (waiting.get(key) === sent) waiting.delete(key)
  setWaiting(waiting)
}

window.addEventListener('online', () => void send())

export type WeekTicked = {
  readonly ticks: readonly Tick[]
  readonly skipped: readonly { readonly day: Day; readonly slotName: string; readonly reason: string }[]
}

/** « Appliquer ma semaine type ». */
export const tickWeek = async (asked: {
  registration: number
  from: Day
  week: { weekday: number; slot: number }[]
}): Promise<WeekTicked> => {
  await send()
  const before = new Set(queries.getQueryData<Drafts>(draftsKey)?.items.map(cellKey))
  const { skipped, ...drafts } = await client.demandes.draftWeek(asked)
  await answered(draftsKey, drafts)
  const added = drafts.items.filter((item) => item.registration === asked.registration && !before.has(cellKey(item)))
  const ticks = added.map(({ registration, day, slot, wish }) => ({ registration, day, slot, wish }))
  const gesture = ticks.map((one) => ({ ...one, wish: null }))
  if (gesture.length > 0) {
    useTicks.setState(({ undoable }) => ({ undoable: [...undoable.slice(-49), gesture] }))
  }
  return { ticks, skipped }
}

/**
 * « Enregistrer mes demandes ». One press has one number, kept on the device until it is answered: pressed again after a
 * lost answer, which is done by itself when the brouillon turns out to be recorded, it brings the same receipt back.
 */
export const record = async (surchargeAccepted: boolean): Promise<Receipt> => {
  const shown = shownNow()
  try {
    return await recordOnce(surchargeAccepted, shown)
  } catch (error) {
    if (refusalOf(error).why === 'refused' || (await readAgain()) !== 0) throw error
    return recordOnce(surchargeAccepted, shown)
  }
}

/** The brouillon on screen, by cell. */
const shownNow = (): ReadonlyMap<string, Tick> => {
  const known = queries.getQueryData<Drafts>(draftsKey)?.items ?? []
  return new Map([...known.map((item) => [cellKey(item), item] as const), ...useTicks.getState().waiting])
}

const recordOnce = async (surchargeAccepted: boolean, onScreen: ReadonlyMap<string, Tick>): Promise<Receipt> => {
  useTicks.setState({ isRecording: true })
  try {
    const onTheirWay = new Set(useTicks.getState().waiting.keys())
    await send()
    if (useTicks.getState().waiting.size > 0) throw new Error('the ticks have not reached the portal')
    const found = kept('press')
    const isRetry = found?.owner === owner
    // What was on its way and was not taken has been told by itself.
    const taken = shownNow()
    const shown = [...onScreen].flatMap(([key, one]) => (onTheirWay.has(key) && !taken.has(key) ? [] : [one]))
    const receipt = await press(isRetry ? found.request : crypto.randomUUID(), surchargeAccepted, shown)
    const left = await queries.fetchQuery({ ...orpc.demandes.drafts.queryOptions(), staleTime: 0 })
    // The lost answer was to an earlier press: what was ticked since is recorded by one of its own.
    const isBehind = isRetry && left.items.some(({ outcome }) => outcome === 'record' || outcome === 'waitingList')
    const last = isBehind ? await press(crypto.randomUUID(), surchargeAccepted, left.items) : receipt
    useTicks.setState({ undoable: [] })
    await refreshed()
    return last
  } finally {
    useTicks.setState({ isRecording: false })
  }
}

const press = async (request: string, surchargeAccepted: boolean, shown: readonly Tick[]): Promise<Receipt> => {
  keep('press', { owner, request })
  try {
    const ticks = shown.flatMap(({ wish, ...cell }) => (wish === null ? [] : [{ ...cell, wish }]))
    const receipt = await client.demandes.record({ request, surchargeAccepted, shown: ticksDigest(ticks) })
    forget('press')
    return receipt
  } catch (error) {
    if (refusalOf(error).why === 'refused') forget('press')
    throw error
  }
}

/** What the brouillon holds now, whoever changed it meanwhile; null when the portal does not answer. */
export const readAgain = async (): Promise<number | null> => {
  if (useTicks.getState().waiting.size > 0) return null
  try {
    const { items } = await queries.fetchQuery({ ...orpc.demandes.drafts.queryOptions(), staleTime: 0 })
    if (items.length === 0) {
      useTicks.setState({ undoable: [] })
      await refreshed()
    }
    return items.length
  } catch {
    return null
  }
}

/** Unticks what can be recorded no more, such as what the other parent asked meanwhile. @returns how many cells */
export const dropRefused = async (): Promise<number> => {
  const refused = queries.getQueryData<Drafts>(draftsKey)?.items.filter(({ outcome }) => outcome === 'refused') ?? []
  if (refused.length === 0) return 0
  const cells = refused.map(({ registration, day, slot }) => ({ registration, day, slot, wish: null }))
  await answered(draftsKey, await client.demandes.draft({ cells }))
  useTicks.setState({ undoable: [] })
  await refreshed()
  return refused.length
}

/** Whatever shows demandes is read again when it is next looked at. */
export const refreshed = async (): Promise<void> => {
  await Promise.all([orpc.home.key(), orpc.demandes.key()].map((queryKey) => queries.invalidateQueries({ queryKey })))
}
