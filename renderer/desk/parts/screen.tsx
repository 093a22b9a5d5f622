import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import type { CSSProperties, ReactNode, Ref } from 'react'
import { useEffect } from 'react'
import { HelpButton } from '../help/help-button.tsx'
import { Key } from './keyboard/key.tsx'
import { useListedKeys } from './keyboard/shortcuts.ts'

/** A screen of the desk: a `ScreenHead`, the content, a `ShortcutBar`. Sets the window's title. */
export const Screen = ({ title, children }: { title: string; children: ReactNode }) => {
  useEffect(() => {
    document.title = `${title} – Espace Jeunesse`
  }, [title])
  return children
}

/** The screen's title and subtitle, with its buttons (`children`) at the right. At most one filled button a screen. */
export const ScreenHead = ({
  above,
  title,
  subtitle,
  controls,
  children,
}: {
  /** A link to the screen that this one belongs to, before the title. */
  above?: ReactNode
  title: ReactNode
  subtitle?: ReactNode
  /** Fields that choose what the screen shows, next to the title. */
  controls?: ReactNode
  children?: ReactNode
}) => (
  <div className="screen-head">
    {above ? (
      <span className="screen-above soft small">
        {above}
        <IconChevronRight size={14} aria-hidden="true" />
      </span>
    ) : null}
    <h1>{title}</h1>
    {subtitle ? <span className="soft">{subtitle}</span> : null}
    {controls}
    <HelpButton />
    <span className="grow" />
    {children}
  </div>
)

/** The screen's content, which scrolls under a fixed head. */
export const ScreenBody = ({ children, label }: { children: ReactNode; label?: string }) => (
  // A region may hold nothing but text and tables: the keyboard must reach what scrolls.
  <div className="screen-body" {...(label ? { role: 'region', 'aria-label': label, tabIndex: 0 } : {})}>
    {children}
  </div>
)

/** A list and the panel of its selected item, `side` pixels wide; in a narrow window the panel is below the list. */
export const Split = ({
  ref,
  side = 300,
  children,
}: {
  ref?: Ref<HTMLDivElement>
  side?: number
  children: ReactNode
}) => (
  <div ref={ref} className="split" style={{ '--side': `${side}px` } as CSSProperties}>
    {children}
  </div>
)

/** Details of the selected item, next to the list, never over it. */
export const Panel = ({
  label,
  icon,
  title,
  subtitle,
  children,
}: {
  /** The region's name for a screen reader. */
  label: string
  icon?: ReactNode
  title?: ReactNode
  subtitle?: ReactNode
  children?: ReactNode
}) => (
  <aside className="panel" aria-label={label}>
    {title ? (
      <div className="panel-title">
        {icon}
        <div>
          <h2>{title}</h2>
          {subtitle ? <p className="soft small">{subtitle}</p> : null}
        </div>
      </div>
    ) : null}
    {children}
  </aside>
)

/** A part of a screen: a title, a count in `subtitle`, one link or button in `action`. */
export const Section = ({
  title,
  subtitle,
  action,
  children,
}: {
  title: ReactNode
  subtitle?: ReactNode
  action?: ReactNode
  children: ReactNode
}) => (
  <section className="section stack">
    <header>
      <h2>{title}</h2>
      {subtitle ? <span className="soft">{subtitle}</span> : null}
      {action}
    </header>
    {children}
  </section>
)

/** The line at the screen's foot: its shortcuts, the current selection, and the « ? » of the help sheet. */
export const ShortcutBar = ({
  keys,
  chosen,
}: {
  keys: readonly (readonly [combos: string, does: string])[]
  chosen?: string
}) => {
  useListedKeys(keys)
  return (
    <div className="keys">
      <span className="keys-own">
        {keys.map(([combos, does]) => (
          <span key={combos}>
            {combos.split(' ').map((combo) => (
              <Key key={combo} combo={combo} />
            ))}
            {does}
          </span>
        ))}
      </span>
      <span aria-live="polite">{chosen}</span>
      <span>
        <Key combo="?" />
        tous les raccourcis
      </span>
    </div>
  )
}
