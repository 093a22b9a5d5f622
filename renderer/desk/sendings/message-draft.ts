import { useState } from 'react'
import type { Whom } from '../../../shared/contract/desk/messages/sendings.ts'
import { readFromTab, storeInTab } from '../../parts/tab-storage.ts'

/** A message being written, with the people whom it is for. */
export type MessageDraft = {
  readonly whom: Whom
  readonly withSms: boolean
  readonly subject: string
  readonly text: string
  /** The names of the attached files: a tab keeps no file. */
  readonly files: readonly string[]
}

const place = 'brouillon d’un envoi'

/**
 * The message that was left unfinished, stored in the tab: it survives leaving the screen, but not closing the window,
 * because computers are shared.
 * @param asked the audience that another screen passes: the draft keeps its own beside it, in `before`
 */
export const useMessageDraft = (asked: Whom | undefined, first: Whom) => {
  const [before] = useState(() => readFromTab(place) as MessageDraft | null)
  const [draft, setDraft] = useState<MessageDraft>(() => ({
    withSms: true,
    subject: '',
    text: '',
    ...before,
    whom: asked ?? before?.whom ?? first,
    files: [],
  }))
  const change = (changes: Partial<MessageDraft>) => {
    const next = { ...draft, ...changes }
    setDraft(next)
    const isEmpty = next.subject.trim() === '' && next.text.trim() === '' && next.files.length === 0
    storeInTab(place, isEmpty ? null : next)
  }
  return { draft, before, change, forget: () => storeInTab(place, null) }
}
