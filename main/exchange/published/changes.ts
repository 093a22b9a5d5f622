import type { DocumentKind } from '../../../shared/contract/portal/documents.ts'
import type { RecordedTable } from '../../../shared/record/tables.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { cycleOf, cyclesOfSchools } from '../../../shared/rules/calendar/school-year-classes.ts'
import { healthDueOn } from '../../desk/protection/protection.ts'
import { debtsSuspendBookings } from '../../desk/regies/regies.ts'
import type { ColumnOf } from '../../store/schema/names.ts'
import type { Store } from '../../store/store.ts'
import { familyOfDoubtfulPayment } from './money.ts'
import { jsonList, type Reach } from './reach.ts'

/** Documents that may have changed: by kind, the ids of their subjects (family, guardian, period…), or `all`. */
export type StaleDocuments = ReadonlyMap<DocumentKind, ReadonlySet<number> | 'all'>

const allKinds = {
  account: 'all',
  bookings: 'all',
  family: 'all',
  familyPapers: 'all',
  health: 'all',
  messages: 'all',
  money: 'all',
  notice: 'all',
  period: 'all',
  places: 'all',
  town: 'all',
} as const satisfies Record<DocumentKind, 'all'>

export const documentKinds = Object.keys(allKinds) as (keyof typeof allKinds)[]

const staleDocuments = (about: Readonly<Record<DocumentKind, ReadonlySet<number> | 'all'>>): StaleDocuments =>
  new Map(documentKinds.map((kind) => [kind, about[kind]]))

export const allDocuments = staleDocuments(allKinds)

/** Whether a change in a table may change a document. */
const isPublished = {
  organisation: true,
  regie: true,
  portal_settings: true,
  site: false,
  site_opening: false,
  facility: true,
  school: true,
  catchment: true,
  school_holiday: true,
  activity_type: true,
  activity: true,
  slot: true,
  activity_group: true,
  sublist: false,
  tariff: true,
  tariff_version: true,
  activity_tariff: true,
  period: true,
  opening: true,
  family: true,
  family_address: true,
  family_quotient: true,
  quotient_consent: true,
  price_category: true,
  third_party: true,
  aid: true,
  payer_part: true,
  guardian: true,
  family_guardian: true,
  child: true,
  family_child: true,
  schooling: true,
  guardian_bond: true,
  required_paper: true,
  paper_fact: true,
  confirmation: true,
  campaign: true,
  consent_question: true,
  consent_text: true,
  consent_answer: true,
  pickup_contact: true,
  custody_rule: true,
  custody_day: true,
  registration: true,
  registration_group: true,
  registration_sublist: false,
  reservation: true,
  reservation_move: true,
  portal_account: true,
  invoice: true,
  payment: true,
  online_check: true,
  allocation: true,
  debt_decision: true,
  refund: true,
  reminder: true,
  recovery_note: false,
  payment_plan: true,
  outstanding_statement: false,
  outstanding_file: false,
  treasury_payment: true,
  opening_balance: true,
  conversation: true,
  message: true,
  notice: true,
  asked_paper: true,
  received_paper: true,
  health_record: true,
  custom_field: false,
  hours_rule: false,
  hours_declaration: false,
  former_figure: false,
  free_list: false,
  saved_audience: false,
  template: false,
  template_version: false,
  letter: false,
  custom_value: false,
  note: false,
  photo: false,
  attendance: false,
  invoice_run: false,
  tariff_revision: false,
  price_book: false,
  billed_span: false,
  give_up: false,
  kept_price: false,
  final_span: false,
  repricing: false,
  free_line_kind: false,
  free_line: true,
  regie_holder: false,
  health_delegate: false,
  deposit_slip: false,
  deposit_slip_line: false,
  till_closing: false,
  remittance: false,
  closing: false,
  mail_settings: false,
  mail: true,
  sms_settings: true,
  sending: false,
  message_choice: true,
  stopped_address: true,
  bank_account: false,
  bank_statement: false,
  bank_line: false,
  bank_match: false,
  picture: false,
  staffing: false,
  mandate: true,
  debit_settings: true,
  debit_collection: false,
  debit: true,
  debit_part: false,
  year_plan: true,
  year_part: true,
  account_request: true,
  debit_file: false,
  import_profile: false,
  dismissed_double: false,
  portal_ask: false,
  proposal: false,
  sign_up: false,
  invoice_line: false,
  staff_member: false,
  retention: true,
  erasure: false,
} as const satisfies Record<RecordedTable, boolean>

type PublishedTable = { [Name in RecordedTable]: (typeof isPublished)[Name] extends true ? Name : never }[RecordedTable]

const publishedTables = Object.entries(isPublished).flatMap(([table, is]) => (is ? [`'${table}'`] : []))

/** SQL condition: an audit row has a value for one of these columns. */
const changesColumns = <Table extends PublishedTable>(_: Table, ...columns: ColumnOf<Table>[]): string =>
  columns.map((column) => `audit.after -> '$.${column}' is not null`).join(' or ')

/**
 * SQL condition on the audit rows that may change a document. Excluded are:
 * - traces (`consult`), except those of a new recovery phrase (the key to which parents seal papers may have changed),
 *   of a token for API Particulier (parents may now be asked for their consent), and of health records (a change of a
 *   record leaves only a trace);
 * - drafts of invoices;
 * - mails, except withdrawn ones: the notice of their message is then no longer shown to their homes;
 * - updates of reservations that only record which invoice bills them: issuing a town's month writes tens of thousands.
 */
const affectsDocuments = `(audit.operation <> 'consult' or audit.entity = 'health_record' or (audit.entity = 'organisation'
    and coalesce(audit.after ->> '$.phrase', audit.after ->> '$.quotientApi') is not null))
  and audit.entity in (${publishedTables.join(', ')})
  and (audit.entity <> 'invoice' or audit.after ->> '$.state' = 'issued')
  and (audit.entity <> 'mail' or (audit.operation in ('update', 'updateMany') and (${changesColumns('mail', 'withdrawnAt')})))
  and (audit.entity <> 'reservation' or audit.operation not in ('update', 'updateMany')
    or ${changesColumns('reservation', 'held', 'cancelDenied', 'waitingSince', 'waitingNumber', 'offeredUntil')})`

/** Whether an open act has changed published data. It may still be rolled back, so no document is made meanwhile. */
export const hasOpenPublishedChange = (store: Store): boolean =>
  store
    .statement(
      `select exists (select 1 from act cross join audit on audit.act_id = act.id where act.state = 'open' and ${affectsDocuments})`,
    )
    .pluck()
    .get() === 1

/** With more audit rows, or more ids in them, reading them costs more than making all documents again. */
const maxAuditRows = 3000
const maxIds = 20_000

type Row = {
  readonly entity: string
  readonly id: number | null
  readonly operation: string
  readonly before: string | null
  readonly after: string | null
}

/** Documents that closed acts with a greater id may have changed. */
export const changedSince = (store: Store, act: number): StaleDocuments => {
  const rows = store
    .statement(
      `select audit.entity, audit.entity_id id, audit.operation, audit.after,
        case when audit.operation = 'updateMany'
          then (select json_group_array(value ->> 0) from json_each(audit.before, '$.rows'))
          else audit.before end before
      from act cross join audit on audit.act_id = act.id
      where act.id > ? and act.state = 'closed' and ${affectsDocuments} limit ?`,
    )
    .all(act, maxAuditRows + 1) as Row[]
  if (rows.length > maxAuditRows) return allDocuments
  const trail = trailOf(rows)
  return trail ? staleAfter(store, trail) : allDocuments
}

/** By table: ids of the changed rows, the old and new values in the audit, and the names of the changed columns. */
type Trail = ReadonlyMap<
  string,
  { readonly ids: Set<number>; readonly values: Record<string, unknown>[]; readonly keys: Set<string> }
>

const trailOf = (rows: readonly Row[]): Trail | null => {
  const trail = new Map<string, { ids: Set<number>; values: Record<string, unknown>[]; keys: Set<string> }>()
  let count = 0
  for (const { entity, id, operation, before, after } of rows) {
    const known = trail.get(entity) ?? { ids: new Set(), values: [], keys: new Set() }
    trail.set(entity, known)
    if (operation === 'insertMany') {
      for (const [from, to] of (JSON.parse(after ?? '{}') as { ids: [number, number][] }).ids) {
        count += to - from + 1
        if (count > maxIds) return null
        for (let one = from; one <= to; one += 1) known.ids.add(one)
      }
      continue
    }
    if (operation === 'updateMany') {
      const ids = JSON.parse(before ?? '[]') as number[]
      count += ids.length
      if (count > maxIds) return null
      for (const one of ids) known.ids.add(one)
    } else {
      if (id !== null) known.ids.add(id)
      if (before !== null) known.values.push(JSON.parse(before) as Record<string, unknown>)
    }
    if (after !== null) {
      const values = JSON.parse(after) as Record<string, unknown>
      known.values.push(values)
      for (const key of Object.keys(values)) known.keys.add(key)
    }
  }
  return trail
}

const isExemptionAsked = (store: Store): boolean =>
  store.statement(`select 1 from required_paper where kind = 'exemption' limit 1`).get() !== undefined

/**
 * Whether a school has got its first pupils of a cycle, or lost its last ones: the cycles that a school teaches follow
 * from its pupils, and decide which children of the town need a « dérogation ». May be true where the cycle was only
 * moved.
 */
const teachesAnotherCycle = (
  store: Store,
  schools: ReadonlySet<number>,
  ids: ReadonlySet<number>,
  values: readonly Record<string, unknown>[],
): boolean => {
  const classes = (text: string) =>
    store.statement(text).all({ ids: jsonList(ids), schools: jsonList(schools) }) as {
      schoolId: number
      level: string
    }[]
  const now = classes(
    `select school_id schoolId, level from schooling
      where id in (select value from json_each(:ids)) and school_id in (select value from json_each(:schools))`,
  )
  const before = values.flatMap(({ schoolId, level }) => {
    const levels = typeof level === 'string' ? [level] : now.map((one) => one.level)
    const at = typeof schoolId === 'number' ? [schoolId] : [...schools]
    return at.flatMap((id) => levels.map((one) => ({ schoolId: id, level: one })))
  })
  const others = cyclesOfSchools(
    classes(
      `select distinct school_id schoolId, level from schooling
        where id not in (select value from json_each(:ids)) and school_id in (select value from json_each(:schools))`,
    ),
  )
  return [...now, ...before].some(({ schoolId, level }) => {
    const cycle = cycleOf(level)
    return cycle !== null && others.get(schoolId)?.has(cycle) !== true
  })
}

const staleAfter = (store: Store, trail: Trail): StaleDocuments => {
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
  /** Ids that the changed rows reference by a column, now or before the change; works for removed rows too. */
  const referencedBy = <Table extends PublishedTable>(entity: Table, key: ColumnOf<Table>): Set<number> => {
    const { ids = new Set<number>(), values = [] } = trail.get(entity) ?? {}
    if (ids.size === 0) return new Set()
    const column = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return new Set([
      ...values.flatMap((row) => (typeof row[key] === 'number' ? [row[key]] : [])),
      ...ask(
        `select distinct ${column} from ${entity} where id in (select value from json_each(?)) and ${column} is not null`,
        ids,
      ),
    ])
  }
  /** A row was erased, so its family is unknown: all documents of the kind become stale. */
  const wasErased = (entity: PublishedTable): boolean =>
    trail.get(entity)?.values.some((row) => 'erased' in row) ?? false
  const idsOf = (entity: PublishedTable): Set<number> => trail.get(entity)?.ids ?? new Set()
  const familiesOfChildren = (ids: Iterable<number>) =>
    ask('select distinct family_id from family_child where child_id in (select value from json_each(?))', ids)
  const familiesOfGuardians = (ids: Iterable<number>) =>
    ask('select distinct family_id from family_guardian where guardian_id in (select value from json_each(?))', ids)

  const ofTown = [
    'organisation',
    'regie',
    'portal_settings',
    'sms_settings',
    'school',
    'debit_settings',
    'consent_question',
    'consent_text',
    'campaign',
  ] as const
  if (ofTown.some((entity) => touches(entity))) all('town')
  if (touches('organisation', 'name', 'address', 'postcode', 'town', 'phone', 'email', 'regie')) all('money')
  if (touches('regie', 'name')) all('money')
  if (touches('school', 'name')) all('period')
  if (touches('organisation', 'schoolZone') || touches('school_holiday')) {
    all('period')
    const childrenInSharedCustody = store
      .statement('select distinct child_id from custody_rule')
      .pluck()
      .all() as number[]
    add(familiesOfChildren(childrenInSharedCustody), 'bookings')
  }

  const tariffs = [...idsOf('tariff'), ...referencedBy('tariff_version', 'tariffId')]
  const activities = [
    ...idsOf('activity'),
    ...referencedBy('slot', 'activityId'),
    ...referencedBy('activity_group', 'activityId'),
    ...referencedBy('activity_tariff', 'activityId'),
    ...ask('select activity_id from activity_tariff where tariff_id in (select value from json_each(?))', tariffs),
    ...ask('select id from activity where type_id in (select value from json_each(?))', idsOf('activity_type')),
  ]
  activities.push(...ask('select id from activity where joined_to_id in (select value from json_each(?))', activities))
  const activitiesOfFacilities = ask(
    'select id from activity where facility_id in (select value from json_each(?))',
    idsOf('facility'),
  )
  add(periodsOf(store, [...activities, ...activitiesOfFacilities]), 'period')
  const movedActivities = touches('activity', 'facilityId') ? idsOf('activity') : []
  add(familiesIn(store, periodsOf(store, [...movedActivities, ...activitiesOfFacilities])), 'money')
  if (touches('activity', 'archived')) {
    const periodsOfArchived = periodsOf(store, idsOf('activity'))
    add(periodsOfArchived, 'places')
    add(familiesIn(store, periodsOfArchived), 'family', 'bookings')
  }
  add(
    familiesOfChildren(
      ask('select child_id from schooling where school_id in (select value from json_each(?))', idsOf('school')),
    ),
    'family',
  )

  add(idsOf('period'), 'period', 'places')
  if (touches('period', 'endDay', 'archived')) add(familiesIn(store, idsOf('period')), 'family', 'bookings')
  add(referencedBy('opening', 'periodId'), 'period', 'places')

  add(idsOf('family'), 'family', 'bookings', 'money')
  for (const entity of [
    'family_address',
    'family_quotient',
    'quotient_consent',
    'family_child',
    'price_category',
    'paper_fact',
    'confirmation',
  ] as const)
    add(referencedBy(entity, 'familyId'), 'family')
  if (touches('required_paper') || touches('catchment') || touches('activity', 'joinedToId')) all('family')
  if (touches('schooling') && isExemptionAsked(store)) {
    const { ids, values } = trail.get('schooling') ?? { ids: new Set<number>(), values: [] }
    if (teachesAnotherCycle(store, referencedBy('schooling', 'schoolId'), ids, values)) all('family')
  }
  // The address of one home of a child also decides whether the dossier of its other home needs a « dérogation ».
  add(
    familiesOfChildren(
      ask(
        'select child_id from family_child where family_id in (select value from json_each(?))',
        referencedBy('family_address', 'familyId'),
      ),
    ),
    'family',
  )
  const aidsOfParties = ask(
    'select family_id from aid where third_party_id in (select value from json_each(?))',
    idsOf('third_party'),
  )
  // The rest of an aid is computed from issued papers, so an issued paper changes it.
  const aidsOnPapers = ask(
    'select family_id from aid where family_id in (select value from json_each(?))',
    referencedBy('invoice', 'familyId'),
  )
  add([...referencedBy('aid', 'familyId'), ...referencedBy('payer_part', 'familyId'), ...aidsOfParties], 'family')
  add(aidsOnPapers, 'family')
  // When a child gets a second home, the first home's document changes too: it then leaves out the phones of pick-up
  // people.
  const childrenTouched = (
    [
      'schooling',
      'guardian_bond',
      'consent_answer',
      'pickup_contact',
      'family_child',
      'price_category',
      'paper_fact',
    ] as const
  ).flatMap((entity) => [...referencedBy(entity, 'childId')])
  add(familiesOfChildren([...idsOf('child'), ...childrenTouched]), 'family')
  add(
    familiesOfChildren([...referencedBy('custody_rule', 'childId'), ...referencedBy('custody_day', 'childId')]),
    'bookings',
  )
  add(referencedBy('registration', 'familyId'), 'family', 'bookings', 'money')
  const familiesOfLinks = referencedBy('family_guardian', 'familyId')
  add(familiesOfLinks, 'family', 'bookings', 'money')
  // The other home of a child also shows whether all holders of authority have answered.
  add(
    ask(
      `select other.family_id from family_child one join family_child other on other.child_id = one.child_id
      where one.family_id in (select value from json_each(?))`,
      familiesOfLinks,
    ),
    'family',
  )
  // Holders of authority are published only while the service has a question: the first question changes the documents
  // of all families.
  if (touches('consent_question')) all('family')

  const accounts = referencedBy('portal_account', 'guardianId')
  add(familiesOfGuardians(accounts), 'family', 'bookings', 'money')
  add(familiesOfGuardians([...idsOf('guardian'), ...referencedBy('message_choice', 'guardianId')]), 'family')
  const guardians = new Set([
    ...accounts,
    ...idsOf('guardian'),
    ...referencedBy('family_guardian', 'guardianId'),
    ...guardiansOf(store, [...idsOf('family'), ...familiesOfLinks]),
  ])
  const mails = trail.get('guardian')?.values.flatMap(({ email }) => (typeof email === 'string' ? [email] : [])) ?? []
  add(
    ask(
      `select guardian.id from stopped_address stop join guardian on lower(trim(guardian.email)) = stop.email
      where stop.id in (select value from json_each(?))`,
      idsOf('stopped_address'),
    ),
    'account',
  )
  add([...guardians, ...accountsSharingMail(store, guardians, mails)], 'account')

  // The trace of a health record names its child as the row, other changes name the record: ids of both are read as
  // child ids, which marks too many documents rather than too few.
  const childrenOfRecords = [...idsOf('health_record'), ...referencedBy('health_record', 'childId')]
  // A child's health record is not due for erasure while the child is registered.
  const childrenRegistered = ask(
    'select distinct child_id from registration where id in (select value from json_each(?))',
    idsOf('registration'),
  )
  const childrenOfGuardians = [
    ...idsOf('child'),
    ...childrenOfRecords,
    ...childrenRegistered,
    ...referencedBy('family_child', 'childId'),
  ]
  // Whether a record lacks something is part of its home's dossier.
  add(familiesOfChildren(childrenOfRecords), 'family')
  add([...guardians, ...referencedBy('guardian_bond', 'guardianId')], 'health')
  const homesOfChildren = [...familiesOfChildren(childrenOfGuardians), ...referencedBy('family_child', 'familyId')]
  add(guardiansOf(store, homesOfChildren), 'health')
  if (wasErased('child') || wasErased('guardian_bond') || wasErased('family_child')) all('health')
  // These settings hold what records are sealed with, or decide when a record is due for erasure.
  if (touches('organisation') || touches('portal_settings') || touches('retention')) all('health')

  const cells = [...idsOf('reservation'), ...referencedBy('reservation_move', 'reservationId')]
  add(
    ask(
      `select distinct own.family_id from reservation cell join registration own on own.id = cell.registration_id
      where cell.id in (select value from json_each(?))`,
      cells,
    ),
    'bookings',
  )
  // Children who wait for the same place may now have another rank.
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
  add(referencedBy('reservation', 'periodId'), 'places')

  // A change of group moves a child's places, and its rank, to the waiting list of the new group.
  const registrationsPut = referencedBy('registration_group', 'registrationId')
  add(
    ask('select family_id from registration where id in (select value from json_each(?))', registrationsPut),
    'family',
  )
  const regrouped = [
    ...periodsOf(store, referencedBy('activity_group', 'activityId')),
    ...ask('select period_id from registration where id in (select value from json_each(?))', registrationsPut),
    ...(touches('opening', 'groupPlaces') ? referencedBy('opening', 'periodId') : []),
    ...periodsWithGroupsOf(store, [...idsOf('child'), ...referencedBy('schooling', 'childId')]),
  ]
  add(regrouped, 'places')
  if (regrouped.length > 0) add(homesWaitingIn(store, regrouped), 'bookings')
  if (touches('organisation', 'quotientRule')) {
    all('family')
    add(homesWaitingIn(store, null), 'bookings')
  }
  // A change of priorities reorders waiting lists: those of a home, of an activity, or all.
  if (touches('organisation', 'waitingPriorities')) {
    all('period')
    add(homesWaitingIn(store, null), 'bookings')
  } else if (touches('activity', 'waitingPriorities'))
    add(homesWaitingIn(store, periodsOf(store, idsOf('activity'))), 'bookings')
  const homesMoved = [...referencedBy('family_address', 'familyId'), ...referencedBy('family_quotient', 'familyId')]
  add(homesWaitingWith(store, homesMoved, idsOf('registration')), 'bookings')

  const papers = [...referencedBy('asked_paper', 'familyId'), ...referencedBy('received_paper', 'familyId')]
  add([...papers, ...familiesOfLinks, ...idsOf('family'), ...familiesOfGuardians(accounts)], 'familyPapers')
  if (wasErased('received_paper')) all('familyPapers')

  const conversations = [...idsOf('conversation'), ...referencedBy('message', 'conversationId')]
  add(
    [
      ...referencedBy('conversation', 'familyId'),
      ...ask('select family_id from conversation where id in (select value from json_each(?))', conversations),
      ...familiesOfLinks,
      ...idsOf('family'),
      ...familiesOfGuardians(accounts),
    ],
    'messages',
  )
  if (wasErased('conversation')) all('messages')
  add(idsOf('notice'), 'notice')
  // These tables decide who is shown what is for an activity, a school or the readers of a message; a town has only a
  // few notices at a time.
  const joining = [
    'registration',
    'schooling',
    'family_child',
    'family',
    'period',
    'activity',
    'guardian_bond',
  ] as const
  if (joining.some((entity) => touches(entity)) || touches('mail', 'withdrawnAt')) add(targetedNotices(store), 'notice')

  // A change of what a home owes may suspend its new bookings, or allow them again.
  const suspends = debtsSuspendBookings(store)
  const ofMoney: DocumentKind[] = suspends ? ['money', 'bookings'] : ['money']
  const changesSuspensions =
    touches('regie', 'suspendAboveCents', 'suspendActivityIds') ||
    (suspends &&
      (touches('regie', 'name') ||
        touches('organisation', 'phone') ||
        touches('activity', 'regieId') ||
        touches('slot', 'isMeal', 'endedFrom') ||
        touches('period', 'weekdays', 'schoolHolidays', 'archived')))
  if (changesSuspensions) add(homesOwing(store), 'money', 'bookings')
  add(
    ask(
      `select distinct mandate.family_id from debit join mandate on mandate.id = debit.mandate_id
      where mandate.family_id is not null and debit.id in (select value from json_each(?))`,
      idsOf('debit'),
    ),
    ...ofMoney,
  )
  add(
    ask(
      'select family_id from year_plan where id in (select value from json_each(?))',
      referencedBy('year_part', 'planId'),
    ),
    'money',
  )
  add(referencedBy('free_line', 'familyId'), 'money')
  for (const entity of [
    'invoice',
    'payment',
    'opening_balance',
    'debt_decision',
    'refund',
    'mandate',
    'reminder',
    'payment_plan',
    'year_plan',
    'account_request',
  ] as const)
    add(referencedBy(entity, 'familyId'), ...ofMoney)
  add(
    ask(
      `select family_id from debt_decision
      where family_id is not null and id in (select value from json_each(?))`,
      referencedBy('treasury_payment', 'decisionId'),
    ),
    ...ofMoney,
  )
  add(
    ask(
      `select ${familyOfDoubtfulPayment} from online_check where ${familyOfDoubtfulPayment} is not null and id in (select value from json_each(?))`,
      idsOf('online_check'),
    ),
    ...ofMoney,
  )
  add(
    ask(
      'select distinct family_id from invoice where family_id is not null and id in (select value from json_each(?))',
      referencedBy('allocation', 'invoiceId'),
    ),
    ...ofMoney,
  )
  add(
    ask(
      'select family_id from opening_balance where id in (select value from json_each(?))',
      referencedBy('allocation', 'openingDebtId'),
    ),
    ...ofMoney,
  )
  return found
}

/** Homes that may have an overdue debt. Money kept for a refund lowers the balance without paying any debt. */
const homesOwing = (store: Store): number[] =>
  store
    .statement(
      `select family_id from home_balance where cents > 0
      union select family_id from refund where family_id is not null and paid_on is null and cancelled_at is null`,
    )
    .pluck()
    .all() as number[]

/** Homes with a debt, or a part of a payment plan, whose last day to pay is one of these days. */
const homesFallingDue = (store: Store, from: Day, before: Day): number[] =>
  store
    .statement(
      `select family_id from invoice where state = 'issued' and kind = 'invoice' and family_id is not null
        and due_on >= ?1 and due_on < ?2
      union select family_id from opening_balance where amount_cents > 0 and due_on >= ?1 and due_on < ?2
      union select family_id from payment_plan plan, json_each(plan.parts) part where family_id is not null
        and ended_on is null and part.value ->> '$.dueOn' >= ?1 and part.value ->> '$.dueOn' < ?2`,
    )
    .pluck()
    .all({ 1: from, 2: before }) as number[]

/** Homes on a waiting list of these periods; of any period when null. */
const homesWaitingIn = (store: Store, periodIds: readonly number[] | null): number[] =>
  store
    .statement(
      `select distinct own.family_id from reservation cell join registration own on own.id = cell.registration_id
      where cell.held = 'waitlisted' and (?1 is null or cell.period_id in (select value from json_each(?1)))`,
    )
    .pluck()
    .all({ 1: periodIds && jsonList(periodIds) }) as number[]

/** Homes on the same waiting lists as these homes, or as the families of these registrations. */
const homesWaitingWith = (store: Store, familyIds: readonly number[], registrationIds: Iterable<number>): number[] =>
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

const targetedNotices = (store: Store): number[] =>
  store
    .statement('select id from notice where coalesce(activity_id, period_id, school_id, sending_id) is not null')
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

/** Periods in which these children are registered and whose activity has groups. */
const periodsWithGroupsOf = (store: Store, childIds: readonly number[]): number[] =>
  store
    .statement(
      `select distinct own.period_id from registration own join period on period.id = own.period_id
      where own.child_id in (select value from json_each(?))
        and exists (select 1 from activity_group grouping where grouping.activity_id = period.activity_id)`,
    )
    .pluck()
    .all(jsonList(childIds)) as number[]

const guardiansOf = (store: Store, familyIds: Iterable<number>): number[] =>
  store
    .statement('select guardian_id from family_guardian where family_id in (select value from json_each(?))')
    .pluck()
    .all(jsonList(familyIds)) as number[]

/** Guardians with one of these mail addresses: the address is the login of one account and may pass to another. */
const accountsSharingMail = (store: Store, guardianIds: Iterable<number>, mails: readonly string[]): number[] =>
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

const accountsWithoutHealth = (store: Store): number[] =>
  store
    .statement(
      `select guardian_id from portal_account where sealing_key is not null and not exists (
        select 1 from publication where id = 'health/' || guardian_id and wanted_hash is not null)`,
    )
    .pluck()
    .all() as number[]

/** Documents that change with the passing of days since `previous`; all when the clock was set back. */
export const changedWithDays = (store: Store, previous: Reach, now: Reach): StaleDocuments => {
  if (previous.today === now.today) return new Map()
  if (previous.today > now.today) return allDocuments
  const ask = (text: string, from: string, to: string): number[] =>
    store.statement(text).pluck().all(from, to) as number[]
  const familiesLeft = ask('select id from family where left_on > ? and left_on <= ?', previous.today, now.today)
  const periodsEnding = 'select id from period where end_day >= ? and end_day < ?'
  const outOfReach = ask(periodsEnding, previous.overSince, now.overSince)
  const noLongerBooked = ask(periodsEnding, previous.bookedUntil, now.bookedUntil)
  const familiesOfClassesFrom = (from: Day, to: Day): number[] =>
    ask(
      `select family_child.family_id from schooling join family_child on family_child.child_id = schooling.child_id
      where schooling.from_day > ? and schooling.from_day <= ?`,
      from,
      to,
    )
  const familiesWithDatedChange = [
    ...ask(
      `with moved as (select family_id from family_address where from_day > ? and from_day <= ?)
      select family_id from moved
      union select other.family_id from moved join family_child own on own.family_id = moved.family_id
        join family_child other on other.child_id = own.child_id`,
      previous.today,
      now.today,
    ),
    ...familiesOfClassesFrom(previous.today, now.today),
    // A former class is published for a year.
    ...familiesOfClassesFrom(previous.overSince, now.overSince),
    // A quotient that becomes valid changes what the home's dossier has.
    ...ask('select family_id from family_quotient where from_day > ? and from_day <= ?', previous.today, now.today),
    ...ask(
      `select held.family_id from health_record record join family_child held on held.child_id = record.child_id
      where record.lacks_from > ? and record.lacks_from <= ?`,
      previous.today,
      now.today,
    ),
  ]
  // A question enters the dossiers on the day of its first text, or when a child reaches the age from which it is
  // asked.
  const firstTexts = ask(
    `select id from consent_text text where from_day > ? and from_day <= ? and not exists (
      select 1 from consent_text other where other.question_id = text.question_id and other.from_day < text.from_day)`,
    previous.today,
    now.today,
  )
  const familiesOfAge = ask(
    `select family_child.family_id from consent_question question join child
      on date(child.birth_day, '+' || question.least_age || ' years') between date(?, '+1 day') and ?
    join family_child on family_child.child_id = child.id where not question.archived`,
    previous.today,
    now.today,
  )
  const withHealthDue = store
    .statement(
      `select distinct guardian_id from family_child join family_guardian on family_guardian.family_id = family_child.family_id
      where child_id in (select value from json_each(?))`,
    )
    .pluck()
    .all(jsonList(healthDueOn(store, null, now.today, previous.today))) as number[]
  const periodsWithPassedOpenings = ask(
    'select distinct period_id from opening where day >= ? and day < ? and closed_reason is null',
    previous.today,
    now.today,
  )
  const fallenDue = debtsSuspendBookings(store) ? homesFallingDue(store, previous.today, now.today) : []
  const guardians = guardiansOf(store, familiesLeft)
  const familiesOfOldConversations = store
    .statement('select family_id from conversation where last_at >= ? and last_at < ?')
    .pluck()
    .all(previous.overSince, now.overSince) as number[]
  const endedNotices = ask('select id from notice where until_day >= ? and until_day < ?', previous.today, now.today)
  return staleDocuments({
    account: new Set([...guardians, ...accountsSharingMail(store, guardians, [])]),
    bookings: new Set([...familiesLeft, ...familiesIn(store, noLongerBooked), ...fallenDue]),
    family:
      firstTexts.length > 0
        ? 'all'
        : new Set([...familiesLeft, ...familiesWithDatedChange, ...familiesOfAge, ...familiesIn(store, outOfReach)]),
    familyPapers: new Set(familiesLeft),
    // Accounts without a published health record are included: once this computer has the data key again, theirs can be
    // sealed.
    health: new Set([...guardians, ...withHealthDue, ...accountsWithoutHealth(store)]),
    messages: new Set([...familiesLeft, ...familiesOfOldConversations]),
    notice: new Set([...endedNotices, ...targetedNotices(store)]),
    money: previous.issuedFrom === now.issuedFrom ? new Set([...familiesLeft, ...fallenDue]) : 'all',
    period: new Set(outOfReach),
    places: new Set([...outOfReach, ...periodsWithPassedOpenings]),
    town: new Set(),
  })
}
