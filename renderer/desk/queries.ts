import { notifications } from '@mantine/notifications'
import { MutationCache, notifyManager, QueryClient } from '@tanstack/react-query'
import { refusalOf } from '../connection/refusal.ts'

// That something is being sent is on screen before the next key: an act pressed twice in one breath is done once.
notifyManager.setScheduler(queueMicrotask)

/** What a screen reads stays until the core says that it changed. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      // What the core refuses once it refuses again.
      retry: (failures, error) => failures < 1 && ['noAnswer', 'unexpected'].includes(refusalOf(error).why),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, mutation) => {
      if (!mutation.meta?.isErrorShownInline) tellRefusal(error)
    },
  }),
})

/** A refusal in a notification, for acts that have no form of their own. */
export const tellRefusal = (error: unknown): void => {
  const { sentence, id, why } = refusalOf(error)
  // The lock or the login that follows says it already.
  if (why === 'locked' || why === 'loginNeeded') return
  notifications.show({
    color: 'red',
    title: why === 'refused' ? 'Ce n’est pas possible' : 'Ce n’est pas fait',
    message: id ? `${sentence} (référence ${id})` : sentence,
    autoClose: 12_000,
  })
}

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: {
      /** The form or the panel that asked shows the refusal itself. */
      isErrorShownInline?: boolean
    }
  }
}
