import { Outlet } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { isElsewhere } from '../connection/client.ts'
import { useConnection } from '../connection/connection-state.ts'
import { closePapers } from '../connection/paper.ts'
import { refusalOf } from '../connection/refusal.ts'
import { FirstStartScreen } from './first-start/first-start-screen.tsx'
import { Frame } from './frame.tsx'
import { Failure, Loading } from './parts/feedback.tsx'
import { useIdleLock } from './staff/idle-lock.ts'
import { LockScreen } from './staff/lock-screen.tsx'
import { LoginScreen, ReturnToOwnWorkstationButton } from './staff/login-screen.tsx'
import { NewPasswordScreen } from './staff/new-password-screen.tsx'
import { useSession } from './staff/session.ts'

/** Shows the first start, the login, or the frame with the current screen, according to the session. */
export const Desk = () => {
  const { data: session, error, refetch } = useSession()
  const [isStarting, setIsStarting] = useState(false)
  useIdleLock(session)
  const state = session?.state
  useEffect(() => {
    if (state === 'newPassword') document.title = 'Nouveau mot de passe – Espace Jeunesse'
    if (state === 'loggedOut') document.title = 'Connexion – Espace Jeunesse'
    if (state === 'firstStart') document.title = 'Premier démarrage – Espace Jeunesse'
  }, [state])
  useEffect(() => {
    // Dialogs are outside the frame: hide them too while the desk is locked.
    const overlays = document.getElementById('overlays')
    overlays?.toggleAttribute('inert', state === 'locked')
    overlays?.toggleAttribute('hidden', state === 'locked')
    if (state === 'locked' || state === 'loggedOut') closePapers()
  }, [state])
  if (!session || (error && refusalOf(error).why === 'loginNeeded'))
    return (
      <main className="alone">
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Opening />}
        {isElsewhere ? <ReturnToOwnWorkstationButton /> : null}
      </main>
    )
  if (session.state === 'firstStart' || (isStarting && session.state === 'open'))
    return <FirstStartScreen onKeepOpen={setIsStarting} />
  if (session.state === 'loggedOut') return <LoginScreen session={session} />
  if (session.state === 'newPassword') return <NewPasswordScreen session={session} />
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

const Opening = () => {
  const isLost = useConnection((connection) => connection.isLost)
  return <Loading>{isLost ? 'Poste principal injoignable, nouvelle tentative…' : 'Ouverture du bureau…'}</Loading>
}
