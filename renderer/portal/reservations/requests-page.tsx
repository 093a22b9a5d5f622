import { useQuery } from '@tanstack/react-query'
import { type ComponentProps, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { DemandeShown } from '../../../shared/contract/portal/demandes.ts'
import { requestsHead } from '../../../shared/pages/requests.ts'
import { withdrawTexts } from '../../../shared/rules/requests/demande-texts.ts'
import { briefDay, instantText, longDay } from '../../../shared/rules/text/french.ts'
import { client, orpc } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { Badge } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { RestoreNotices } from '../parts/restore-notices.tsx'
import { showToast } from '../parts/toast.tsx'
import { sentenceOf } from '../queries.ts'
import { refreshDemandes } from './brouillon.ts'
import { outcomeText, Steps } from './steps.tsx'
import './reservations.css'
import './receipt.css'

/** Number of demandes shown at first; a button shows more. */
const pageSize = 8

/** « Mes demandes »: each demande with its steps, those without an answer first; then the receipts. */
export const RequestsPage = () => {
  const demandes = useQuery(orpc.demandes.list.queryOptions())
  const receipts = useQuery(orpc.demandes.receipts.queryOptions())
  const waiting = useRef<HTMLSpanElement>(null)
  // The pressed button disappears with the withdrawn demande: move the focus to the heading.
  const onWithdrawn = () => waiting.current?.focus()
  return (
    <Page head={requestsHead} isNarrow>
      <div className="stack">
        <RestoreNotices />
        <QueryState query={demandes}>
          {(list) => {
            const open = list.filter((one) => outcomeText(one) === null)
            const ended = list.filter((one) => outcomeText(one) !== null && !one.isOvertaken)
            return list.length === 0 ? (
              <Empty>
                <p>Vous n’avez encore rien demandé.</p>
                <p>
                  <Link href="/mes-reservations">Mes réservations</Link>
                </p>
              </Empty>
            ) : (
              <>
                <Card
                  title={
                    <span ref={waiting} tabIndex={-1}>
                      En attente de réponse ({open.length})
                    </span>
                  }
                >
                  {open.length === 0 ? (
                    <p className="soft">Tout a reçu sa réponse.</p>
                  ) : (
                    <Demandes list={open} onWithdrawn={onWithdrawn} />
                  )}
                </Card>
                {ended.length > 0 && (
                  <Card title="Décidées">
                    <Demandes list={ended} onWithdrawn={onWithdrawn} />
                  </Card>
                )}
              </>
            )
          }}
        </QueryState>
        <QueryState query={receipts}>
          {(list) =>
            list.length === 0 ? null : (
              <Card title="Mes reçus">
                <ul className="links">
                  {list.map(({ id, number, recordedAt, about }) => (
                    <li key={id}>
                      <Link href={`/recu/${id}`} className="receipt-link">
                        <b className="num">{number}</b>
                        <span className="soft">
                          {instantText(recordedAt)}, {about}
                        </span>
                      </Link>
                    </li>
                  ))}
                </ul>
              </Card>
            )
          }
        </QueryState>
      </div>
    </Page>
  )
}

const Demandes = ({ list, onWithdrawn }: { list: readonly DemandeShown[]; onWithdrawn: () => void }) => {
  const [shown, setShown] = useState(pageSize)
  return (
    <>
      {list.slice(0, shown).map((one) => (
        <Demande key={one.id} demande={one} onWithdrawn={onWithdrawn} />
      ))}
      {list.length > shown && (
        <Button kind="second" isWide onClick={() => setShown(shown + 4 * pageSize)}>
          Voir les suivantes
        </Button>
      )}
    </>
  )
}

const Demande = ({ demande, onWithdrawn }: { demande: DemandeShown; onWithdrawn: () => void }) => {
  const { child, title, day, slot, receipt, registration } = demande
  const end = outcomeText(demande)
  const { kind, word } = stateOf(demande)
  const canWithdraw = end === null && demande.takenBackAt === null
  return (
    <article className="demande" aria-label={`${child}, ${day === null ? title : `${longDay(day)}, ${slot}`}`}>
      <div className="demande-line">
        <b>
          {child}, {day === null ? 'inscription' : `${briefDay(day)}, ${slot.toLowerCase()}`}
        </b>
        <Badge {...(kind && { kind })}>{word}</Badge>
        <span className="soft">
          {wishText(demande)} · {title}
        </span>
        {end !== null && <span className="soft">{end}</span>}
      </div>
      <details className="why">
        <summary>Les étapes</summary>
        <div>
          <Steps
            recordedAt={demande.recordedAt}
            collectedAt={demande.collectedAt}
            decided={
              end === null ? null : `${demande.answeredAt ? `Le ${instantText(demande.answeredAt)}. ` : ''}${end}`
            }
            answerDueOn={demande.answerDueOn}
            isMany={false}
            canWithdraw={canWithdraw}
          />
          <p className="demande-links">
            {registration !== null && day !== null && (
              <Link href={`/mes-reservations/${registration}?mois=${day.slice(0, 7)}`}>Voir dans le calendrier</Link>
            )}
            {receipt === '' ? (
              <span className="soft">Votre reçu est dans vos mails.</span>
            ) : (
              <Link href={`/recu/${receipt}`}>Voir le reçu</Link>
            )}
          </p>
        </div>
      </details>
      {canWithdraw && <WithdrawButton demande={demande} onWithdrawn={onWithdrawn} />}
    </article>
  )
}

const WithdrawButton = ({
  demande: { id, collectedAt, wish, takesOffer },
  onWithdrawn,
}: {
  demande: DemandeShown
  onWithdrawn: () => void
}) => {
  const [isBusy, setBusy] = useState(false)
  const isSent = collectedAt !== null
  const press = async () => {
    setBusy(true)
    try {
      await (isSent ? client.demandes.takeBack({ demande: id }) : client.demandes.withdraw({ demande: id }))
      showToast(
        isSent
          ? 'Le retrait est demandé. La réponse sera dans «\u00a0Mes demandes\u00a0».'
          : 'Votre demande est retirée.',
      )
      onWithdrawn()
    } catch (error) {
      showToast(sentenceOf(error), 'danger')
    } finally {
      await refreshDemandes()
      setBusy(false)
    }
  }
  if (wish === 'leave' && isSent) return null
  return (
    <ConfirmButton words={withdrawTexts(wish, takesOffer)} kind="quiet" isBusy={isBusy} onYes={() => void press()} />
  )
}

const wishText = ({ wish, kind, takesOffer }: DemandeShown): string => {
  if (takesOffer) return 'Vous prenez la place proposée'
  if (kind === 'registration') return 'Demande d’inscription'
  if (wish === 'cancel') return 'Demande d’annulation'
  return wish === 'leave' ? 'Liste d’attente à quitter' : 'Demande de réservation'
}

type Kind = NonNullable<ComponentProps<typeof Badge>['kind']>

const stateOf = ({
  answer,
  withdrawnAt,
  takenBackAt,
  collectedAt,
  offeredUntil,
}: DemandeShown): { kind?: Kind; word: string } => {
  if (offeredUntil !== null) return { kind: 'wait', word: 'Place proposée' }
  switch (answer) {
    case 'accepted':
      return { kind: 'good', word: 'Acceptée' }
    case 'waitListed':
      return { kind: 'list', word: 'Liste d’attente' }
    case 'refused':
      return { kind: 'danger', word: 'Refusée' }
    case 'withdrawn':
      return { word: 'Retirée' }
    case 'expired':
      return { word: 'Sans réponse' }
    case 'moot':
      return { word: 'Déjà réglée' }
    case null:
      break
  }
  if (withdrawnAt !== null) return { word: 'Retirée' }
  if (takenBackAt !== null) return { kind: 'wait', word: 'Retrait demandé' }
  return collectedAt === null ? { kind: 'wait', word: 'Enregistrée' } : { kind: 'wait', word: 'Envoyée' }
}
