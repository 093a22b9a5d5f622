import { Menu, useMantineColorScheme } from '@mantine/core'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconLock from '@tabler/icons-react/icons/IconLock'
import IconLogout from '@tabler/icons-react/icons/IconLogout'
import IconMoodKid from '@tabler/icons-react/icons/IconMoodKid'
import IconPlugConnectedX from '@tabler/icons-react/icons/IconPlugConnectedX'
import IconSearch from '@tabler/icons-react/icons/IconSearch'
import { Link, useNavigate, useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { dayAt } from '../../shared/rules/day.ts'
import { shortDay } from '../../shared/rules/french.ts'
import { useConnection } from '../connection/changes.ts'
import { client } from '../connection/client.ts'
import { searchDesk } from './home/palette-search.tsx'
import { Dialog } from './parts/dialogs.tsx'
import { Key } from './parts/key.tsx'
import { Palette } from './parts/palette.tsx'
import { useShortcut, useShortcuts } from './parts/shortcuts.ts'
import { RequestsCount } from './requests/requests-count.tsx'
import { screens } from './screens.ts'
import { useMay } from './staff/may.ts'
import { type Session, useSetSession } from './staff/session.ts'

/** The rail, the bar, and the screen between them. */
export const Frame = ({ session, children }: { session: Session; children: ReactNode }) => {
  const may = useMay()
  const [isSearching, setIsSearching] = useState(false)
  const [needsHelp, setNeedsHelp] = useState(false)
  const isLost = useConnection((connection) => connection.isLost)
  const navigate = useNavigate()
  useShortcut('mod+k', 'chercher partout', () => setIsSearching(true), { where: 'desk' })
  useShortcut('?', 'montrer cette aide', () => setNeedsHelp(true), { where: 'desk' })
  return (
    <div className="app">
      <section className="app-banners" aria-label="Avertissements">
        <a className="skip" href="#contenu" onClick={skipToContent}>
          Aller au contenu
        </a>
        {isLost ? (
          <p className="app-banner" role="alert">
            <IconPlugConnectedX size={16} aria-hidden="true" />
            Connexion perdue, nouvel essai en cours… Ce qui est à l’écran peut dater, et rien ne s’enregistre pour
            l’instant.
          </p>
        ) : null}
      </section>
      <Rail session={session} />
      <header className="topbar">
        <button type="button" className="search" onClick={() => setIsSearching(true)}>
          <IconSearch size={16} aria-hidden="true" />
          Enfant, famille, téléphone, facture…
          <Key combo="mod+k" />
        </button>
        <span className="grow" />
        {session.isDemo ? (
          <span
            className="badge"
            data-tone="accent"
            title="Aucune personne n’est réelle ; tout est remis à neuf chaque semaine."
          >
            Ville d’exemple
          </span>
        ) : null}
        <span className="nowrap">{shortDay(dayAt(session.now))}</span>
        <Who session={session} />
      </header>
      <Content>{children}</Content>
      <Palette
        opened={isSearching}
        onClose={() => setIsSearching(false)}
        search={(text) => searchDesk(text, navigate, may)}
      />
      <Help opened={needsHelp} onClose={() => setNeedsHelp(false)} />
    </div>
  )
}

const Rail = ({ session }: { session: Session }) => {
  const may = useMay()
  const open = screens.filter(({ act }) => act === null || may(act))
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
        {open.slice(0, -1).map((screen) => (
          <RailLink key={screen.path} screen={screen} />
        ))}
      </nav>
      <nav aria-label="Application">
        {open.slice(-1).map((screen) => (
          <RailLink key={screen.path} screen={screen} />
        ))}
      </nav>
    </aside>
  )
}

const RailLink = ({ screen: { path, title, icon: Sign } }: { screen: (typeof screens)[number] }) => (
  <Link to={path} activeOptions={{ exact: path === '/', includeSearch: false }} title={title}>
    <Sign size={18} aria-hidden="true" />
    <span>{title}</span>
    {path === '/demandes' ? <RequestsCount /> : null}
  </Link>
)

/** Another screen takes the focus, so that the keyboard and a screen reader start from its top. */
const Content = ({ children }: { children: ReactNode }) => {
  const main = useRef<HTMLElement>(null)
  const path = useRouterState({ select: (state) => state.location.pathname })
  const last = useRef(path)
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

const Who = ({ session }: { session: Session }) => {
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
        {/* The example town logs in by itself: no password would open it again. */}
        {session.isDemo ? null : (
          <Menu.Item leftSection={<IconLock size={16} />} onClick={() => void client.staff.lock().then(setSession)}>
            Verrouiller
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void client.staff.logout().then(setSession)}>
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

const Help = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => {
  const shortcuts = useShortcuts((state) => state.shortcuts)
  const here = shortcuts.filter(({ where }) => where !== 'desk')
  const everywhere = shortcuts.filter(({ where }) => where === 'desk')
  return (
    <Dialog opened={opened} title="Raccourcis du clavier" onClose={onClose}>
      <div className="help">
        {here.length > 0 ? <HelpList title="Sur cet écran" shortcuts={here} /> : null}
        <HelpList title="Partout" shortcuts={everywhere} />
      </div>
    </Dialog>
  )
}

const HelpList = ({ title, shortcuts }: { title: string; shortcuts: readonly { combo: string; label: string }[] }) => (
  <section>
    <h3>{title}</h3>
    <dl>
      {[...new Map(shortcuts.map((shortcut) => [shortcut.combo, shortcut])).values()].map(({ combo, label }) => (
        <div key={combo} style={{ display: 'contents' }}>
          <dt>
            {combo.split(' ').map((one) => (
              <Key key={one} combo={one} />
            ))}
          </dt>
          <dd>{label}</dd>
        </div>
      ))}
    </dl>
  </section>
)

// The hash names the screen: an anchor in it would leave the screen.
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
