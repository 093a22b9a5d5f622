import { useEffect, useEffectEvent, useRef } from 'react'

/**
 * For a field that searches while a person types: if Enter is pressed before the results of the whole text arrive, the
 * action waits for these results, rather than act on older ones.
 * @param isAnswered whether the current results belong to the current text
 * @param act runs once `isAnswered` is true, with the argument of `request`
 */
export const useDeferredAction = <Argument>(isAnswered: boolean, act: (argument: Argument) => void) => {
  const waiting = useRef<{ readonly argument: Argument }>(undefined)
  const runAction = useEffectEvent(act)
  useEffect(() => {
    if (!isAnswered || !waiting.current) return
    const { argument } = waiting.current
    waiting.current = undefined
    runAction(argument)
  }, [isAnswered])
  return {
    request: (argument: Argument) => {
      if (isAnswered) act(argument)
      else waiting.current = { argument }
    },
    cancel: () => {
      waiting.current = undefined
    },
  }
}
