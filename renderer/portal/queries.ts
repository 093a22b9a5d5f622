import { type DataTag, MutationCache, notifyManager, QueryClient, type QueryKey } from '@tanstack/react-query'
import { refusalOf } from '../connection/refusal.ts'
import { tell } from './parts/telling.tsx'

// That something is being sent is on screen before the next press: twice in one breath, it is done once.
notifyManager.setScheduler(queueMicrotask)

const freshMilliseconds = 10_000

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: freshMilliseconds,
      // What the server refuses once it refuses again.
      retry: (failures, error) => failures < 1 && ['noAnswer', 'unexpected'].includes(refusalOf(error).why),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, mutation) => {
      if (!mutation.meta?.isToldInPlace) tell(sentenceOf(error), 'danger')
    },
  }),
})

/**
 * What an act answered is shown from now on. A reading still under way is let go: it would show, last, how things were
 * before.
 */
export const answered = async <Answer>(
  queryKey: DataTag<QueryKey, Answer, Error>,
  answer: NoInfer<Answer>,
): Promise<void> => {
  await queries.cancelQueries({ queryKey, exact: true })
  queries.setQueryData(queryKey, answer)
}

/** Why something asked for was not done, in a sentence for a parent. */
export const sentenceOf = (error: unknown): string => {
  const { sentence, why } = refusalOf(error)
  return why === 'noAnswer' ? noNetwork : sentence
}

export const noNetwork =
  'Le portail ne répond pas\u00a0: vérifiez votre connexion à internet, puis réessayez. Ce qui était enregistré le reste.'

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: {
      /** The form or the panel that asked shows the refusal itself. */
      isToldInPlace?: boolean
    }
  }
}
