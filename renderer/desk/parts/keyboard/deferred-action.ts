import { useEffect, useEffectEvent, useRef } from 'react'

/**
 * For a box that searches while one types: Enter may come before the answer. What was typed decides, not what the last
 * letters had found.
 * @param isAnswered whether what is found is of what is typed
 * @param act once it is, with what was asked for: of what is found then
 */
export const useOnceAnswered = <Asked>(isAnswered: boolean, act: (asked: Asked) => void) => {
  const waiting = useRef<{ readonly asked: Asked }>(undefined)
  const carryOut = useEffectEvent(act)
  useEffect(() => {
    if (!isAnswered || !waiting.current) return
    const { asked } = waiting.current
    waiting.current = undefined
    carryOut(asked)
  }, [isAnswered])
  return {
    ask: (asked: Asked) => {
      if (isAnswered) act(asked)
      else waiting.current = { asked }
    },
    forget: () => {
      waiting.current = undefined
    },
  }
}
