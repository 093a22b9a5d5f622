import packageFile from '../../../package.json' with { type: 'json' }
import type { SessionState, StaffMember } from '../../../shared/contract/desk/staff.ts'
import { weakness } from '../../../shared/rules/password.ts'
import { may, type Role } from '../../../shared/rules/roles.ts'
import { system } from '../../store/acts.ts'
import { organisation, staffMember } from '../../store/schema/index.ts'
import { type Core, type Person, Refused, type Session } from '../core.ts'
import { hashed, matches } from './password.ts'
import { allMembers, memberNamed, memberOf, organisationOf } from './staff-store.ts'

const failuresBeforeDelay = 5
const delayMilliseconds = 60_000

export const newSession = (): Session => ({
  staffId: null,
  fileNumber: 0,
  locked: false,
  lastSeen: 0,
  failures: 0,
  refusedUntil: 0,
})

/** Forgets who was there on a file replaced since, and locks when nobody did anything for the minutes that settings say. */
export const keepWatch = (core: Core, session: Session): void => {
  if (session.fileNumber !== core.fileNumber) Object.assign(session, newSession(), { fileNumber: core.fileNumber })
  if (session.staffId === null || core.isDemo) return
  const idle = Date.parse(core.clock()) - session.lastSeen
  if (idle > (organisationOf(core.store)?.lockAfterMinutes ?? 10) * 60_000) session.locked = true
}

export const sessionState = (core: Core, session: Session): SessionState => {
  const { store, isDemo, clock } = core
  const service = organisationOf(store)
  if (isDemo && service && session.staffId === null) session.staffId = allMembers(store)[0]?.id ?? null
  const member = session.staffId === null ? undefined : memberOf(store, session.staffId)
  return {
    state: !service ? 'firstStart' : !member?.active ? 'loggedOut' : session.locked ? 'locked' : 'open',
    isDemo,
    member: member ? shown(member) : null,
    organisationName: service?.name ?? '',
    town: service?.town ?? '',
    now: clock(),
    lockAfterMinutes: service?.lockAfterMinutes ?? 10,
    version: packageFile.version,
  }
}

export const login = async (core: Core, session: Session, input: { login: string; password: string }) => {
  const member = memberNamed(core.store, input.login)
  await verified(core, session, input.password, member)
  session.staffId = member?.id ?? null
  session.locked = false
  session.lastSeen = Date.parse(core.clock())
  return sessionState(core, session)
}

export const unlock = async (core: Core, session: Session, password: string) => {
  const member = session.staffId === null ? undefined : memberOf(core.store, session.staffId)
  await verified(core, session, password, member)
  session.locked = false
  session.lastSeen = Date.parse(core.clock())
  return sessionState(core, session)
}

export const lock = (core: Core, session: Session) => {
  session.locked = !core.isDemo && session.staffId !== null
  return sessionState(core, session)
}

export const logout = (core: Core, session: Session) => {
  session.staffId = null
  session.locked = false
  return sessionState(core, session)
}

/** A wrong name and a wrong password give the same answer in the same time; five failures cost a minute. */
const verified = async (
  core: Core,
  session: Session,
  password: string,
  member: typeof staffMember.$inferSelect | undefined,
) => {
  const now = Date.parse(core.clock())
  if (now < session.refusedUntil) {
    throw new Refused('Trop d’essais. Attendez une minute, puis recommencez.', 'password')
  }
  const right = await matches(password, member?.passwordHash ?? (await decoy))
  if (!right || !member?.active) {
    session.failures += 1
    if (session.failures % failuresBeforeDelay === 0) session.refusedUntil = now + delayMilliseconds
    throw new Refused('Identifiant ou mot de passe incorrect.', 'password')
  }
  session.failures = 0
}

const decoy = hashed('nobody has this password')

export const changePassword = async (
  core: Core,
  session: Session,
  person: Person,
  input: { current: string; next: string },
) => {
  const member = session.staffId === null ? undefined : memberOf(core.store, session.staffId)
  await verified(core, session, input.current, member)
  const passwordHash = await acceptable(input.next, 'next')
  core.store.act(person, 'staff.password', 'Mot de passe changé', (write) =>
    write.update(staffMember, member?.id ?? 0, { passwordHash }),
  )
}

type NewMember = { name: string; login: string; password: string; roles: readonly Role[] }

export type NewOrganisation = Pick<
  typeof organisation.$inferInsert,
  'name' | 'authority' | 'address' | 'postcode' | 'town' | 'schoolZone'
>

/** The first act of an empty file: the service and its first administrator, who is then logged in. */
export const startEmpty = async (
  core: Core,
  session: Session,
  input: { organisation: NewOrganisation; administrator: NewMember },
) => {
  refuseSecondStart(core)
  const passwordHash = await acceptable(input.administrator.password, 'administrator.password')
  session.lastSeen = Date.parse(core.clock())
  session.staffId = core.store.act(system, 'staff.start', 'Première ouverture', (write) => {
    // Again: another start may have come while the password was hashed.
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
  return sessionState(core, session)
}

const refuseSecondStart = ({ store }: Core): void => {
  if (organisationOf(store)) throw new Refused('Cette structure existe déjà : connectez-vous.')
}

export const listMembers = ({ store }: Core) => allMembers(store).map(shown)

export const addMember = async ({ store }: Core, person: Person, input: NewMember) => {
  const passwordHash = await acceptable(input.password, 'password')
  return store.act(person, 'staff.add', `Agent ajouté : ${input.name}`, (write) => {
    if (memberNamed(store, input.login)) throw new Refused('Cet identifiant est déjà pris.', 'login')
    if (input.roles.length === 0) throw new Refused('Choisissez au moins un rôle.', 'roles')
    return shown(
      write.insert(staffMember, {
        name: input.name,
        login: input.login,
        roles: input.roles,
        passwordHash,
        createdAt: write.at,
      }),
    )
  })
}

export const changeMember = (
  { store }: Core,
  person: Person,
  { id, ...changes }: { id: number; name: string; roles: readonly Role[]; active: boolean },
) =>
  store.act(person, 'staff.change', `Agent modifié : ${changes.name}`, (write) => {
    if (!memberOf(store, id)) throw new Refused('Cet agent n’existe plus.')
    if (changes.roles.length === 0) throw new Refused('Choisissez au moins un rôle.', 'roles')
    const changed = write.update(staffMember, id, changes)
    if (!allMembers(store).some((member) => member.active && may(member.roles, 'staff'))) {
      throw new Refused('Il faut au moins un administrateur actif.', 'roles')
    }
    return shown(changed)
  })

export const resetPassword = async ({ store }: Core, person: Person, input: { id: number; password: string }) => {
  const passwordHash = await acceptable(input.password, 'password')
  store.act(person, 'staff.password', 'Mot de passe remplacé', (write) => {
    if (!memberOf(store, input.id)) throw new Refused('Cet agent n’existe plus.')
    write.update(staffMember, input.id, { passwordHash })
  })
}

const acceptable = async (password: string, field: string) => {
  const weak = weakness(password)
  if (weak !== null) throw new Refused(weak, field)
  return hashed(password)
}

const shown = ({ id, name, login, roles, active }: typeof staffMember.$inferSelect): StaffMember => ({
  id,
  name,
  login,
  roles: [...roles],
  active,
})
