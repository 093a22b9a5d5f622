import type { SavedAudience, Whom } from '../../../shared/contract/desk/messages/sendings.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import type { Audience } from '../../../shared/rules/messages/audience.ts'
import { savedAudience } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { whyNotHomesOf } from '../free-lists/free-lists.ts'
import { refuseAudience } from '../mails/mails.ts'
import { type KeptWords, keeperId, refuseKept, requireKept } from '../staff/staff.ts'
import { narrowing } from './audience.ts'
import { audiencesSeenBy } from './sendings-store.ts'

/*
 * Saved choices of recipients. The recipients are computed each time, with the rights and sites of the person who uses
 * the choice.
 */

const words: KeptWords = {
  this: 'Ce choix',
  saveYours: 'gardez le vôtre',
  oneOfYours: 'Un de vos choix',
  sharing: 'Partager un choix',
}

const audiencesOf = (store: Store, person: Person) => audiencesSeenBy(store, keeperId(person))

/** Why this person may not write to an audience; null when they may. */
const whyNotWhom = (core: Core, person: Person, whom: Audience): string | null => {
  try {
    refuseAudience(core, person, whom)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return error.sentence
  }
  if (whom.kind === 'missingPaper' && !may(person.roles, 'dossiers')) return roleNeeded('dossiers')
  const whyNotList = whom.kind === 'list' ? whyNotHomesOf(core, person, whom.query) : null
  return whyNotList ?? (whom.brackets ? whyNotHomesOf(core, person, narrowing(whom.brackets)) : null)
}

/** The person's own choices and the shared ones, by name. */
export const savedAudiences = (core: Core, person: Person): SavedAudience[] =>
  audiencesOf(core.store, person).map(({ id, name, whom, isShared, staffMemberId, by }) => ({
    id,
    name,
    whom: whom as Whom,
    isShared,
    isMine: staffMemberId === keeperId(person),
    by,
    why: whyNotWhom(core, person, whom),
  }))

type Input = {
  readonly id?: number | undefined
  readonly name: string
  readonly whom: Whom
  readonly isShared: boolean
}

/** @throws Refused for an audience that this person may not write to or share, and for a name already used */
export const saveAudience = (core: Core, person: Person, { id, ...values }: Input): { id: number } => {
  const { store } = core
  const { name, whom, isShared } = values
  return store.act(person, 'sendings.audience', `Choix de destinataires gardé\u00a0: ${name}`, (write) => {
    const seen = audiencesOf(store, person)
    const former = id === undefined ? undefined : requireKept(seen, person, id, words)
    const why = whyNotWhom(core, person, whom)
    if (why !== null) throw new Refused(why)
    refuseKept(seen, person, { id, name, isShared }, words)
    const staffMemberId = former?.staffMemberId ?? keeperId(person)
    if (id === undefined) return { id: write.insert(savedAudience, { ...values, staffMemberId }).id }
    write.update(savedAudience, id, values)
    return { id }
  })
}

export const removeAudience = ({ store }: Core, person: Person, id: number): void => {
  const { name } = requireKept(audiencesOf(store, person), person, id, words)
  store.act(person, 'sendings.audience', `Choix de destinataires supprimé\u00a0: ${name}`, (write) => {
    requireKept(audiencesOf(store, person), person, id, words)
    write.remove(savedAudience, id)
  })
}
