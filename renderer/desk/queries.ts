import { notifications } from '@mantine/notifications'
import { MutationCache, notifyManager, QueryClient } from '@tanstack/react-query'
import { refusalOf } from '../connection/refusal.ts'

// Show at once that a call is in progress: a button pressed twice quickly is disabled before the second press.
notifyManager.setScheduler(queueMicrotask)

/** Data that a screen has read stays fresh until the core reports a change. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      // Retry only a lost connection or an unforeseen error: the core would refuse the same call again.
      retry: (failures, error) => failures < 1 && ['noAnswer', 'unexpected'].includes(refusalOf(error).why),
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, mutation) => {
      if (!mutation.meta?.isErrorShownInline) notifyRefusal(error)
    },
  }),
})

/** Shows a refusal in a notification, for buttons outside a form. */
export const notifyRefusal = (error: unknown): void => {
  const { sentence, id, why } = refusalOf(error)
  // The lock screen or the login screen, which opens next, already explains it.
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
      /** The form or panel that sent the call shows the refusal itself: no notification. */
      isErrorShownInline?: boolean
    }
  }
}
