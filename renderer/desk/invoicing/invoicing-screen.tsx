import { useQuery } from '@tanstack/react-query'
import { create } from 'zustand'
import { orpc } from '../../connection/client.ts'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Screen, ScreenHead } from '../parts/screen.tsx'
import { Choice } from './new-run.tsx'
import './invoicing.css'
import { RunView } from './run-view.tsx'

/** Where one was when one comes back. Null: making a new run. */
const useView = create<{ runId: number | 'new' | undefined }>()(() => ({ runId: undefined }))

/** Choose what to bill, look at the drafts, issue them. */
export const InvoicingScreen = () => {
  const { runId } = useView()
  const { data: runs, error, refetch } = useQuery(orpc.invoicing.runs.queryOptions())
  if (!runs) {
    return (
      <Screen title="Facturation">
        <ScreenHead title="Facturation" />
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading />}
      </Screen>
    )
  }
  const open = (id: number | 'new') => useView.setState({ runId: id })
  // What waits to be issued comes first; with nothing waiting, a new run.
  const current =
    runId === 'new' ? undefined : (runs.find(({ id }) => id === runId) ?? runs.find(({ drafts }) => drafts > 0))
  return (
    <Screen title={current ? `${current.label}, facturation` : 'Facturation'}>
      {current ? (
        <RunView key={current.id} run={current} onLeave={() => open('new')} />
      ) : (
        <Choice runs={runs} onOpen={open} />
      )}
    </Screen>
  )
}
