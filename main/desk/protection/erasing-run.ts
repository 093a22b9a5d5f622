import { setImmediate } from 'node:timers/promises'
import type { Actor } from '../../store/acts/acts.ts'
import { type Erasing, erasing } from '../../store/acts/erasing.ts'
import { hasRemnants, markRemnants, removeRemnants } from '../../store/remnants.ts'
import { erasure } from '../../store/schema/index.ts'
import { type Store, system } from '../../store/store.ts'
import { type Core, Refused } from '../core.ts'
import { stepsOfKind } from './erasing-due.ts'
import { type Step, stepsOfPeople } from './erasing-people.ts'
import { type ErasureRow, erasures, unfinished } from './protection-store.ts'
import { type Erased, readRegister, writeRegister } from './register.ts'

/** An erasure as it is begun. */
export type Begun = Pick<ErasureRow, 'subject' | 'subjectId' | 'madeAt' | 'before' | 'guardianIds' | 'childIds'>

/** Where one is worked off now. */
const running = new WeakSet<Store>()

const sliceMilliseconds = 12
const kind = 'protection.erase'

export const erasureLabel = ({ subject, subjectId }: Pick<ErasureRow, 'subject' | 'subjectId'>): string =>
  subject === 'family'
    ? `Données effacées\u00a0: famille n° ${subjectId}`
    : subject === 'child'
      ? `Données effacées\u00a0: enfant n° ${subjectId}`
      : `Données échues effacées\u00a0: ${kindWords[subject]}`

const kindWords = {
  health: 'fiches sanitaires',
  request: 'demandes des parents',
  message: 'messages avec les familles',
  paper: 'pièces des parents',
  account: 'comptes du portail',
  staff: 'agents partis',
  trail: 'anciennes valeurs du journal',
} as const

/**
 * From here on all of them will be done, whatever is cut off: an erasure is not taken back, it is gone on with. One
 * transaction with what was checked before.
 */
export const begin = (core: Core, actor: Actor, label: string, check: () => readonly Begun[]): readonly number[] => {
  const { store } = core
  refuseMeanwhile(core)
  const ids = erasing(store, actor, kind, label, ({ write }) => {
    const begun = check()
    markRemnants(store)
    return begun.map((one) => write.insert(erasure, { ...one, begunAt: write.at, doneAt: null, toldAt: null }).id)
  })
  noteRegister(core)
  return ids
}

/** Another work in slices could be taken back to what is erased here. */
const refuseMeanwhile = ({ store }: Core): void => {
  if (store.statement(`select 1 from act where state = 'open'`).get() !== undefined)
    throw new Refused('Une opération est en cours. Attendez qu’elle se termine, puis recommencez.')
  if (running.has(store))
    throw new Refused('Un effacement est déjà en cours. Attendez qu’il se termine, puis recommencez.')
}

/** Works off all that was begun. @returns whether the file holds no remnant already; else from its next opening on */
export const workOff = async (
  core: Core,
  actor: Actor,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<boolean> => {
  const { store } = core
  if (running.has(store)) return false
  running.add(store)
  try {
    return await workedOff(core, actor, onProgress)
  } finally {
    running.delete(store)
  }
}

const workedOff = async (
  core: Core,
  actor: Actor,
  onProgress: (done: number, total: number) => void,
): Promise<boolean> => {
  const { store, fileNumber } = core
  const rows = unfinished(store)
  // Opening the file, which writes it anew, took the note away.
  if (rows.length > 0) markRemnants(store)
  for (const [at, row] of rows.entries()) {
    const steps =
      row.subject === 'family' || row.subject === 'child' ? stepsOfPeople(store, row) : stepsOfKind(store, row)
    for (let isMore = true; isMore; ) {
      // Closed, or another file took its place: what is left is done at the next opening.
      if (core.fileNumber !== fileNumber || !store.sqlite.open) return false
      isMore = slice(core, actor, row, steps)
      onProgress(at, rows.length)
      await setImmediate()
    }
    onProgress(at + 1, rows.length)
  }
  if (rows.length === 0 && !hasRemnants(store)) return true
  return removeRemnants(store)
}

/** The step that was asked for and not written yet, when a slice was full. */
const slice = ({ store }: Core, actor: Actor, row: ErasureRow, steps: Generator<Step, void, void>): boolean =>
  erasing(store, actor, kind, erasureLabel(row), (tools: Erasing) => {
    const until = performance.now() + sliceMilliseconds
    do {
      const { done, value } = steps.next()
      if (done) {
        tools.write.update(erasure, row.id, { doneAt: tools.write.at })
        return false
      }
      value(tools)
    } while (performance.now() < until)
    return true
  })

/**
 * As the file is opened or another took its place: what was begun is ended, and what was erased in the file before is
 * erased in this one too. Only records made at the same instant are the same.
 */
export const eraseAgain = async (
  core: Core,
  knownAgain: (core: Core, erased: Erased) => Begun | null,
): Promise<void> => {
  const { store } = core
  const known = new Set(erasures(store).map(({ subject, subjectId, madeAt }) => `${subject} ${subjectId} ${madeAt}`))
  const lost = readRegister(store).filter(({ subject, id, madeAt }) => !known.has(`${subject} ${id} ${madeAt}`))
  const again = lost.flatMap((one) => knownAgain(core, one) ?? [])
  if (again.length > 0) {
    // One that the copy had begun itself is ended first.
    await workOff(core, system)
    begin(core, system, 'Effacements refaits sur une copie plus ancienne', () => again)
  }
  noteRegister(core)
  if (unfinished(store).length > 0 || hasRemnants(store)) await workOff(core, system)
}

/** What either knows of. */
const noteRegister = ({ store }: Core): void => {
  const known = readRegister(store)
  const keys = new Set(known.map(({ subject, id, madeAt }) => `${subject} ${id} ${madeAt}`))
  const own = erasures(store).flatMap(({ subject, subjectId: id, madeAt, begunAt }): Erased[] =>
    (subject === 'family' || subject === 'child') && madeAt !== null && !keys.has(`${subject} ${id} ${madeAt}`)
      ? [{ subject, id, madeAt, on: begunAt.slice(0, 10) }]
      : [],
  )
  if (own.length > 0) writeRegister(store, [...known, ...own])
}
