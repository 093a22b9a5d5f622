import { useState } from 'react'
import { keepInTab, readInTab } from '../../parts/tab-storage.ts'

/** An answer half written is there again when one comes back to it, as long as this window lives: posts are shared. */
export const useKeptText = (about: string) => {
  const place = `réponse ${about}`
  const [value, setValue] = useState(() => (readInTab(place) ?? '') as string)
  const set = (text: string) => {
    setValue(text)
    keepInTab(place, text === '' ? null : text)
  }
  return { value, set }
}
