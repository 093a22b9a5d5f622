import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconMail from '@tabler/icons-react/icons/IconMail'
import IconSend from '@tabler/icons-react/icons/IconSend'
import type { ReactNode } from 'react'
import { type StepsOf, stepsShown } from '../../../shared/pages/requests.ts'
import { useSession } from '../session.ts'

const icons = [IconCheck, IconSend, IconMail]

/**
 * The three steps of a demande, « Enregistrée → envoyée à la mairie → décidée », each with its date; the last with the
 * answer, or the date by which it is due.
 */
export const Steps = ({
  decided,
  children,
  ...of
}: Omit<StepsOf, 'isDecided' | 'isMailed'> & {
  /** The town's answer; null while there is none. */
  decided: ReactNode | null
  /** Shown in the last step while there is no answer. */
  children?: ReactNode
}) => {
  const isMailed = useSession()?.login?.mails.includes('decision') ?? false
  const steps = stepsShown({ ...of, isDecided: decided !== null, isMailed })
  return (
    <ol className="timeline">
      {steps.map(({ title, text, isDone, isCurrent }, index) => {
        const Icon = (isDone ? undefined : icons[index]) ?? IconCheck
        const isLast = index === steps.length - 1
        return (
          <li key={title} className={isDone ? 'done' : undefined} aria-current={isCurrent ? 'step' : undefined}>
            <span className="dot">
              <Icon className="icon" aria-hidden />
            </span>
            <b>{title}</b>
            <span className="soft">
              {text}
              {isLast && (decided ?? children)}
            </span>
          </li>
        )
      })}
    </ol>
  )
}
