/*
 * Triggers raise the revision of a span at each write that may change what its home owes for its month, so that no
 * writer can forget it. A run then prices only the spans with a revision that it has not seen. Raising one span too
 * many costs the next run a fraction of a millisecond; missing one would leave a month unbilled.
 * Changes of tariffs raise no span: a span stores the price book of its last check, and is due again when the price
 * book differs.
 */

type Row = 'new' | 'old'
type Trigger = { readonly name: string; readonly sql: string }

const trigger = (name: string, event: string, when: string, ...statements: readonly string[]): Trigger => ({
  name: `span_${name}`,
  sql: `create trigger span_${name} after ${event}${when === '' ? '' : ` when ${when}`} begin ${statements.join('; ')}; end`,
})

const monthOf = (day: string): string => `substr(${day}, 1, 7)`

/** SQL: raises the spans of the homes and months of a query, and inserts the missing ones. */
const raiseEach = (query: string): string =>
  `insert into billing_span (family_id, month) ${query} on conflict (family_id, month) do update set revision = revision + 1`

/** SQL: raises the existing spans of a home that meet a condition. */
const raiseThose = (familyId: string, condition = 'true'): string =>
  `update billing_span set revision = revision + 1 where family_id = ${familyId} and ${condition}`

const differs = (...columns: readonly string[]): string =>
  columns.map((column) => `new.${column} is not old.${column}`).join(' or ')

// ---- Cells and attendance

/** SQL: the cell is billed whatever its attendance. @param cell a row of `reservation` */
const isChargeable = (cell: string): string =>
  `(${cell}.held = 'confirmed' or ${cell}.charged_reason is not null or ${cell}.cancel_surcharge_cents > 0
    or ${cell}.cancel_notice is not null)`

const raiseCell = (row: Row): string =>
  raiseEach(
    `select family_id, ${monthOf(`${row}.day`)} from registration where registration.id = ${row}.registration_id`,
  )

const raiseMarkedCell = (row: Row): string =>
  raiseEach(
    `select registration.family_id, ${monthOf('reservation.day')} from reservation
      join registration on registration.id = reservation.registration_id
      where reservation.id = ${row}.reservation_id and (${isChargeable('reservation')} or ${row}.mark = 'present')`,
  )

const isMoved = differs('registration_id', 'day', 'slot_id')

// `billed_by` is not among the columns: issuing a month's papers does not make the month due again.
const cellTriggers = [
  trigger('cell_insert', 'insert on reservation', isChargeable('new'), raiseCell('new')),
  trigger(
    'cell_update',
    `update of registration_id, day, slot_id, held, charged_reason, surcharge_cents, cancel_surcharge_cents,
      booking_notice, cancel_notice on reservation`,
    `(new.held = 'confirmed') <> (old.held = 'confirmed') or (new.charged_reason is null) <> (old.charged_reason is null)
      or ${differs('cancel_surcharge_cents', 'cancel_notice')}
      or (${differs('surcharge_cents', 'booking_notice')}) and ${isChargeable('new')} or ${isMoved}`,
    raiseCell('new'),
  ),
  trigger(
    'cell_leave',
    'update of registration_id, day on reservation',
    differs('registration_id', 'day'),
    raiseCell('old'),
  ),
  trigger('cell_delete', 'delete on reservation', isChargeable('old'), raiseCell('old')),
  trigger('mark_insert', 'insert on attendance', '', raiseMarkedCell('new')),
  trigger(
    'mark_update',
    'update of reservation_id, mark, left_at, arrived_at on attendance',
    differs('reservation_id', 'mark', 'left_at', 'arrived_at'),
    raiseMarkedCell('old'),
    raiseMarkedCell('new'),
  ),
  trigger('mark_delete', 'delete on attendance', '', raiseMarkedCell('old')),
]

// ---- Registrations: a child's rank depends on those of its brothers and sisters

/** SQL: the registration may change ranks or a forfait. */
const mayChangePrices = (row: Row): string =>
  `${row}.state in ('accepted', 'ended') and (${hasOtherChild(row)} or ${asksRegistrations(`${row}.period_id`)})`

/** SQL: the home has another child, whose rank may change. */
const hasOtherChild = (row: Row): string =>
  `exists (select 1 from registration other where other.family_id = ${row}.family_id and other.child_id <> ${row}.child_id)`

/** SQL: a tariff of the activity has prices per forfait, per registered weekday or per period. */
const asksRegistrations = (periodId: string): string =>
  `exists (select 1 from period join activity_tariff on activity_tariff.activity_id = period.activity_id
    join tariff_version version on version.tariff_id = activity_tariff.tariff_id
    where period.id = ${periodId}
      and (version.definition like '%"per":"forfait"%' or version.definition like '%"weekdays":%'
        or version.definition like '%"per":"period"%' or ${asksGroup('version')}))`

/** SQL: a version of a tariff has a price for a group. @param version a row with a `definition` */
const asksGroup = (version: string): string => `${version}.definition like '%"group":%'`

const between = (from: string, to: string): string => `month between ${monthOf(from)} and ${monthOf(to)}`

const isAnothers = differs('family_id', 'child_id')

const monthsOfItsCells = `select ${monthOf('day')} from reservation where registration_id = new.id`

const registrationTriggers = [
  trigger(
    'registration_insert',
    'insert on registration',
    mayChangePrices('new'),
    raiseThose('new.family_id', between('new.start_day', 'new.end_day')),
  ),
  trigger(
    'registration_delete',
    'delete on registration',
    mayChangePrices('old'),
    raiseThose('old.family_id', between('old.start_day', 'old.end_day')),
  ),
  trigger(
    'registration_state',
    'update of state on registration',
    `(new.state in ('accepted', 'ended')) <> (old.state in ('accepted', 'ended'))
      and (${hasOtherChild('new')} or ${asksRegistrations('new.period_id')})`,
    raiseThose('new.family_id', between('min(new.start_day, old.start_day)', 'max(new.end_day, old.end_day)')),
  ),
  // Only the months between the old date and the new one: ending a registration next month does not change the months
  // before.
  trigger(
    'registration_start',
    'update of start_day on registration',
    `${differs('start_day')} and ${mayChangePrices('new')}`,
    raiseThose('new.family_id', between('min(new.start_day, old.start_day)', 'max(new.start_day, old.start_day)')),
  ),
  trigger(
    'registration_end',
    'update of end_day on registration',
    `${differs('end_day')} and ${mayChangePrices('new')}`,
    raiseThose('new.family_id', between('min(new.end_day, old.end_day)', 'max(new.end_day, old.end_day)')),
  ),
  trigger(
    'registration_week',
    'update of typical_week on registration',
    `${differs('typical_week')} and ${asksRegistrations('new.period_id')}`,
    raiseThose('new.family_id', between('new.start_day', 'new.end_day')),
  ),
  // A merge moves the registration with its cells to another home or child.
  trigger(
    'registration_move',
    'update of family_id, child_id on registration',
    isAnothers,
    raiseThose('old.family_id', `(${between('old.start_day', 'old.end_day')} or month in (${monthsOfItsCells}))`),
    raiseThose('new.family_id', between('new.start_day', 'new.end_day')),
    raiseEach(`select distinct new.family_id, ${monthOf('day')} from reservation where registration_id = new.id`),
  ),
  trigger(
    'birth',
    'update of birth_day on child',
    differs('birth_day'),
    `update billing_span set revision = revision + 1
      where family_id in (select family_id from registration where child_id = new.id)`,
  ),
]

// ---- The group of a child, where a tariff has a price for one. Its group is a fact of the day: billed months change
// too

/**
 * SQL: a tariff has, or had, a price for a group. Any tariff counts, since a billed month keeps one that its activity
 * no longer uses.
 */
const asksGroups = `(exists (select 1 from tariff_version version where ${asksGroup('version')})
    or exists (select 1 from tariff_revision former where ${asksGroup('former')}))`

const raisePut = (row: Row): string =>
  `update billing_span set revision = revision + 1 where month >= ${monthOf(`${row}.from_day`)}
    and family_id in (select family_id from registration
      where id = ${row}.registration_id and ${asksGroups})`

// The class of a new school year counts from the last days of August on.
const raiseClass = (row: Row): string =>
  `update billing_span set revision = revision + 1 where month >= substr(date(${row}.from_day, '-7 days'), 1, 7)
    and family_id in (select family_id from registration
      where child_id = ${row}.child_id and ${asksGroups})`

const eachWrite = (table: string, raise: (row: Row) => string): Trigger[] => [
  trigger(`${table}_insert`, `insert on ${table}`, '', raise('new')),
  trigger(`${table}_update`, `update on ${table}`, '', raise('old'), raise('new')),
  trigger(`${table}_delete`, `delete on ${table}`, '', raise('old')),
]

const groupTriggers = [
  ...eachWrite('registration_group', raisePut),
  ...eachWrite('schooling', raiseClass),
  trigger(
    'period_groups',
    'update of group_ids on period',
    `${differs('group_ids')} and ${asksGroups}`,
    `update billing_span set revision = revision + 1
      where family_id in (select family_id from registration where period_id = new.id)`,
  ),
]

// ---- The days on which an activity is open, for which a forfait is owed

const raiseOpening = (row: Row): string =>
  `update billing_span set revision = revision + 1 where month = ${monthOf(`${row}.day`)}
    and family_id in (select family_id from registration where period_id = ${row}.period_id)`

const isOfForfait = (row: Row): string =>
  `exists (select 1 from registration where period_id = ${row}.period_id) and ${asksRegistrations(`${row}.period_id`)}`

const openingTriggers = [
  trigger('opening_insert', 'insert on opening', isOfForfait('new'), raiseOpening('new')),
  trigger(
    'opening_update',
    'update of closed_reason on opening',
    `(new.closed_reason is null) <> (old.closed_reason is null) and ${isOfForfait('new')}`,
    raiseOpening('new'),
  ),
  trigger('opening_delete', 'delete on opening', isOfForfait('old'), raiseOpening('old')),
]

// ---- What a home declares, which does not change the price of a billed span

const isNotBilled = `not exists (select 1 from billed_span
  where billed_span.family_id = billing_span.family_id and billed_span.month = billing_span.month)`

/**
 * SQL: raises the months from a dated row of the home until its next one. @param since SQL: the first of these months
 */
const raiseDated = (table: string, row: Row, since: string): string =>
  raiseThose(
    `${row}.family_id`,
    `month >= ${since} and ${isNotBilled}
      and month <= coalesce((select ${monthOf('min(from_day)')} from ${table}
        where family_id = ${row}.family_id and from_day > ${row}.from_day), month)`,
  )

const raiseQuotient = (row: Row): string => raiseDated('family_quotient', row, monthOf(`${row}.from_day`))

// A home's first address also counts for the days before it.
const raiseAddress = (row: Row): string =>
  raiseDated(
    'family_address',
    row,
    `iif(exists (select 1 from family_address where family_id = ${row}.family_id and from_day < ${row}.from_day),
        ${monthOf(`${row}.from_day`)}, '')`,
  )

const datedTriggers = (table: string, values: readonly string[], raise: (row: Row) => string): Trigger[] => [
  trigger(`${table}_insert`, `insert on ${table}`, '', raise('new')),
  trigger(
    `${table}_update`,
    `update of family_id, from_day, ${values.join(', ')} on ${table}`,
    differs('family_id', 'from_day', ...values),
    raise('old'),
    raise('new'),
  ),
  trigger(`${table}_delete`, `delete on ${table}`, '', raise('old')),
]

/** SQL: the homes of a price category: the home itself, or all homes of its child. */
const homesOfCategory = (row: Row): string =>
  `(select ${row}.family_id where ${row}.family_id is not null
    union select family_id from family_child where child_id = ${row}.child_id)`

const raiseCategory = (row: Row): string =>
  `update billing_span set revision = revision + 1 where family_id in ${homesOfCategory(row)} and ${isNotBilled}
    and month >= ${monthOf(`${row}.from_day`)} and month <= coalesce(${monthOf(`${row}.to_day`)}, month)`

const declaredTriggers = [
  ...eachWrite('price_category', raiseCategory),
  trigger(
    'declared',
    'update of benefit_scheme, dependent_children on family',
    differs('benefit_scheme', 'dependent_children'),
    raiseThose('new.id', isNotBilled),
  ),
]

// ---- Decisions about a span itself

const raiseOwn = (row: Row): string => raiseEach(`select ${row}.family_id, ${row}.month where true`)

const ownTriggers = (table: string, ...events: readonly ('insert' | 'update' | 'delete')[]): Trigger[] =>
  events.map((event) =>
    trigger(`${table}_${event}`, `${event} on ${table}`, '', raiseOwn(event === 'delete' ? 'old' : 'new')),
  )

// ---- Aids: an aid recorded late changes months that were billed

const raiseAided = (row: Row): string =>
  raiseThose(`${row}.family_id`, between(`${row}.from_day`, `coalesce(${row}.to_day, '9999-12')`))

const aidTriggers = [
  trigger('aid_insert', 'insert on aid', '', raiseAided('new')),
  trigger('aid_update', 'update on aid', '', raiseAided('old'), raiseAided('new')),
  trigger('aid_delete', 'delete on aid', '', raiseAided('old')),
]

// ---- Free lines: the part of a negative line that its own month cannot use reduces later months

const raiseFreeLine = (row: Row): string =>
  [
    raiseEach(`select ${row}.family_id, ${monthOf(`${row}.day`)} where true`),
    raiseThose(`${row}.family_id`, `${row}.unit_cents < 0 and month > ${monthOf(`${row}.day`)}`),
  ].join('; ')

const freeLineTriggers = [
  trigger('free_line_insert', 'insert on free_line', '', raiseFreeLine('new')),
  trigger('free_line_update', 'update on free_line', '', raiseFreeLine('old'), raiseFreeLine('new')),
  trigger('free_line_delete', 'delete on free_line', '', raiseFreeLine('old')),
]

const billsFrom = (row: Row): string => `coalesce(${row}.bills_from, '')`

export const spanTriggers: readonly Trigger[] = [
  ...cellTriggers,
  ...registrationTriggers,
  ...groupTriggers,
  ...openingTriggers,
  ...datedTriggers('family_quotient', ['value', 'to_day'], raiseQuotient),
  ...datedTriggers('family_address', ['resident'], raiseAddress),
  ...declaredTriggers,
  ...aidTriggers,
  ...freeLineTriggers,
  ...ownTriggers('give_up', 'insert', 'delete'),
  ...ownTriggers('kept_price', 'insert', 'update', 'delete'),
  ...ownTriggers('final_span', 'insert', 'update', 'delete'),
  // Not at its insertion, which is done by the act that bills the span.
  ...ownTriggers('billed_span', 'update', 'delete'),
  // The months between the old first day and the new one; without a first day, every day is billed.
  ...[
    { name: 'bills_from', table: 'organisation' },
    { name: 'regie_bills_from', table: 'regie' },
  ].map(({ name, table }) =>
    trigger(
      name,
      `update of bills_from on ${table}`,
      differs('bills_from'),
      `update billing_span set revision = revision + 1
        where ${between(`min(${billsFrom('new')}, ${billsFrom('old')})`, `max(${billsFrom('new')}, ${billsFrom('old')})`)}`,
    ),
  ),
  trigger(
    'quotient_rule',
    'update of quotient_rule on organisation',
    differs('quotient_rule'),
    `update billing_span set revision = revision + 1 where ${isNotBilled}`,
  ),
  trigger('home_delete', 'delete on family', '', `delete from billing_span where family_id = old.id`),
]
