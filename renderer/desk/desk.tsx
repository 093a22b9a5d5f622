import { Outlet, useMatches } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { isElsewhere } from '../connection/client.ts'
import { useConnection } from '../connection/connection-state.ts'
import { closePapers } from '../connection/paper.ts'
import { refusalOf } from '../connection/refusal.ts'
import { FirstStartScreen } from './first-start/first-start-screen.tsx'
import { Frame } from './frame.tsx'
import { Failure, Loading, Note } from './parts/feedback.tsx'
import { Screen, ScreenBody, ScreenHead } from './parts/screen.tsx'
import { useIdleLock } from './staff/idle-lock.ts'
import { LockScreen } from './staff/lock-screen.tsx'
import { LoginScreen, ReturnToOwnWorkstationButton } from './staff/login-screen.tsx'
import { type Need, useWhyNot } from './staff/may.ts'
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
          <CurrentScreen />
        </Frame>
      </div>
      {isLocked ? <LockScreen session={session} /> : null}
    </>
  )
}

/** The screen at this address, or why it is not for this person: no call that would be refused is tried. */
const CurrentScreen = () => {
  const need = useMatches({ select: (matches) => matches.at(-1)?.staticData.need })
  const whyNot = useWhyNot(need)
  if (whyNot === null) return <Outlet />
  return (
    <Screen title="Écran réservé">
      <ScreenHead title="Cet écran n’est pas dans vos droits" />
      <ScreenBody>
        <Note>{whyNot}</Note>
      </ScreenBody>
    </Screen>
  )
}

declare module '@tanstack/react-router' {
  // Interfaces are what TypeScript merges.
  interface StaticDataRouteOption {
    /** What a person needs to open the screen, where its first call would be refused to others. */
    readonly need?: Need
  }
}

const Opening = () => {
  const isLost = useConnection((connection) => connection.isLost)
  return <Loading>{isLost ? 'Poste principal injoignable, nouvelle tentative…' : 'Ouverture du bureau…'}</Loading>
}
