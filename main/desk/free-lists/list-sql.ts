import { toSnakeCase } from 'drizzle-orm/casing'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { askedKinds } from '../../../shared/rules/dossier/consent.ts'
import {
  type ColumnId,
  computedColumns,
  declaredFields,
  type ListColumn,
  type ListSubject,
  type ListThing,
  subjectOf,
  things,
} from '../../../shared/rules/lists/list-columns.ts'
import {
  addsUp,
  columnsRead,
  daysWithin,
  type ListCondition,
  type ListQuery,
} from '../../../shared/rules/lists/list-query.ts'
import { addressFields, schoolingFields } from '../../../shared/rules/people/fields.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { alphabeticalSql, plainText } from '../../store/search-index.ts'
import { leadSql } from '../activities/activities.ts'
import { owedSql } from '../families/families.ts'

/* Writes a free list as SQL. All SQL text is written here; what a person typed is always passed as a parameter. */

/** The day on which ages, classes and registrations are read. */
const on = ':day'

/** SQL: the value in force on the day, from a table of dated rows. */
const dated = (table: string, owner: string, value: string): string =>
  `(select ${value} from ${table} dated where dated.${owner} and dated.from_day <= ${on}
    and ${committedSql('dated.act_id')} order by dated.from_day desc limit 1)`

const joinedNames = (names: string): string => `(select group_concat(name, ', ') from (${names}))`

/** SQL: what a set contains, as rows of `value` and `label`. */
const sets = {
  'child.activities': `select distinct shown.id value, shown.name label from registration own
    join period on period.id = own.period_id join activity on activity.id = period.activity_id
    join activity shown on shown.id = ${leadSql('activity')}
    where own.child_id = child.id and own.state in ('accepted', 'ended') and own.start_day <= ${on} and own.end_day >= ${on}
      and ${committedSql('own.act_id')} order by shown.name`,
  'child.missing': 'select value, label from missing where missing.child_id = child.id order by label',
} as const

const isSet = (id: string): id is keyof typeof sets => id in sets

const consentSql = Object.fromEntries(
  askedKinds.map((kind) => [
    `consent_${kind}`,
    `(select state from consents where consents.child_id = child.id and consents.kind = '${kind}')`,
  ]),
) as { readonly [Kind in (typeof askedKinds)[number] as `consent_${Kind}`]: string }

const ofHealth = (field: string) => `(select ${field} from health where health.child_id = child.id)`

/** The first guardian of a home. */
const ofFirstGuardian = (field: string) =>
  `coalesce((select ${field} from family_guardian own join guardian on guardian.id = own.guardian_id
    where own.family_id = home.id order by own.rank limit 1), '')`

const regieSql = (of: string) => `${of}.regie_id`
const activityOfPeriod = (periodId: string) =>
  `(select ${leadSql('activity')} from period join activity on activity.id = period.activity_id
    where period.id = ${periodId})`

type ComputedSql = {
  readonly [Subject in ListSubject]: Readonly<Record<keyof (typeof computedColumns)[Subject], string>>
}

const computedSql: ComputedSql = {
  child: {
    // As `ageOn` counts: one born on 29 February has a birthday on 1 March of other years.
    age: `max(0, substr(${on}, 1, 4) - substr(child.birth_day, 1, 4) - (substr(${on}, 6) < substr(child.birth_day, 6)))`,
    homes: joinedNames(`select family.name from family_child own join family on family.id = own.family_id
      where own.child_id = child.id order by family.name`),
    activities: joinedNames(`select label name from (${sets['child.activities']})`),
    missing: joinedNames(`select label name from (${sets['child.missing']})`),
    dossier: '(select value from dossiers where dossiers.child_id = child.id)',
    ...consentSql,
    allergies: ofHealth('allergies'),
    diet: ofHealth('diet'),
    pai: ofHealth('pai'),
    paiUntil: ofHealth('pai_until'),
    treatment: ofHealth('treatment'),
    insuranceUntil: ofHealth('insurance_until'),
  },
  home: {
    resident: `case ${dated('family_address', 'family_id = home.id', 'resident')} when 1 then 'oui' when 0 then 'non' end`,
    guardians: joinedNames(`select guardian.first_name || ' ' || guardian.last_name name from family_guardian own
      join guardian on guardian.id = own.guardian_id where own.family_id = home.id order by own.rank`),
    email: ofFirstGuardian('guardian.email'),
    phone: ofFirstGuardian('guardian.mobile_phone'),
    children: joinedNames(`select child.first_name name from family_child own join child on child.id = own.child_id
      where own.family_id = home.id order by child.birth_day`),
    childCount: '(select count(*) from family_child own where own.family_id = home.id)',
    quotient: dated(
      'family_quotient',
      'family_id = home.id',
      'case when coalesce(dated.to_day >= :quotientTo, dated.from_day >= :quotientFrom) then dated.value end',
    ),
    leftOn: 'home.left_on',
    owed: `coalesce((select ${owedSql} from home_balance where home_balance.family_id = home.id), 0)`,
  },
  guardian: {
    homes: joinedNames(`select family.name from family_guardian own join family on family.id = own.family_id
      where own.guardian_id = guardian.id order by family.name`),
  },
  registration: {
    activity: activityOfPeriod('registration.period_id'),
    period: '(select name from period where period.id = registration.period_id)',
    state: 'registration.state',
    startDay: 'registration.start_day',
    endDay: 'registration.end_day',
    askedOn: 'substr(registration.asked_at, 1, 10)',
    bookedCells: `(select count(*) from reservation where reservation.registration_id = registration.id
      and reservation.held = 'confirmed')`,
  },
  booking: {
    day: 'booking.day',
    month: 'substr(booking.day, 1, 7)',
    slot: '(select name from slot where slot.id = booking.slot_id)',
    state: `case booking.held when 'none' then 'asked' else booking.held end`,
    mark: '(select mark from attendance where attendance.reservation_id = booking.id)',
  },
  invoice: {
    number: `printf('%s %d %08d', invoice.series, invoice.year, invoice.number)`,
    kind: 'invoice.kind',
    issuedOn: 'invoice.issued_on',
    issuedIn: 'substr(invoice.issued_on, 1, 7)',
    regie: regieSql('invoice'),
    total: 'invoice.total_cents',
    left: `(case invoice.kind when 'invoice' then invoice.total_cents
      - coalesce((select sum(amount_cents) from allocation where allocation.invoice_id = invoice.id), 0) else 0 end)`,
  },
  payment: {
    receivedOn: 'payment.received_on',
    receivedIn: 'substr(payment.received_on, 1, 7)',
    means: 'payment.means',
    regie: regieSql('payment'),
    amount: 'payment.amount_cents',
    payer: 'payment.payer',
  },
}

/** Fields stored in another table than the subject's own. */
const elsewhere: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.keys(addressFields).map((name) => [
      `home.${name}`,
      dated('family_address', 'family_id = home.id', toSnakeCase(name)),
    ]),
  ),
  ...({
    'child.school': dated('schooling', 'child_id = child.id', 'school_id'),
    'child.schoolClass': dated('schooling', 'child_id = child.id', 'level'),
  } satisfies Record<`child.${keyof typeof schoolingFields}`, string>),
}

const customOwner: Partial<Readonly<Record<ListSubject, string>>> = {
  child: 'child_id = child.id',
  home: 'family_id = home.id',
  guardian: 'guardian_id = guardian.id',
  registration: 'registration_id = registration.id',
}

const sqlOf = (id: ColumnId, { kind }: ListColumn): string => {
  const subject = subjectOf(id)
  const name = id.slice(subject.length + 1)
  const computed: Readonly<Record<string, string>> = computedSql[subject]
  const known = computed[name] ?? elsewhere[id]
  if (known !== undefined) return known
  if (name in declaredFields[subject]) return `${subject}.${toSnakeCase(name)}`
  const fieldId = Number(/^custom(\d+)$/.exec(name)?.[1])
  const value = `(select value from custom_value where ${customOwner[subject]} and field_id = ${fieldId})`
  return kind === 'number' ? `cast(${value} as real)` : value
}

type Base = {
  readonly from: string
  readonly where: string
  /** The table of each other subject, joined when the query needs it. */
  readonly joins: Partial<Readonly<Record<ListSubject, string>>>
  readonly familyId: string
  /** Where a line may have several homes, their ids as one text. */
  readonly homeIds?: string
  /**
   * The homes of a line that may have several, joined in place of the first one when the query reads them: the line is
   * then there once for each home, so that no address or phone of a second home is left out.
   */
  readonly eachHome?: string
  readonly childId: string
}

const ofRegistrations = {
  child: 'join child on child.id = registration.child_id',
  home: 'join family home on home.id = registration.family_id',
} as const
const ofRegistration = { familyId: 'registration.family_id', childId: 'registration.child_id' } as const

const ofHome = (of: string) => ({
  joins: { home: `join family home on home.id = ${of}.family_id` },
  familyId: `${of}.family_id`,
  childId: 'null',
})

/** Of a line that may have several homes, or none. @param homes a query of their ids, as `family_id` */
const withHomes = (homes: string) => ({
  joins: {},
  familyId: `(select min(family_id) from (${homes}))`,
  homeIds: `(select group_concat(family_id) from (${homes}))`,
  eachHome: `left join family home on home.id in (${homes})`,
})

const bases: Readonly<Record<ListThing, Base>> = {
  children: {
    from: 'child',
    where: committedSql('child.act_id'),
    ...withHomes('select family_id from family_child own where own.child_id = child.id'),
    childId: 'child.id',
  },
  homes: {
    from: 'family home',
    where: committedSql('home.act_id'),
    joins: {},
    familyId: 'home.id',
    childId: 'null',
  },
  guardians: {
    from: 'guardian',
    where: committedSql('guardian.act_id'),
    ...withHomes('select family_id from family_guardian own where own.guardian_id = guardian.id'),
    childId: 'null',
  },
  registrations: {
    from: 'registration',
    where: committedSql('registration.act_id'),
    joins: ofRegistrations,
    ...ofRegistration,
  },
  bookings: {
    // Without offers that expired unanswered, since no screen shows these as booked.
    from: 'reservation booking',
    where: `(booking.held = 'confirmed' or booking.day > :today and (booking.held = 'waitlisted' or booking.ask = 'book'))
      and ${committedSql('booking.act_id')}`,
    joins: { registration: 'join registration on registration.id = booking.registration_id', ...ofRegistrations },
    ...ofRegistration,
  },
  invoices: {
    from: 'invoice',
    where: `invoice.state = 'issued' and invoice.family_id is not null and ${committedSql('invoice.act_id')}`,
    ...ofHome('invoice'),
  },
  payments: {
    from: 'payment',
    where: `payment.cancelled_at is null and payment.family_id is not null and ${committedSql('payment.act_id')}`,
    ...ofHome('payment'),
  },
}

/** Values that no column of the file holds, computed by the desk and passed as rows. */
export type Computed = {
  readonly missing?: readonly (readonly [childId: number, requiredId: number, label: string])[]
  readonly dossiers?: readonly (readonly [childId: number, isComplete: 'oui' | 'non'])[]
  readonly consents?: readonly (readonly [childId: number, kind: string, state: string])[]
  /** Keyed by column name. */
  readonly health?: readonly Readonly<Record<string, string | number | null>>[]
}

export type ListSqlContext = {
  readonly on: Day
  readonly today: Day
  /** Every column that the query uses, with its options. */
  readonly columns: ReadonlyMap<string, ListColumn>
  readonly quotients: { readonly fromDay: Day; readonly toDay: Day }
  readonly computed: Computed
  /** Whether a health column shows only children whose record the person may read. */
  readonly isLimited: boolean
}

/** The statements that answer a list; all of them take the same parameters. */
export type ListStatements = {
  /** The number of lines, counted up to `atMost`. */
  readonly count: (atMost: number) => string
  /** The number of homes, that of what is listed, and the sums, over the whole list. */
  readonly totals: string
  /** For each group: its values, the number of what is listed, then the sums. Null for a query without groups. */
  readonly groups: ((atMost: number) => string) | null
  /** For each line: id, home, all its homes, child, the values of its groups, then its columns. */
  readonly lines: (atMost: number) => string
  /** The children whom the list would have without its condition on health. */
  readonly children: string
  readonly values: Readonly<Record<string, unknown>>
}

const healthColumns = Object.entries<ListColumn>(computedColumns.child).flatMap(([name, { isHealth }]) =>
  isHealth ? [name] : [],
)

export const listStatements = (query: ListQuery, context: ListSqlContext): ListStatements => {
  const used = columnsRead(query)
  const { eachHome, ...base } = bases[query.thing]
  const isByHome = eachHome !== undefined && used.some((id) => subjectOf(id) === 'home')
  const { where, joins, childId } = base
  const from = isByHome ? `${base.from} ${eachHome}` : base.from
  const familyId = isByHome ? 'home.id' : base.familyId
  const { homeIds = familyId } = isByHome ? {} : base
  const values: Record<string, unknown> = {
    day: context.on,
    today: context.today,
    quotientFrom: context.quotients.fromDay,
    quotientTo: context.quotients.toDay,
  }
  const bind = (value: unknown): string => {
    const name = `value${Object.keys(values).length}`
    values[name] = value
    return `:${name}`
  }
  const column = (id: ColumnId): ListColumn => {
    const found = context.columns.get(id)
    if (!found) throw new Error(`no column ${id}`)
    return found
  }
  const sql = (id: ColumnId): string => sqlOf(id, column(id))

  const conditionSql = (condition: ListCondition): string => {
    const id = condition.column
    const value = sql(id)
    switch (condition.is) {
      case 'containing':
        return `instr(${alphabeticalSql(value)}, ${bind(plainText(condition.text))}) > 0`
      case 'equalTo':
        return `trim(${alphabeticalSql(value)}) = ${bind(plainText(condition.text).trim())}`
      case 'oneOf':
      case 'noneOf': {
        const chosen = bind(JSON.stringify(condition.values))
        const among = `in (select value from json_each(${chosen}))`
        const holds = isSet(id)
          ? `exists (select 1 from (${sets[id]}) own where cast(own.value as text) ${among})`
          : `coalesce(cast(${value} as text), '') ${among}`
        return condition.is === 'oneOf' ? holds : `not ${holds}`
      }
      case 'between':
      case 'fromTo':
        return rangeSql(value, condition)
      case 'withinDays':
        return rangeSql(value, daysWithin(condition, context.on))
      case 'empty':
        return `coalesce(${value}, '') = ''`
      case 'filled':
        return `coalesce(${value}, '') <> ''`
    }
  }
  const rangeSql = (
    value: string,
    { from: low, to: high }: { readonly from: number | Day | null; readonly to: number | Day | null },
  ): string =>
    [
      ...(low === null ? [] : [`${value} >= ${bind(low)}`]),
      ...(high === null ? [] : [`${value} <= ${bind(high)}`]),
    ].join(' and ')

  /** The SQL that sorts a column as people expect: texts without accents, choices by their names. */
  const orderSql = (id: ColumnId): string => {
    const { kind, options = [] } = column(id)
    const value = sql(id)
    if (kind === 'text' || kind === 'set') return alphabeticalSql(value)
    if (kind !== 'choice' || options.length === 0) return value
    const cases = options.map((option, at) => `when ${bind(option.value)} then ${at}`).join(' ')
    return `case cast(${value} as text) ${cases} end`
  }

  const { subjects } = things[query.thing]
  /** The tables that these columns need. The tables of a booking are joined through its registration. */
  const tablesOf = (ids: readonly ColumnId[], needsHome: boolean): string => {
    const needed = new Set<ListSubject>(ids.map(subjectOf))
    if (needsHome || needed.has('child') || needed.has('home')) needed.add('registration')
    return [from, ...subjects.flatMap((subject) => (needed.has(subject) ? (joins[subject] ?? []) : []))].join(' ')
  }
  const readable = context.isLimited && used.some((id) => column(id).isHealth)
  const conditionsSql = (brackets: readonly (readonly ListCondition[])[]): string =>
    `where ${[
      where,
      ...(readable ? [`${childId} in (select id from health_child)`] : []),
      ...brackets.map((bracket) => `(${bracket.map(conditionSql).join(' or ')})`),
    ].join(' and ')}`

  const withs = [
    ...(context.computed.missing
      ? [
          `missing(child_id, value, label) as materialized (select value ->> 0, value ->> 1, value ->> 2
          from json_each(${bind(JSON.stringify(context.computed.missing))}))`,
        ]
      : []),
    ...(context.computed.dossiers
      ? [
          `dossiers(child_id, value) as materialized (select value ->> 0, value ->> 1
          from json_each(${bind(JSON.stringify(context.computed.dossiers))}))`,
        ]
      : []),
    ...(context.computed.consents
      ? [
          `consents(child_id, kind, state) as materialized (select value ->> 0, value ->> 1, value ->> 2
          from json_each(${bind(JSON.stringify(context.computed.consents))}))`,
        ]
      : []),
    ...(context.computed.health
      ? [
          `health(child_id, ${healthColumns.map(toSnakeCase).join(', ')}) as materialized (select value ->> '$.childId',
          ${healthColumns.map((name) => `value ->> '$.${name}'`).join(', ')}
          from json_each(${bind(JSON.stringify(context.computed.health))}))`,
        ]
      : []),
  ]
  const computed = withs.length > 0 ? `with ${withs.join(', ')} ` : ''
  const conditions = conditionsSql(query.brackets)
  const filtered = query.brackets.flat().map(({ column: id }) => id)
  const counted = `from ${tablesOf(filtered, readable)} ${conditions}`
  const listed = `from ${tablesOf(used, true)} ${conditions}`
  const added = query.columns.filter((id) => addsUp(query.thing, id))
  const sums = added.map((id) => `, sum(${sql(id)})`).join('')
  const groupValues = query.groups.map(sql)
  const lineId = `${subjects[0]}.id`
  const items = isByHome ? `count(distinct ${lineId})` : 'count(*)'
  const order = [
    // Texts that differ only by an accent are two groups, next to each other.
    ...query.groups.flatMap((id) => [`${orderSql(id)} nulls last`, sql(id)]),
    ...query.sort.map(({ column: id, isDescending }) => `${orderSql(id)}${isDescending ? ' desc' : ''}`),
    lineId,
    ...(isByHome ? [familyId] : []),
  ]
  const withoutHealth = query.brackets.filter((bracket) => bracket.every(({ column: id }) => !column(id).isHealth))
  return {
    count: (atMost) => `${computed}select count(*) from (select 1 ${counted} limit ${atMost})`,
    totals: `${computed}select count(distinct ${familyId}), ${items}${sums} ${listed}`,
    groups:
      groupValues.length === 0
        ? null
        : (atMost) =>
            `${computed}select ${groupValues.join(', ')}, ${items}${sums}
            from ${tablesOf([...filtered, ...query.groups, ...added], readable)} ${conditions}
            group by ${groupValues.map((_, at) => at + 1).join(', ')} limit ${atMost}`,
    lines: (atMost) =>
      `${computed}select ${[lineId, familyId, homeIds, childId, ...groupValues, ...query.columns.map(sql)].join(', ')} ${listed}
      order by ${order.join(', ')} limit ${atMost}`,
    children: `${computed}select distinct ${childId} from ${tablesOf(used, true)} ${conditionsSql(withoutHealth)}`,
    values,
  }
}
