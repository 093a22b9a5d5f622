import type { ActKind } from '../../../shared/record/act-kinds.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Core, Person } from '../core.ts'
import type { LongWorkTools } from '../progress.ts'

/** Writes items in slices, between which other calls get their turn. */
type Slices = <Item>(items: readonly Item[], each: (write: Write, item: Item) => void) => Promise<void>

/**
 * Runs much writing as one act: stopped or refused, all of it is rolled back.
 * @param finish closes the act: its result is returned with the act’s id, by which the act can be undone
 */
export const inOneAct = async <Result>(
  { store }: Core,
  person: Person,
  { kind, label }: { readonly kind: ActKind; readonly label: string },
  { signal, onProgress }: LongWorkTools,
  writing: (slices: Slices) => Promise<void>,
  finish: (write: Write) => Result,
): Promise<Result & { actId: number }> => {
  const act = store.longAct(person, kind, label)
  try {
    await writing((items, each) =>
      act.slices(items, each, { signal, onProgress: (done) => onProgress(done, items.length) }),
    )
    return { ...act.close(finish), actId: act.id }
  } catch (error) {
    await act.rollBack()
    throw error
  }
}

/** Items in a chunk: few enough for a slice to contain several chunks, many enough to share an audit row. */
export const chunkSize = 40
