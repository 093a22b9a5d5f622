import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ExchangeState } from '../../../shared/contract/desk/exchange.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { useMay } from '../staff/may.ts'

/** Milliseconds between two polls of a running exchange. */
const pollMilliseconds = 1000

/** State of the exchange, polled every second while one is running. */
export const useExchangeState = () =>
  useQuery({
    ...orpc.exchange.state.queryOptions(),
    refetchInterval: ({ state: { data } }) => (data?.running ? pollMilliseconds : 60_000),
  })

export const useHistory = (isRunning: boolean) => {
  const may = useMay()
  return useQuery({
    ...orpc.exchange.history.queryOptions(),
    enabled: may('portal'),
    refetchInterval: isRunning ? pollMilliseconds : false,
  })
}

/** « Échanger maintenant »: the screen shows progress, and the rest of the desk stays usable. */
export const useExchangeNow = () => {
  const keep = useStoreExchangeState()
  const queries = useQueryClient()
  return useMutation(
    orpcOutsideForms.exchange.now.mutationOptions({
      onMutate: () => {
        void queries.invalidateQueries({ queryKey: orpc.exchange.state.key() })
      },
      onSuccess: (state) => {
        keep(state)
        if (state.failure === null) notifications.show({ message: 'L’échange avec le portail est fait.' })
      },
    }),
  )
}

/** Stores the exchange's state, which calls that change the exchange return. */
export const useStoreExchangeState = () => {
  const queries = useQueryClient()
  return (state: ExchangeState) => {
    queries.setQueryData(orpc.exchange.state.queryKey(), state)
    void queries.invalidateQueries({ queryKey: orpc.exchange.history.key() })
  }
}
