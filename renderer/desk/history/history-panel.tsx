import { Button, Drawer } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { LastAct } from '../../../shared/contract/desk/history.ts'
import type { ActScreen } from '../../../shared/record/act-kinds.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { Badge, EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { CorrectionDialog } from '../requests/correction-dialog.tsx'
import { ActDetail, RecordHistory } from './record-history.tsx'
import { showHistory, undoAct, useHistory } from './undoing.tsx'

const close = () => showHistory(null)

/** Drawer at the right of any screen, with the history of a record or the screen's last acts. */
export const HistoryPanel = () => {
  const { shown, question } = useHistory()
  return (
    <>
      <Drawer.Root
        opened={shown !== null}
        onClose={close}
        position="right"
        size={480}
        transitionProps={{ duration: 0 }}
      >
        <Drawer.Overlay />
        <Drawer.Content>
          {/* Not a <header>: the page already has one. */}
          <Drawer.Header component="div">
            <Drawer.Title>{titleOf(shown)}</Drawer.Title>
            <Drawer.CloseButton aria-label="Fermer" />
          </Drawer.Header>
          <Drawer.Body>
            {shown?.what === 'record' ? <RecordHistory entity={shown.entity} id={shown.id} /> : null}
            {shown?.what === 'act' ? <OneAct actId={shown.actId} /> : null}
            {shown?.what === 'lastActs' ? <LastActs screen={shown.screen} /> : null}
          </Drawer.Body>
        </Drawer.Content>
      </Drawer.Root>
      <CorrectionDialog
        publishedAnswers={question?.answersSent ?? 0}
        onCorrect={async (client) => {
          if (question) await undoAct(client, question.actId, true)
        }}
        onClose={() => useHistory.setState({ question: null })}
      />
    </>
  )
}

const titleOf = (shown: ReturnType<typeof useHistory.getState>['shown']): string => {
  if (shown?.what === 'lastActs') return 'Derniers gestes'
  return shown?.what === 'record' ? `Historique\u00a0: ${shown.title}` : (shown?.title ?? '')
}

const OneAct = ({ actId }: { actId: number }) => {
  const { data, error, refetch } = useQuery(orpc.history.ofAct.queryOptions({ input: { actId } }))
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  return data ? <ActDetail act={data} /> : <Loading />
}

const maxListedActs = 15

const LastActs = ({ screen }: { screen: ActScreen }) => {
  const { data, error, refetch } = useQuery(
    orpc.history.lastActs.queryOptions({ input: { screen, mine: false, count: maxListedActs } }),
  )
  // Reads again each time the drawer opens: another computer may have acted.
  useEffect(() => void refetch(), [refetch])
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  if (data.length === 0)
    return (
      <EmptyState title="Aucun geste récent">Ce que vous faites sur cet écran se lira ici, et s’annulera.</EmptyState>
    )
  return (
    <ol className="history" aria-label="Derniers gestes">
      {data.map((act) => (
        <li key={act.actId}>
          <LastActLine act={act} />
        </li>
      ))}
    </ol>
  )
}

const LastActLine = ({ act }: { act: LastAct }) => {
  const [isBusy, setIsBusy] = useState(false)
  const undo = async () => {
    setIsBusy(true)
    await undoAct(clientOutsideForms, act.actId)
    setIsBusy(false)
  }
  return (
    <article className="history-act" aria-label={act.label}>
      <p className="row between">
        <b>{act.label}</b>
        {act.undone ? <Badge tone="warn">annulé</Badge> : null}
      </p>
      <p className="soft small">
        {instantText(act.at)}, {act.who}
      </p>
      {act.undoable ? (
        <div className="row">
          <Button
            size="compact-sm"
            loading={isBusy}
            aria-label={`Annuler\u00a0: ${act.label}`}
            onClick={() => void undo()}
          >
            Annuler
          </Button>
          <Detail act={act} />
        </div>
      ) : (
        <>
          {act.undone || act.whyNot === null ? null : <Note>{act.whyNot}</Note>}
          <div className="row">
            <Detail act={act} />
          </div>
        </>
      )}
    </article>
  )
}

const Detail = ({ act: { actId, label } }: { act: LastAct }) => (
  <Button
    size="compact-sm"
    variant="subtle"
    aria-label={`Voir\u00a0: ${label}`}
    onClick={() => showHistory({ what: 'act', actId, title: label })}
  >
    Voir
  </Button>
)
