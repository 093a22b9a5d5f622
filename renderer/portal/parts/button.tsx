import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { Link } from 'wouter'

type Look = {
  /** One `primary` a screen or a card. */
  kind?: 'primary' | 'second' | 'quiet' | 'danger'
  isWide?: boolean
  children: ReactNode
}

const classOf = ({ kind = 'primary', isWide = false }: Look) => `btn btn-${kind}${isWide ? ' btn-wide' : ''}`

/** `isBusy` while what it asked for is under way: it stays in place and takes no second press. */
export const Button = ({
  kind,
  isWide,
  isBusy = false,
  children,
  type = 'button',
  onClick,
  ...rest
}: Look & { isBusy?: boolean } & Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'>) => (
  <button
    {...rest}
    type={type}
    className={classOf({ ...(kind && { kind }), ...(isWide && { isWide }), children })}
    aria-disabled={isBusy || undefined}
    onClick={(event) => {
      if (isBusy) event.preventDefault()
      else onClick?.(event)
    }}
  >
    {children}
  </button>
)

/** Goes to a page of the portal. */
export const ButtonLink = ({ to, onClick, children, ...look }: Look & { to: string; onClick?: () => void }) => (
  <Link href={to} {...(onClick && { onClick })} className={classOf({ ...look, children })}>
    {children}
  </Link>
)
