import type { Call } from '../../store/store.ts'
import type { Core, Session } from '../core.ts'

/** What a call did is known, not what it answered: the desk was started again in between. */
export class AlreadyDone extends Error {}

/** Answers kept for who asks again: enough for twenty posts cut off at the same moment. */
const most = 500

/**
 * A call whose answer was lost comes again under its key: it is answered, not done a second time. While the first still
 * works, the second waits for it.
 * @throws AlreadyDone
 */
export const once = async <Answer>(
  core: Core,
  session: Session,
  { key }: Call,
  path: readonly string[],
  work: () => Promise<Answer>,
): Promise<Answer> => {
  if (key === undefined) return work()
  const { answers } = core.posts
  const name = `${session.staffId} ${path.join('.')} ${key}`
  const known = answers.get(name)
  if (known) return known as Promise<Answer>
  if (hasActed(core, session, key)) throw new AlreadyDone()
  const answer = work()
  answers.set(name, answer)
  try {
    const given = await answer
    // What only read may be read again; a stream is listened to once.
    if (isStream(given) || !hasActed(core, session, key)) answers.delete(name)
    else if (answers.size > most) {
      const [oldest] = answers.keys()
      if (oldest !== undefined) answers.delete(oldest)
    }
    return given
  } catch (error) {
    answers.delete(name)
    throw error
  }
}

const isStream = (answer: unknown): boolean =>
  typeof answer === 'object' &&
  answer !== null &&
  'output' in answer &&
  typeof answer.output === 'object' &&
  answer.output !== null &&
  Symbol.asyncIterator in answer.output

const hasActed = ({ store }: Core, { staffId }: Session, key: string): boolean =>
  store
    .statement(`select 1 from act where call_key = ? and staff_id is ? and state <> 'takenBack'`)
    .get(key, staffId) !== undefined
