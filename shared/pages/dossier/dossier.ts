import type { DossierItemShown } from '../../contract/portal/papers.ts'
import { type Day, yearOf } from '../../rules/calendar/day.ts'
import { schoolYearName } from '../../rules/calendar/school-year.ts'
import { isStillAsked, itemStateText } from '../../rules/dossier/dossier.ts'
import { type ConfirmableKind, isConfirmable, isSentAsPhoto, sentKind } from '../../rules/dossier/required-paper.ts'
import { schoolYearStart } from '../../rules/people/schooling.ts'
import { capitalised, counted } from '../../rules/text/french.ts'
import { consentsPath } from '../family.ts'
import type { PageHead, PageLink } from '../page.ts'
import { portalPages } from '../portal-pages.ts'

/** « Mon dossier »: what the service requires of the home and of each child, and which of it is there. */

export const dossierLink: PageLink = { path: '/mon-dossier', name: 'Mon dossier' }

/** A page opened from « Mon dossier », which leads back to it. */
export const fromDossier = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}retour=dossier`
export const isFromDossier = (search: URLSearchParams): boolean => search.get('retour') === 'dossier'

/** The page to which a page of a child leads back. */
export const pageBefore = (search: URLSearchParams): PageLink =>
  isFromDossier(search) ? dossierLink : portalPages.family

/** « Revenir à mon dossier » */
export const backText = ({ name }: PageLink): string =>
  `Revenir à ${name.charAt(0).toLocaleLowerCase('fr')}${name.slice(1)}`

const dossierTitle = (today: Day): string => `Mon dossier ${schoolYearName(yearOf(schoolYearStart(today)))}`

export const dossierHead = (today: Day | undefined): PageHead => ({
  title: today === undefined ? dossierLink.name : dossierTitle(today),
  parents: [portalPages.family],
  intro: 'Tout ce que l’accueil demande, sur une page. Une photo suffit.',
})

export const nothingAskedText = 'Rien n’est demandé pour le moment.'

type Row = {
  readonly key: string
  readonly title: string
  readonly state: { readonly kind: 'good' | 'warn' | 'danger' | 'wait'; readonly text: string }
  /** The part that the home can read again and confirm for this row; null when there is none. */
  readonly confirms: ConfirmableKind | null
  readonly send: PageLink | null
  /** The child whose health record has to be completed: its parent may read what it lacks. */
  readonly completes: number | null
}

type Dossier = {
  /** « Il manque 2 choses sur 5. » */
  readonly summary: string
  readonly missing: number
  /** Whether photos give everything that is missing. */
  readonly doesPhotoSuffice: boolean
  readonly done: number
  readonly total: number
  /** The home first, then each child. */
  readonly groups: readonly { readonly title: string; readonly rows: readonly Row[] }[]
}

/** Whether the home is still asked to give it: what it has sent is not. */
export const isLacking = ({ state, isSent }: Pick<DossierItemShown, 'state' | 'isSent'>): boolean =>
  isStillAsked(state) && !isSent

export const dossierShown = (items: readonly DossierItemShown[]): Dossier => {
  const lacking = items.filter(isLacking)
  const missing = lacking.length
  const done = items.filter(({ state }) => state.kind === 'there').length
  const groups = [...Map.groupBy(items, ({ about }) => about)]
  return {
    summary:
      missing === 0
        ? 'Rien ne manque\u00a0: merci\u00a0!'
        : `Il manque ${counted(missing, 'chose')} sur ${items.length}.`,
    missing,
    doesPhotoSuffice: lacking.every(({ kind }) => isSentAsPhoto(kind)),
    done,
    total: items.length,
    groups: groups
      .toSorted(([, [one]], [, [other]]) => Number(one?.child !== null) - Number(other?.child !== null))
      .map(([title, rows]) => ({ title, rows: rows.map(rowOf) })),
  }
}

const rowOf = ({ required, kind, name, child, state, isSent }: DossierItemShown): Row => {
  const isHere = state.kind === 'there'
  return {
    key: `${required} ${child}`,
    title: name,
    state: isSent
      ? { kind: 'wait', text: isConfirmable(kind) ? 'Confirmé, part à la mairie' : 'Envoyée, à lire par le service' }
      : {
          kind: ({ there: 'good', renew: 'warn', received: 'wait', toComplete: 'warn', missing: 'danger' } as const)[
            state.kind
          ],
          text: capitalised(itemStateText(state)),
        },
    confirms: !isSent && !isHere && isConfirmable(kind) ? kind : null,
    send: isSent || isHere ? null : sendLink({ required, kind, child }),
    completes: kind === 'health' && state.kind === 'toComplete' && !isSent ? child : null,
  }
}

const sendLink = ({
  required,
  kind,
  child,
}: Pick<DossierItemShown, 'required' | 'kind' | 'child'>): PageLink | null => {
  if (kind === 'consents' && child !== null) return { path: fromDossier(consentsPath(child)), name: 'Répondre' }
  if (sentKind(kind) === null) return null
  if (kind === 'health') return { path: fromDossier(`/ma-famille/${child}/sante`), name: 'Répondre' }
  if (kind === 'benefits') return { path: fromDossier(`${portalPages.papers.path}?pour=quotient`), name: 'Envoyer' }
  return {
    path: fromDossier(`${portalPages.papers.path}?piece=${required}${child === null ? '' : `&enfant=${child}`}`),
    name: 'Envoyer',
  }
}
