import type { UseFormReturnType } from '@mantine/form'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { OpenForm } from '../../../connection/form.ts'
import { readFromTab, storeInTab } from '../../../parts/tab-storage.ts'
import { useSession } from '../../staff/session.ts'
import { isUpdated, resumed } from './draft-merge.ts'

type Kept<Values> = {
  readonly typed: Values
  /** The values that the form showed before anything was typed. */
  readonly before: Values
  /** The last audit row read when typing began: the desk asks before overwriting what changed after it. */
  readonly basis: number | undefined
}

/**
 * Restores what was typed in a form after a reload, for the same person and in the same window. Untouched fields show the
 * record as it is now.
 * @param about identifies the form; without it nothing is kept
 */
export const useKeptDraft = <Values extends Record<string, unknown>>(
  about: string | undefined,
  form: UseFormReturnType<Values>,
  begun: OpenForm,
): {
  readonly isResumed: boolean
  /** Whether fields that were not touched have changed since the draft was typed. */
  readonly isChangedSince: boolean
  /** Drops the draft of a form that closes. */
  readonly forget: () => void
  /** Drops the draft of a form that stays open after it was recorded. */
  readonly recorded: () => void
  readonly startOver: () => void
} => {
  const { data: session } = useSession()
  const staffId = session?.member?.id
  const place = about === undefined || staffId === undefined ? null : `brouillon ${staffId} ${about}`
  const [kept, setKept] = useState(() => (place === null ? null : (readFromTab(place) as Kept<Values> | null)))
  const isClosing = useRef(false)
  const { setValues, getInitialValues } = form
  const isRestored = useRef(false)
  useLayoutEffect(() => {
    // Restore only once: what is typed afterwards is newer.
    if (kept && !isRestored.current) {
      setValues(resumed(kept.typed, kept.before, getInitialValues()))
      if (kept.basis !== undefined) begun.readUpTo(kept.basis)
    }
    isRestored.current = true
  }, [kept, setValues, getInitialValues, begun])
  const isStored = useRef(false)
  useEffect(() => {
    if (!place || isClosing.current) return
    if (!form.isDirty()) {
      // Typed, then put back as it was.
      if (isStored.current) storeInTab(place, null)
      isStored.current = false
      return
    }
    isStored.current = true
    const draft: Kept<Values> = { typed: form.getValues(), before: getInitialValues(), basis: begun.basis() }
    storeInTab(place, draft)
  })
  const drop = () => {
    if (place !== null) storeInTab(place, null)
    setKept(null)
  }
  return {
    isResumed: kept !== null,
    isChangedSince: kept !== null && isUpdated(kept.typed, kept.before, getInitialValues()),
    forget: () => {
      // The form may render once more before it closes, which must not store the draft again.
      isClosing.current = true
      drop()
    },
    recorded: drop,
    startOver: () => {
      form.reset()
      drop()
    },
  }
}
