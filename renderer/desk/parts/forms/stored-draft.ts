import type { UseFormReturnType } from '@mantine/form'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { OpenForm } from '../../../connection/form.ts'
import { readFromTab, storeInTab } from '../../../parts/tab-storage.ts'
import { useSession } from '../../staff/session.ts'
import { hasRecordChanged, mergeDraft } from './draft-merge.ts'

type StoredDraft<Values> = {
  readonly typed: Values
  /** The values that the form showed before anything was typed. */
  readonly before: Values
  /** The last audit row read when typing began: the desk asks before overwriting what changed after it. */
  readonly basis: number | undefined
}

/**
 * Restores what was typed in a form after a reload, for the same person and in the same window. Untouched fields show
 * the record as it is now.
 * @param about identifies the form; without it nothing is stored
 */
export const useStoredDraft = <Values extends Record<string, unknown>>(
  about: string | undefined,
  form: UseFormReturnType<Values>,
  openForm: OpenForm,
): {
  readonly isResumed: boolean
  /** Whether fields that were not touched have changed since the draft was typed. */
  readonly isChangedSince: boolean
  /** Deletes the draft of a form that closes. */
  readonly discard: () => void
  /** Deletes the draft of a form that was recorded and stays open. */
  readonly discardRecorded: () => void
  readonly startOver: () => void
} => {
  const { data: session } = useSession()
  const staffId = session?.member?.id
  const storageKey = about === undefined || staffId === undefined ? null : `brouillon ${staffId} ${about}`
  const [stored, setStored] = useState(() =>
    storageKey === null ? null : (readFromTab(storageKey) as StoredDraft<Values> | null),
  )
  const isClosing = useRef(false)
  const { setValues, getInitialValues } = form
  const isRestored = useRef(false)
  useLayoutEffect(() => {
    // Restore only once: what is typed afterwards is newer.
    if (stored && !isRestored.current) {
      setValues(mergeDraft(stored.typed, stored.before, getInitialValues()))
      if (stored.basis !== undefined) openForm.readUpTo(stored.basis)
    }
    isRestored.current = true
  }, [stored, setValues, getInitialValues, openForm])
  const isStored = useRef(false)
  // A form that must no longer be stored, because of what was chosen in it, leaves nothing of before.
  const lastKey = useRef(storageKey)
  useEffect(() => {
    if (about === undefined && lastKey.current !== null) storeInTab(lastKey.current, null)
    lastKey.current = storageKey
  }, [about, storageKey])
  useEffect(() => {
    if (!storageKey || isClosing.current) return
    if (!form.isDirty()) {
      // The person typed, then restored the original values.
      if (isStored.current) storeInTab(storageKey, null)
      isStored.current = false
      return
    }
    isStored.current = true
    const draft: StoredDraft<Values> = { typed: form.getValues(), before: getInitialValues(), basis: openForm.basis() }
    storeInTab(storageKey, draft)
  })
  const deleteDraft = () => {
    if (storageKey !== null) storeInTab(storageKey, null)
    setStored(null)
  }
  return {
    isResumed: stored !== null,
    isChangedSince: stored !== null && hasRecordChanged(stored.typed, stored.before, getInitialValues()),
    discard: () => {
      // The form may render once more before it closes, which must not store the draft again.
      isClosing.current = true
      deleteDraft()
    },
    discardRecorded: deleteDraft,
    startOver: () => {
      form.reset()
      deleteDraft()
    },
  }
}
