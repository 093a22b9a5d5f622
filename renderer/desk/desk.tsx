import { Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { refusalOf } from '../connection/refusal.ts'
import { Frame } from './frame.tsx'
import { Failure, Loading } from './parts/telling.tsx'
import { FirstStartScreen } from './settings/first-start-screen.tsx'
import { useIdleLock } from './staff/idle-lock.ts'
import { LockScreen } from './staff/lock-screen.tsx'
import { LoginScreen } from './staff/login-screen.tsx'
import { useSession } from './staff/session.ts'

/** What of the desk is open: nothing yet, the login, or the frame with its screen. */
export const Desk = () => {
  const { data: session, error, refetch } = useSession()
  useIdleLock(session)
  const state = session?.state
  useEffect(() => {
    if (state === 'loggedOut') document.title = 'Connexion – Espace Jeunesse'
    if (state === 'firstStart') document.title = 'Premier démarrage – Espace Jeunesse'
  }, [state])
  useEffect(() => {
    // A dialog left open says as much as a screen.
    const overlays = document.getElementById('overlays')
    overlays?.toggleAttribute('inert', state === 'locked')
    overlays?.toggleAttribute('hidden', state === 'locked')
  }, [state])
  // A desk that was started again knows no page of before: only its new address lets one in.
  if (!session || (error && refusalOf(error).why === 'loginNeeded'))
    return (
      <main className="alone">
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Loading>Ouverture du bureau…</Loading>}
      </main>
    )
  if (session.state === 'firstStart') return <FirstStartScreen />
  if (session.state === 'loggedOut') return <LoginScreen session={session} />
  const isLocked = session.state === 'locked'
  return (
    <>
      <div inert={isLocked} style={{ display: 'contents', visibility: isLocked ? 'hidden' : 'visible' }}>
        <Frame session={session}>
          <Outlet />
        </Frame>
      </div>
      {isLocked ? <LockScreen session={session} /> : null}
    </>
  )
}
