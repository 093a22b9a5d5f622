import type { TimeOfDay } from '../rules/calendar/day.ts'
import type { BookingRule, Deadline } from '../rules/calendar/deadline.ts'
import { type Priority, priorityText } from '../rules/cell/waiting.ts'
import type { GroupPlaces } from '../rules/groups/groups.ts'
import { formatEuros, formatNumber } from '../rules/money/money.ts'
import type { PayfipMode } from '../rules/money/payment/payfip.ts'
import { bracketsText } from '../rules/price/bracket.ts'
import { conditionText } from '../rules/price/printed/condition-words.ts'
import { roundingNames } from '../rules/price/printed/tariff-copy.ts'
import {
  besideNotes,
  deductionNote,
  forfaitNotes,
  latePickUpNote,
  limitNote,
  membershipNote,
  rankingNote,
  reductionNote,
  siblingNote,
  timeNotes,
} from '../rules/price/printed/tariff-poster.ts'
import { rowsOf } from '../rules/price/printed/tariff-rows.ts'
import type { BasePrice, NonResident, TariffLine, TariffVersion, UnitPrice } from '../rules/price/tariff.ts'
import { type QuotientRule, quotientRuleText } from '../rules/quotient/validity.ts'
import type { PaymentReminders } from '../rules/requests/mails.ts'
import { type WeekRule, weekRuleTexts } from '../rules/requests/week-rule.ts'
import { counted, listed, timeText, weekdayName } from '../rules/text/french.ts'

/**
 * Columns that the desk's file stores as one value and people see as several: a tariff's definition, the places of a
 * period, a typical week. The history shows them part by part, so that it says which part changed.
 */

/** The name of another record: « Zoé Duval » for the child with this id; null when the record no longer exists. */
export type NameOf = (key: string, id: number) => string | null

/** `cells`: the text split further, such as a price by bracket. */
type Part = { readonly name: string; readonly text: string; readonly cells?: ReadonlyMap<string, string> }

type ChangedPart = { readonly name: string; readonly before: string | null; readonly after: string | null }

/** At most this many changed brackets of a price are shown one by one; with more, the whole price is shown. */
const maxCells = 3

/** The parts that differ, with null for a missing side; null for a column shown as a whole. */
export const changedParts = (key: string, before: unknown, after: unknown, nameOf: NameOf): ChangedPart[] | null => {
  const partsOfValue = partsFunctionOf(key)
  if (!partsOfValue) return null
  const [old, now] = [before, after].map(
    (value) => new Map((isStructure(value) ? partsOfValue(value, nameOf) : []).map((part) => [part.name, part])),
  ) as [Map<string, Part>, Map<string, Part>]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => differences(name, old.get(name), now.get(name)))
}

const differences = (name: string, old: Part | undefined, now: Part | undefined): ChangedPart[] => {
  if (old?.text === now?.text) return []
  const whole = { name, before: old?.text ?? null, after: now?.text ?? null }
  const [cells, others] = [old?.cells, now?.cells]
  if (!cells || !others || [...cells.keys()].join() !== [...others.keys()].join()) return [whole]
  const changed = [...others].filter(([cell, text]) => cells.get(cell) !== text)
  if (changed.length === 0 || changed.length > maxCells) return [whole]
  return changed.map(([cell, text]) => ({ name: `${name}, ${cell}`, before: cells.get(cell) ?? null, after: text }))
}

/** All parts on one line; null for a column without parts. */
export const wholeText = (key: string, value: unknown, nameOf: NameOf): string | null => {
  const partsOfValue = partsFunctionOf(key)
  if (!partsOfValue || !isStructure(value)) return null
  return (
    partsOfValue(value, nameOf)
      .map(({ name, text }) => `${name}\u00a0: ${text}`)
      .join('\u00a0; ') || '–'
  )
}

const isStructure = (value: unknown): boolean => typeof value === 'object' && value !== null

/** The types of the columns shown in parts; `main/store/acts/recorded.ts` checks them against the schema. */
export type ColumnsInParts = {
  definition: Omit<TariffVersion, 'from'>
  places: readonly {
    readonly slotId: number
    readonly capacity: number
    readonly groupPlaces?: GroupPlaces | undefined
  }[]
  groupPlaces: GroupPlaces
  typicalWeek: readonly { readonly weekday: number; readonly slotId: number }[]
  bookingRule: BookingRule
  cancelRule: BookingRule
  waitingPriorities: readonly Priority[]
  weekRule: WeekRule
  terms: { readonly version: string; readonly text: string }
  reminders: PaymentReminders
  quotientRule: QuotientRule
  payfip: { readonly mode: PayfipMode; readonly tryEmail: string }
  automatic: {
    readonly bookings: boolean
    readonly cancellations: boolean
    readonly registrations: boolean
    readonly fields: readonly string[]
  }
  columns: readonly { readonly head: string }[]
  words: readonly { readonly from: string; readonly to: string }[]
}

type PartsOf<Value> = (value: Value, nameOf: NameOf) => readonly Part[]

const partsByColumn: { readonly [Column in keyof ColumnsInParts]: PartsOf<ColumnsInParts[Column]> } = {
  definition: (definition) => tariffParts(definition),
  places: (places, nameOf) =>
    places.flatMap(({ slotId, capacity, groupPlaces = [] }) => {
      const slot = slotName(slotId, nameOf)
      const all = { name: `Places, ${slot}`, text: String(capacity) }
      return [all, ...groupParts(`Places, ${slot}`, groupPlaces, nameOf)]
    }),
  groupPlaces: (places, nameOf) => groupParts('Places', places, nameOf),
  typicalWeek: (week, nameOf) =>
    [1, 2, 3, 4, 5, 6, 7].flatMap((on) => {
      const slots = week.filter(({ weekday }) => weekday === on)
      const text = slots.map(({ slotId }) => slotName(slotId, nameOf)).join(', ')
      return slots.length === 0 ? [] : [{ name: `Semaine type, ${weekdayName(on)}`, text }]
    }),
  bookingRule: (rule) => ruleParts('Réserver', rule),
  cancelRule: (rule) => ruleParts('Annuler', rule),
  weekRule: (rule, nameOf) => [
    {
      name: 'Règle des semaines',
      text: weekRuleTexts(rule, (slotId) => slotName(slotId, nameOf)).join(' '),
    },
  ],
  waitingPriorities: (priorities) => [
    {
      name: 'Priorités de la liste d’attente',
      text: priorities.map((priority) => priorityText(priority)).join(', puis ') || 'aucune',
    },
  ],
  terms: ({ version, text }) => [
    { name: 'Règlement, version', text: version || 'aucune' },
    { name: 'Règlement, texte', text: text || 'aucun' },
  ],
  reminders: ({ before, after }) => [
    { name: 'Rappel avant l’échéance', text: reminderText(before) },
    { name: 'Rappel après l’échéance', text: reminderText(after) },
  ],
  quotientRule: (rule) => [{ name: 'Validité d’un quotient', text: quotientRuleText(rule) }],
  payfip: ({ mode, tryEmail }) => [
    { name: 'Paiement en ligne', text: payfipModeNames[mode] },
    { name: 'Paiement en ligne, e-mail d’essai', text: tryEmail || 'aucun' },
  ],
  automatic: ({ bookings, cancellations, registrations, fields }) => [
    { name: 'Réservations acceptées d’office', text: yesOrNo(bookings) },
    { name: 'Annulations acceptées d’office', text: yesOrNo(cancellations) },
    { name: 'Inscriptions acceptées d’office', text: yesOrNo(registrations) },
    { name: 'Changements acceptés d’office', text: counted(fields.length, 'champ') },
  ],
  columns: (columns) => [{ name: 'Colonnes lues', text: columns.map(({ head }) => head).join(', ') || 'aucune' }],
  words: (words) => [
    { name: 'Mots traduits', text: words.map(({ from, to }) => `${from} = ${to}`).join(', ') || 'aucun' },
  ],
}

// The contract validates what is stored, so each column has exactly one shape.
const partsFunctionOf = (key: string): PartsOf<unknown> | undefined =>
  (partsByColumn as Readonly<Record<string, PartsOf<never>>>)[key] as PartsOf<unknown> | undefined

const payfipModeNames: Readonly<Record<PayfipMode, string>> = {
  off: 'fermé',
  test: 'essai',
  activation: 'activation',
  production: 'ouvert',
}

const yesOrNo = (value: boolean): string => (value ? 'oui' : 'non')
const reminderText = (days: number | null): string => (days === null ? 'aucun' : counted(days, 'jour'))
const groupParts = (name: string, places: GroupPlaces, nameOf: NameOf): Part[] =>
  places.map(({ groupId, capacity }) => ({
    name: `${name}, ${nameOf('groupId', groupId) ?? `groupe n°\u00a0${groupId}`}`,
    text: String(capacity),
  }))

const slotName = (slotId: number, nameOf: NameOf): string => nameOf('slotId', slotId) ?? `plage n°\u00a0${slotId}`

// ---- Deadlines

const ruleParts = (what: string, { deadline, after }: BookingRule): Part[] => [
  { name: `${what}, délai`, text: deadlineText(deadline) },
  {
    name: `${what}, après le délai`,
    text:
      after === 'closed'
        ? 'fermé'
        : after.byTariff
          ? 'possible, au prix du tarif'
          : `possible, ${formatEuros(after.surcharge)} de supplément`,
  },
]

const deadlineAnchors = { day: 'le jour', week: 'le lundi de la semaine', period: 'le début de la période' } as const

const deadlineText = (deadline: Deadline): string => {
  if (deadline.unit === 'hours') return `${counted(deadline.amount, 'heure')} avant le début`
  const { unit, amount, before, until } = deadline
  const days = unit === 'workingDays' ? counted(amount, 'jour ouvré', 'jours ouvrés') : counted(amount, 'jour')
  return `${days} avant ${deadlineAnchors[before]}${until ? `, jusqu’à ${timeText(until satisfies TimeOfDay)}` : ''}`
}

// ---- Tariffs

const tariffParts = (definition: Omit<TariffVersion, 'from'>): Part[] => {
  const {
    decision,
    example,
    rounding,
    brackets,
    lines,
    absence,
    ranking,
    siblings,
    reductions = [],
    limits = [],
    latePickUp,
    beside,
    deductions = [],
    membership,
    minimum,
  } = definition
  const labels = brackets.map(({ label }) => label)
  return [
    { name: 'Délibération', text: decision ?? 'aucune' },
    { name: 'Tarif d’exemple', text: yesOrNo(example) },
    { name: 'Tranches', text: brackets.length === 0 ? 'aucune' : bracketsText(brackets) },
    ...numbered(rowsOf(definition).flatMap(({ title, price }) => basePriceParts(title, price, labels))),
    ...numbered(lines.flatMap((line) => lineParts(line, labels))),
    { name: 'Arrondi', text: roundingNames[rounding] },
    { name: 'Absence justifiée à temps', text: billed[absence.justifiedInTime] },
    { name: 'Absence non justifiée', text: billed[absence.unjustified] },
    ...(siblings ? [{ name: 'Fratrie', text: siblingNote(siblings) }] : []),
    ...(ranking ? [{ name: 'Rang des enfants', text: rankingNote(ranking) }] : []),
    ...numbered(reductions.map((one) => ({ name: 'Selon le nombre de jours', text: reductionNote(one) }))),
    ...numbered(limits.map((one) => ({ name: 'Minimum et plafond', text: limitNote(one) }))),
    ...(latePickUp ? [{ name: 'Retard', text: latePickUpNote(latePickUp) }] : []),
    ...(beside ? [{ name: 'En marge de la réservation', text: besideNotes(beside).join(' ') }] : []),
    ...deductions.map((one) => ({
      name: `Déduction « ${one.label} »`,
      text: one.leaves > 0 ? `${deductionNote(one)} Reste ${formatEuros(one.leaves)} à payer.` : deductionNote(one),
    })),
    ...(membership ? [{ name: 'Adhésion', text: membershipNote(membership) }] : []),
    ...(membership ? priceParts('Adhésion, prix', membership.price, labels) : []),
    ...(minimum ? [{ name: 'Minimum par mois', text: formatEuros(minimum.cents) }] : []),
  ]
}

const billed = { billed: 'facturée', notBilled: 'non facturée' } as const

/** Numbers parts with equal names, since two lines may have the same title and a part is found by its name. */
const numbered = (parts: readonly Part[]): Part[] => {
  const seen = new Map<string, number>()
  return parts.map((part) => {
    const count = (seen.get(part.name) ?? 0) + 1
    seen.set(part.name, count)
    return count === 1 ? part : { ...part, name: `${part.name} (${count})` }
  })
}

const lineParts = ({ label, count, withoutBooking, when }: TariffLine, labels: readonly string[]): Part[] => [
  ...(when ? [{ name: `${label}, pour`, text: conditionText(when) }] : []),
  {
    name: `${label}, plages`,
    text:
      count.per === 'formula'
        ? count.formulas
            .map(({ combinations }) => combinations.map((one) => one.join(' + ')).join(' ou '))
            .join('\u00a0; ')
        : count.slots.join(', '),
  },
  ...(count.per === 'forfait' ? [{ name: `${label}, forfait`, text: forfaitNotes(label, count).join(' ') }] : []),
  ...(count.per === 'time'
    ? [
        { name: `${label}, durée comptée`, text: counted(count.minutes, 'minute') },
        { name: `${label}, tolérance`, text: counted(count.grace, 'minute') },
        ...timeNotes(label, count).map((text) => ({ name: `${label}, temps compté`, text })),
      ]
    : []),
  ...(withoutBooking ? priceParts(`${label}, sans réservation`, withoutBooking.price, labels) : []),
]

/** The parts of a price with cases, each written as a line with that name and that single price would be. */
const priceParts = (name: string, price: UnitPrice, labels: readonly string[]): Part[] =>
  rowsOf({
    lines: [{ label: name, count: { per: 'slot', unit: { one: name, many: name }, price } }],
  }).flatMap((row) => basePriceParts(row.part === null ? name : row.title, row.price, labels))

const basePriceParts = (name: string, price: BasePrice, labels: readonly string[]): Part[] => [
  { name, ...residentPrice(price, labels) },
  { name: `${name}, hors commune`, ...nonResidentPrice(price.nonResident, labels) },
]

const residentPrice = (price: BasePrice, labels: readonly string[]): Omit<Part, 'name'> => {
  switch (price.method) {
    case 'fixed':
      return { text: formatEuros(price.cents) }
    case 'bracket':
      return byBracket(price.cents, price.brackets?.map(({ label }) => label) ?? labels)
    case 'effortRate': {
      const { percent, floor, ceiling } = price
      return {
        text: `quotient × ${formatNumber(percent)}\u00a0%, de ${formatEuros(floor)} à ${formatEuros(ceiling)}`,
        cells: new Map([
          ['taux d’effort', `${formatNumber(percent)}\u00a0%`],
          ['prix le plus bas', formatEuros(floor)],
          ['prix le plus haut', formatEuros(ceiling)],
        ]),
      }
    }
  }
}

const nonResidentPrice = (nonResident: NonResident, labels: readonly string[]): Omit<Part, 'name'> => {
  switch (nonResident.rule) {
    case 'same':
      return { text: 'même prix' }
    case 'percent':
      return { text: `+ ${formatNumber(nonResident.percent)}\u00a0%` }
    case 'amount':
      return { text: `+ ${formatEuros(nonResident.cents)}` }
    case 'column':
      return nonResident.cents.length === 1
        ? { text: formatEuros(nonResident.cents[0] ?? 0) }
        : byBracket(nonResident.cents, labels)
  }
}

const byBracket = (cents: readonly number[], labels: readonly string[]): Omit<Part, 'name'> => ({
  text: listed(cents.map(formatEuros)),
  cells: new Map(cents.map((amount, at) => [`tranche ${labels[at] ?? at + 1}`, formatEuros(amount)] as const)),
})
