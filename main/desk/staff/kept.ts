import { may } from '../../../shared/rules/access/roles.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import { type Person, Refused } from '../core.ts'

/* What a person saves under a name and may share with others: lists, choices of recipients. */

export type Kept = {
  readonly id: number
  readonly name: string
  readonly staffMemberId: number
  readonly isShared: boolean
  /** The name of the person who saved it. */
  readonly by: string
}

/** The words for it in refusals. */
export type KeptWords = {
  /** « Cette liste » */
  readonly this: string
  /** « enregistrez la vôtre » */
  readonly saveYours: string
  /** « Une de vos listes » */
  readonly oneOfYours: string
  /** « Partager une liste » */
  readonly sharing: string
}

/** Only staff can save anything. */
export const keeperId = (person: Person): number => (person.kind === 'staff' ? person.staffId : 0)

/**
 * Finds one that this person may change: their own, or a shared one if they may share.
 * @param seen the person's own ones and the shared ones
 */
export const requireKept = <One extends Kept>(
  seen: readonly One[],
  person: Person,
  id: number,
  { this: about, saveYours }: KeptWords,
): One => {
  const found = seen.find((one) => one.id === id)
  if (!found) throw new Refused(`${about} n’existe plus.`)
  if (found.staffMemberId !== keeperId(person) && !may(person.roles, 'sharedLists'))
    throw new Refused(`${about} est de ${found.by}\u00a0: ${saveYours} sous un autre nom.`)
  return found
}

/** @throws Refused for a name already used, and for sharing what this person may not share */
export const refuseKept = (
  seen: readonly Kept[],
  person: Person,
  { id, name, isShared }: { readonly id?: number | undefined; readonly name: string; readonly isShared: boolean },
  { oneOfYours, sharing }: KeptWords,
): void => {
  const former = seen.find((one) => one.id === id)
  if (isShared && former?.isShared !== true && !may(person.roles, 'sharedLists'))
    throw new Refused(`${sharing} demande le rôle Administrateur ou Directeur.`, 'isShared')
  const keeper = former?.staffMemberId ?? keeperId(person)
  if (seen.some((one) => one.id !== id && one.staffMemberId === keeper && sameLabel(one.name, name)))
    throw new Refused(`${oneOfYours} s’appelle déjà «\u00a0${name}\u00a0».`, 'name')
}
