import { type DataTag, MutationCache, notifyManager, QueryClient, type QueryKey } from '@tanstack/react-query'
import { refusalOf } from '../connection/refusal.ts'
import { showToast } from './parts/toast.tsx'

// Renders a pending mutation before the next press can arrive: a double click must not send twice.
notifyManager.setScheduler(queueMicrotask)

const freshMilliseconds = 10_000

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: freshMilliseconds,
      // Retries only lost answers and unforeseen errors: the server would refuse a refused request again.
      retry: (failures, error) => failures < 1 && ['noAnswer', 'unexpected'].includes(refusalOf(error).why),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, mutation) => {
      if (!mutation.meta?.isErrorShownInline) showToast(sentenceOf(error), 'danger')
    },
  }),
})

/**
 * Shows the answer of an act. A query still in flight is cancelled first: arriving last, its older data would replace
 * the answer.
 */
export const showAnswer = async <Answer>(
  queryKey: DataTag<QueryKey, Answer, Error>,
  answer: NoInfer<Answer>,
): Promise<void> => {
  await queries.cancelQueries({ queryKey, exact: true })
  queries.setQueryData(queryKey, answer)
}

/** The French sentence that tells a parent why a request failed. */
export const sentenceOf = (error: unknown): string => {
  const { sentence, why } = refusalOf(error)
  return why === 'noAnswer' ? noNetwork : sentence
}

export const noNetwork =
  'Le portail ne répond pas\u00a0: vérifiez votre connexion à internet, puis réessayez. Ce qui était enregistré le reste.'

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: {
      /** The form or the panel shows the error itself; no toast. */
      isErrorShownInline?: boolean
    }
  }
}
