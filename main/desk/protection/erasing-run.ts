import { setImmediate } from 'node:timers/promises'
import type { Actor } from '../../store/acts/acts.ts'
import { type ErasingWriter, runErasure } from '../../store/acts/erasing.ts'
import { hasRemnants, markRemnants, removeRemnants } from '../../store/remnants.ts'
import { erasure } from '../../store/schema/index.ts'
import { type Store, systemActor } from '../../store/store.ts'
import { type Core, Refused } from '../core.ts'
import { stepsOfKind } from './erasing-due.ts'
import { type Step, stepsOfPeople } from './erasing-people.ts'
import { type ErasureRow, erasures, unfinishedErasures } from './protection-store.ts'
import { type Erased, readRegister, writeRegister } from './register.ts'

/** The row of an erasure when it begins. */
export type NewErasure = Pick<ErasureRow, 'subject' | 'subjectId' | 'madeAt' | 'before' | 'guardianIds' | 'childIds'>

/** Files whose erasures are running now. */
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
  photo: 'photos',
  request: 'demandes des parents',
  message: 'messages avec les familles',
  mail: 'courriels aux familles',
  paper: 'pièces des parents',
  account: 'comptes du portail',
  staff: 'agents partis',
  trail: 'anciennes valeurs du journal',
} as const

/**
 * Records the erasures in one transaction with their check. From here on they will finish, after any interruption: an
 * erasure is resumed, never undone.
 */
export const beginErasures = (
  core: Core,
  actor: Actor,
  label: string,
  check: () => readonly NewErasure[],
): readonly number[] => {
  const { store } = core
  refuseWhileBusy(core)
  const ids = runErasure(store, actor, kind, label, ({ write }) => {
    const begun = check()
    markRemnants(store)
    return begun.map((one) => write.insert(erasure, { ...one, begunAt: write.at, doneAt: null, toldAt: null }).id)
  })
  updateRegister(core)
  return ids
}

/** Undoing another work in slices could restore what is erased here. */
const refuseWhileBusy = ({ store }: Core): void => {
  if (store.statement(`select 1 from act where state = 'open'`).get() !== undefined)
    throw new Refused('Une opération est en cours. Attendez qu’elle se termine, puis recommencez.')
  if (running.has(store))
    throw new Refused('Un effacement est déjà en cours. Attendez qu’il se termine, puis recommencez.')
}

/**
 * Runs all recorded erasures. @returns whether the file holds no remnant of erased data; if not, the next opening
 * removes them
 */
export const runErasures = async (
  core: Core,
  actor: Actor,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<boolean> => {
  const { store } = core
  if (running.has(store)) return false
  running.add(store)
  try {
    return await runUnfinished(core, actor, onProgress)
  } finally {
    running.delete(store)
  }
}

const runUnfinished = async (
  core: Core,
  actor: Actor,
  onProgress: (done: number, total: number) => void,
): Promise<boolean> => {
  const { store, fileNumber } = core
  const rows = unfinishedErasures(store)
  // Opening the file rewrites it and deletes the note: write the note again before erasing more.
  if (rows.length > 0) markRemnants(store)
  for (const [at, row] of rows.entries()) {
    const steps =
      row.subject === 'family' || row.subject === 'child' ? stepsOfPeople(store, row) : stepsOfKind(store, row)
    for (let isMore = true; isMore; ) {
      // The desk closed the file or opened another: the next opening resumes.
      if (core.fileNumber !== fileNumber || !store.sqlite.open) return false
      isMore = runSlice(core, actor, row, steps)
      onProgress(at, rows.length)
      await setImmediate()
    }
    onProgress(at + 1, rows.length)
  }
  if (rows.length === 0 && !hasRemnants(store)) return true
  return removeRemnants(store)
}

/**
 * Runs steps until 12 ms have passed. The generator keeps its position for the next slice. @returns whether steps
 * remain
 */
const runSlice = ({ store }: Core, actor: Actor, row: ErasureRow, steps: Generator<Step, void, void>): boolean =>
  runErasure(store, actor, kind, erasureLabel(row), (tools: ErasingWriter) => {
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
 * Runs when a file is opened or replaced: finishes its erasures, and repeats those that the register names and this
 * file, being an older copy, does not know.
 * @param sameRecord returns the erasure to repeat, or null unless the id was given to a record made at the same instant
 */
export const repeatLostErasures = async (
  core: Core,
  sameRecord: (core: Core, erased: Erased) => NewErasure | null,
): Promise<void> => {
  const { store } = core
  const inFile = new Set(erasures(store).map(({ subject, subjectId, madeAt }) => `${subject} ${subjectId} ${madeAt}`))
  const lost = readRegister(store).filter(({ subject, id, madeAt }) => !inFile.has(`${subject} ${id} ${madeAt}`))
  const again = lost.flatMap((one) => sameRecord(core, one) ?? [])
  if (again.length > 0) {
    // Finish the copy's own unfinished erasures first.
    await runErasures(core, systemActor)
    beginErasures(core, systemActor, 'Effacements refaits sur une copie plus ancienne', () => again)
  }
  updateRegister(core)
  if (unfinishedErasures(store).length > 0 || hasRemnants(store)) await runErasures(core, systemActor)
}

/** Adds this file's erasures to the register, which keeps those of other copies. */
const updateRegister = ({ store }: Core): void => {
  const registered = readRegister(store)
  const keys = new Set(registered.map(({ subject, id, madeAt }) => `${subject} ${id} ${madeAt}`))
  const missing = erasures(store).flatMap(({ subject, subjectId: id, madeAt, begunAt }): Erased[] =>
    (subject === 'family' || subject === 'child') && madeAt !== null && !keys.has(`${subject} ${id} ${madeAt}`)
      ? [{ subject, id, madeAt, on: begunAt.slice(0, 10) }]
      : [],
  )
  if (missing.length > 0) writeRegister(store, [...registered, ...missing])
}
