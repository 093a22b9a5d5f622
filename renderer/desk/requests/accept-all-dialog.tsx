import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Decision, PossibleAnswers } from '../../../shared/contract/desk/requests.ts'
import { maxDecisions } from '../../../shared/rules/requests/answer.ts'
import { counted, listed } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { daysText } from '../registrations/week-result.tsx'
import { weekDaysText } from './deciding.ts'

/** Lists the demandes that the rules would accept, one line each, before all are accepted in one act. */
export const AcceptAllDialog = ({
  onAccept,
  onClose,
}: {
  onAccept: (decisions: readonly Decision[]) => Promise<void>
  onClose: () => void
}) => {
  const { data, error: unread } = useQuery({ ...orpc.requests.possible.queryOptions(), staleTime: 0 })
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const accept = async (decisions: readonly Decision[]) => {
    setIsBusy(true)
    try {
      await onAccept(decisions)
      onClose()
    } catch (failure) {
      setError(failure)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Dialog opened title="Accepter tout ce qui est possible" onClose={onClose}>
      <div className="dialog-form">
        {unread ? <Failure error={unread} /> : null}
        {error ? <Failure error={error} /> : null}
        {data ? (
          <Preview possible={data} isBusy={isBusy} onAccept={() => void accept(data.decisions)} onClose={onClose} />
        ) : unread ? null : (
          <Loading />
        )}
      </div>
    </Dialog>
  )
}

const Preview = ({
  possible,
  isBusy,
  onAccept,
  onClose,
}: {
  possible: PossibleAnswers
  isBusy: boolean
  onAccept: () => void
  onClose: () => void
}) => {
  const { lines, left, decisions } = possible
  const weeks = weekDaysText(possible.weekDays)
  const first = useRef<HTMLButtonElement>(null)
  // The button is mounted after the dialog has set its initial focus.
  useEffect(() => first.current?.focus(), [])
  if (decisions.length === 0)
    return (
      <>
        <Note>Rien ne s’accepte sans passer outre une règle ou une place&nbsp;: décidez les demandes une à une.</Note>
        <div className="dialog-foot">
          <Button ref={first} onClick={onClose}>
            Fermer
          </Button>
        </div>
      </>
    )
  return (
    <>
      <p>
        <b>{summary(possible)}.</b>{' '}
        <span className="soft">
          {weeks === '' ? '' : `Leurs semaines types\u00a0: ${weeks}. `}
          {left === 0
            ? 'Plus rien n’attend ensuite.'
            : `${counted(left, 'demande reste', 'demandes restent')} à décider.`}
          {decisions.length === maxDecisions &&
            ' Mille à la fois au plus\u00a0: recommencez ensuite pour les suivantes.'}
        </span>
      </p>
      <ul className="requests-preview" aria-label="Ce qui sera accepté">
        {lines.map(({ child, what, skipped }, index) => (
          <li key={`${child} ${what} ${String(index)}`}>
            <b>{child}</b> <span className="soft">{what}</span>
            {skipped.map(({ reason, days }) => (
              <div key={reason} className="warn small">
                {counted(days.length, 'jour sauté', 'jours sautés')} ({daysText(days.map((day) => ({ day })))}).{' '}
                {reason}
              </div>
            ))}
          </li>
        ))}
      </ul>
      <div className="dialog-foot requests-preview-foot">
        <Button onClick={onClose}>Annuler</Button>
        <Button ref={first} variant="filled" loading={isBusy} onClick={onAccept}>
          {`Accepter ${counted(decisions.length, 'demande')}`}
        </Button>
      </div>
    </>
  )
}

/** « 12 jours réservés, 3 annulés et 2 inscriptions acceptées » */
const summary = ({ bookings, cancellations, registrations, changes }: PossibleAnswers): string =>
  listed([
    ...(bookings > 0 ? [counted(bookings, 'jour réservé', 'jours réservés')] : []),
    ...(cancellations > 0 ? [counted(cancellations, 'jour annulé', 'jours annulés')] : []),
    ...(registrations > 0 ? [counted(registrations, 'inscription acceptée', 'inscriptions acceptées')] : []),
    ...(changes > 0 ? [counted(changes, 'changement enregistré', 'changements enregistrés')] : []),
  ])
