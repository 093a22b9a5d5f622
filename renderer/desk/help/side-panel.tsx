import IconX from '@tabler/icons-react/icons/IconX'
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react'
import { closeSidePanel } from './side-panel-state.ts'

/**
 * A panel next to the work, which shrinks to make room; in a narrow window, below the work. When `shown` changes, the
 * panel scrolls to its top.
 */
export const SidePanel = ({
  title,
  shown,
  acts,
  onClose = closeSidePanel,
  children,
}: {
  title: string
  shown: string
  acts?: ReactNode
  onClose?: () => void
  children: ReactNode
}) => {
  const name = useId()
  const panel = useRef<HTMLElement>(null)
  const close = useRef(onClose)
  useLayoutEffect(() => {
    close.current = onClose
  })
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  useEffect(() => {
    const element = panel.current
    // Escape closes the panel only when the focus is inside it: elsewhere, the key belongs to the work.
    const onKeyDown = (event: KeyboardEvent) => {
      const empties = event.target instanceof HTMLInputElement && event.target.value !== ''
      if (event.key === 'Escape' && !event.defaultPrevented && !empties) close.current()
    }
    element?.addEventListener('keydown', onKeyDown)
    return () => element?.removeEventListener('keydown', onKeyDown)
  }, [])
  return (
    <aside ref={panel} className="beside" aria-labelledby={name}>
      <span key={shown} ref={toTop} />
      <div className="beside-head">
        <h2 id={name} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <span className="grow" />
        {acts}
        <button type="button" className="help-button" aria-label="Fermer" title="Fermer (Échap)" onClick={onClose}>
          <IconX size={18} aria-hidden="true" />
        </button>
      </div>
      {children}
    </aside>
  )
}

const toTop = (mark: HTMLElement | null) => mark?.parentElement?.scrollTo({ top: 0 })
