import { Menu, useMantineColorScheme } from '@mantine/core'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconLock from '@tabler/icons-react/icons/IconLock'
import IconLogout from '@tabler/icons-react/icons/IconLogout'
import IconMoodKid from '@tabler/icons-react/icons/IconMoodKid'
import IconPlugConnectedX from '@tabler/icons-react/icons/IconPlugConnectedX'
import IconSearch from '@tabler/icons-react/icons/IconSearch'
import { Link, useNavigate, useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { dayAt } from '../../shared/rules/calendar/day.ts'
import { shortDay } from '../../shared/rules/text/french.ts'
import { clientOutsideForms } from '../connection/client.ts'
import { useConnection } from '../connection/connection-state.ts'
import { WaitingBanner } from './attendance/waiting-banner.tsx'
import { FirstDayBadge } from './help/first-day-badge.tsx'
import { KeysSheet } from './help/keys-sheet.tsx'
import { SidePanelHost } from './help/side-panel-host.tsx'
import { HistoryPanel } from './history/history-panel.tsx'
import { LastActsButton } from './history/last-acts.tsx'
import { searchDesk } from './home/palette-search.tsx'
import { RepricingQuestion } from './invoicing/repricing-question.tsx'
import { MessagesCount } from './messages/messages-count.tsx'
import { useFocusRecovery } from './parts/keyboard/focus-recovery.ts'
import { Key } from './parts/keyboard/key.tsx'
import { Palette } from './parts/keyboard/palette.tsx'
import { useShortcut } from './parts/keyboard/shortcuts.ts'
import { ExchangeStatus } from './portal/exchange-status.tsx'
import { RequestsCount } from './requests/requests-count.tsx'
import { type DeskPath, screens, sitesOf } from './screens.ts'
import { SealingBanner } from './settings/sealing-banner.tsx'
import { useMay } from './staff/may.ts'
import { type Session, useSetSession } from './staff/session.ts'
import { VersionBanner } from './staff/version-banner.tsx'

/** The desk's page: navigation rail, top bar, current screen, side panels. */
export const Frame = ({ session, children }: { session: Session; children: ReactNode }) => {
  const may = useMay()
  const [isSearching, setIsSearching] = useState(false)
  const [seesKeys, setSeesKeys] = useState(false)
  const isLost = useConnection((connection) => connection.isLost)
  const navigate = useNavigate()
  useReloadWarning(isLost)
  useShortcut('mod+k', 'chercher partout', () => setIsSearching(true), { where: 'desk' })
  useShortcut('?', 'montrer ces raccourcis', () => setSeesKeys(true), { where: 'desk' })
  return (
    <div className="app">
      <section className="app-banners" aria-label="Avertissements">
        <a className="skip" href="#contenu" onClick={skipToContent}>
          Aller au contenu
        </a>
        {isLost ? (
          <p className="app-banner" role="alert">
            <IconPlugConnectedX size={16} aria-hidden="true" />
            Poste principal injoignable, nouvelle tentative… Ce qui est à l’écran peut dater&nbsp;; ce que vous tapez
            est gardé.{window.desk ? null : ' Ne rechargez pas cette page\u00a0: elle ne reviendrait qu’avec lui.'}
          </p>
        ) : null}
        <VersionBanner session={session} />
        <SealingBanner isOpen={session.state === 'open'} isDemo={session.isDemo} />
        <WaitingBanner staffId={session.member?.id} isOpen={session.state === 'open'} />
      </section>
      <Rail session={session} />
      <header className="topbar">
        <button type="button" className="search" onClick={() => setIsSearching(true)}>
          <IconSearch size={16} aria-hidden="true" />
          Enfant, famille, téléphone, facture…
          <Key combo="mod+k" />
        </button>
        <span className="grow" />
        {session.isDemo ? <FirstDayBadge /> : null}
        <span className="nowrap">{shortDay(dayAt(session.now))}</span>
        <LastActsButton />
        <ExchangeStatus />
        <AccountMenu session={session} />
      </header>
      <Content>{children}</Content>
      <SidePanelHost isDemo={session.isDemo} />
      <Palette
        opened={isSearching}
        onClose={() => setIsSearching(false)}
        search={(text) => searchDesk(text, navigate, may)}
      />
      <HistoryPanel />
      <RepricingQuestion />
      <KeysSheet opened={seesKeys} onClose={() => setSeesKeys(false)} />
    </div>
  )
}

/**
 * Makes a browser ask before the page is left while the first workstation is out of reach: the page could not be loaded
 * again. A service worker cannot cache the page, since browsers refuse one where the certificate was trusted by hand.
 */
const useReloadWarning = (isLost: boolean) =>
  useEffect(() => {
    if (!isLost || window.desk) return undefined
    const stay = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', stay)
    return () => window.removeEventListener('beforeunload', stay)
  }, [isLost])

const Rail = ({ session }: { session: Session }) => {
  const may = useMay()
  const open = screens.filter((screen) => screen.right === null || may(screen.right, sitesOf(screen)))
  return (
    <aside className="rail" aria-label="Navigation">
      <div className="rail-head">
        <span className="rail-mark">
          <IconMoodKid size={18} aria-hidden="true" />
        </span>
        <span>
          Espace Jeunesse<small>{session.town}</small>
        </span>
      </div>
      <nav aria-label="Écrans">
        {open
          .filter(({ path }) => !isServicePath(path))
          .map((screen) => (
            <RailLink key={screen.path} screen={screen} />
          ))}
      </nav>
      <nav aria-label="Application">
        {open
          .filter(({ path }) => isServicePath(path))
          .map((screen) => (
            <RailLink key={screen.path} screen={screen} />
          ))}
      </nav>
    </aside>
  )
}

/** Screens about the whole service rather than the day are at the foot of the rail. */
const isServicePath = (path: DeskPath): boolean => path === '/portail' || path === '/reglages'

const RailLink = ({ screen: { path, title, icon: Icon } }: { screen: (typeof screens)[number] }) => (
  <Link to={path} activeOptions={{ exact: path === '/', includeSearch: false }} title={title}>
    <Icon size={18} aria-hidden="true" />
    <span>{title}</span>
    {path === '/demandes' ? <RequestsCount /> : null}
    {path === '/messages' ? <MessagesCount /> : null}
  </Link>
)

/** Moves the focus to each new screen, so that the keyboard and a screen reader start at its top. */
const Content = ({ children }: { children: ReactNode }) => {
  const main = useRef<HTMLElement>(null)
  const path = useRouterState({ select: (state) => state.location.pathname })
  const last = useRef(path)
  useFocusRecovery(main)
  useEffect(() => {
    if (last.current === path) return
    last.current = path
    main.current?.focus()
  }, [path])
  return (
    <main id="contenu" className="screen" ref={main} tabIndex={-1}>
      {children}
    </main>
  )
}

const AccountMenu = ({ session }: { session: Session }) => {
  const setSession = useSetSession()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const name = session.member?.name ?? ''
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className="who">
          <span className="avatar" aria-hidden="true">
            {initials(name)}
          </span>
          <span>{name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {/* The example town logs in automatically: nobody would have a password to unlock the desk. */}
        {session.isDemo ? null : (
          <Menu.Item
            leftSection={<IconLock size={16} />}
            onClick={() => void clientOutsideForms.staff.lock().then(setSession)}
          >
            Verrouiller
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconLogout size={16} />}
          onClick={() => void clientOutsideForms.staff.logout().then(setSession)}
        >
          Se déconnecter
        </Menu.Item>
        <Menu.Divider />
        {schemes.map(([scheme, words]) => (
          <Menu.Item
            key={scheme}
            rightSection={colorScheme === scheme ? <IconCheck size={16} /> : undefined}
            onClick={() => {
              setColorScheme(scheme)
              void window.desk?.setTheme(scheme === 'auto' ? 'system' : scheme)
            }}
          >
            {words}
            {colorScheme === scheme ? <span className="unseen">, choisi</span> : null}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

const schemes = [
  ['light', 'Thème clair'],
  ['dark', 'Thème sombre'],
  ['auto', 'Thème du système'],
] as const

// The router keeps the screen's address in the hash: following the anchor would leave the screen.
const skipToContent = (event: React.MouseEvent) => {
  event.preventDefault()
  document.getElementById('contenu')?.focus()
}

const initials = (name: string): string =>
  name
    .split(/[\s-]+/)
    .map((word) => word.charAt(0).toLocaleUpperCase('fr'))
    .slice(0, 2)
    .join('')
