import { dayAt } from '../../../shared/rules/calendar/day.ts'
import {
  childFields,
  type Fault,
  homeFields,
  isBlank,
  maxChildren,
  readChild,
  readHome,
  type TypedFields,
  withoutSecondParent,
} from '../../../shared/rules/people/sign-up.ts'
import { answerDueOn } from '../../../shared/rules/requests/answer.ts'
import { singleLineText } from '../../../shared/rules/text/typed.ts'
import type { Caller } from '../account/account.ts'
import type { Field } from '../http/forms.ts'
import type { PublicContext } from '../http/public-pages.ts'
import { isRefusedFormUrl, type RefusedForms, refusedFormUrl } from '../http/refused-forms.ts'
import type { Reply } from '../http/replies.ts'
import type { Portal } from '../portal.ts'
import { documentOf } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import {
  childrenStepPage,
  deadLinkPage,
  dueText,
  emailPage,
  emailSentPage,
  erasePage,
  homeStepPage,
  reviewPage,
  signUpClosedPage,
  signUpLinkPage,
  signUpSentPage,
  type Walk,
} from './sign-up-pages.ts'
import {
  checkEmail,
  deleteTyped,
  isLinkUsable,
  readSteps,
  requestLink,
  type SignUp,
  type SignUpTown,
  sendSignUp,
  signUpOf,
  signUpTown,
  storeTyped,
} from './signing-up.ts'

/** The sign-up over HTTP: its pages, and their forms. */

const root = '/inscription'

export const isSignUp = ({ pathname }: URL): boolean => pathname === root || pathname.startsWith(`${root}/`)

const page = (page: (context: PublicContext) => string): Reply => ({ page })
const toStart: Reply = { to: root }

const createWalk = (portal: Portal, town: SignUpTown, { email, typed }: SignUp): Walk => ({
  email,
  typed,
  town,
  now: portal.clock(),
})

/** @returns null when the address is not a page of the sign-up */
export const signUpPageFor = async (
  portal: Portal,
  url: URL,
  secret: string | null,
  refusedForms: RefusedForms,
): Promise<Reply | null> => {
  const { db } = portal.store
  const path = url.pathname.slice(root.length)
  if (path === '/lien') {
    const jeton = url.searchParams.get('jeton') ?? ''
    return (await isLinkUsable(portal, jeton)) ? page((context) => signUpLinkPage(context, jeton)) : page(deadLinkPage)
  }
  if (path === '' && url.searchParams.has('envoye')) return page(emailSentPage)
  if (!['', '/foyer', '/enfants', '/relire', '/envoyee', '/effacer'].includes(path)) return null
  const found = secret === null ? null : await signUpOf(portal, secret)
  // An answered sign-up has ended: another may begin.
  const signUp = path === '' && found?.answeredAt ? null : found
  if (signUp && signUp.recordedAt !== null)
    return path === '/envoyee' ? sentReply(portal, signUp) : { to: `${root}/envoyee` }
  const town = await signUpTown(db)
  if (!town) return page(signUpClosedPage)
  const { sentence, email = '' } = refusedForms.read(url) ?? {}
  if (!signUp) {
    const faults = sentence === undefined ? [] : [{ field: 'email', sentence }]
    return path === '' ? page((context) => emailPage(context, { town, now: portal.clock(), email, faults })) : toStart
  }
  if (path === '/effacer') return page(erasePage)
  const walk = createWalk(portal, town, signUp)
  const steps = readSteps(signUp, town, walk.now)
  if (path === '/foyer') {
    const faults = isRefusedFormUrl(url) ? faultsIn(readHome(signUp.typed.home, signUp.email)) : []
    return page((context) => homeStepPage(context, walk, faults))
  }
  if (path === '/enfants') {
    const wanted = Number(url.searchParams.get('enfant') ?? 1)
    const at = Number.isInteger(wanted)
      ? Math.min(Math.max(wanted, 1), signUp.typed.children.length + 1, maxChildren) - 1
      : 0
    const faults = isRefusedFormUrl(url)
      ? faultsIn(readChild(signUp.typed.children[at] ?? {}, town.schools, dayAt(walk.now)))
      : []
    return page((context) => childrenStepPage(context, walk, { at, faults }))
  }
  if (path === '/relire' && steps.step === 'review') {
    const faults = sentence === undefined ? [] : [{ field: 'accepted', sentence }]
    return page((context) => reviewPage(context, walk, { ...steps, faults }))
  }
  return { to: stepPath[steps.step] }
}

const stepPath = { home: `${root}/foyer`, children: `${root}/enfants`, review: `${root}/relire` } as const

const faultsIn = (read: object & { readonly faults?: readonly Fault[] }): readonly Fault[] => read.faults ?? []

const sentReply = async (portal: Portal, { email, recordedAt, answeredAt }: SignUp): Promise<Reply> => {
  const days = (await documentOf(portal.store.db, 'town'))?.answerWorkingDays ?? 2
  const at = recordedAt ?? portal.clock()
  const due = dueText(answerDueOn(at, days))
  return page((context) => signUpSentPage(context, { email, recordedAt: at, due, isAnswered: answeredAt !== null }))
}

type SignUpForm = {
  readonly field: Field
  readonly refusedForms: RefusedForms
}

/**
 * Handles the forms of the sign-up.
 * @returns a redirection, since « Précédent » could not show the answer to a POST again; null when the address is not a
 * form of the sign-up
 */
export const handleSignUpForm = async (
  portal: Portal,
  url: URL,
  { field, secret, caller, refusedForms }: SignUpForm & { readonly secret: string | null; readonly caller: Caller },
): Promise<Reply | null> => {
  const path = url.pathname.slice(root.length)
  if (path === '') return handleEmail(portal, { field, refusedForms }, caller)
  if (path === '/lien') {
    try {
      return { to: `${root}/foyer`, secret: await checkEmail(portal, field('jeton')) }
    } catch (error) {
      // The link's page says that the link no longer works.
      if (error instanceof Refused)
        return { to: `${root}/lien?jeton=${encodeURIComponent(field('jeton').toWellFormed())}` }
      throw error
    }
  }
  // Frees the browser for another family: a recorded sign-up continues, and typed text stays until its mail's link is
  // used again.
  if (path === '/autre') return { to: root, secret: null }
  const handle = stepHandlers[path]
  if (!handle) return null
  const own = secret === null ? null : await signUpOf(portal, secret)
  const town = await signUpTown(portal.store.db)
  if (!own || !town) return toStart
  if (own.recordedAt !== null) return { to: `${root}/envoyee` }
  return handle(portal, own, town, { field, refusedForms })
}

const handleEmail = async (portal: Portal, { field, refusedForms }: SignUpForm, caller: Caller): Promise<Reply> => {
  const email = field('email')
  try {
    if (field('site') === '') await requestLink(portal, caller, email)
    return { to: `${root}?envoye` }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { to: refusedForms.redirectFor({ path: root, sentence: error.sentence, email }) }
  }
}

type StepHandler = (portal: Portal, own: SignUp, town: SignUpTown, form: SignUpForm) => Promise<Reply>

const typedIn = (names: readonly string[], field: Field): TypedFields =>
  // Half of a surrogate pair cannot be stored.
  Object.fromEntries(names.map((name) => [name, singleLineText(field(name).toWellFormed())]))

const handleHome: StepHandler = async (portal, own, town, { field }) => {
  const home = withoutSecondParent(typedIn(homeFields, field))
  await storeTyped(portal, own, { home })
  const read = readHome(home, own.email)
  if ('value' in read)
    return { to: stepPath[readSteps({ ...own, typed: { ...own.typed, home } }, town, portal.clock()).step] }
  return { to: refusedFormUrl(stepPath.home) }
}

const handleChildren: StepHandler = async (portal, own, town, { field }) => {
  const wanted = Number(field('enfant'))
  const previous = own.typed.children
  const at = Number.isInteger(wanted)
    ? Math.min(Math.max(wanted - 1, 0), previous.length, maxChildren - 1)
    : previous.length
  const act = field('geste')
  const child = act === 'retirer' ? {} : typedIn(childFields, field)
  // Drop children whose fields were left empty.
  const all = previous.toSpliced(at, 1, child)
  const children = all.filter((one) => !isBlank(one))
  await storeTyped(portal, own, { children })
  if (act === 'revenir') return { to: `${root}/foyer` }
  if (act === 'retirer') return { to: `${root}/enfants` }
  const isWrong = (typed: TypedFields) => 'faults' in readChild(typed, town.schools, dayAt(portal.clock()))
  const correct = (index: number) => ({ to: refusedFormUrl(`${root}/enfants?enfant=${index + 1}`) })
  if (children.length === 0) return correct(0)
  if (!isBlank(child) && isWrong(child)) return correct(children.indexOf(child))
  if (act === 'ajouter') return { to: `${root}/enfants?enfant=${Math.min(children.length + 1, maxChildren)}` }
  const other = children.findIndex(isWrong)
  return other < 0 ? { to: `${root}/relire` } : correct(other)
}

const handleReview: StepHandler = async (portal, own, town, { field, refusedForms }) => {
  try {
    await sendSignUp(portal, own, field('accepted') === 'oui' ? field('version') : null)
    return { to: `${root}/envoyee` }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { step } = readSteps(own, town, portal.clock())
    return {
      to:
        step === 'review'
          ? refusedForms.redirectFor({ path: stepPath.review, sentence: error.sentence })
          : stepPath[step],
    }
  }
}

const handleErase: StepHandler = async (portal, own) => {
  await deleteTyped(portal, own)
  return { to: '/?fin=efface', secret: null }
}

const stepHandlers: Readonly<Record<string, StepHandler>> = {
  '/foyer': handleHome,
  '/enfants': handleChildren,
  '/relire': handleReview,
  '/effacer': handleErase,
}
