import type { ImportPreview, ImportReport, ImportWish } from '../../../shared/contract/desk/import.ts'
import { today } from '../../../shared/rules/day.ts'
import { sameName } from '../../../shared/rules/names.ts'
import type { Write } from '../../store/acts.ts'
import { storeSentence } from '../../store/failures.ts'
import { type Core, type Person, Refused } from '../core.ts'
import {
  familyOnDay,
  fillGuardian,
  writeChild,
  writeGuardian,
  writeHome,
  writeSchooling,
} from '../families/families.ts'
import { type OndeFile, type PostalAddress, readOnde } from './onde.ts'
import { type GuardianDeed, missingFields, type Plan, type PupilDeed, planOf } from './plan.ts'

export const previewImport = async (core: Core, wish: ImportWish): Promise<ImportPreview> => {
  const { file, plan } = await read(core, wish)
  return {
    kind: plan.kind,
    encoding: file.encoding,
    columns: file.columns,
    lines: plan.lines.map(({ deed: _deed, ...line }) => ({ ...line, cells: file.cellsOf(line.line) })),
  }
}

type Step =
  | { step: 'writing'; done: number; total: number }
  | { step: 'done'; report: ImportReport }
  | { step: 'failed'; sentence: string }

/**
 * Writes the whole file as one act, in slices between which others are served; stopped or failed, nothing stays.
 * @throws Refused before anything is written, for lines that wait for a correction or a decision
 */
export const runImport = async (
  core: Core,
  person: Person,
  wish: ImportWish & { fileName: string; withoutPending: boolean },
  signal: AbortSignal | undefined,
): Promise<AsyncGenerator<Step, void>> => {
  const { plan } = await read(core, wish)
  const pending = plan.lines.find(({ state }) => state === 'error' || state === 'double')
  if (pending && !wish.withoutPending) {
    const why = pending.state === 'double' ? 'doublon possible, à décider.' : pending.said
    throw new Refused(`Ligne ${pending.line}\u00a0: ${why} Rien n’a été importé.`, 'file')
  }
  return written(core, person, wish, plan, signal)
}

async function* written(
  core: Core,
  person: Person,
  wish: ImportWish & { fileName: string },
  plan: Plan,
  signal: AbortSignal | undefined,
): AsyncGenerator<Step, void> {
  const what = plan.kind === 'pupils' ? 'Liste d’élèves' : 'Liste de responsables'
  const act = core.store.longAct(person, `import.${plan.kind}`, `${what} importée\u00a0: ${wish.fileName}`)
  const stop = new AbortController()
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  let isClosed = false
  try {
    const steps = channel<Step>()
    const writing = write(core, plan, wish, act, stopped, (done) =>
      steps.put({ step: 'writing', done, total: plan.lines.length }),
    ).finally(() => steps.end())
    // Left by its reader, the generator never comes to await it.
    writing.catch(() => undefined)
    yield* steps
    const families = await writing
    act.close(() => undefined)
    isClosed = true
    yield { step: 'done', report: reportOf(plan, families) }
  } catch (error) {
    if (stopped.aborted) return
    // Out of the guard's reach: the answer has begun.
    if (!(error instanceof Refused)) core.log(error instanceof Error ? (error.stack ?? error.message) : String(error))
    const why =
      error instanceof Refused ? error.sentence : (storeSentence(error) ?? 'Une erreur imprévue est survenue.')
    yield { step: 'failed', sentence: `${why} Rien n’a été importé.` }
  } finally {
    stop.abort()
    if (!isClosed) act.takeBack()
  }
}

const read = async (core: Core, wish: ImportWish): Promise<{ file: OndeFile; plan: Plan }> => {
  const bytes = new Uint8Array(await wish.file.arrayBuffer())
  const file = readOnde(bytes, wish.corrections, today(core.clock))
  return { file, plan: await planOf(core.store, file, wish) }
}

type LongAct = ReturnType<Core['store']['longAct']>

/** @returns how many families were made */
const write = async (
  core: Core,
  plan: Plan,
  wish: ImportWish,
  act: LongAct,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<number> => {
  if (plan.kind === 'guardians') {
    await act.slices(plan.lines, (into, { deed }) => writeGuardianDeed(core, into, deed), { signal, onProgress })
    return 0
  }
  const made = new Map<string, number>()
  await act.slices(plan.lines, (into, { deed }) => writePupilDeed(core, into, wish, made, deed), { signal, onProgress })
  return made.size
}

const writePupilDeed = (core: Core, into: Write, wish: ImportWish, made: Map<string, number>, deed: PupilDeed) => {
  if (deed.do === 'nothing') return
  const { pupil } = deed
  const classes = {
    fromDay: wish.fromDay,
    schoolId: deed.do === 'class' ? deed.schoolId : wish.schoolId,
    level: pupil.level,
    className: pupil.className,
  }
  if (deed.do === 'class') {
    writeSchooling(core, into, deed.childId, classes)
    return
  }
  const fields = {
    lastName: pupil.lastName,
    firstName: pupil.firstName,
    birthDay: deed.birthDay,
    sex: pupil.sex,
    notes: '',
  }
  writeChild(core, into, homeOf(core, into, wish, made, deed), fields, classes, 'file')
}

/** A slice that is undone forgets the homes it made; its act is taken back with it, so the map goes too. */
const homeOf = (
  core: Core,
  into: Write,
  wish: ImportWish,
  made: Map<string, number>,
  { home, pupil }: Extract<PupilDeed, { do: 'create' }>,
): number => {
  if ('familyId' in home) return home.familyId
  const there = made.get(home.key)
  if (there !== undefined) return there
  const id = writeHome(core, into, home.name, pupil.address && { fromDay: wish.fromDay, address: pupil.address })
  made.set(home.key, id)
  return id
}

const writeGuardianDeed = (core: Core, into: Write, deed: GuardianDeed) => {
  if (deed.do === 'nothing') return
  const { person, guardianId, familyIds } = deed
  if (guardianId !== null)
    fillGuardian(core, into, guardianId, (one) =>
      Object.fromEntries(missingFields(one, person).map((field) => [field, person[field]])),
    )
  const { civility, lastName, firstName, email, mobilePhone, workPhone, address } = person
  let existing = guardianId
  for (const familyId of familyIds) {
    const ownAddress = address && isElsewhere(core, familyId, address) ? address : null
    existing = writeGuardian(
      core,
      into,
      familyId,
      existing === null
        ? { civility, lastName, firstName, email, mobilePhone, workPhone, ownAddress }
        : { existingId: existing },
    )
  }
}

const isElsewhere = ({ store, clock }: Core, familyId: number, address: PostalAddress): boolean => {
  const home = familyOnDay(store, familyId, today(clock)).address
  return home !== null && !(sameName(home.line1, address.line1) && sameName(home.town, address.town))
}

const reportOf = (plan: Plan, families: number): ImportReport => {
  const count = (state: string) => plan.lines.filter((line) => line.state === state).length
  return {
    kind: plan.kind,
    created: count('new'),
    updated: count('update'),
    unchanged: count('same'),
    families,
    left: plan.lines
      .filter(({ state }) => state === 'error' || state === 'double' || state === 'skipped')
      .map(({ line, state, said }) => ({ line, why: state === 'double' ? 'doublon à décider' : said })),
  }
}

const nobody = () => undefined

/** What one side puts, the other reads in order, until it ends. */
const channel = <T>() => {
  const waiting: T[] = []
  let wake: () => void = nobody
  let ended = false
  return {
    put: (item: T) => {
      waiting.push(item)
      wake()
    },
    end: () => {
      ended = true
      wake()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const item = waiting.shift()
        if (item !== undefined) yield item
        else if (ended) return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    },
  }
}
