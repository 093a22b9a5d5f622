import type { ActKind } from '../../../shared/record/act-kinds.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Core, Person } from '../core.ts'
import type { LongWork } from '../progress.ts'

/** Writes items one by one, in slices between which others are served. */
type Slices = <Item>(items: readonly Item[], each: (write: Write, item: Item) => void) => Promise<void>

/**
 * Many things as one act: stopped or refused, nothing of it stays.
 * @param last closes the act: what it returns is the result, with the act’s id, by which it is undone
 */
export const inOneAct = async <Result>(
  { store }: Core,
  person: Person,
  { kind, label }: { readonly kind: ActKind; readonly label: string },
  { signal, onProgress }: LongWork,
  writing: (slices: Slices) => Promise<void>,
  last: (write: Write) => Result,
): Promise<Result & { actId: number }> => {
  const act = store.longAct(person, kind, label)
  try {
    await writing((items, each) =>
      act.slices(items, each, { signal, onProgress: (done) => onProgress(done, items.length) }),
    )
    return { ...act.close(last), actId: act.id }
  } catch (error) {
    act.rollBack()
    throw error
  }
}

/** Items in a chunk: few enough for a slice to hold several chunks, many enough to share an audit row. */
export const chunkSize = 40
