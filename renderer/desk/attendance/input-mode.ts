/** How this device is worked: by keys and a mouse, or by a finger. */
export type Hand = 'keys' | 'finger'

const place = 'pointage: écran'

/** As it was last chosen here, else as the device says of itself. */
export const handOfDevice = (): Hand => {
  try {
    const chosen = localStorage.getItem(place)
    if (chosen === 'keys' || chosen === 'finger') return chosen
  } catch {
    // A browser that keeps nothing is asked what it is, each time.
  }
  return window.matchMedia('(pointer: coarse)').matches ? 'finger' : 'keys'
}

export const rememberHand = (hand: Hand): void => {
  try {
    localStorage.setItem(place, hand)
  } catch {
    return
  }
}
