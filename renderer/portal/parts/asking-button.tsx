import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { ActWords } from '../../../shared/rules/asked-words.ts'
import { Button } from './button.tsx'

/** The button of an act that nothing takes back: it asks first, in its own place, and takes the focus along. */
export const AskingButton = ({
  words: { act, question, yes, no },
  kind = 'second',
  isBusy,
  onYes,
  children,
}: {
  words: ActWords
  kind?: 'second' | 'quiet'
  isBusy: boolean
  onYes: () => void
  /** What a screen reader is told after the name of the act. */
  children?: ReactNode
}) => {
  const [state, setState] = useState<'idle' | 'asking' | 'kept'>('idle')
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (state === 'asking') place.current?.focus()
    if (state === 'kept') place.current?.querySelector('button')?.focus()
  }, [state])
  if (state === 'asking') {
    return (
      <div className="asking" role="group" aria-label={act} ref={place} tabIndex={-1}>
        <p>{question}</p>
        <div className="row">
          <Button kind="second" isBusy={isBusy} onClick={onYes}>
            {yes}
          </Button>
          <Button kind="quiet" onClick={() => setState('kept')}>
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
