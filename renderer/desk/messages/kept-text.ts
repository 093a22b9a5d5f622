import { useState } from 'react'
import { readFromTab, storeInTab } from '../../parts/tab-storage.ts'

/** An answer half written is there again when one comes back to it, as long as this window lives: posts are shared. */
export const useKeptText = (about: string) => {
  const place = `réponse ${about}`
  const [value, setValue] = useState(() => (readFromTab(place) ?? '') as string)
  const set = (text: string) => {
    setValue(text)
    storeInTab(place, text === '' ? null : text)
  }
  return { value, set }
}
