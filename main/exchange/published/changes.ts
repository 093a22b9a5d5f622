import type { DocumentKind } from '../../../shared/contract/portal/documents.ts'
import type { RecordedTable } from '../../../shared/record/tables.ts'
import type { ColumnOf } from '../../store/schema/names.ts'
import type { Store } from '../../store/store.ts'
import { familyOfDoubtfulPayment } from './money.ts'
import { jsonList, type Reach } from './reach.ts'

/** Documents that may no longer be what they were: of each kind, by what they are about; `all` of the kind. */
export type Concerned = ReadonlyMap<DocumentKind, ReadonlySet<number> | 'all'>

const whole = {
  account: 'all',
  bookings: 'all',
  family: 'all',
  familyPapers: 'all',
  messages: 'all',
  money: 'all',
  notice: 'all',
  period: 'all',
  places: 'all',
  town: 'all',
} as const satisfies Record<DocumentKind, 'all'>

export const kinds = Object.keys(whole) as (keyof typeof whole)[]

const concerning = (about: Readonly<Record<DocumentKind, ReadonlySet<number> | 'all'>>): Concerned =>
  new Map(kinds.map((kind) => [kind, about[kind]]))

export const everything = concerning(whole)

/** Whether a change in a table may change a document. */
const isPublished = {
  organisation: true,
  portal_settings: true,
  facility: true,
  school: true,
  school_holiday: true,
  activity_type: true,
  activity: true,
  slot: true,
  tariff: true,
  tariff_version: true,
  activity_tariff: true,
  period: true,
  opening: true,
  family: true,
  family_address: true,
  family_quotient: true,
  guardian: true,
  family_guardian: true,
  child: true,
  family_child: true,
  schooling: true,
  pickup_contact: true,
  custody_rule: true,
  custody_day: true,
  registration: true,
  reservation: true,
  reservation_move: true,
  portal_account: true,
  invoice: true,
  payment: true,
  online_check: true,
  allocation: true,
  opening_balance: true,
  conversation: true,
  message: true,
  notice: true,
  asked_paper: true,
  received_paper: true,
  health_record: false,
  attendance: false,
  invoice_run: false,
  deposit_slip: false,
  deposit_slip_line: false,
  till_closing: false,
  picture: false,
  staffing: false,
  import_profile: false,
  dismissed_double: false,
  portal_ask: false,
  proposal: false,
  sign_up: false,
  invoice_line: false,
  staff_member: false,
  retention: false,
  erasure: false,
} as const satisfies Record<RecordedTable, boolean>

type PublishedTable = { [Name in RecordedTable]: (typeof isPublished)[Name] extends true ? Name : never }[RecordedTable]

const publishedTables = Object.entries(isPublished).flatMap(([table, is]) => (is ? [`'${table}'`] : []))

/** Whether a row of the trail says something of these columns. */
const changes = <Table extends PublishedTable>(_: Table, ...columns: ColumnOf<Table>[]): string =>
  columns.map((column) => `audit.after -> '$.${column}' is not null`).join(' or ')

/**
 * What of the audit trail may change a document. Traces do not, but for the one of the recovery phrase: it may come with
 * another key, by which parents seal what they send. Drafts of invoices do not, nor the cells that an issue marks as
 * billed: a month of a town leaves tens of thousands.
 */
const tells = `(audit.operation <> 'consult' or (audit.entity = 'organisation' and audit.after ->> '$.phrase' is not null))
  and audit.entity in (${publishedTables.join(', ')})
  and (audit.entity <> 'invoice' or audit.after ->> '$.state' = 'issued')
  and (audit.entity <> 'reservation' or audit.operation not in ('update', 'updateMany')
    or ${changes('reservation', 'held', 'cancelDenied', 'waitingSince', 'waitingNumber', 'offeredUntil')})`

/** What an act under way wrote could still be taken back: nothing is made from it. */
export const isUnderWay = (store: Store): boolean =>
  store
    .statement(
      `select exists (select 1 from act cross join audit on audit.act_id = act.id where act.state = 'open' and ${tells})`,
    )
    .pluck()
    .get() === 1

/** More rows than these of the trail, or more ids in them, and reading them costs more than making everything anew. */
const mostRows = 3000
const mostIds = 20_000

type Row = {
  readonly entity: string
  readonly id: number | null
  readonly operation: string
  readonly before: string | null
  readonly after: string | null
}

/** What the acts closed after `act` may have changed. */
export const changedSince = (store: Store, act: number): Concerned => {
  const rows = store
    .statement(
      `select audit.entity, audit.entity_id id, audit.operation, audit.after,
        case when audit.operation = 'updateMany'
          then (select json_group_array(value ->> 0) from json_each(audit.before, '$.rows'))
          else audit.before end before
      from act cross join audit on audit.act_id = act.id
      where act.id > ? and act.state = 'closed' and ${tells} limit ?`,
    )
    .all(act, mostRows + 1) as Row[]
  if (rows.length > mostRows) return everything
  const trail = trailOf(rows)
  return trail ? concernedBy(store, trail) : everything
}

/** By table: ids of rows, and rows as the trail tells them whole. */
type Trail = ReadonlyMap<
  string,
  { readonly ids: Set<number>; readonly told: Record<string, unknown>[]; readonly keys: Set<string> }
>

const trailOf = (rows: readonly Row[]): Trail | null => {
  const trail = new Map<string, { ids: Set<number>; told: Record<string, unknown>[]; keys: Set<string> }>()
  let count = 0
  for (const { entity, id, operation, before, after } of rows) {
    const known = trail.get(entity) ?? { ids: new Set(), told: [], keys: new Set() }
    trail.set(entity, known)
    if (operation === 'insertMany') {
      for (const [from, to] of (JSON.parse(after ?? '{}') as { ids: [number, number][] }).ids) {
        count += to - from + 1
        if (count > mostIds) return null
        for (let one = from; one <= to; one += 1) known.ids.add(one)
      }
      continue
    }
    if (operation === 'updateMany') {
      const ids = JSON.parse(before ?? '[]') as number[]
      count += ids.length
      if (count > mostIds) return null
      for (const one of ids) known.ids.add(one)
    } else {
      if (id !== null) known.ids.add(id)
      if (before !== null) known.told.push(JSON.parse(before) as Record<string, unknown>)
    }
    if (after !== null) {
      const values = JSON.parse(after) as Record<string, unknown>
      known.told.push(values)
      for (const key of Object.keys(values)) known.keys.add(key)
    }
  }
  return trail
}

const concernedBy = (store: Store, trail: Trail): Concerned => {
  const found = new Map<DocumentKind, Set<number> | 'all'>()
  const add = (ids: Iterable<number>, ...of: DocumentKind[]) => {
    for (const kind of of) {
      const known = found.get(kind) ?? new Set()
      if (known !== 'all') for (const id of ids) known.add(id)
      found.set(kind, known)
    }
  }
  const all = (...of: DocumentKind[]) => {
    for (const kind of of) found.set(kind, 'all')
  }
  const ask = (text: string, ids: Iterable<number | string>): number[] =>
    store.statement(text).pluck().all(jsonList(ids)) as number[]
  const touches = <Table extends PublishedTable>(entity: Table, ...keys: ColumnOf<Table>[]): boolean => {
    const known = trail.get(entity)
    return known !== undefined && (keys.length === 0 || keys.some((key) => known.keys.has(key)))
  }
  /** What the touched rows of a table point to, whether or not they are still there. */
  const pointedBy = <Table extends PublishedTable>(entity: Table, key: ColumnOf<Table>): Set<number> => {
    const { ids = new Set<number>(), told = [] } = trail.get(entity) ?? {}
    if (ids.size === 0) return new Set()
    const column = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return new Set([
      ...told.flatMap((row) => (typeof row[key] === 'number' ? [row[key]] : [])),
      ...ask(
        `select distinct ${column} from ${entity} where id in (select value from json_each(?)) and ${column} is not null`,
        ids,
      ),
    ])
  }
  /** Nothing tells any more whose it was. */
  const isErased = (entity: PublishedTable): boolean => trail.get(entity)?.told.some((row) => 'erased' in row) ?? false
  const idsOf = (entity: PublishedTable): Set<number> => trail.get(entity)?.ids ?? new Set()
  const familiesOfChildren = (ids: Iterable<number>) =>
    ask('select distinct family_id from family_child where child_id in (select value from json_each(?))', ids)
  const familiesOfGuardians = (ids: Iterable<number>) =>
    ask('select distinct family_id from family_guardian where guardian_id in (select value from json_each(?))', ids)

  if (touches('organisation') || touches('portal_settings') || touches('school')) all('town')
  if (touches('organisation', 'name', 'address', 'postcode', 'town', 'phone', 'email')) all('money')
  if (touches('organisation', 'schoolZone') || touches('school_holiday')) {
    all('period')
    const shared = store.statement('select distinct child_id from custody_rule').pluck().all() as number[]
    add(familiesOfChildren(shared), 'bookings')
  }

  const tariffs = [...idsOf('tariff'), ...pointedBy('tariff_version', 'tariffId')]
  const activities = [
    ...idsOf('activity'),
    ...pointedBy('slot', 'activityId'),
    ...pointedBy('activity_tariff', 'activityId'),
    ...ask('select activity_id from activity_tariff where tariff_id in (select value from json_each(?))', tariffs),
    ...ask('select id from activity where type_id in (select value from json_each(?))', idsOf('activity_type')),
  ]
  const housed = ask('select id from activity where facility_id in (select value from json_each(?))', idsOf('facility'))
  add(periodsOf(store, [...activities, ...housed]), 'period')
  const moved = touches('activity', 'facilityId') ? idsOf('activity') : []
  add(familiesIn(store, periodsOf(store, [...moved, ...housed])), 'money')
  if (touches('activity', 'archived')) {
    const shelved = periodsOf(store, idsOf('activity'))
    add(shelved, 'places')
    add(familiesIn(store, shelved), 'family', 'bookings')
  }
  add(
    familiesOfChildren(
      ask('select child_id from schooling where school_id in (select value from json_each(?))', idsOf('school')),
    ),
    'family',
  )

  add(idsOf('period'), 'period', 'places')
  if (touches('period', 'endDay', 'archived')) add(familiesIn(store, idsOf('period')), 'family', 'bookings')
  add(pointedBy('opening', 'periodId'), 'period', 'places')

  add(idsOf('family'), 'family', 'bookings', 'money')
  for (const entity of ['family_address', 'family_quotient', 'family_child'] as const)
    add(pointedBy(entity, 'familyId'), 'family')
  // With a second home a child's pick-up people are told without their phones, to the first home too.
  const beside = (['schooling', 'pickup_contact', 'family_child'] as const).flatMap((entity) => [
    ...pointedBy(entity, 'childId'),
  ])
  add(familiesOfChildren([...idsOf('child'), ...beside]), 'family')
  add(familiesOfChildren([...pointedBy('custody_rule', 'childId'), ...pointedBy('custody_day', 'childId')]), 'bookings')
  add(pointedBy('registration', 'familyId'), 'family', 'bookings', 'money')
  const linked = pointedBy('family_guardian', 'familyId')
  add(linked, 'family', 'bookings', 'money')

  const accounts = pointedBy('portal_account', 'guardianId')
  add(familiesOfGuardians(accounts), 'family', 'bookings', 'money')
  add(familiesOfGuardians(idsOf('guardian')), 'family')
  const guardians = new Set([
    ...accounts,
    ...idsOf('guardian'),
    ...pointedBy('family_guardian', 'guardianId'),
    ...guardiansOf(store, [...idsOf('family'), ...linked]),
  ])
  const mails = trail.get('guardian')?.told.flatMap(({ email }) => (typeof email === 'string' ? [email] : [])) ?? []
  add([...guardians, ...sharingMail(store, guardians, mails)], 'account')

  const cells = [...idsOf('reservation'), ...pointedBy('reservation_move', 'reservationId')]
  add(
    ask(
      `select distinct own.family_id from reservation cell join registration own on own.id = cell.registration_id
      where cell.id in (select value from json_each(?))`,
      cells,
    ),
    'bookings',
  )
  // Whoever waits for the same place may have another rank.
  add(
    ask(
      `select distinct own.family_id from json_each(?) wanted cross join reservation cell on cell.id = wanted.value
      cross join reservation waiting on waiting.period_id = cell.period_id and waiting.day = cell.day
        and waiting.slot_id = cell.slot_id and waiting.held = 'waitlisted'
      join registration own on own.id = waiting.registration_id`,
      idsOf('reservation'),
    ),
    'bookings',
  )
  add(pointedBy('reservation', 'periodId'), 'places')
  // Priorities put the lists in another order: those of a home, of an activity, or all.
  if (touches('organisation', 'waitingPriorities')) {
    all('period')
    add(waitingIn(store, null), 'bookings')
  } else if (touches('activity', 'waitingPriorities'))
    add(waitingIn(store, periodsOf(store, idsOf('activity'))), 'bookings')
  const homesMoved = [...pointedBy('family_address', 'familyId'), ...pointedBy('family_quotient', 'familyId')]
  add(waitingBeside(store, homesMoved, idsOf('registration')), 'bookings')

  const papers = [...pointedBy('asked_paper', 'familyId'), ...pointedBy('received_paper', 'familyId')]
  add([...papers, ...linked, ...idsOf('family'), ...familiesOfGuardians(accounts)], 'familyPapers')
  if (isErased('received_paper')) all('familyPapers')

  const conversations = [...idsOf('conversation'), ...pointedBy('message', 'conversationId')]
  add(
    [
      ...pointedBy('conversation', 'familyId'),
      ...ask('select family_id from conversation where id in (select value from json_each(?))', conversations),
      ...linked,
      ...idsOf('family'),
      ...familiesOfGuardians(accounts),
    ],
    'messages',
  )
  if (isErased('conversation')) all('messages')
  add(idsOf('notice'), 'notice')
  // Who belongs to an activity or a school changes with these; a town has a few notices at a time.
  const joining = ['registration', 'schooling', 'family_child', 'family', 'period', 'activity'] as const
  if (joining.some((entity) => touches(entity))) add(noticesToSome(store), 'notice')

  for (const entity of ['invoice', 'payment', 'opening_balance'] as const) add(pointedBy(entity, 'familyId'), 'money')
  add(
    ask(
      `select ${familyOfDoubtfulPayment} from online_check where ${familyOfDoubtfulPayment} is not null and id in (select value from json_each(?))`,
      idsOf('online_check'),
    ),
    'money',
  )
  add(
    ask(
      'select distinct family_id from invoice where id in (select value from json_each(?))',
      pointedBy('allocation', 'invoiceId'),
    ),
    'money',
  )
  return found
}

/** Homes that wait in these periods, or in any. */
const waitingIn = (store: Store, periodIds: readonly number[] | null): number[] =>
  store
    .statement(
      `select distinct own.family_id from reservation cell join registration own on own.id = cell.registration_id
      where cell.held = 'waitlisted' and (?1 is null or cell.period_id in (select value from json_each(?1)))`,
    )
    .pluck()
    .all({ 1: periodIds && jsonList(periodIds) }) as number[]

/** Homes that wait where these homes, or a sibling of these registrations, wait. */
const waitingBeside = (store: Store, familyIds: readonly number[], registrationIds: Iterable<number>): number[] =>
  store
    .statement(
      `with home as materialized (select value id from json_each(?1)
          union select family_id from registration where id in (select value from json_each(?2))),
        place as materialized (select distinct cell.period_id, cell.day, cell.slot_id from home
          cross join registration own on own.family_id = home.id
          cross join reservation cell on cell.registration_id = own.id and cell.held = 'waitlisted')
      select distinct other.family_id from place
      cross join reservation cell on cell.period_id = place.period_id and cell.day = place.day
        and cell.slot_id = place.slot_id and cell.held = 'waitlisted'
      join registration other on other.id = cell.registration_id`,
    )
    .pluck()
    .all({ 1: jsonList(familyIds), 2: jsonList(registrationIds) }) as number[]

const noticesToSome = (store: Store): number[] =>
  store
    .statement('select id from notice where coalesce(activity_id, period_id, school_id) is not null')
    .pluck()
    .all() as number[]

const familiesIn = (store: Store, periodIds: Iterable<number>): number[] =>
  store
    .statement('select distinct family_id from registration where period_id in (select value from json_each(?))')
    .pluck()
    .all(jsonList(periodIds)) as number[]

const periodsOf = (store: Store, activityIds: Iterable<number>): number[] =>
  store
    .statement('select id from period where activity_id in (select value from json_each(?))')
    .pluck()
    .all(jsonList(activityIds)) as number[]

const guardiansOf = (store: Store, familyIds: Iterable<number>): number[] =>
  store
    .statement('select guardian_id from family_guardian where family_id in (select value from json_each(?))')
    .pluck()
    .all(jsonList(familyIds)) as number[]

/** A mail is the login of one account: who gives it up leaves it to another. */
const sharingMail = (store: Store, guardianIds: Iterable<number>, mails: readonly string[]): number[] =>
  store
    .statement(
      `with mail as materialized (
        select value from json_each(?1) union
        select guardian.email from json_each(?2) wanted join guardian on guardian.id = wanted.value)
      select guardian.id from portal_account join guardian on guardian.id = portal_account.guardian_id
      where guardian.email in (select value from mail) and guardian.email <> ''`,
    )
    .pluck()
    .all({ 1: jsonList(mails), 2: jsonList(guardianIds) }) as number[]

/** What the days gone by since then change by themselves; everything when the clock went back. */
export const changedWithDays = (store: Store, before: Reach, now: Reach): Concerned => {
  if (before.today === now.today) return new Map()
  if (before.today > now.today) return everything
  const ask = (text: string, from: string, to: string): number[] =>
    store.statement(text).pluck().all(from, to) as number[]
  const left = ask('select id from family where left_on > ? and left_on <= ?', before.today, now.today)
  const over = 'select id from period where end_day >= ? and end_day < ?'
  const outOfReach = ask(over, before.overSince, now.overSince)
  const noLongerBooked = ask(over, before.bookedUntil, now.bookedUntil)
  const dated = [
    ...ask('select family_id from family_address where from_day > ? and from_day <= ?', before.today, now.today),
    ...ask(
      `select family_child.family_id from schooling join family_child on family_child.child_id = schooling.child_id
      where schooling.from_day > ? and schooling.from_day <= ?`,
      before.today,
      now.today,
    ),
  ]
  const passed = ask(
    'select distinct period_id from opening where day >= ? and day < ? and closed_reason is null',
    before.today,
    now.today,
  )
  const guardians = guardiansOf(store, left)
  const quiet = store
    .statement('select family_id from conversation where last_at >= ? and last_at < ?')
    .pluck()
    .all(before.overSince, now.overSince) as number[]
  const ended = ask('select id from notice where until_day >= ? and until_day < ?', before.today, now.today)
  return concerning({
    account: new Set([...guardians, ...sharingMail(store, guardians, [])]),
    bookings: new Set([...left, ...familiesIn(store, noLongerBooked)]),
    family: new Set([...left, ...dated, ...familiesIn(store, outOfReach)]),
    familyPapers: new Set(left),
    messages: new Set([...left, ...quiet]),
    notice: new Set([...ended, ...noticesToSome(store)]),
    money: before.issuedFrom === now.issuedFrom ? new Set(left) : 'all',
    period: new Set(outOfReach),
    places: new Set([...outOfReach, ...passed]),
    town: new Set(),
  })
}
