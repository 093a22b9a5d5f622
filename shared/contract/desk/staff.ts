import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { roles } from '../../rules/roles.ts'
import { Id, InstantText, Line, procedure, RequiredLine } from '../procedure.ts'

const RoleName = z.enum(roles)

/** CNIL 2022, with limited attempts: 50 bits, so 8 characters of three kinds, or 16 of any. */
export const Password = z.string().max(200)

export const StaffMember = z.object({
  id: Id,
  name: z.string(),
  login: z.string(),
  roles: z.array(RoleName),
  active: z.boolean(),
})
export type StaffMember = z.infer<typeof StaffMember>

/** What this connection may do now. */
export const SessionState = z.object({
  state: z.enum(['firstStart', 'loggedOut', 'locked', 'open']),
  isDemo: z.boolean(),
  member: StaffMember.nullable(),
  organisationName: z.string(),
  town: z.string(),
  now: InstantText,
  lockAfterMinutes: z.int(),
  version: z.string(),
})
export type SessionState = z.infer<typeof SessionState>

export const Administrator = z.object({
  name: RequiredLine,
  login: RequiredLine,
  password: Password,
  roles: z.array(RoleName),
})

export const staff = {
  session: procedure('anyone').output(SessionState),
  login: procedure('anyone')
    .input(z.object({ login: Line, password: Password }))
    .output(SessionState),
  /** Opens a locked session again. */
  unlock: procedure('anyone')
    .input(z.object({ password: Password }))
    .output(SessionState),
  lock: procedure('anyone').output(SessionState),
  logout: procedure('anyone').output(SessionState),
  changePassword: procedure('loggedIn').input(z.object({ current: Password, next: Password })),

  /** First start, an empty service: its name, its town, its first administrator. */
  startEmpty: procedure('anyone')
    .input(
      z.object({
        organisation: z.object({
          name: RequiredLine,
          authority: RequiredLine,
          address: RequiredLine,
          postcode: RequiredLine,
          town: RequiredLine,
          schoolZone: z.enum(['A', 'B', 'C']),
        }),
        administrator: Administrator,
      }),
    )
    .output(SessionState),
  /** First start, the example town, in a folder of its own. */
  startExample: procedure('anyone').output(SessionState),
  /** First start, from a backup file. */
  startFromBackup: procedure('anyone')
    .input(z.object({ file: z.instanceof(Blob) }))
    .output(SessionState),

  list: procedure('staff').output(z.array(StaffMember)),
  add: procedure('staff').input(Administrator).output(StaffMember),
  change: procedure('staff')
    .input(z.object({ id: Id, name: RequiredLine, roles: z.array(RoleName), active: z.boolean() }))
    .output(StaffMember),
  resetPassword: procedure('staff').input(z.object({ id: Id, password: Password })),

  /** Names of the domains whose data changed, as acts close: what is on screen is read again. */
  changes: procedure('anyone').output(eventIterator(z.object({ domains: z.array(z.string()) }))),
}
