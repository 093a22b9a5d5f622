import type {
  Behind,
  FiguresColumn,
  FiguresTable,
  FormerAsked,
} from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { may } from '../../../../shared/rules/access/roles.ts'
import { type Day, daysOfMonth, type Month, monthKey } from '../../../../shared/rules/calendar/day.ts'
import { type FormerStep, figureText, formerStepNames } from '../../../../shared/rules/figures/figures-table.ts'
import { type Cents, formatEuros } from '../../../../shared/rules/money/money.ts'
import { briefMonth, capitalised, listed, monthText } from '../../../../shared/rules/text/french.ts'
import { committedSql } from '../../../store/acts/committed.ts'
import type { Store } from '../../../store/store.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import { maxBehind } from './tables.ts'

/*
 * « Années reprises »: what another program counted, as it was taken over. It is never added to what the desk counts.
 */

type Row = {
  readonly source: string
  readonly month: Month
  readonly activity: string
  /** Empty for figures of the whole town. */
  readonly site: string
  readonly minutes: number | null
  readonly meals: number | null
  readonly invoicedCents: Cents | null
  readonly paidCents: Cents | null
}

const rowsOf = (store: Store, from: Month, to: Month): Row[] =>
  store
    .statement(
      `select source, month, activity, coalesce(site.name, '') as site, minutes, meals, invoiced_cents as invoicedCents,
        paid_cents as paidCents
      from former_figure left join site on site.id = site_id
      where month between ? and ? and ${committedSql('act_id')} order by month, activity, site`,
    )
    .all(from, to) as Row[]

/** The years for which figures were taken over, newest first. */
export const formerYears = ({ store }: Core): number[] =>
  (
    store
      .statement(
        `select distinct substr(month, 1, 4) from former_figure where ${committedSql('act_id')} order by 1 desc`,
      )
      .pluck()
      .all() as string[]
  ).map(Number)

type Figure = FiguresColumn & { readonly of: (row: Row) => number | null }

const figures: readonly Figure[] = [
  { key: 'hours', title: 'Heures', unit: 'hours', isMain: true, of: ({ minutes }) => minutes },
  { key: 'meals', title: 'Repas', unit: 'count', of: ({ meals }) => meals },
  { key: 'invoiced', title: 'Facturé', unit: 'euros', of: ({ invoicedCents }) => invoicedCents },
  { key: 'paid', title: 'Payé', unit: 'euros', of: ({ paidCents }) => paidCents },
]

/** Amounts are shown only to people who may read invoices. */
const figuresFor = ({ roles }: Person): readonly Figure[] =>
  figures.filter(({ unit }) => unit !== 'euros' || may(roles, 'invoices.read'))

const groupOf = ({ month, activity, site }: Row, by: FormerStep): { readonly key: string; readonly title: string } =>
  by === 'month'
    ? { key: month, title: capitalised(monthText(daysOfMonth(month).from)) }
    : by === 'activity'
      ? { key: activity, title: activity }
      : { key: site || 'town', title: site || 'Toute la commune' }

/** The sum of a figure; null when no row has it. */
const sumOf = (rows: readonly Row[], { of }: Figure): number | null =>
  rows.reduce<number | null>((sum, row) => {
    const value = of(row)
    return value === null ? sum : (sum ?? 0) + value
  }, null)

export const formerTable = ({ store }: Core, person: Person, { year, by }: FormerAsked): FiguresTable => {
  const rows = rowsOf(store, `${year}-01` as Month, `${year}-12` as Month)
  const shown = figuresFor(person)
  const groups = Map.groupBy(rows, (row) => groupOf(row, by).key)
  const sources = [...new Set(rows.map(({ source }) => source))]
  const total = shown.map((figure) => sumOf(rows, figure))
  return {
    title: `Année reprise par ${formerStepNames[by].toLocaleLowerCase('fr')}`,
    about: [String(year), ...(sources.length > 0 ? [`repris de ${listed(sources)}`] : [])].join(', '),
    head: formerStepNames[by],
    columns: shown.map(({ of: _of, ...column }) => column),
    rows: [...groups].map(([key, own]) => ({
      key,
      title: own[0] ? groupOf(own[0], by).title : key,
      values: shown.map((figure) => sumOf(own, figure)),
    })),
    total,
    opens: shown.map(({ key }) => key),
    chart: { series: [shown[total.findIndex((value) => value)]?.key ?? 'hours'], before: null, ceiling: null },
    sentence:
      rows.length === 0
        ? `Rien n’a été repris de ${year}.`
        : `En ${year}, repris de ${listed(sources)}\u00a0: ${listed(shown.flatMap(({ title, unit }, at) => (total[at] == null ? [] : [`${title.toLocaleLowerCase('fr')} ${figureText(total[at], unit)}`])))}.`,
    note: 'Comptés par l’ancien logiciel, selon ses règles\u00a0: aucun de ces chiffres n’est ajouté à ceux que le bureau compte.',
  }
}

/** The months and activities that make up a figure. */
export const formerBehind = (
  { store }: Core,
  person: Person,
  { year, by }: FormerAsked,
  row: string,
  column: string,
): Behind => {
  const figure = figuresFor(person).find(({ key }) => key === column)
  if (!figure) throw new Refused('Ce chiffre n’existe pas.', 'column')
  const rows = rowsOf(store, `${year}-01` as Month, `${year}-12` as Month).filter(
    (one) => (row === '' || groupOf(one, by).key === row) && figure.of(one) !== null,
  )
  return {
    title: `${figure.title}, repris`,
    head: 'Mois et activité',
    valueHead: figure.title,
    rows: rows.slice(0, maxBehind).map((one) => ({
      key: `${one.source} ${one.month} ${one.activity} ${one.site}`,
      name: [
        ...(by === 'month' && row !== '' ? [] : [briefMonth(daysOfMonth(one.month).from)]),
        ...(by === 'activity' && row !== '' ? [] : [one.activity]),
      ].join(', '),
      about: one.site,
      value: figureText(figure.of(one), figure.unit),
      familyId: null,
    })),
    total: rows.length,
  }
}

/**
 * A sentence that says what the other program was paid in the months within these days, shown beside figures that do
 * not count it. Empty when nothing was taken over.
 */
export const formerPaidNote = (store: Store, from: Day, to: Day): string => {
  const rows = rowsOf(store, monthKey(from), monthKey(to)).filter(({ month }) => {
    const days = daysOfMonth(month)
    return from <= days.from && days.to <= to
  })
  const paid = rows.flatMap(({ paidCents }) => paidCents ?? [])
  if (paid.length === 0) return ''
  const sources = listed([...new Set(rows.map(({ source }) => source))])
  return `Un an avant, ${formatEuros(paid.reduce((sum, one) => sum + one, 0))} repris de ${sources} ne sont pas comptés ici\u00a0: ils sont dans «\u00a0Années reprises\u00a0». `
}
