import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconMail from '@tabler/icons-react/icons/IconMail'
import IconSend from '@tabler/icons-react/icons/IconSend'
import type { ReactNode } from 'react'
import type { DemandeShown } from '../../../shared/contract/portal/demandes.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { offerText } from '../../../shared/rules/cell/waiting.ts'
import { answerText, answerTitle } from '../../../shared/rules/requests/answer.ts'
import { capitalised, instantText, longDay } from '../../../shared/rules/text/french.ts'
import { useSession } from '../session.ts'

/**
 * The three steps of a demande, « Enregistrée → envoyée à la mairie → décidée », each with its date; the last with the
 * answer, or the date by which it is due.
 */
export const Steps = ({
  recordedAt,
  collectedAt,
  decided,
  answerDueOn,
  isMany,
  canWithdraw,
  children,
}: {
  recordedAt: Instant
  collectedAt: Instant | null
  /** The town's answer; null while there is none. */
  decided: ReactNode | null
  answerDueOn: Day
  isMany: boolean
  canWithdraw: boolean
  /** Shown in the last step while there is no answer. */
  children?: ReactNode
}) => {
  const isMailed = useSession()?.login?.mails.includes('decision')
  const ending = isMany ? 's' : ''
  const now = decided !== null ? 2 : collectedAt !== null ? 1 : 0
  const steps = [
    {
      title: `Enregistrée${ending}`,
      icon: IconCheck,
      text: (
        <>
          Le {instantText(recordedAt)}.
          {canWithdraw &&
            now === 0 &&
            ` Vous pouvez ${isMany ? 'les' : 'la'} retirer tant que la mairie n’a pas répondu.`}
        </>
      ),
    },
    {
      title: `Envoyée${ending} à la mairie`,
      icon: now >= 1 ? IconCheck : IconSend,
      text:
        collectedAt !== null
          ? `Le ${instantText(collectedAt)}.`
          : `${isMany ? 'Elles partent' : 'Elle part'} à la mairie au plus tard cette nuit.`,
    },
    {
      title: `Décidée${ending}`,
      icon: now === 2 ? IconCheck : IconMail,
      text: decided ?? (
        <>
          Réponse au plus tard le {longDay(answerDueOn)}.{isMailed && ' Vous recevrez un mail.'}
          {children}
        </>
      ),
    },
  ]
  return (
    <ol className="timeline">
      {steps.map(({ title, icon: Icon, text }, index) => (
        <li key={title} className={index <= now ? 'done' : undefined} aria-current={index === now ? 'step' : undefined}>
          <span className="dot">
            <Icon className="icon" aria-hidden />
          </span>
          <b>{title}</b>
          <span className="soft">{text}</span>
        </li>
      ))}
    </ol>
  )
}

/** The outcome of a demande, worded for the family; null while it waits. */
export const outcomeText = ({
  answer,
  answerReason,
  wish,
  child,
  withdrawnAt,
  offeredUntil,
  isOvertaken,
}: DemandeShown): string | null => {
  if (withdrawnAt !== null && answer === null) return 'Retirée par vous.'
  if (answer === null) return null
  if (isOvertaken)
    return `${capitalised(answerTitle(answer, wish))}. Vous avez fait depuis une autre demande pour ce jour.`
  if (offeredUntil !== null) return `${capitalised(offerText(offeredUntil))}.`
  // Gives no rank, since the rank in the answer may have changed since.
  if (answer === 'waitListed' && wish !== null) return `C’est complet\u00a0: ${child} est sur la liste d’attente.`
  if (answerReason) return answerReason
  return wish === null ? capitalised(answerTitle(answer, wish)) : answerText(answer, { wish, child })
}
