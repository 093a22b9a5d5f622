import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { counted } from '../../../shared/rules/text/french.ts'
import { Progress } from './feedback.tsx'

type Step<Result> =
  | { readonly step: 'working'; readonly done: number; readonly total: number }
  | { readonly step: 'done'; readonly result: Result }

const notBegun = { done: 0, total: 0 }

/**
 * Reads what the core computes for a while, anew each time its dialog is opened or the question changes; `stop` ends the
 * work.
 */
export const useLongReading = <Result,>(
  queryKey: readonly unknown[],
  read: (signal: AbortSignal) => Promise<AsyncIterable<Step<Result>>>,
) => {
  const queries = useQueryClient()
  const [progress, setProgress] = useState(notBegun)
  const { data, error, isFetching, refetch } = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      setProgress(notBegun)
      for await (const step of await read(signal)) {
        if (step.step === 'done') return step.result
        setProgress(step)
      }
      throw new Error('a long reading ended without a result')
    },
    gcTime: 0,
    retry: false,
  })
  return {
    data,
    error,
    progress,
    isWorking: isFetching,
    start: () => void refetch(),
    stop: () => void queries.cancelQueries({ queryKey }),
  }
}

/** How many homes are priced so far. */
export const PricingProgress = ({
  progress: { done, total },
  onStop,
}: {
  progress: { done: number; total: number }
  onStop: () => void
}) => (
  <Progress
    label={total === 0 ? 'Les prix se calculent…' : `Les prix se calculent, ${counted(done, 'famille')} sur ${total}`}
    done={done}
    total={total}
    trailing={
      <Button size="compact-xs" onClick={onStop}>
        Arrêter
      </Button>
    }
  />
)
