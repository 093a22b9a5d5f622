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
import {
  breadcrumbStart,
  homeTitle,
  legalLinks,
  legalNote,
  logOutText,
  menuText,
  navigationNames,
  skipText,
  welcomeText,
} from '../../shared/pages/frame.ts'
import { currentMenuPath, mainPages, portalHelp, portalHome, portalLinks } from '../../shared/pages/portal-pages.ts'
import { client, logOut, orpc } from './client.ts'
import { OfflineNotice } from './offline/offline-notice.tsx'
import { Select } from './parts/field.tsx'
import { WithPhones } from './parts/phone.tsx'
import { showToast, Toast } from './parts/toast.tsx'
import { queries, sentenceOf } from './queries.ts'
import { useSession } from './session.ts'

type Icon = ComponentType<{ className?: string }>

const icons: Readonly<Record<(typeof portalLinks)[number]['path'], Icon>> = {
  '/': IconHome,
  '/mon-tableau-de-bord': IconLayoutDashboard,
  '/ma-famille': IconUsers,
  '/mes-coordonnees': IconAddressBook,
  '/mes-inscriptions': IconClipboardList,
  '/mes-demandes': IconInbox,
  '/mes-messages': IconMail,
  '/mes-pieces': IconFiles,
  '/mon-compte': IconWallet,
  '/aide': IconHelpCircle,
}

/** Surrounds every page: header, navigation, footer, and on phones a bar at the bottom of the screen. */
export const Frame = ({ children }: { children: ReactNode }) => {
  const session = useSession()
  const [location] = useLocation()
  const current = currentMenuPath(location)
  const accent = session?.service.accent
  useLayoutEffect(() => {
    if (accent) document.documentElement.dataset['accent'] = accent
  }, [accent])
  return (
    <>
      <a className="skip" href="#contenu">
        {skipText}
      </a>
      <header className="top">
        <div className="top-in">
          <Link className="brand" href={breadcrumbStart.path}>
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
              <b>{homeTitle(session?.login) || '\u00a0'}</b>
              <span className="welcome soft">
                <br />
                {welcomeText}
              </span>
            </p>
            <a className="menu-link" href="#menu">
              <IconMenu2 className="icon icon-s" aria-hidden />
              {menuText}
            </a>
            <LogoutButton />
          </div>
        </div>
        <nav className="nav" aria-label={navigationNames.pages}>
          {portalLinks.map((link) => (
            <NavigationLink key={link.path} link={link} current={current} />
          ))}
        </nav>
        <HomeChoice />
      </header>
      <main className="page" id="contenu" tabIndex={-1}>
        <OfflineNotice />
        {children}
      </main>
      <footer className="foot" id="menu" tabIndex={-1}>
        <div className="foot-in">
          <nav className="foot-all" aria-label={navigationNames.all}>
            <h2>{navigationNames.all}</h2>
            <ul className="foot-links">
              {portalLinks.map((link) => (
                <li key={link.path}>
                  <NavigationLink link={link} current={current} withIcon />
                </li>
              ))}
            </ul>
          </nav>
          <nav className="legal" aria-label={navigationNames.legal}>
            {legalLinks.map(({ path, name }) => (
              <a key={path} href={path}>
                {name}
              </a>
            ))}
          </nav>
          <p className="legal-note">
            <WithPhones text={legalNote(session?.service, session?.publishedAt)} />
          </p>
        </div>
      </footer>
      <div className="dock">
        <Toast />
        <div id="dock-bar" />
        <nav className="tabs" aria-label={navigationNames.main}>
          {mainPages.map((link) => (
            <NavigationLink key={link.path} link={link} current={current} withIcon />
          ))}
          <a href="#menu">
            <IconMenu2 className="icon" aria-hidden />
            <span>{menuText}</span>
          </a>
        </nav>
      </div>
    </>
  )
}

const NavigationLink = ({
  link: { path, name },
  current,
  withIcon = false,
}: {
  link: (typeof portalLinks)[number]
  current: string | undefined
  withIcon?: boolean
}) => {
  const Icon = icons[path]
  // The server alone writes these two pages.
  const Anchor = path === portalHome.path || path === portalHelp.path ? 'a' : Link
  return (
    <Anchor href={path} {...(path === current && { 'aria-current': 'page' as const })}>
      {withIcon && <Icon className="icon" aria-hidden />}
      <span>{name}</span>
    </Anchor>
  )
}

const LogoutButton = () => (
  <button
    type="button"
    className="link"
    onClick={() => void logOut().catch((error: unknown) => showToast(sentenceOf(error), 'danger'))}
  >
    <IconLogout className="icon icon-s" aria-hidden />
    {logOutText}
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
      goTo(breadcrumbStart.path)
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
