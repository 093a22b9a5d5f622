import { Title } from '@mantine/core'
import { useFocusTrap } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { clientOutsideForms } from '../../connection/client.ts'
import { useSetSession } from './session.ts'

/**
 * A screen that fills the window, without the desk's menu: for a person who is not logged in yet, or has to log in
 * again.
 * @param isOverlay lays the screen over the desk, which stays mounted behind: nothing typed there is lost
 */
export const FullWindowScreen = ({
  title,
  subtitle,
  isOverlay = false,
  children,
}: {
  title: string
  subtitle?: ReactNode
  isOverlay?: boolean
  children: ReactNode
}) => {
  const trap = useFocusTrap()
  return (
    <main className={isOverlay ? 'alone alone-veil' : 'alone'} ref={trap}>
      <div className="stack stack-wide">
        <div>
          <Title order={1}>{title}</Title>
          {subtitle === undefined ? null : <p className="soft">{subtitle}</p>}
        </div>
        {children}
      </div>
    </main>
  )
}

/** Logs the person out, so that somebody else can log in. */
export const SwitchPersonButton = () => {
  const setSession = useSetSession()
  return (
    <button
      type="button"
      className="plain-link"
      onClick={() => void clientOutsideForms.staff.logout().then(setSession)}
    >
      Changer de personne
    </button>
  )
}
