import IconAddressBook from '@tabler/icons-react/icons/IconAddressBook'
import IconClipboardList from '@tabler/icons-react/icons/IconClipboardList'
import IconFiles from '@tabler/icons-react/icons/IconFiles'
import IconHelpCircle from '@tabler/icons-react/icons/IconHelpCircle'
import IconHome from '@tabler/icons-react/icons/IconHome'
import IconInbox from '@tabler/icons-react/icons/IconInbox'
import IconLayoutDashboard from '@tabler/icons-react/icons/IconLayoutDashboard'
import IconLogout from '@tabler/icons-react/icons/IconLogout'
import IconMail from '@tabler/icons-react/icons/IconMail'
import IconMenu2 from '@tabler/icons-react/icons/IconMenu2'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import IconWallet from '@tabler/icons-react/icons/IconWallet'
import { type ComponentType, type ReactNode, useLayoutEffect } from 'react'
import { Link, useLocation } from 'wouter'
import { mainPages, portalHelp, portalHome, portalPages } from '../../shared/portal/portal-pages.ts'
import { dayAt } from '../../shared/rules/calendar/day.ts'
import { shortDay } from '../../shared/rules/text/french.ts'
import { client, logOut, orpc } from './client.ts'
import { OfflineNotice } from './offline/offline-notice.tsx'
import { Select } from './parts/field.tsx'
import { WithPhones } from './parts/phone.tsx'
import { showToast, Toast } from './parts/toast.tsx'
import { queries, sentenceOf } from './queries.ts'
import { useSession } from './session.ts'

type NavigationItem = {
  readonly path: string
  readonly name: string
  readonly icon: ComponentType<{ className?: string }>
}

const navigationItems = {
  dashboard: { ...portalPages.dashboard, icon: IconLayoutDashboard },
  family: { ...portalPages.family, icon: IconUsers },
  details: { ...portalPages.details, icon: IconAddressBook },
  registrations: { ...portalPages.registrations, icon: IconClipboardList },
  requests: { ...portalPages.requests, icon: IconInbox },
  messages: { ...portalPages.messages, icon: IconMail },
  papers: { ...portalPages.papers, icon: IconFiles },
  account: { ...portalPages.account, icon: IconWallet },
} satisfies Record<keyof typeof portalPages, NavigationItem>

/** The navigation item that is current on pages that have no item of their own. */
const parentItems: readonly [prefix: string, place: NavigationItem][] = [
  ['/mes-reservations', navigationItems.registrations],
  ['/nouvelle-inscription', navigationItems.registrations],
  ['/recu', navigationItems.requests],
  ['/modifier-mon-compte', navigationItems.account],
  ['/nouveau-message', navigationItems.messages],
]

const currentOf = (location: string): NavigationItem | undefined =>
  Object.values(navigationItems).find(({ path }) => location === path || location.startsWith(`${path}/`)) ??
  parentItems.find(([prefix]) => location.startsWith(prefix))?.[1]

/** Surrounds every page: header, navigation, footer, and on phones a bar at the bottom of the screen. */
export const Frame = ({ children }: { children: ReactNode }) => {
  const session = useSession()
  const [location] = useLocation()
  const current = currentOf(location)
  const accent = session?.service.accent
  useLayoutEffect(() => {
    if (accent) document.documentElement.dataset['accent'] = accent
  }, [accent])
  return (
    <>
      <a className="skip" href="#contenu">
        Aller au contenu
      </a>
      <header className="top">
        <div className="top-in">
          <Link className="brand" href="/mon-tableau-de-bord">
            <img src="/marque.svg" alt="" width="40" height="40" />
            <span>
              <b>
                <span className="brand-more">Le </span>Portail <span className="brand-more">de la </span>Famille
              </b>
              <span className="brand-town">{session?.service.town ?? '\u00a0'}</span>
            </span>
          </Link>
          <div className="who">
            <p>
              <b>{homeTitle(session)}</b>
              <span className="welcome soft">
                <br />
                Bienvenue dans votre espace personnel.
              </span>
            </p>
            <a className="menu-link" href="#menu">
              <IconMenu2 className="icon icon-s" aria-hidden />
              Menu
            </a>
            <LogoutButton />
          </div>
        </div>
        <nav className="nav" aria-label="Pages du portail">
          <a href={portalHome.path}>{portalHome.name}</a>
          {Object.values(navigationItems).map((place) => (
            <NavigationLink key={place.path} place={place} isCurrent={place === current} />
          ))}
          <a href={portalHelp.path}>{portalHelp.name}</a>
        </nav>
        <HomeChoice />
      </header>
      <main className="page" id="contenu" tabIndex={-1}>
        <OfflineNotice />
        {children}
      </main>
      <footer className="foot" id="menu" tabIndex={-1}>
        <div className="foot-in">
          <nav className="foot-all" aria-label="Toutes les pages">
            <h2>Toutes les pages</h2>
            <ul className="foot-links">
              <li>
                <a href={portalHome.path}>
                  <IconHome className="icon" aria-hidden />
                  {portalHome.name}
                </a>
              </li>
              {Object.values(navigationItems).map((place) => (
                <li key={place.path}>
                  <NavigationLink place={place} isCurrent={place === current} withIcon />
                </li>
              ))}
              <li>
                <a href={portalHelp.path}>
                  <IconHelpCircle className="icon" aria-hidden />
                  {portalHelp.name}
                </a>
              </li>
            </ul>
          </nav>
          <nav className="legal" aria-label="Informations légales">
            <a href="/mentions-legales">Mentions légales</a>
            <a href="/e-accessibilite">E-accessibilité</a>
            <a href="/contact">Contactez-nous</a>
          </nav>
          <p className="legal-note">
            {session && (
              <WithPhones text={`${[session.service.name, session.service.phone].filter(Boolean).join(' – ')}. `} />
            )}
            {session?.publishedAt && `Date de dernière mise à jour\u00a0: ${shortDay(dayAt(session.publishedAt))}.`}
          </p>
        </div>
      </footer>
      <div className="dock">
        <Toast />
        <div id="dock-bar" />
        <nav className="tabs" aria-label="Pages principales">
          {Object.values(navigationItems)
            .filter(({ path }) => mainPages.some((main) => main.path === path))
            .map((place) => (
              <NavigationLink key={place.path} place={place} isCurrent={place === current} withIcon />
            ))}
          <a href="#menu">
            <IconMenu2 className="icon" aria-hidden />
            <span>Menu</span>
          </a>
        </nav>
      </div>
    </>
  )
}

const NavigationLink = ({
  place: { path, name, icon: Icon },
  isCurrent,
  withIcon = false,
}: {
  place: NavigationItem
  isCurrent: boolean
  withIcon?: boolean
}) => (
  <Link href={path} {...(isCurrent && { 'aria-current': 'page' })}>
    {withIcon && <Icon className="icon" aria-hidden />}
    <span>{name}</span>
  </Link>
)

const homeTitle = (session: ReturnType<typeof useSession>): string => {
  const login = session?.login
  return login?.families.find(({ id }) => id === login.family)?.title ?? '\u00a0'
}

const LogoutButton = () => (
  <button
    type="button"
    className="link"
    onClick={() => void logOut().catch((error: unknown) => showToast(sentenceOf(error), 'danger'))}
  >
    <IconLogout className="icon icon-s" aria-hidden />
    Se déconnecter
  </button>
)

/** Lets a guardian of two homes choose which home the pages show. */
const HomeChoice = () => {
  const session = useSession()
  const [, goTo] = useLocation()
  const login = session?.login
  if (!login || login.families.length < 2) return null
  const choose = async (family: number) => {
    try {
      const next = await client.account.chooseHome({ family })
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey !== orpc.account.session.queryKey() })
      queries.setQueryData(orpc.account.session.queryKey(), next)
      goTo('/mon-tableau-de-bord')
    } catch (error) {
      showToast(sentenceOf(error), 'danger')
    }
  }
  return (
    <div className="home-choice">
      <Select
        label="Foyer affiché"
        value={`${login.family}`}
        onChange={({ target }) => void choose(Number(target.value))}
        options={login.families.map(({ id, title }) => ({ value: `${id}`, text: title }))}
      />
    </div>
  )
}
