import packageFile from '../../../package.json' with { type: 'json' }
import type { SessionState, StaffMember } from '../../../shared/contract/desk/staff.ts'
import type { ExampleLogin } from '../../../shared/examples/staff.ts'
import { type PasswordCost, passwordWeakness } from '../../../shared/rules/access/password.ts'
import { may, type Role } from '../../../shared/rules/access/roles.ts'
import { systemActor } from '../../store/acts/acts.ts'
import { organisation, staffMember } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused, type Session } from '../core.ts'
import { logLogin } from './logins.ts'
import { hashPassword, passwordMatches } from './password.ts'
import { endSessionsOf, loggedOut, saveSession } from './sessions.ts'
import { allMembers, hasGivenPassword, memberByLogin, memberOf, organisationOf, siteIdsOf } from './staff-store.ts'
import { closeViewedRecords, publishRevision } from './workstations.ts'

export { type Kept, type KeptWords, keeperId, refuseKept, requireKept } from './kept.ts'

const failuresBeforeDelay = 5
const delayMilliseconds = 60_000

/**
 * Logs the session out when another data file was opened since, and locks it after the idle minutes of the settings.
 */
export const enforceSession = (core: Core, session: Session): void => {
  if (session.fileNumber !== core.fileNumber) Object.assign(session, loggedOut(core))
  if (session.staffId === null || core.isDemo) return
  const idle = Date.parse(core.clock()) - session.lastSeen
  if (idle > (organisationOf(core.store)?.lockAfterMinutes ?? 10) * 60_000) session.locked = true
}

export const sessionState = (core: Core, session: Session): SessionState => {
  const { store, isDemo, clock } = core
  const service = organisationOf(store)
  if (isDemo && service && session.staffId === null && !session.hasLeft)
    session.staffId = memberByLogin(store, exampleVisitor)?.id ?? null
  const member = session.staffId === null ? undefined : memberOf(store, session.staffId)
  return {
    state: !service
      ? 'firstStart'
      : !member?.active
        ? 'loggedOut'
        : session.locked
          ? 'locked'
          : mustChoosePassword(core, member.id)
            ? 'newPassword'
            : 'open',
    isDemo,
    member: member ? toStaffMember(member) : null,
    endedBecause: session.endedBecause ?? (member?.active === false ? accountClosed : null),
    organisationName: service?.name ?? '',
    town: service?.town ?? '',
    now: clock(),
    lockAfterMinutes: service?.lockAfterMinutes ?? 10,
    version: packageFile.version,
  }
}

/** The account that the example town logs in automatically. Identified by login: visitors may add other accounts. */
const exampleVisitor: ExampleLogin = 'sandrine'

const accountClosed = 'Ce compte n’est plus actif. Un administrateur peut le rouvrir dans Réglages › Agents.'

/**
 * Whether the account must choose its own password before anything else, because somebody else set the present one.
 * Never on the example town, whose passwords are public.
 */
export const mustChoosePassword = ({ store, isDemo }: Core, staffId: number): boolean =>
  !isDemo && hasGivenPassword(store, staffId)

/** Call after another data file was opened: returns the session's state on the new file. */
export const sessionOnNewFile = (core: Core, session: Session): SessionState => {
  enforceSession(core, session)
  return sessionState(core, session)
}

export const login = async (core: Core, session: Session, input: { login: string; password: string }) => {
  const member = memberByLogin(core.store, input.login)
  await limitAttempts(core, session, input.login, () => verifyPassword(core, session, input.password, member))
  session.staffId = member?.id ?? null
  logLogin(core, session, 'in', session.staffId)
  session.endedBecause = null
  session.locked = false
  session.lastSeen = Date.parse(core.clock())
  saveSession(core, session)
  publishRevision(core, session)
  return sessionState(core, session)
}

export const unlock = async (core: Core, session: Session, password: string) => {
  const member = session.staffId === null ? undefined : memberOf(core.store, session.staffId)
  await limitAttempts(core, session, member?.login ?? '', () => verifyPassword(core, session, password, member))
  logLogin(core, session, 'unlocked', session.staffId)
  session.locked = false
  session.lastSeen = Date.parse(core.clock())
  saveSession(core, session)
  return sessionState(core, session)
}

export const lock = (core: Core, session: Session) => {
  session.locked = !core.isDemo && session.staffId !== null
  saveSession(core, session)
  return sessionState(core, session)
}

export const logout = (core: Core, session: Session) => {
  session.staffId = null
  session.hasLeft = true
  session.locked = false
  closeViewedRecords(core, session)
  saveSession(core, session)
  return sessionState(core, session)
}

/**
 * A wrong login and a wrong password get the same answer in the same time; five failures block the session for a
 * minute.
 */
const verifyPassword = async (
  core: Core,
  session: Session,
  password: string,
  member: typeof staffMember.$inferSelect | undefined,
  wrong = 'Identifiant ou mot de passe incorrect.',
) => {
  const now = Date.parse(core.clock())
  if (now < session.refusedUntil) {
    throw new Refused('Trop d’essais. Attendez une minute, puis recommencez.')
  }
  const right = await passwordMatches(password, member?.passwordHash || (await decoyFor(core.passwordCost)))
  if (!right || !member?.active) {
    logLogin(core, session, !member ? 'unknown' : right ? 'inactive' : 'wrongPassword', member?.id ?? null)
    session.failures += 1
    if (session.failures % failuresBeforeDelay === 0) session.refusedUntil = now + delayMilliseconds
    throw new Refused(wrong)
  }
  session.failures = 0
}

/** Anybody on the network can begin new sessions, so failures there are counted per login. */
const networkFailures = { most: 20, withinMilliseconds: 3_600_000, delayMilliseconds: 300_000 }

const limitAttempts = async (
  core: Core,
  session: Session,
  name: string,
  verify: () => Promise<void>,
): Promise<void> => {
  if (session.workstation.kind !== 'network') return verify()
  const { failures } = core.workstations
  const key = name.trim().toLocaleLowerCase('fr')
  const now = Date.parse(core.clock())
  for (const [one, { since }] of failures) if (now - since > networkFailures.withinMilliseconds) failures.delete(one)
  const attempts = failures.get(key) ?? { count: 0, since: now, refusedUntil: 0 }
  if (now < attempts.refusedUntil) {
    throw new Refused('Trop d’essais. Attendez cinq minutes, ou connectez-vous au poste principal.', 'password')
  }
  // Count the attempt before verifying it, so that simultaneous attempts cannot bypass the limit.
  attempts.count += 1
  if (attempts.count % networkFailures.most === 0) attempts.refusedUntil = now + networkFailures.delayMilliseconds
  failures.set(key, attempts)
  await verify()
  failures.delete(key)
}

/** Hash verified when no account has the typed login, so that the answer takes as long as for one that exists. */
const decoyFor = (cost: PasswordCost): Promise<string> => {
  const decoy = decoys.get(cost) ?? hashPassword('nobody has this password', cost)
  decoys.set(cost, decoy)
  return decoy
}
const decoys = new WeakMap<PasswordCost, Promise<string>>()

export const changePassword = async (
  core: Core,
  session: Session,
  person: Person,
  input: { current: string; next: string },
) => {
  const member = session.staffId === null ? undefined : memberOf(core.store, session.staffId)
  await verifyPassword(core, session, input.current, member, 'Ce mot de passe n’est pas le vôtre.')
  const passwordHash = await hashStrongPassword(core, input.next, member?.login ?? '', 'next')
  if (await passwordMatches(input.next, member?.passwordHash ?? ''))
    throw new Refused('Choisissez un autre mot de passe que l’actuel.', 'next')
  core.store.act(person, 'staff.password', 'Mot de passe changé', (write) =>
    write.update(staffMember, member?.id ?? 0, { passwordHash }),
  )
  endSessionsOf(core, member?.id ?? 0, session)
  return sessionState(core, session)
}

type NewMember = {
  name: string
  login: string
  password: string
  roles: readonly Role[]
  siteIds?: readonly number[] | null | undefined
}

type NewOrganisation = Pick<
  typeof organisation.$inferInsert,
  'name' | 'authority' | 'address' | 'postcode' | 'town' | 'schoolZone'
>

/** The first act of an empty file: creates the service and its first administrator, who is then logged in. */
export const startEmpty = async (
  core: Core,
  session: Session,
  input: { organisation: NewOrganisation; administrator: NewMember },
) => {
  refuseSecondStart(core)
  const passwordHash = await hashStrongPassword(
    core,
    input.administrator.password,
    input.administrator.login,
    'administrator.password',
  )
  session.lastSeen = Date.parse(core.clock())
  session.staffId = core.store.act(systemActor, 'staff.start', 'Première ouverture', (write) => {
    // Check again: another start may have finished while the password was hashed.
    refuseSecondStart(core)
    write.insert(organisation, { id: 1, ...input.organisation, residentTown: input.organisation.town })
    const { name, login, roles } = input.administrator
    return write.insert(staffMember, {
      name,
      login,
      roles: [...new Set<Role>(['administrator', ...roles])],
      passwordHash,
      createdAt: write.at,
    }).id
  })
  saveSession(core, session)
  publishRevision(core, session)
  return sessionState(core, session)
}

const refuseSecondStart = ({ store }: Core): void => {
  if (organisationOf(store)) throw new Refused('Cette structure existe déjà\u00a0: connectez-vous.')
}

export const listMembers = ({ store }: Core) => allMembers(store).map(toStaffMember)

export const addMember = async (core: Core, person: Person, input: NewMember) => {
  const { store } = core
  const passwordHash = await hashStrongPassword(core, input.password, input.login, 'password')
  return store.act(person, 'staff.add', `Agent ajouté\u00a0: ${input.name}`, (write) => {
    if (memberByLogin(store, input.login)) throw new Refused('Cet identifiant est déjà pris.', 'login')
    if (input.roles.length === 0) throw new Refused('Choisissez au moins un rôle.', 'roles')
    return toStaffMember(
      write.insert(staffMember, {
        name: input.name,
        login: input.login,
        roles: input.roles,
        siteIds: knownSites(store, input.siteIds ?? null),
        passwordHash,
        createdAt: write.at,
      }),
    )
  })
}

export const changeMember = (
  { store }: Core,
  person: Person,
  {
    id,
    siteIds,
    ...changes
  }: {
    id: number
    name: string
    roles: readonly Role[]
    siteIds?: readonly number[] | null | undefined
    active: boolean
  },
) =>
  store.act(person, 'staff.change', `Agent modifié\u00a0: ${changes.name}`, (write) => {
    if (!memberOf(store, id)) throw new Refused('Cet agent n’existe plus.')
    if (changes.roles.length === 0) throw new Refused('Choisissez au moins un rôle.', 'roles')
    const changed = write.update(staffMember, id, {
      ...changes,
      ...(siteIds !== undefined && { siteIds: knownSites(store, siteIds) }),
    })
    const administrators = allMembers(store).filter((member) => member.active && may(member.roles, 'staff'))
    if (administrators.length === 0) throw new Refused('Il faut au moins un administrateur actif.', 'roles')
    // Settings of the whole service are for people who are everywhere.
    if (!administrators.some((member) => member.siteIds === null))
      throw new Refused('Il faut au moins un administrateur partout.', 'siteIds')
    return toStaffMember(changed)
  })

const knownSites = (store: Store, siteIds: readonly number[] | null): readonly number[] | null => {
  const known = new Set(siteIdsOf(store))
  if (siteIds?.some((id) => !known.has(id))) throw new Refused('Ce site n’existe plus.', 'siteIds')
  return siteIds && [...new Set(siteIds)].toSorted((one, other) => one - other)
}

export const resetPassword = async (
  core: Core,
  session: Session,
  person: Person,
  input: { id: number; password: string },
) => {
  const { store } = core
  const passwordHash = await hashStrongPassword(
    core,
    input.password,
    memberOf(store, input.id)?.login ?? '',
    'password',
  )
  store.act(person, 'staff.password', 'Mot de passe remplacé', (write) => {
    if (!memberOf(store, input.id)) throw new Refused('Cet agent n’existe plus.')
    write.update(staffMember, input.id, { passwordHash })
  })
  endSessionsOf(core, input.id, session)
}

const hashStrongPassword = async ({ passwordCost }: Core, password: string, login: string, field: string) => {
  const weak = passwordWeakness(password, login)
  if (weak !== null) throw new Refused(weak, field)
  return hashPassword(password, passwordCost)
}

const toStaffMember = ({ id, name, login, roles, siteIds, active }: typeof staffMember.$inferSelect): StaffMember => ({
  id,
  name,
  login,
  roles: [...roles],
  siteIds: siteIds && [...siteIds],
  active,
})

export { beginSession } from './sessions.ts'
export { personOf } from './staff-store.ts'
/** The `workstations` of a desk that no other workstation uses. */
export { noWorkstations } from './workstations.ts'
