import type { Call } from '../../store/store.ts'
import type { Core, Session } from '../core.ts'

/** The file records that this call acted, but its answer is lost: the desk was restarted in between. */
export class AlreadyDone extends Error {}

/** Answers cached for repeated calls: enough for twenty workstations cut off at the same moment. */
const maxAnswers = 500

/**
 * Answers a repeated call without acting twice: a client whose connection dropped sends the call again under the same
 * key. While the first call still runs, the second waits for it.
 * @throws AlreadyDone
 */
export const answerOnce = async <Answer>(
  core: Core,
  session: Session,
  { key }: Call,
  path: readonly string[],
  work: () => Promise<Answer>,
): Promise<Answer> => {
  if (key === undefined) return work()
  const { answers } = core.workstations
  const name = `${session.staffId} ${path.join('.')} ${key}`
  const cached = answers.get(name)
  if (cached) return cached as Promise<Answer>
  if (hasActed(core, session, key)) throw new AlreadyDone()
  const answer = work()
  answers.set(name, answer)
  try {
    const result = await answer
    // Calls that only read may run again; a stream can be consumed only once.
    if (isStream(result) || !hasActed(core, session, key)) answers.delete(name)
    else if (answers.size > maxAnswers) {
      const [oldest] = answers.keys()
      if (oldest !== undefined) answers.delete(oldest)
    }
    return result
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
