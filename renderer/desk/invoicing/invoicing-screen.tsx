import { useQuery } from '@tanstack/react-query'
import { create } from 'zustand'
import { orpc } from '../../connection/client.ts'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Screen, ScreenHead } from '../parts/screen.tsx'
import { NewRunView } from './new-run.tsx'
import './invoicing.css'
import { RunView } from './run-view.tsx'

/** Remembers the open run when the person returns to the screen. */
const useView = create<{ runId: number | 'new' | undefined }>()(() => ({ runId: undefined }))

/** Invoicing: choose what to bill, check the drafts, issue them. */
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
  // Open a run that has drafts to issue first; if there is none, the form of a new run.
  const current =
    runId === 'new' ? undefined : (runs.find(({ id }) => id === runId) ?? runs.find(({ drafts }) => drafts > 0))
  return (
    <Screen title={current ? `${current.label}, facturation` : 'Facturation'}>
      {current ? (
        <RunView key={current.id} run={current} onLeave={() => open('new')} />
      ) : (
        <NewRunView runs={runs} onOpen={open} />
      )}
    </Screen>
  )
}
