import type { Field } from '../http/forms.ts'
import {
  expiredLinkPage,
  forgottenPasswordPage,
  forgottenPasswordSentPage,
  homePage,
  type LoginPageState,
  letterCodePage,
  passwordPage,
} from '../http/public-pages.ts'
import type { RefusedForms } from '../http/refused-forms.ts'
import type { Reply } from '../http/replies.ts'
import type { Portal } from '../portal.ts'
import { Refused } from '../refused.ts'
import {
  type Caller,
  chooseFirstPassword,
  choosePassword,
  forgotPassword,
  isLinkUsable,
  type Login,
  logIn,
  logOut,
  type SessionSecret,
} from './accounts.ts'

/** Login over HTTP: the pages before the login, and their forms. */

/**
 * Why the login page is shown again, by the value of `fin` in its address: the session ended while a form had text,
 * which the tab has kept (`garde`), or while none had (`oui`), both set by renderer/portal/client.ts; or a sign-up was
 * erased.
 */
const endingNames: Readonly<Record<string, NonNullable<LoginPageState['ended']>>> = {
  garde: 'kept',
  oui: 'gone',
  efface: 'erased',
}

/** @returns null when the address is not a page of the login */
export const loginPageFor = async (portal: Portal, url: URL, refusedForms: RefusedForms): Promise<Reply | null> => {
  const { searchParams, pathname } = url
  const secret = searchParams.get('jeton')
  const { sentence: error, email = '', next = searchParams.get('suite') ?? '' } = refusedForms.read(url) ?? {}
  switch (pathname) {
    case '/': {
      const ended = endingNames[searchParams.get('fin') ?? '']
      return { page: (context) => homePage(context, { error, email, next, ended }) }
    }
    case '/mot-de-passe-oublie':
      if (searchParams.has('envoye')) return { page: forgottenPasswordSentPage }
      return { page: (context) => forgottenPasswordPage(context, { error, email }) }
    case '/activation':
    case '/nouveau-mot-de-passe':
      if (secret !== null) {
        if (!(await isLinkUsable(portal, secret))) return { page: expiredLinkPage, status: 410 }
        return { page: (context) => passwordPage(context, { action: pathname, secret, error }) }
      }
      if (pathname !== '/activation') return { to: '/mot-de-passe-oublie' }
      return { page: (context) => letterCodePage(context, { error, email }) }
    default:
      return null
  }
}

type LoginForm = {
  readonly field: Field
  readonly caller: Caller
  /** The login of the browser that sends the form. */
  readonly login: () => Promise<Login | null>
}

/**
 * Handles the forms of the login.
 * @returns a redirection, since the browser's Back button could not show the answer to a POST again; null when the
 * address is not a form of the login
 */
export const handleLoginForm = async (
  portal: Portal,
  { pathname }: URL,
  form: LoginForm,
  refusedForms: RefusedForms,
): Promise<Reply | null> => {
  try {
    return await handleForm(portal, pathname, form)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { sentence } = error
    const { field } = form
    const secret = field('jeton')
    if (secret !== '' && (pathname === '/activation' || pathname === '/nouveau-mot-de-passe')) {
      return { to: refusedForms.redirectFor({ path: `${pathname}?jeton=${encodeURIComponent(secret)}`, sentence }) }
    }
    const path = pathname === '/connexion' ? '/' : pathname
    return { to: refusedForms.redirectFor({ path, sentence, email: field('identifiant'), next: field('suite') }) }
  }
}

/** @throws Refused */
const handleForm = async (
  portal: Portal,
  pathname: string,
  { field, caller, login }: LoginForm,
): Promise<Reply | null> => {
  const email = field('identifiant')
  // One character more than the longest password: a longer one is refused, never truncated.
  const password = field('mot-de-passe', 201)
  const secret = field('jeton')
  switch (pathname) {
    case '/connexion': {
      const previousLogin = await login()
      const opened = await logIn(portal, caller, { email, password })
      // End the browser's previous session: somebody may have copied its cookie.
      if (previousLogin) await logOut(portal, previousLogin)
      return enterPortal(opened, field('suite'))
    }
    case '/mot-de-passe-oublie':
      await forgotPassword(portal, caller, email)
      return { to: `${pathname}?envoye` }
    case '/activation':
      return enterPortal(
        secret === ''
          ? await chooseFirstPassword(portal, caller, { email, code: field('code'), password })
          : await choosePassword(portal, caller, { secret, password }),
      )
    case '/nouveau-mot-de-passe':
      return secret === '' ? null : enterPortal(await choosePassword(portal, caller, { secret, password }))
    case '/deconnexion': {
      const currentLogin = await login()
      if (currentLogin) await logOut(portal, currentLogin)
      return { to: '/', secret: null }
    }
    default:
      return null
  }
}

/**
 * Opens the session and redirects.
 * @param next the page that the parent asked for before logging in; when it is not a page of this site, the dashboard
 * instead
 */
const enterPortal = ({ secret }: SessionSecret, next = ''): Reply => ({
  to: /^\/[a-z0-9][a-z0-9/-]*(\?[\w%=&+.-]*)?$/.test(next) ? next : '/mon-tableau-de-bord',
  secret,
})
