import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { ConfirmTexts } from '../../../shared/rules/requests/demande-texts.ts'
import { Button } from './button.tsx'

/** A button for an action that cannot be undone: the first press replaces it with a question, which takes the focus. */
export const ConfirmButton = ({
  words: { act, question, yes, no },
  kind = 'second',
  isBusy,
  onYes,
  children,
}: {
  words: ConfirmTexts
  kind?: 'second' | 'quiet'
  isBusy: boolean
  onYes: () => void
  /** Hidden text that screen readers add to the button's label. */
  children?: ReactNode
}) => {
  const [state, setState] = useState<'idle' | 'asking' | 'declined'>('idle')
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (state === 'asking') place.current?.focus()
    if (state === 'declined') place.current?.querySelector('button')?.focus()
  }, [state])
  if (state === 'asking') {
    return (
      <div className="asking" role="group" aria-label={act} ref={place} tabIndex={-1}>
        <p>{question}</p>
        <div className="row">
          <Button kind="second" isBusy={isBusy} onClick={onYes}>
            {yes}
          </Button>
          <Button kind="quiet" onClick={() => setState('declined')}>
            {no}
          </Button>
        </div>
      </div>
    )
  }
  return (
    <div className="asked" ref={place}>
      <Button kind={kind} isBusy={isBusy} onClick={() => (question === null ? onYes() : setState('asking'))}>
        {act}
        {children}
      </Button>
    </div>
  )
}
