import { useQuery } from '@tanstack/react-query'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'

/** Preview of what the next exchange would carry; nothing is sent. */
export const ExchangePreviewDialog = ({ onClose }: { onClose: () => void }) => {
  const { data, error, refetch } = useQuery({ ...orpc.exchange.dryLook.queryOptions(), staleTime: 0, gcTime: 0 })
  return (
    <Dialog opened title="Ce que le prochain échange emportera" onClose={onClose}>
      <div className="stack stack-wide">
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        {data ? (
          <>
            <section className="stack">
              <h3>Du bureau vers le portail</h3>
              {data.toSend.length === 0 ? (
                <p>Rien&nbsp;: le portail est à jour.</p>
              ) : (
                <ul className="portal-list">
                  {data.toSend.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              )}
            </section>
            <section className="stack">
              <h3>Du portail vers le bureau</h3>
              <p>
                {data.toCollect === null
                  ? 'On ne sait pas\u00a0: le portail n’a pas répondu.'
                  : data.toCollect === 0
                    ? 'Rien de nouveau.'
                    : counted(data.toCollect, 'envoi de parent', 'envois de parents')}
              </p>
            </section>
            {data.sentence === '' ? null : (
              <Note tone={data.toCollect === null ? 'warn' : 'neutral'}>{data.sentence}</Note>
            )}
            <p className="soft small">Rien n’est parti&nbsp;: c’est un aperçu.</p>
          </>
        ) : error ? null : (
          <Loading>Le portail est interrogé…</Loading>
        )}
      </div>
    </Dialog>
  )
}
