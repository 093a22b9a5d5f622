import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ExchangeState } from '../../../shared/contract/desk/exchange.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { useMay } from '../staff/may.ts'

/** Milliseconds between two looks at an exchange under way. */
const lookEvery = 1000

/** What is known of the exchange; followed closely while one is under way. */
export const useExchangeState = () =>
  useQuery({
    ...orpc.exchange.state.queryOptions(),
    refetchInterval: ({ state: { data } }) => (data?.running ? lookEvery : 60_000),
  })

export const useHistory = (isRunning: boolean) => {
  const may = useMay()
  return useQuery({
    ...orpc.exchange.history.queryOptions(),
    enabled: may('portal'),
    refetchInterval: isRunning ? lookEvery : false,
  })
}

/** « Échanger maintenant »: the screen says how far it is, the rest of the desk stays usable. */
export const useExchangeNow = () => {
  const keep = useKeepState()
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

/** Calls that change the exchange answer with its state. */
export const useKeepState = () => {
  const queries = useQueryClient()
  return (state: ExchangeState) => {
    queries.setQueryData(orpc.exchange.state.queryKey(), state)
    void queries.invalidateQueries({ queryKey: orpc.exchange.history.key() })
  }
}
