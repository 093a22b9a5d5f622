import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconCircleCheck from '@tabler/icons-react/icons/IconCircleCheck'
import IconInfoCircle from '@tabler/icons-react/icons/IconInfoCircle'
import type { ReactNode } from 'react'

export type NoticeKind = 'info' | 'good' | 'warn' | 'danger'

const icons = { info: IconInfoCircle, good: IconCircleCheck, warn: IconAlertTriangle, danger: IconAlertTriangle }

/** An information box. `isAlert` makes screen readers announce it at once, for a notice that answers a press. */
export const Notice = ({
  kind = 'info',
  isAlert = false,
  children,
}: {
  kind?: NoticeKind
  isAlert?: boolean
  children: ReactNode
}) => {
  const Icon = icons[kind]
  return (
    <div className="notice" data-kind={kind} role={isAlert ? 'alert' : undefined}>
      <Icon className="icon" aria-hidden />
      <div>{children}</div>
    </div>
  )
}

/** One word about a state, beside a text or an icon that says it too: a colour alone would not be read by everyone. */
export const Badge = ({
  kind,
  children,
}: {
  kind?: 'good' | 'warn' | 'danger' | 'list' | 'wait'
  children: ReactNode
}) => (
  <span className="badge" data-kind={kind}>
    {children}
  </span>
)
