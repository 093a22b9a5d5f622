import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { Link } from 'wouter'
import type { DemandeShown } from '../../../shared/contract/portal/demandes.ts'
import {
  byOutcome,
  demandeShown,
  mailedReceiptText,
  receiptLine,
  requestsHead,
  requestsTexts as texts,
} from '../../../shared/pages/requests.ts'
import { withdrawTexts } from '../../../shared/rules/requests/demande-texts.ts'
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
import { refreshDemandes } from './draft.ts'
import { Steps } from './steps.tsx'
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
            const { open, ended } = byOutcome(list)
            return list.length === 0 ? (
              <Empty>
                <p>{texts.none}</p>
                <p>
                  <Link href={texts.reservations.path}>{texts.reservations.name}</Link>
                </p>
              </Empty>
            ) : (
              <>
                <Card
                  title={
                    <span ref={waiting} tabIndex={-1}>
                      {texts.openTitle(open.length)}
                    </span>
                  }
                >
                  {open.length === 0 ? (
                    <p className="soft">{texts.allAnswered}</p>
                  ) : (
                    <Demandes list={open} onWithdrawn={onWithdrawn} />
                  )}
                </Card>
                {ended.length > 0 && (
                  <Card title={texts.endedTitle}>
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
              <Card title={texts.receiptsTitle}>
                <ul className="links">
                  {list.map((one) => {
                    const { link, about } = receiptLine(one)
                    return (
                      <li key={one.id}>
                        <Link href={link.path} className="receipt-link">
                          <b className="num">{link.name}</b>
                          <span className="soft">{about}</span>
                        </Link>
                      </li>
                    )
                  })}
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
  const { name, title, state, about, outcome, decided, canWithdraw, calendar, receipt } = demandeShown(demande)
  const { kind, word } = state
  return (
    <article className="demande" aria-label={name}>
      <div className="demande-line">
        <b>{title}</b>
        <Badge {...(kind && { kind })}>{word}</Badge>
        <span className="soft">{about}</span>
        {outcome !== null && <span className="soft">{outcome}</span>}
      </div>
      <details className="why">
        <summary>{texts.stepsTitle}</summary>
        <div>
          <Steps
            recordedAt={demande.recordedAt}
            collectedAt={demande.collectedAt}
            decided={decided}
            answerDueOn={demande.answerDueOn}
            isMany={false}
            canWithdraw={canWithdraw}
          />
          <p className="demande-links">
            {calendar && <Link href={calendar.path}>{calendar.name}</Link>}
            {receipt ? (
              <Link href={receipt.path}>{receipt.name}</Link>
            ) : (
              <span className="soft">{mailedReceiptText}</span>
            )}
          </p>
        </div>
      </details>
      {canWithdraw && <WithdrawButton demande={demande} onWithdrawn={onWithdrawn} />}
    </article>
  )
}

const WithdrawButton = ({
  demande: { id, collectedAt, wish, takesOffer, goesTogether },
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
    <ConfirmButton
      words={withdrawTexts(wish, takesOffer, goesTogether)}
      kind="quiet"
      isBusy={isBusy}
      onYes={() => void press()}
    />
  )
}
