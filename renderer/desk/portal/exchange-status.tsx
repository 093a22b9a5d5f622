import IconCloudCheck from '@tabler/icons-react/icons/IconCloudCheck'
import IconCloudOff from '@tabler/icons-react/icons/IconCloudOff'
import IconCloudUpload from '@tabler/icons-react/icons/IconCloudUpload'
import { Link } from '@tanstack/react-router'
import type { ExchangeState } from '../../../shared/contract/desk/exchange.ts'
import { addDays, type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { useExchangeState } from './exchange-queries.ts'
import { momentText } from './texts.ts'

/** State of the exchange, in the bar above every screen; renders nothing without a portal. */
export const ExchangeStatus = () => {
  const may = useMay()
  const { today } = useNow()
  const { data: state } = useExchangeState()
  if (!state?.portal) return null
  const { icon: Sign, words, tone, why } = statusOf(state, today)
  const content = (
    <>
      <Sign size={16} aria-hidden="true" />
      <span>{words}</span>
    </>
  )
  return may('portal') ? (
    <Link to="/portail" search={{}} className={`exchange-sign ${tone}`} title={why}>
      {content}
    </Link>
  ) : (
    <span className={`exchange-sign ${tone}`} title={why}>
      {content}
    </span>
  )
}

const statusOf = ({ running, failure, lastDone, comparing, knowsNumbers }: ExchangeState, today: Day) => {
  if (running)
    return { icon: IconCloudUpload, words: 'Échange en cours…', tone: 'soft', why: 'Le reste reste utilisable.' }
  if (failure)
    return {
      icon: IconCloudOff,
      words: `Échange interrompu ${momentText(failure.startedAt, today)}`,
      tone: 'danger',
      why: failure.sentence,
    }
  if (comparing || !knowsNumbers)
    return { icon: IconCloudOff, words: 'Portail à vérifier', tone: 'warn', why: 'Après une reprise de sauvegarde.' }
  if (!lastDone) return { icon: IconCloudOff, words: 'Jamais échangé', tone: 'soft', why: 'Rien n’est encore publié.' }
  const isOld = dayAt(lastDone.startedAt) < addDays(today, -1)
  return {
    icon: IconCloudCheck,
    words: `Échangé ${momentText(lastDone.startedAt, today)}`,
    tone: isOld ? 'warn' : 'good',
    why: isOld ? 'Le portail n’a rien reçu depuis.' : 'Le portail est à jour.',
  }
}
