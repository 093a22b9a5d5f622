import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { Link } from 'wouter'

type Look = {
  /** One `primary` per screen or card. */
  kind?: 'primary' | 'second' | 'quiet' | 'danger'
  isWide?: boolean
  children: ReactNode
}

const classOf = ({ kind = 'primary', isWide = false }: Look) => `btn btn-${kind}${isWide ? ' btn-wide' : ''}`

/** While `isBusy`, the button stays in place and ignores presses. */
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

/** A link to a page of the portal that looks like a button. */
export const ButtonLink = ({ to, onClick, children, ...look }: Look & { to: string; onClick?: () => void }) => (
  <Link href={to} {...(onClick && { onClick })} className={classOf({ ...look, children })}>
    {children}
  </Link>
)
