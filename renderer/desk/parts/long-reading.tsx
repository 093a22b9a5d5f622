import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { counted } from '../../../shared/rules/text/french.ts'
import { savePaper } from '../../connection/paper.ts'
import { notifyRefusal } from '../queries.ts'
import { Failure, Progress } from './feedback.tsx'

type Step<Result> =
  | { readonly step: 'working'; readonly done: number; readonly total: number }
  | { readonly step: 'done'; readonly result: Result }

const notBegun = { done: 0, total: 0 }

/**
 * A reading that takes the core a while. It starts again each time the dialog is opened or the question changes; `stop`
 * ends it.
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

/**
 * The end of a dialog with a long reading: a failure or the progress, then the result, and buttons to start, to save
 * the result as a file that the core makes, and to close.
 */
export const LongReadingEnd = <Shown,>({
  reading: { error, progress, isWorking, start, stop },
  shown,
  isEmpty,
  file,
  onClose,
  children,
}: {
  reading: Omit<ReturnType<typeof useLongReading>, 'data'>
  /** The result to show and save; undefined until it arrives. */
  shown: Shown | undefined
  isEmpty: (shown: Shown) => boolean
  file: () => Promise<File>
  onClose: () => void
  /** The rendered result. */
  children: React.ReactNode
}) => {
  const save = useMutation({ mutationFn: async () => savePaper(await file()), onError: notifyRefusal })
  return (
    <>
      {error ? <Failure error={error} onRetry={start} /> : null}
      {isWorking ? <PricingProgress progress={progress} onStop={stop} /> : null}
      {children}
      <div className="dialog-foot">
        {shown !== undefined || isWorking || error ? null : <Button onClick={start}>Calculer</Button>}
        <Button disabled={shown === undefined || isEmpty(shown)} loading={save.isPending} onClick={() => save.mutate()}>
          Excel
        </Button>
        <Button onClick={onClose}>Fermer</Button>
      </div>
    </>
  )
}

/** The number of homes priced so far. */
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
