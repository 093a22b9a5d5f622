import { useState } from 'react'
import { readFromTab, storeInTab } from '../../parts/tab-storage.ts'

/**
 * Text of an unfinished answer, stored in the tab: it survives leaving the screen, but not closing the window, because
 * computers are shared.
 */
export const useStoredText = (about: string) => {
  const place = `réponse ${about}`
  const [value, setValue] = useState(() => (readFromTab(place) ?? '') as string)
  const set = (text: string) => {
    setValue(text)
    storeInTab(place, text === '' ? null : text)
  }
  return { value, set }
}
