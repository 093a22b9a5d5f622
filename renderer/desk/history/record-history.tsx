import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import type { RecordAct, RecordChange, RecordKind } from '../../../shared/contract/desk/history.ts'
import { changeText } from '../../../shared/record/record-words.ts'
import { counted, instantText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc, orpcOutsideForms } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { OlderButton } from '../parts/older-button.tsx'
import './history.css'

/** The history of a record: who did what and when, each field before and after, and buttons that restore old values. */
export const RecordHistory = ({ entity, id }: { entity: RecordKind; id: number }) => {
  const pages = useInfiniteQuery({
    queryKey: [...orpc.history.ofRecord.key(), entity, id],
    queryFn: ({ pageParam }) =>
      clientOutsideForms.history.ofRecord({ entity, id, ...(pageParam !== undefined && { before: pageParam }) }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.hasMore ? last.acts.at(-1)?.actId : undefined),
  })
  if (pages.error) return <Failure error={pages.error} onRetry={() => void pages.refetch()} />
  if (pages.isPending) return <Loading />
  const acts = pages.data.pages.flatMap((page) => page.acts)
  if (acts.length === 0)
    return <EmptyState title="Aucun geste pour l’instant">Chaque changement se lira ici.</EmptyState>
  return (
    <div className="stack">
      <ol className="history" aria-label="Historique">
        {acts.map((act) => (
          <li key={act.actId}>
            <ActDetail act={act} />
          </li>
        ))}
      </ol>
      <OlderButton pages={pages} />
    </div>
  )
}

export const ActDetail = ({ act }: { act: RecordAct }) => (
  <article className="history-act" aria-label={act.label}>
    <p className="row">
      <b>{act.label}</b>
      {act.undone ? <Badge tone="warn">annulé</Badge> : null}
    </p>
    <p className="soft small">
      {instantText(act.at)}, {act.who}
      {act.undone ? `\u00a0; annulé ${instantText(act.undone.at)}, ${act.undone.who}` : ''}
    </p>
    {act.changes.map((change) => (
      <ChangeDetail key={`${change.auditId} ${change.id}`} change={change} />
    ))}
    {act.more > 0 ? (
      <p className="soft small">et {counted(act.more, 'autre changement', 'autres changements')}</p>
    ) : null}
  </article>
)

const ChangeDetail = ({ change }: { change: RecordChange }) => {
  const back = useMutation(orpcOutsideForms.history.back.mutationOptions())
  const { auditId, entity, id, what, fields } = change
  const words = fields.length > 1 ? 'Revenir aux anciennes valeurs' : 'Revenir à l’ancienne valeur'
  return (
    <div className="history-change">
      <p className="small">
        {what} <span className="soft">{changeText(entity, change.did)}</span>
      </p>
      {fields.length > 0 ? (
        <dl>
          {fields.map(({ name, before, after }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {before === null ? null : <del>{before}</del>}
                {before !== null && after !== null ? <span aria-hidden="true"> → </span> : null}
                {after === null ? null : <ins>{after}</ins>}
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
      {change.canGoBack && id !== null ? (
        <PlainAction
          label={words}
          aria={`${words}\u00a0: ${fields.map(({ name, before }) => `${name} ${before ?? ''}`).join(', ')}`}
          disabled={back.isPending}
          onAction={() => back.mutate({ entity, id, auditId })}
        />
      ) : null}
    </div>
  )
}
