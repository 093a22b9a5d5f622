import { Button } from '@mantine/core'
import IconAlertCircle from '@tabler/icons-react/icons/IconAlertCircle'
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconCircleCheck from '@tabler/icons-react/icons/IconCircleCheck'
import IconInfoCircle from '@tabler/icons-react/icons/IconInfoCircle'
import IconRefresh from '@tabler/icons-react/icons/IconRefresh'
import { type CSSProperties, Fragment, type ReactNode } from 'react'
import { useConnection } from '../../connection/connection-state.ts'
import { refusalOf } from '../../connection/refusal.ts'

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'danger'

/** One or two words about a state. */
export const Badge = ({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) => (
  <span className="badge" data-tone={tone}>
    {children}
  </span>
)

/** Names and values, aligned; values at the right unless `start`. */
export const Facts = ({
  facts,
  start = false,
}: {
  facts: readonly (readonly [name: string, value: ReactNode])[]
  start?: boolean
}) => (
  <dl className={start ? 'facts facts-start' : 'facts'}>
    {facts.map(([name, value]) => (
      <Fragment key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </Fragment>
    ))}
  </dl>
)

/** What happened, latest first: what, then when and by whom. */
export const Story = ({ events }: { events: readonly { id: string | number; what: ReactNode; when: ReactNode }[] }) => (
  <ol className="story">
    {events.map(({ id, what, when }) => (
      <li key={id}>
        {what}
        <span>{when}</span>
      </li>
    ))}
  </ol>
)

/** A remark in its colour: what it means, what it changes, what can be done. */
export const Note = ({
  tone = 'neutral',
  alert = false,
  children,
}: {
  tone?: Tone
  /** Read out at once by a screen reader: for what just happened. */
  alert?: boolean
  children: ReactNode
}) => {
  const Sign = signs[tone]
  return (
    <div className="note" data-tone={tone} {...(alert ? { role: 'alert' } : {})}>
      <Sign size={16} aria-hidden="true" />
      <div className="grow">{children}</div>
    </div>
  )
}

const signs: Record<Tone, typeof IconInfoCircle> = {
  neutral: IconInfoCircle,
  accent: IconInfoCircle,
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  danger: IconAlertCircle,
}

/** Nothing here yet: what goes here, and how to begin. */
export const Empty = ({
  icon: Sign,
  title,
  children,
  action,
}: {
  icon?: typeof IconInfoCircle
  title: string
  children?: ReactNode
  action?: ReactNode
}) => (
  <div className="empty">
    {Sign ? <Sign size={28} aria-hidden="true" /> : null}
    <h2>{title}</h2>
    {children ? <p className="soft small">{children}</p> : null}
    {action}
  </div>
)

/** Shown while data load; says so when the connection to the first post is lost. */
export const Loading = ({ children }: { children?: ReactNode }) => {
  const isLost = useConnection((connection) => connection.isLost)
  const usual = isLost
    ? 'Pas encore ouvert sur cet appareil\u00a0: s’affichera dès que le poste principal répondra.'
    : 'Un instant…'
  return (
    <p className="loading" role="status">
      {children ?? usual}
    </p>
  )
}

/** Something was not done or not read: the sentence, the way to try again, the reference one click away. */
export const Failure = ({ error, onRetry }: { error: unknown; onRetry?: () => void }) => {
  const refused = refusalOf(error)
  return (
    <Note tone="danger" alert>
      {refused.sentence}
      {refused.overwritten
        ? ' Rien n’est encore enregistré\u00a0: regardez ce qui a changé, puis enregistrez de nouveau pour garder votre saisie.'
        : null}
      {refused.id ? (
        <details>
          <summary>Détails techniques</summary>
          Référence à donner au support&nbsp;: {refused.id}
        </details>
      ) : null}
      {onRetry ? (
        <div className="row">
          <Button leftSection={<IconRefresh size={14} />} onClick={onRetry}>
            Réessayer
          </Button>
        </div>
      ) : null}
    </Note>
  )
}

/** Long work: what is done, what remains, the way to stop it. */
export const Progress = ({
  label,
  done,
  total,
  aside,
}: {
  label: ReactNode
  done: number
  total: number
  aside?: ReactNode
}) => {
  const percent = total > 0 ? Math.round((100 * done) / total) : 0
  return (
    <div className="work">
      <div className="row between small">
        <span>{label}</span>
        {aside}
      </div>
      <div
        className="progress"
        role="progressbar"
        aria-label="Avancement"
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        style={{ '--v': `${percent}%` } as CSSProperties}
      />
    </div>
  )
}
