import type { UseFormReturnType } from '@mantine/form'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { FormBegun } from '../../connection/sent.ts'
import { useSession } from '../staff/session.ts'
import { isSame, resumed } from './resumed.ts'

type Kept<Values> = {
  readonly typed: Values
  /** As the form showed them before anything was typed. */
  readonly before: Values
  /** What its author had read of the desk's trail by then: whatever changed later is asked about before it is written over. */
  readonly basis: number | undefined
}

/**
 * What was typed in a form is there again after a reload, for the person who typed it and as long as this window lives.
 * Fields that were left alone show the record as it is now.
 * @param about which form it is; nothing is kept without it
 */
export const useKeptDraft = <Values extends Record<string, unknown>>(
  about: string | undefined,
  form: UseFormReturnType<Values>,
  begun: FormBegun,
): {
  readonly isResumed: boolean
  /** The record, or what a new one begins with, is not what it was then. */
  readonly isChangedSince: boolean
  /** Of a form that goes: nothing of it is kept any more. */
  readonly forget: () => void
  /** Of a form that stays, once it is recorded. */
  readonly recorded: () => void
  readonly startOver: () => void
} => {
  const { data: session } = useSession()
  const staffId = session?.member?.id
  const place = about === undefined || staffId === undefined ? null : `brouillon ${staffId} ${about}`
  const [kept, setKept] = useState(() => {
    const text = place && sessionStorage.getItem(place)
    return text ? (JSON.parse(text) as Kept<Values>) : null
  })
  const isOver = useRef(false)
  const { setValues, getInitialValues } = form
  const isPut = useRef(false)
  useLayoutEffect(() => {
    // Once: what is typed from then on is newer.
    if (kept && !isPut.current) {
      setValues(resumed(kept.typed, kept.before, getInitialValues()))
      if (kept.basis !== undefined) begun.readUpTo(kept.basis)
    }
    isPut.current = true
  }, [kept, setValues, getInitialValues, begun])
  const isStored = useRef(false)
  useEffect(() => {
    if (!place || isOver.current) return
    if (!form.isDirty()) {
      // Typed, then put back as it was.
      if (isStored.current) sessionStorage.removeItem(place)
      isStored.current = false
      return
    }
    isStored.current = true
    const draft: Kept<Values> = { typed: form.getValues(), before: getInitialValues(), basis: begun.basis() }
    sessionStorage.setItem(place, JSON.stringify(draft))
  })
  const drop = () => {
    if (place) sessionStorage.removeItem(place)
    setKept(null)
  }
  return {
    isResumed: kept !== null,
    isChangedSince: kept !== null && !isSame(kept.before, getInitialValues()),
    forget: () => {
      // Drawn once more before it goes, the form would keep it again.
      isOver.current = true
      drop()
    },
    recorded: drop,
    startOver: () => {
      form.reset()
      drop()
    },
  }
}
