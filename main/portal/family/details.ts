import { pick } from '../../../shared/collections.ts'
import type { DetailsShown } from '../../../shared/contract/portal/home.ts'
import {
  emptyValues,
  guardianFields,
  homeFields,
  proposedByParents,
  seenByParents,
} from '../../../shared/rules/people/fields.ts'
import type { Login } from '../account/account.ts'
import type { Reading } from '../portal.ts'
import { channelOf } from './channel.ts'
import { homeOf } from './homes.ts'
import { proposalsShown } from './proposals.ts'

/** The document of a desk of an earlier version lacks the fields that were added since. */
const emptyGuardian = pick(emptyValues(guardianFields), seenByParents(guardianFields))

/** « Mes coordonnées » */
export const details = async (portal: Reading, login: Login): Promise<DetailsShown> => {
  const { family: one } = await homeOf(portal.store.db, login)
  return {
    family: one.id,
    title: one.title,
    address: one.address,
    // Neither the other parent's mail address nor how they are told is shown.
    guardians: one.guardians.map(({ messageChoice: _choice, ...guardian }) => ({
      ...emptyGuardian,
      ...guardian,
      email: guardian.id === login.guardianId ? login.email : '',
    })),
    ...pick(one, proposedByParents(homeFields)),
    channel: await channelOf(portal.store.db, login, one),
    proposals: (await proposalsShown(portal, login)).filter(({ subject }) => subject !== 'child'),
  }
}
