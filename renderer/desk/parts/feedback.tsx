import { Button } from '@mantine/core'
import IconAlertCircle from '@tabler/icons-react/icons/IconAlertCircle'
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconCircleCheck from '@tabler/icons-react/icons/IconCircleCheck'
import IconInfoCircle from '@tabler/icons-react/icons/IconInfoCircle'
import IconRefresh from '@tabler/icons-react/icons/IconRefresh'
import { type CSSProperties, Fragment, type ReactNode } from 'react'
import { useConnection } from '../../connection/connection-state.ts'
import { mayPassLater, refusalOf } from '../../connection/refusal.ts'

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'danger'

/** A label of one or two words for a state. */
export const Badge = ({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) => (
  <span className="badge" data-tone={tone}>
    {children}
  </span>
)

/** A list of names and values; values are aligned to the right unless `alignStart`. */
export const Properties = ({
  entries,
  alignStart = false,
}: {
  entries: readonly (readonly [name: string, value: ReactNode])[]
  alignStart?: boolean
}) => (
  <dl className={alignStart ? 'facts facts-start' : 'facts'}>
    {entries.map(([name, value]) => (
      <Fragment key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </Fragment>
    ))}
  </dl>
)

/** Events, latest first; `when` also says by whom. */
export const Timeline = ({
  events,
}: {
  events: readonly { id: string | number; what: ReactNode; when: ReactNode }[]
}) => (
  <ol className="story">
    {events.map(({ id, what, when }) => (
      <li key={id}>
        {what}
        <span>{when}</span>
      </li>
    ))}
  </ol>
)

/** A remark with the colour and icon of its tone. */
export const Note = ({
  tone = 'neutral',
  alert = false,
  children,
}: {
  tone?: Tone
  /** Makes a screen reader announce the remark at once. */
  alert?: boolean
  children: ReactNode
}) => {
  const Icon = icons[tone]
  return (
    <div className="note" data-tone={tone} {...(alert ? { role: 'alert' } : {})}>
      <Icon size={16} aria-hidden="true" />
      <div className="grow">{children}</div>
    </div>
  )
}

const icons: Record<Tone, typeof IconInfoCircle> = {
  neutral: IconInfoCircle,
  accent: IconInfoCircle,
  good: IconCircleCheck,
  warn: IconAlertTriangle,
  danger: IconAlertCircle,
}

/** Shown in place of an empty list: what will be listed, and how to begin. */
export const EmptyState = ({
  icon: Icon,
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
    {Icon ? <Icon size={28} aria-hidden="true" /> : null}
    <h2>{title}</h2>
    {children ? <p className="soft small">{children}</p> : null}
    {action}
  </div>
)

/** Shown while data load; says when the connection to the first workstation is lost. */
export const Loading = ({ children }: { children?: ReactNode }) => {
  const isLost = useConnection((connection) => connection.isLost)
  const defaultText = isLost
    ? 'Pas encore ouvert sur cet appareil\u00a0: s’affichera dès que le poste principal répondra.'
    : 'Un instant…'
  return (
    <p className="loading" role="status">
      {children ?? defaultText}
    </p>
  )
}

/** An error of a call: its French sentence, a button to retry where that may help, and the log's reference. */
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
      {onRetry && mayPassLater(refused) ? (
        <div className="row">
          <Button leftSection={<IconRefresh size={14} />} onClick={onRetry}>
            Réessayer
          </Button>
        </div>
      ) : null}
    </Note>
  )
}

/** Progress of a long task; `trailing` is usually a button to stop it. */
export const Progress = ({
  label,
  done,
  total,
  trailing,
}: {
  label: ReactNode
  done: number
  total: number
  trailing?: ReactNode
}) => {
  const percent = total > 0 ? Math.round((100 * done) / total) : 0
  return (
    <div className="work">
      <div className="row between small">
        <span>{label}</span>
        {trailing}
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
