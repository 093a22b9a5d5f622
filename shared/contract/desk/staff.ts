import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { roles } from '../../rules/access/roles.ts'
import { Id, InstantText, Line, procedure, RequiredLine } from '../procedure.ts'

const RoleName = z.enum(roles)

/**
 * The password rule follows CNIL's recommendation of 2022 with limited attempts: 50 bits, that is 8 characters of three
 * kinds, or 16 of any kind.
 */
const Password = z.string().max(200)

export const StaffMember = z.object({
  id: Id,
  name: z.string(),
  login: z.string(),
  roles: z.array(RoleName),
  /** The sites that the member works for; null: everywhere. */
  siteIds: z.array(Id).nullable(),
  active: z.boolean(),
})
export type StaffMember = z.infer<typeof StaffMember>

/** The state of this connection's session. */
export const SessionState = z.object({
  /** `newPassword`: logged in with a password set by somebody else, which must be replaced first. */
  state: z.enum(['firstStart', 'loggedOut', 'locked', 'newPassword', 'open']),
  isDemo: z.boolean(),
  member: StaffMember.nullable(),
  /** Why another computer ended this session, shown above the login form; null when none did. */
  endedBecause: z.string().nullable(),
  organisationName: z.string(),
  town: z.string(),
  now: InstantText,
  lockAfterMinutes: z.int(),
  version: z.string(),
})
export type SessionState = z.infer<typeof SessionState>

const ExampleMade = eventIterator(
  z.discriminatedUnion('step', [
    /** Progress of creating the example town: `done` of `total`. */
    z.object({ step: z.literal('working'), done: z.int(), total: z.int() }),
    z.object({ step: z.literal('done'), result: SessionState }),
  ]),
)

const PageId = z.string().regex(/^[\w-]{8,40}$/)

const ChangeNotice = z.object({
  domains: z.array(z.string()),
  /** The last row of the audit trail; null while nobody is logged in. */
  revision: z.int().nullable(),
  /** Names of the other people who view the same record; sent only when they change. */
  others: z.array(z.string()).optional(),
})
type ChangeNotice = z.infer<typeof ChangeNotice>

export const WorkstationsState = z.object({
  /** Null when this host cannot share its data with other computers. */
  sharing: z
    .object({
      isOn: z.boolean(),
      addresses: z.array(z.string()),
      code: z.string(),
      fingerprint: z.string(),
      problem: z.string().nullable(),
    })
    .nullable(),
  posts: z.array(
    z.object({
      id: z.string(),
      person: z.string(),
      kind: z.enum(['window', 'browser', 'network']),
      address: z.string(),
      program: z.string(),
      begunAt: InstantText,
      locked: z.boolean(),
      /** A page is currently open there. */
      isOpen: z.boolean(),
      isOwn: z.boolean(),
    }),
  ),
})
export type WorkstationsState = z.infer<typeof WorkstationsState>

/** A login, or a failed attempt. */
export const LoginRecord = z.object({
  id: Id,
  at: InstantText,
  /** Null when no account has the typed login. */
  person: z.string().nullable(),
  outcome: z.enum(['in', 'unlocked', 'wrongPassword', 'inactive', 'unknown']),
  kind: z.enum(['window', 'browser', 'network']),
  address: z.string(),
})
export type LoginRecord = z.infer<typeof LoginRecord>

/** Absent: everywhere for a new member, and as they are for another. */
const SiteIds = z.array(Id).min(1, 'Choisissez au moins un site.').nullable().optional()

const Administrator = z.object({
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
  /** Unlocks a locked session. */
  unlock: procedure('anyone')
    .input(z.object({ password: Password }))
    .output(SessionState),
  lock: procedure('anyone').output(SessionState),
  logout: procedure('anyone').output(SessionState),
  /** Also logs out the account's other sessions. */
  changePassword: procedure('loggedIn')
    .input(z.object({ current: Password, next: Password }))
    .output(SessionState),

  /** First start of an empty service: its name, its town, its first administrator. */
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
  /** Opens the example town at the first start. Creates it in a folder of its own, with progress, unless it exists. */
  startExample: procedure('anyone').output(ExampleMade),
  /** Returns from the example town to the first start. */
  leaveExample: procedure('loggedIn').output(SessionState),
  /** First start from a backup file, with the recovery phrase that opens its sealed data. */
  startFromBackup: procedure('anyone')
    .input(z.object({ file: z.instanceof(Blob), phrase: z.string().max(1000).default('') }))
    .output(SessionState),

  list: procedure('staff').output(z.array(StaffMember)),
  add: procedure('staff')
    .input(Administrator.extend({ siteIds: SiteIds }))
    .output(StaffMember),
  change: procedure('staff')
    .input(z.object({ id: Id, name: RequiredLine, roles: z.array(RoleName), siteIds: SiteIds, active: z.boolean() }))
    .output(StaffMember),
  /** Logs the account out everywhere; its owner must choose another password at the next login. */
  resetPassword: procedure('staff').input(z.object({ id: Id, password: Password })),

  /**
   * Streams the names of domains whose data changed, as acts close, so that screens read them again. Sends a first
   * message at once and one at least every ten seconds: a page that hears nothing for longer treats the connection as
   * dead.
   */
  changes: procedure('anyone')
    .input(z.object({ page: PageId }).optional())
    .output(eventIterator(ChangeNotice)),
  /**
   * Tells which record a page shows, such as « family 12 »; null when it shows no record that two people could change.
   */
  look: procedure('loggedIn').input(z.object({ page: PageId, record: RequiredLine.nullable() })),

  /**
   * Logins, newest first, in pages: `before` is the id of the last row already shown. Rows are deleted after a year.
   */
  logins: procedure('audit')
    .input(z.object({ before: Id.optional() }))
    .output(z.object({ rows: z.array(LoginRecord), hasMore: z.boolean() })),

  posts: procedure('staff').output(WorkstationsState),
  /** Allows or forbids connections from other computers of the network. */
  share: procedure('staff')
    .input(z.object({ on: z.boolean() }))
    .output(WorkstationsState),
  disconnect: procedure('staff')
    .input(z.object({ id: RequiredLine }))
    .output(WorkstationsState),
}
