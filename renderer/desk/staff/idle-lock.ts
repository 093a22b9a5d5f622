import { useEffect } from 'react'
import { clientOutsideForms } from '../../connection/client.ts'
import { type Session, useSetSession } from './session.ts'

/** Locks an idle desk after the minutes set in Réglages; the core locks too, whatever this page does. */
export const useIdleLock = (session: Session | undefined): void => {
  const setSession = useSetSession()
  const minutes = session?.state === 'open' && !session.isDemo ? session.lockAfterMinutes : 0
  useEffect(() => {
    if (minutes <= 0) return undefined
    let last = Date.now()
    const onActivity = () => {
      last = Date.now()
    }
    const timer = setInterval(() => {
      if (Date.now() - last >= minutes * 60_000) void clientOutsideForms.staff.lock().then(setSession, () => undefined)
    }, 10_000)
    for (const event of activityEvents) document.addEventListener(event, onActivity, { passive: true })
    return () => {
      clearInterval(timer)
      for (const event of activityEvents) document.removeEventListener(event, onActivity)
    }
  }, [minutes, setSession])
}

const activityEvents = ['keydown', 'pointerdown', 'wheel'] as const
