import { type SiteRegistration, seesHealth, seesHome } from '../../../shared/rules/access/sites.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { type Connection, connectToRead } from '../connection.ts'
import type { TableName } from '../schema/names.ts'
import type { Store } from '../store.ts'
import type { Limits } from './limits.ts'
import { isActSeen } from './seen-acts.ts'

/** A person who works for some sites only. */
export type LimitedPerson = { readonly staffId: number; readonly sites: readonly number[] }

/**
 * SQL: the column refers to a row that the person sees. The `+` keeps SQLite from starting with all rows that the
 * person sees, so that the query's own conditions are used first, as in a store without limits.
 */
const among = (
  column: string,
  set: 'site' | 'activity' | 'period' | 'family' | 'child' | 'guardian' | 'health_child',
) => `+${column} in (select id from temp.seen_${set})`
const noneOr = (column: string, set: Parameters<typeof among>[1]) => `(${column} is null or ${among(column, set)})`

const ofHome = among('family_id', 'family')
const ofChild = among('child_id', 'child')
const ofPeriod = among('period_id', 'period')
const ofActivity = among('activity_id', 'activity')
const ofRegistration = `exists (select 1 from main.registration own where own.id = registration_id
  and +own.period_id in (select id from temp.seen_period))`
const ofReservation = `exists (select 1 from main.reservation own where own.id = reservation_id
  and +own.period_id in (select id from temp.seen_period))`

/**
 * For each table, a condition in SQL on the rows that a person of some sites sees. Null: all rows, because the table
 * has nothing about sites or homes, because it is only read together with its paper, or because only calls for people
 * of all sites read it (`desk/staff/site-bindings.ts`). A row that belongs to a site depends on that site; money and
 * papers depend on their home. Papers of third parties name children of all sites and have no home: they are hidden.
 */
const shown = {
  site: among('id', 'site'),
  facility: among('site_id', 'site'),
  activity: among('id', 'activity'),
  slot: ofActivity,
  hours_rule: ofActivity,
  activity_group: ofActivity,
  sublist: ofActivity,
  activity_tariff: ofActivity,
  period: among('id', 'period'),
  opening: ofPeriod,
  staffing: ofPeriod,
  registration: ofPeriod,
  registration_group: ofRegistration,
  registration_sublist: ofRegistration,
  reservation: ofPeriod,
  reservation_move: ofReservation,
  attendance: ofReservation,
  notice: `${noneOr('activity_id', 'activity')} and ${noneOr('period_id', 'period')}`,

  family: among('id', 'family'),
  child: among('id', 'child'),
  guardian: among('id', 'guardian'),
  family_child: `${ofHome} and ${ofChild}`,
  family_guardian: ofHome,
  family_address: ofHome,
  family_quotient: ofHome,
  quotient_consent: ofHome,
  price_category: `(${ofHome} or ${ofChild})`,
  schooling: ofChild,
  custody_rule: ofChild,
  custody_day: ofChild,
  pickup_contact: ofChild,
  guardian_bond: ofChild,
  required_paper: noneOr('activity_id', 'activity'),
  paper_fact: `(${ofHome} or ${ofChild})`,
  confirmation: `${ofHome} and ${noneOr('child_id', 'child')}`,
  consent_answer: ofChild,
  health_record: among('child_id', 'health_child'),
  custom_value: `${noneOr('family_id', 'family')} and ${noneOr('guardian_id', 'guardian')} and ${noneOr('child_id', 'child')}
    and (registration_id is null or ${ofRegistration})`,
  note: `${noneOr('family_id', 'family')} and ${noneOr('child_id', 'child')}`,
  photo: `${noneOr('child_id', 'child')} and ${noneOr('guardian_id', 'guardian')} and (pickup_contact_id is null
    or exists (select 1 from main.pickup_contact fetching where fetching.id = pickup_contact_id
      and +fetching.child_id in (select id from temp.seen_child)))`,
  site_opening: ofHome,
  asked_paper: `${ofHome} and ${noneOr('child_id', 'child')}`,
  received_paper: `${ofHome} and ${noneOr('child_id', 'child')}`,
  conversation: ofHome,
  message: noneOr('family_id', 'family'),
  mail: noneOr('family_id', 'family'),
  // A letter may name several children and registrations: only a person who sees all of them sees it.
  letter: `${ofHome} and ${noneOr('child_id', 'child')} and not exists (select 1
    from json_each(letter.paper, '$.childIds') named where +named.value not in (select id from temp.seen_child))
    and not exists (select 1 from json_each(letter.paper, '$.registrationIds') named join main.registration own
      on own.id = named.value where +own.period_id not in (select id from temp.seen_period))`,
  // A planned sending has no recipients yet: the audience of its preview counts instead.
  sending: `(exists (select 1 from main.mail told where told.sending_id = sending.id
      and +told.family_id in (select id from temp.seen_family))
    or exists (select 1 from json_each(sending.previewed) shown where +shown.value in (select id from temp.seen_guardian)))`,
  message_choice: among('guardian_id', 'guardian'),
  portal_account: among('guardian_id', 'guardian'),
  // A sign-up has no home yet, so that everybody sees it.
  portal_ask: `(kind = 'signUp' or ${ofHome}) and (registration_id is null or exists (select 1
    from main.registration own where own.id = registration_id and +own.period_id in (select id from temp.seen_period)))`,
  sign_up: noneOr('family_id', 'family'),
  proposal: ofHome,

  invoice: ofHome,
  payment: ofHome,
  opening_balance: ofHome,
  debt_decision: ofHome,
  refund: ofHome,
  reminder: ofHome,
  recovery_note: ofHome,
  payment_plan: ofHome,
  mandate: ofHome,
  year_plan: ofHome,
  account_request: ofHome,
  aid: `(${ofHome} or ${ofChild})`,
  payer_part: ofHome,
  free_line: ofHome,
  billed_span: ofHome,
  give_up: ofHome,
  kept_price: ofHome,
  final_span: ofHome,
  repricing: ofHome,
  billing_span: ofHome,
  home_balance: ofHome,

  invoice_line: null,
  allocation: null,
  debit: null,
  debit_part: null,
  year_part: null,
  treasury_payment: null,
  online_check: null,
  mail_delivery: null,
  received_paper_part: null,
  photo_content: null,
  sending_file: null,
  deposit_slip_line: null,

  act: null,
  audit: null,
  activity_type: null,
  acted_upon: null,
  bank_account: null,
  bank_line: null,
  bank_match: null,
  bank_statement: null,
  campaign: null,
  catchment: null,
  closing: null,
  consent_question: null,
  consent_text: null,
  custom_field: null,
  debit_collection: null,
  debit_file: null,
  debit_settings: null,
  deposit_slip: null,
  dismissed_double: null,
  erasure: null,
  exchange_run: null,
  exchange_side: null,
  file_fact: null,
  free_list: null,
  saved_audience: null,
  template: null,
  template_version: null,
  hours_declaration: null,
  former_figure: among('site_id', 'site'),
  free_line_kind: null,
  import_profile: null,
  invoice_run: null,
  mail_settings: null,
  mirror_entry: null,
  organisation: null,
  outstanding_file: null,
  outstanding_statement: null,
  own_entry: null,
  picture: null,
  portal_settings: null,
  post_session: null,
  price_book: null,
  publication: null,
  recovered_paper: null,
  regie: null,
  regie_holder: null,
  health_delegate: null,
  remittance: null,
  retention: null,
  school: null,
  school_holiday: null,
  staff_member: null,
  sms_settings: null,
  stopped_address: null,
  tariff: null,
  tariff_revision: null,
  tariff_version: null,
  third_party: null,
  till_closing: null,
} as const satisfies Record<TableName, string | null>

const views = [
  ...Object.entries(shown).flatMap(([table, condition]) =>
    condition === null ? [] : [`create temp view ${table} as select * from main.${table} where ${condition}`],
  ),
  `create temp view search_phone as select * from main.search_phone
    where +owner in (select key from temp.seen_search)`,
  'create temp view health_child as select id from temp.seen_health_child',
  `create temp view health_paper as select * from temp.received_paper where ${among('child_id', 'health_child')}`,
  'create temp view nobody as select id from main.family where false',
]

const sets = ['site', 'activity', 'period', 'family', 'child', 'guardian', 'health_child'] as const

/** Tables on which it depends who sees what. */
const decisive: readonly string[] = [
  'site',
  'facility',
  'activity',
  'period',
  'registration',
  'family',
  'child',
  'guardian',
  'family_child',
  'family_guardian',
  'site_opening',
  '*',
] satisfies readonly (TableName | '*')[]

/**
 * The store as a person of some sites sees it. Temporary views have the names of the tables, and SQLite finds them
 * first: they hide the rows of other sites, so that no query can forget to. An act must judge by all rows, so its
 * reading uses the writer's connection. A query that needs the rows of all sites everywhere writes `main.` before the
 * table.
 */
const limitedStore = (store: Store, person: LimitedPerson): Store => {
  let connection: Connection | undefined
  let seenOn: Day | undefined
  let acting = 0
  store.onChange((tables) => {
    if (decisive.some((table) => tables.has(table))) seenOn = undefined
  })
  const seen = (): Connection => {
    connection ??= openLimited(store.path)
    const on = today(store.clock)
    if (seenOn !== on) {
      fillSets(connection, person, on)
      seenOn = on
    }
    return connection
  }
  // Another connection to a file that is closed or replaced must be closed first; the next reading opens it again.
  store.onClose(() => {
    connection?.sqlite.close()
    connection = undefined
    seenOn = undefined
  })
  const whileActing = <T>(work: () => T): T => {
    acting += 1
    try {
      return work()
    } finally {
      acting -= 1
    }
  }
  const now = (): Connection => (acting > 0 ? store : seen())
  const limits: Limits = {
    sees: (name, id) =>
      !limitedNames.has(name) || seen().statement(`select 1 from ${name} where id = ?`).get(id) !== undefined,
    seesAct: (actId) => isActSeen(seen(), limitedTables, actId),
  }
  return {
    dataDir: store.dataDir,
    path: store.path,
    clock: store.clock,
    limits,
    whole: store,
    get key() {
      return store.key
    },
    findKey: (publicKey) => store.findKey(publicKey),
    storeKey: (key) => store.storeKey(key),
    get db() {
      return now().db
    },
    get sqlite() {
      return now().sqlite
    },
    statement: (text) => now().statement(text),
    act: (actor, kind, label, work) => store.act(actor, kind, label, (write) => whileActing(() => work(write))),
    longAct(actor, kind, label) {
      const act = store.longAct(actor, kind, label)
      return {
        ...act,
        slices: (items, write, options) =>
          act.slices(items, (writer, item) => whileActing(() => write(writer, item)), options),
        close: (last) => act.close((write) => whileActing(() => last(write))),
      }
    },
    onChange: (listener) => store.onChange(listener),
    onClose: (listener) => store.onClose(listener),
    replaceFile: (work) => store.replaceFile(work),
    close: () => store.close(),
  }
}

const limitedStores = new WeakMap<Store, Map<string, Store>>()

/** The store as this person sees it. Calls for the same person and sites return the same store. */
export const limitedTo = (store: Store, person: LimitedPerson): Store => {
  const ofStore = limitedStores.get(store) ?? new Map<string, Store>()
  limitedStores.set(store, ofStore)
  const name = `${person.staffId} ${person.sites.join()}`
  const one = ofStore.get(name) ?? limitedStore(store, person)
  ofStore.set(name, one)
  return one
}

const openLimited = (path: string): Connection => {
  const connection = connectToRead(path)
  const { sqlite } = connection
  sqlite.pragma('temp_store = MEMORY')
  for (const set of sets) sqlite.exec(`create temp table seen_${set} (id integer primary key)`)
  sqlite.exec('create temp table seen_search (key integer primary key)')
  for (const view of views) sqlite.exec(view)
  return connection
}

type SiteRow = SiteRegistration & { readonly id: number }

/**
 * Computes the homes that the person sees and the children whose health the person may read; the other sets follow from
 * these.
 */
const fillSets = ({ sqlite, statement }: Connection, { staffId, sites }: LimitedPerson, on: Day): void => {
  const registrations = (owner: string, join: string): Map<number, SiteRow[]> =>
    Map.groupBy(
      statement(
        `select ${owner} as id, facility.site_id as siteId, own.state, max(own.end_day) as endDay
        from main.registration own ${join}
        join main.period on period.id = own.period_id join main.activity on activity.id = period.activity_id
        join main.facility on facility.id = activity.facility_id group by 1, 2, 3`,
      ).all() as SiteRow[],
      ({ id }) => id,
    )
  const ofHomes = registrations('link.family_id', 'join main.family_child link on link.child_id = own.child_id')
  const opened = new Set(
    statement('select family_id from main.site_opening where staff_member_id = ? and until_day >= ?')
      .pluck()
      .all(staffId, on) as number[],
  )
  const families = (statement('select id from main.family').pluck().all() as number[]).filter(
    (id) => opened.has(id) || seesHome(sites, ofHomes.get(id) ?? [], on),
  )
  const healthChildren = [...registrations('own.child_id', '')]
    .filter(([, rows]) => seesHealth(sites, rows, on))
    .map(([id]) => id)
  sqlite.transaction(() => {
    for (const set of sets) statement(`delete from temp.seen_${set}`).run()
    statement('delete from temp.seen_search').run()
    const put = (set: (typeof sets)[number], ids: readonly number[]) =>
      statement(`insert into temp.seen_${set} select value from json_each(?)`).run(JSON.stringify(ids))
    put('site', sites)
    put('family', families)
    put('health_child', healthChildren)
    for (const fill of fillings) statement(fill).run()
  })()
}

const fillings = [
  `insert into temp.seen_activity select activity.id from main.activity
    join main.facility on facility.id = facility_id where site_id in (select id from temp.seen_site)`,
  `insert into temp.seen_period select id from main.period where activity_id in (select id from temp.seen_activity)`,
  // A child or guardian without any home is seen by everybody, like a home without any registration.
  `insert into temp.seen_child select id from main.child
    where exists (select 1 from main.family_child where child_id = child.id and ${among('family_id', 'family')})
      or not exists (select 1 from main.family_child where child_id = child.id)`,
  `insert into temp.seen_guardian select id from main.guardian
    where exists (select 1 from main.family_guardian where guardian_id = guardian.id
        and ${among('family_id', 'family')})
      or not exists (select 1 from main.family_guardian where guardian_id = guardian.id)`,
  `insert into temp.seen_search select id * 4 from temp.seen_family union all select id * 4 + 1 from temp.seen_guardian
    union all select id * 4 + 2 from temp.seen_child`,
]

const limitedTables: ReadonlySet<string> = new Set(
  Object.entries(shown).flatMap(([table, condition]) => (condition === null ? [] : [table])),
)

const limitedNames: ReadonlySet<string> = new Set([...limitedTables, 'health_child', 'health_paper', 'nobody'])

/** SQL: the rows of the search index that a limited store shows; empty for a store without limits. */
export const seenHitsSql = ({ limits }: Pick<Store, 'limits'>): string =>
  limits ? 'and +rowid in (select key from temp.seen_search)' : ''
