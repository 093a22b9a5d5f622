import type Sqlite from 'better-sqlite3'
import { type Day, dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import { homeOf, ruleOn } from '../../../shared/rules/people/custody.ts'
import { type CustodyDayRow, type CustodyRuleRow, custodyFrom } from '../custody-rows.ts'

type Misplaced = { readonly id: number; readonly day: Day }

/**
 * Finds bookings on a day that shared custody gives to the child's other home, without a decision of staff to keep
 * them. Ignores what the desk itself may produce: days already past when the custody last changed, holidays shared by
 * halves (their calendar may be corrected), bookings moved by a merge of doubles, and bookings adopted from an answer
 * that a restored desk had sent.
 */
export const bookedOnOtherHomes = (sqlite: Sqlite.Database): readonly Misplaced[] => {
  const rules = Map.groupBy(
    sqlite
      .prepare<[], CustodyRuleRow & { childId: number }>(
        `select child_id childId, from_day fromDay, home_id homeId, other_home_id otherHomeId, even_week evenWeek,
          odd_week oddWeek, even_years evenYears, odd_years oddYears from custody_rule`,
      )
      .all(),
    ({ childId }) => childId,
  )
  const days = Map.groupBy(
    sqlite
      .prepare<[], CustodyDayRow & { childId: number }>(
        `select child_id childId, day, family_id familyId from custody_day`,
      )
      .all(),
    ({ childId }) => childId,
  )
  const changed = changesOf(sqlite)
  return bookings(sqlite).flatMap(({ id, day, childId, familyId }): Misplaced[] => {
    const custody = custodyFrom(rules.get(childId) ?? [], days.get(childId) ?? [])
    const last = changed.get(childId)
    if (!last || last.isMerged || day <= dayAt(last.at)) return []
    if (!custody.exceptions.has(day) && ruleOn(custody.rules, day)?.holidays) return []
    const home = homeOf(custody, day, () => null)
    return home === null || home === familyId ? [] : [{ id, day }]
  })
}

const bookings = (sqlite: Sqlite.Database) =>
  sqlite
    .prepare<[], Misplaced & { childId: number; familyId: number }>(
      `select cell.id, cell.day, own.child_id childId, own.family_id familyId
      from (select child_id from custody_rule union select child_id from custody_day) shared
      cross join registration own on own.child_id = shared.child_id
      cross join reservation cell on cell.registration_id = own.id and cell.held = 'confirmed'
      where not exists (select 1 from reservation_move where reservation_id = cell.id and move in ('kept', 'takenOver'))
        and not exists (select 1 from audit where entity = 'registration' and entity_id = own.id and operation = 'update'
          and coalesce(after ->> '$.childId', after ->> '$.familyId') is not null)`,
    )
    .all()

/**
 * When the custody of each child last changed. Only a merge of doubles updates custody rows; else they are replaced.
 */
const changesOf = (
  sqlite: Sqlite.Database,
): ReadonlyMap<number, { readonly at: Instant; readonly isMerged: boolean }> =>
  new Map(
    sqlite
      .prepare<[], { childId: number; at: Instant; merges: number }>(
        `select coalesce(after ->> '$.childId', before ->> '$.childId', (
            select child_id from custody_rule where id = entity_id and entity = 'custody_rule')) childId,
          max(started_at) at, sum(operation = 'update') merges
        from audit join act on act.id = audit.act_id and act.state <> 'takenBack'
        where entity in ('custody_rule', 'custody_day') group by 1`,
      )
      .all()
      .map(({ childId, at, merges }) => [childId, { at, isMerged: merges > 0 }]),
  )
