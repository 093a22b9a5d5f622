import { useState } from 'react'

/** An answer half written is there again when one comes back to it, as long as this window lives: posts are shared. */
export const useKeptText = (about: string) => {
  const place = `réponse ${about}`
  const [value, setValue] = useState(() => sessionStorage.getItem(place) ?? '')
  const set = (text: string) => {
    setValue(text)
    if (text === '') sessionStorage.removeItem(place)
    else sessionStorage.setItem(place, text)
  }
  return { value, set }
}
