import { AccountDocument } from '../../../shared/contract/portal/documents.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import type { Store } from '../../store/store.ts'
import { type Reach, rowsFor } from './reach.ts'

type Row = {
  readonly guardian: number
  readonly email: string
  readonly civility: string
  readonly firstName: string
  readonly lastName: string
  readonly families: string
  readonly blocked: 0 | 1
  readonly invitationId: string
  readonly invitationBy: 'mail' | 'letter'
  readonly codeHash: string | null
  readonly codeExpiresAt: Instant | null
  readonly unwantedMails: string
  readonly isStopped: 0 | 1
}

/**
 * Portal accounts, by guardian. The mail address is the login: a guardian without one has no account, and when two
 * guardians share an address, the account is the first one's. A guardian whose homes have all left has none either.
 */
export const accountDocuments = (
  store: Store,
  reach: Reach,
  guardianIds: readonly number[],
): ReadonlyMap<number, AccountDocument> =>
  new Map(
    rowsFor<Row>(
      store,
      `select guardian.id guardian, trim(guardian.email) email, civility, first_name firstName, last_name lastName,
        (select json_group_array(family_id) from (select link.family_id from family_guardian link
          join family on family.id = link.family_id
          where link.guardian_id = guardian.id and (family.left_on is null or family.left_on > :today)
          order by link.family_id)) families,
        account.blocked, account.invitation_id invitationId, account.invitation_by invitationBy,
        account.code_hash codeHash, account.code_expires_at codeExpiresAt, account.unwanted_mails unwantedMails,
        exists (select 1 from stopped_address stop
          where stop.email = lower(trim(guardian.email)) and stop.lifted_at is null) isStopped
      from json_each(:ids) wanted
      cross join portal_account account on account.guardian_id = wanted.value
      join guardian on guardian.id = account.guardian_id
      where guardian.email <> '' and not exists (select 1 from guardian first
        join portal_account on portal_account.guardian_id = first.id
        join family_guardian link on link.guardian_id = first.id
        join family on family.id = link.family_id
        where first.email = guardian.email and first.id < guardian.id
          and (family.left_on is null or family.left_on > :today))`,
      reach,
      guardianIds,
    ).flatMap((row): [number, AccountDocument][] => {
      const { guardian, email, codeHash, codeExpiresAt, invitationId: id, invitationBy: by } = row
      const families = JSON.parse(row.families) as number[]
      const unwantedMails = JSON.parse(row.unwantedMails) as string[]
      if (families.length === 0 || !AccountDocument.shape.email.safeParse(email).success) return []
      const content: AccountDocument = {
        guardian,
        email,
        name: `${row.civility} ${row.firstName} ${row.lastName}`.trim(),
        families,
        blocked: row.blocked === 1,
        invitation:
          by === 'mail'
            ? { id, by }
            : codeHash !== null && codeExpiresAt !== null
              ? { id, by, codeHash, expiresAt: codeExpiresAt }
              : null,
        ...(unwantedMails.length > 0 && { unwantedMails }),
        ...(row.isStopped === 1 && { stopped: true }),
      }
      return [[guardian, content]]
    }),
  )
