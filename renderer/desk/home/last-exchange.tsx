import { Link } from '@tanstack/react-router'
import { Section } from '../parts/screen.tsx'
import { useExchangeState } from '../portal/exchange-queries.ts'
import { comingText, momentText } from '../portal/texts.ts'
import { useNow } from '../staff/now.ts'

/** State of the last exchange with the portal, and the time of the next one. */
export const LastExchange = () => {
  const { today } = useNow()
  const { data: state } = useExchangeState()
  if (!state?.portal) return null
  const { failure, lastDone, nextAt, comparing, knowsNumbers } = state
  return (
    <Section
      title="Portail"
      action={
        <Link to="/portail" search={{}}>
          Échanges
        </Link>
      }
    >
      {failure ? (
        <p className="small danger">Échange interrompu {momentText(failure.startedAt, today)}</p>
      ) : comparing || !knowsNumbers ? (
        <p className="small warn">À vérifier, après une reprise de sauvegarde</p>
      ) : lastDone ? (
        <p className="small good">Échangé {momentText(lastDone.startedAt, today)}</p>
      ) : (
        <p className="soft small">Aucun échange encore.</p>
      )}
      {nextAt ? (
        <p className="soft small">Prochain échange&nbsp;: {comingText(nextAt, today).toLocaleLowerCase('fr')}</p>
      ) : null}
    </Section>
  )
}
