import type { Day } from '../calendar/day.ts'

/**
 * The state of a registration at the desk. Only an accepted one opens its calendar; the portal shows an `asked` one as
 * « ? ».
 */
export type RegistrationState = 'asked' | 'accepted' | 'refused' | 'withdrawn' | 'ended'

export type RegistrationAction = 'accept' | 'refuse' | 'withdraw' | 'end'

export const registrationStateNames: Readonly<Record<RegistrationState, string>> = {
  asked: 'Demandée',
  accepted: 'Acceptée',
  refused: 'Refusée',
  withdrawn: 'Retirée',
  ended: 'Terminée',
}

const transitions: Readonly<Record<RegistrationState, Partial<Record<RegistrationAction, RegistrationState>>>> = {
  asked: { accept: 'accepted', refuse: 'refused', withdraw: 'withdrawn' },
  accepted: { end: 'ended' },
  refused: { accept: 'accepted' },
  withdrawn: {},
  ended: {},
}

/** Whether the registration excludes a second one for the same period. */
export const isActive = (state: RegistrationState): boolean => state === 'asked' || state === 'accepted'

/** The state after the action; null when it is impossible from the current state. */
export const registrationAfter = (state: RegistrationState, act: RegistrationAction): RegistrationState | null =>
  transitions[state][act] ?? null

/** The state of an accepted registration that ends after `lastDay`: withdrawn if it never began. */
export const endedAfter = (startDay: Day, lastDay: Day): 'ended' | 'withdrawn' =>
  lastDay < startDay ? 'withdrawn' : 'ended'

/**
 * The state as families see it on a day: an ended registration is in force up to its last day, and an accepted one is
 * ended after it.
 */
export const stateOn = (
  { state, to }: { readonly state: RegistrationState; readonly to: Day },
  on: Day,
): RegistrationState => (state !== 'accepted' && state !== 'ended' ? state : to < on ? 'ended' : 'accepted')

/**
 * Whether the registration is asked, or accepted and not over on that day. Its child then needs a dossier, and its home
 * gets the messages about the activity. An end recorded in advance has no effect before its day.
 */
export const isLiveOn = (registration: { readonly state: RegistrationState; readonly to: Day }, on: Day): boolean =>
  on <= registration.to && isActive(stateOn(registration, on))

export const whyNotRegistrationAction = (state: RegistrationState, act: RegistrationAction): string | null =>
  registrationAfter(state, act) === null ? impossibleTexts[state] : null

const impossibleTexts: Readonly<Record<RegistrationState, string>> = {
  asked: 'Cette inscription attend encore une décision\u00a0: acceptez-la ou refusez-la.',
  accepted: 'Cette inscription est déjà acceptée. Pour l’arrêter, mettez-y fin à une date.',
  refused: 'Cette inscription a été refusée.',
  withdrawn: 'Cette inscription a été retirée\u00a0: faites-en une nouvelle.',
  ended: 'Cette inscription est terminée\u00a0: faites-en une nouvelle.',
}
