import type { CSSProperties, ReactNode, Ref } from 'react'
import { useEffect } from 'react'
import { HelpButton } from '../help/help-button.tsx'
import { Key } from './keyboard/key.tsx'
import { useListedKeys } from './keyboard/shortcuts.ts'

/** What fills the frame: a head, then whatever the screen is made of, then its line of keys. */
export const Screen = ({ title, children }: { title: string; children: ReactNode }) => {
  useEffect(() => {
    document.title = `${title} – Espace Jeunesse`
  }, [title])
  return children
}

/** The screen's title, what situates it, and its acts at the right. One filled button a screen. */
export const ScreenHead = ({
  title,
  soft,
  beside,
  children,
}: {
  title: ReactNode
  soft?: ReactNode
  /** Choices that say what is shown: they stay beside the title. */
  beside?: ReactNode
  children?: ReactNode
}) => (
  <div className="screen-head">
    <h1>{title}</h1>
    {soft ? <span className="soft">{soft}</span> : null}
    {beside}
    <HelpButton />
    <span className="grow" />
    {children}
  </div>
)

/** The work, one left edge, scrolling by itself. */
export const ScreenBody = ({ children, label }: { children: ReactNode; label?: string }) => (
  <div className="screen-body" {...(label ? { role: 'region', 'aria-label': label } : {})}>
    {children}
  </div>
)

/** The work and, beside it, the panel of what is chosen (`side` in pixels). Narrow, the panel goes under. */
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

/** The story of what is chosen, beside the work, never over it. */
export const Panel = ({
  label,
  sign,
  title,
  soft,
  children,
}: {
  /** The region's name for a screen reader. */
  label: string
  sign?: ReactNode
  title?: ReactNode
  soft?: ReactNode
  children?: ReactNode
}) => (
  <aside className="panel" aria-label={label}>
    {title ? (
      <div className="panel-title">
        {sign}
        <div>
          <h2>{title}</h2>
          {soft ? <p className="soft small">{soft}</p> : null}
        </div>
      </div>
    ) : null}
    {children}
  </aside>
)

/** A title, what it counts, and one link or button at the right. */
export const Section = ({
  title,
  soft,
  aside,
  children,
}: {
  title: ReactNode
  soft?: ReactNode
  aside?: ReactNode
  children: ReactNode
}) => (
  <section className="section stack">
    <header>
      <h2>{title}</h2>
      {soft ? <span className="soft">{soft}</span> : null}
      {aside}
    </header>
    {children}
  </section>
)

/** The foot line: what the keys do here, and what is chosen. `?` is always there. */
export const KeysLine = ({
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
