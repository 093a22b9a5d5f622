import { Link } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import type { ComparedGroup, Comparison } from '../../../../shared/contract/desk/money/prices.ts'
import { type Cents, changeText, formatEuros, percentText } from '../../../../shared/rules/money/money.ts'
import { extremesText, riseOf, unknownQuotientText } from '../../../../shared/rules/price/trying/tariff-comparison.ts'
import { counted } from '../../../../shared/rules/text/french.ts'
import { EmptyState, Note } from '../../parts/feedback.tsx'
import { FiguresTable } from '../../parts/figures-table.tsx'

/** What the town receives, by bracket and activity, and what the most affected homes pay. */
export const ComparisonResult = ({ comparison }: { comparison: Comparison }) => {
  const { total, brackets, activities, homes, unpricedDays } = comparison
  const unpriced =
    unpricedDays > 0 ? (
      <Note tone="warn">{counted(unpricedDays, 'journée')} sans prix avant ou après&nbsp;: laissées de côté.</Note>
    ) : null
  if (total.families === 0)
    return (
      <>
        <EmptyState title="Rien à comparer">Rien n’est réservé ni pointé cette année-là à ce tarif.</EmptyState>
        {unpriced}
      </>
    )
  const byBracket = brackets.map(({ label, ...group }) => ({ ...group, title: label ?? unknownQuotientText }))
  return (
    <>
      <p className="verdict" aria-live="polite">
        <b>{changeText(total.afterCents - total.beforeCents)}</b>
        <span>
          de recettes sur l’année, soit {percentText(total.beforeCents, total.afterCents)}&nbsp;:{' '}
          {counted(total.up, 'famille')} en hausse, {counted(total.down, 'famille')} en baisse,{' '}
          {total.families - total.up - total.down} sans changement.
        </span>
      </p>
      <Chart rows={byBracket} />
      <Groups head="Tranche" rows={byBracket} total={total} />
      {activities.length > 1 ? (
        <Groups
          head="Activité"
          rows={activities.map(({ activity, ...group }) => ({ ...group, title: activity }))}
          total={total}
        />
      ) : null}
      <MostConcerned homes={homes} />
      <p className="soft small">
        {extremesText(homes)} Une famille dont le quotient a changé est dans plusieurs tranches. Recettes&nbsp;: part
        des tiers payeurs comprise&nbsp;; hausses et baisses&nbsp;: ce que la famille paie elle-même.
      </p>
      {unpriced}
    </>
  )
}

type Row = ComparedGroup & { readonly title: string }

/** By bracket, the average change for a home: a bar to the right of the line for more, to its left for less. */
const Chart = ({ rows }: { rows: readonly Row[] }) => {
  const averages = rows.map((row) => ({ title: row.title, cents: Math.round(riseOf(row) / row.families) }))
  const most = Math.max(...averages.map(({ cents }) => Math.abs(cents)))
  if (most === 0) return null
  return (
    <figure className="tariff-chart">
      <figcaption>En moyenne par famille, sur l’année</figcaption>
      <ul>
        {averages.map(({ title, cents }) => (
          <li key={title}>
            <span>{title}</span>
            <i
              aria-hidden="true"
              data-down={cents < 0 || undefined}
              style={{ '--v': `${(Math.abs(cents) / most) * 50}%` } as CSSProperties}
            />
            <b>{changeText(cents)}</b>
          </li>
        ))}
      </ul>
    </figure>
  )
}

const amountCells = (before: Cents, after: Cents): string[] => [
  formatEuros(before),
  formatEuros(after),
  after === before ? '–' : changeText(after - before),
  percentText(before, after),
]

const Groups = ({ head, rows, total }: { head: string; rows: readonly Row[]; total: ComparedGroup }) => (
  <FiguresTable
    label={`Comparaison par ${head.toLowerCase()}`}
    head={head}
    columns={['Familles', 'En hausse', 'En baisse', 'Avant', 'Après', 'Écart', '%']}
    rows={rows.map(({ title, ...group }) => ({ key: title, title, cells: groupCells(group) }))}
    total={groupCells(total)}
  />
)

const groupCells = ({ families, up, down, beforeCents, afterCents }: ComparedGroup): string[] => [
  ...[families, up, down].map(String),
  ...amountCells(beforeCents, afterCents),
]

const shownEachWay = 5

/** The homes whose year changes most, with what they pay themselves. @param homes greatest rise first */
const MostConcerned = ({ homes }: { homes: Comparison['homes'] }) => {
  const up = homes.filter((home) => riseOf(home) > 0).slice(0, shownEachWay)
  const down = homes
    .filter((home) => riseOf(home) < 0)
    .slice(-shownEachWay)
    .toReversed()
  if (up.length + down.length === 0) return null
  return (
    <FiguresTable
      label="Familles les plus concernées"
      head="Familles les plus concernées"
      columns={['Tranche', 'Payé avant', 'Payé après', 'Écart', '%']}
      rows={[...up, ...down].map(({ familyId, name, guardians, brackets, paidBeforeCents, paidAfterCents }) => ({
        key: String(familyId),
        title: (
          <>
            <Link to="/familles/$familyId" params={{ familyId: String(familyId) }} search={{}}>
              {name}
            </Link>{' '}
            <span className="soft">{guardians}</span>
          </>
        ),
        cells: [
          brackets.map((label) => label ?? unknownQuotientText).join(', '),
          ...amountCells(paidBeforeCents, paidAfterCents),
        ],
      }))}
    />
  )
}
