/** How a person uses this device: with keyboard and mouse, or by touch. */
export type InputMode = 'keys' | 'finger'

const storageKey = 'pointage: écran'

/** The mode last chosen on this device, else a guess from its pointer. */
export const initialInputMode = (): InputMode => {
  try {
    const chosen = localStorage.getItem(storageKey)
    if (chosen === 'keys' || chosen === 'finger') return chosen
  } catch {
    // This browser stores nothing: guess each time.
  }
  return window.matchMedia('(pointer: coarse)').matches ? 'finger' : 'keys'
}

export const storeInputMode = (hand: InputMode): void => {
  try {
    localStorage.setItem(storageKey, hand)
  } catch {
    return
  }
}
