import { addDays, addMonths, type Day } from '../calendar/day.ts'
import { type RegistrationState, stateOn } from '../people/registration.ts'
import { may, type Right, type Role, roleNeeded } from './roles.ts'

/** Rights of which every call touches the whole service: a person of some sites has nothing of them. */
export const everywhereRights: readonly Right[] = [
  'organisation',
  'staff',
  'backups',
  'audit',
  'protection.read',
  'imports',
  'mailServer',
  'bank',
  'closing',
  'consentTexts',
  'templates',
]

/** The refusal shown to a person of some sites for anything that concerns the whole service. */
export const everywhereNeeded = 'Cette action touche tous les sites\u00a0: elle demande un agent «\u00a0partout\u00a0».'

/** Who asks: the sites are those of a person whom they limit. */
type Asking = { readonly roles: readonly Role[]; readonly sites?: readonly number[] }

/** Why a person has not this right where they work, by their roles or by their sites; null when they have it. */
export const whyNotHere = ({ roles, sites }: Asking, right: Right): string | null => {
  if (!may(roles, right)) return roleNeeded(right)
  return sites !== undefined && everywhereRights.includes(right) ? everywhereNeeded : null
}

/**
 * Why a person does not change what is for the children of every site; null where it is of an activity or period of
 * theirs.
 */
export const whyNotForAll = (
  { sites }: Pick<Asking, 'sites'>,
  of: { readonly activityId: number | null; readonly periodId?: number | null },
): string | null => (sites !== undefined && (of.activityId ?? of.periodId ?? null) === null ? everywhereNeeded : null)

export const mayHere = (person: Asking, right: Right): boolean => whyNotHere(person, right) === null

/** The site of every facility until staff make a second one. */
export const firstSiteId = 1

/** A registration, as far as it says who sees its home. */
export type SiteRegistration = {
  readonly siteId: number
  readonly state: RegistrationState
  readonly endDay: Day
}

/** The number of months during which a home stays visible at a site after the last day of its children there. */
const monthsSeenAfter = 12

/** States that tie a home to a site: a registration that was refused or withdrawn never brought a child there. */
const tyingStates: readonly SiteRegistration['state'][] = ['asked', 'accepted', 'ended']

/**
 * Whether a person limited to these sites sees a home with all its children: one of its children has a registration
 * there, or had one within 12 months; or none of them has one anywhere, so that a new home is seen by all.
 * @param registrations those of every child of the home, whichever of its homes asked for them
 */
export const seesHome = (sites: readonly number[], registrations: readonly SiteRegistration[], today: Day): boolean => {
  const since = addMonths(today, -monthsSeenAfter)
  const tying = registrations.filter(({ state, endDay }) => tyingStates.includes(state) && endDay >= since)
  return tying.length === 0 || tying.some(({ siteId }) => sites.includes(siteId))
}

/**
 * Whether a person limited to these sites, with the right to read health, reads that of a child: it is expected there,
 * by a registration that was accepted, up to its last day. The record is asked before the first day, so that no booking
 * is waited for.
 */
export const seesHealth = (sites: readonly number[], registrations: readonly SiteRegistration[], today: Day): boolean =>
  registrations.some(
    ({ siteId, state, endDay }) => stateOn({ state, to: endDay }, today) === 'accepted' && sites.includes(siteId),
  )

/**
 * The number of days during which a home of another site, opened with a reason, stays visible: long enough to register
 * its child.
 */
const openedDays = 30

/** The last day on which it is seen. */
export const openedUntil = (today: Day): Day => addDays(today, openedDays)
