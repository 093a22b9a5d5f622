import { Select } from '@mantine/core'
import { useState } from 'react'
import type { Forecast } from '../../../shared/contract/desk/money/invoicing.ts'
import { addMonths, type Day, dayOf, daysOfMonth, lastOfMonth, yearOf } from '../../../shared/rules/calendar/day.ts'
import {
  comparedTotal,
  comparisonTexts,
  type ForecastAmounts,
  forecastTotal,
  unbookedText,
  withoutActivityText,
} from '../../../shared/rules/money/forecast.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { alphabetically } from '../../../shared/rules/people/names.ts'
import { yearStart } from '../../../shared/rules/price/tariff.ts'
import { capitalised, counted, monthText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { EmptyState, Note } from '../parts/feedback.tsx'
import { FiguresTable } from '../parts/figures-table.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { LongReadingEnd, useLongReading } from '../parts/long-reading.tsx'
import { useRegies } from '../regies/regie-choice.tsx'
import { useNow } from '../staff/now.ts'

/** « Prévision »: what a month or a school year brings from what is booked, beside the year before. */
export const ForecastDialog = ({ onClose }: { onClose: () => void }) => {
  const { today } = useNow()
  const periods = periodsAround(today)
  const [chosen, setChosen] = useState<Day>(yearStart('school', today))
  const [length, setLength] = useState<Length>('year')
  const regies = useRegies()
  const [regieId, setRegieId] = useState<number | null>(null)
  const to = endOf(chosen, length)
  const { data, ...reading } = useLongReading(['forecast', chosen, to], (signal) =>
    clientOutsideForms.invoicing.forecast({ from: chosen, to }, { signal }),
  )
  const shown = data && {
    ...data,
    rows: data.rows.filter((row) => regieId === null || row.regieId === regieId),
  }
  return (
    <Dialog opened title="Prévision" width="wide" onClose={onClose}>
      <div className="dialog-form">
        <div className="row row-wide">
          <Select
            label="Période"
            data-autofocus
            allowDeselect={false}
            data={periods}
            value={`${length} ${chosen}`}
            onChange={(value) => {
              const [of, from] = (value ?? '').split(' ')
              setLength(of === 'month' ? 'month' : 'year')
              setChosen(from as Day)
            }}
          />
          {regies.length > 1 ? (
            <Select
              label="Régie"
              allowDeselect={false}
              data={[
                { value: 'all', label: 'Toutes' },
                ...regies.map(({ id, name }) => ({ value: String(id), label: name })),
              ]}
              value={String(regieId ?? 'all')}
              onChange={(value) => setRegieId(value === 'all' ? null : Number(value))}
            />
          ) : null}
        </div>
        <LongReadingEnd
          reading={reading}
          shown={shown}
          isEmpty={({ rows }) => rows.length === 0}
          file={() => clientOutsideForms.invoicing.forecastFile({ from: chosen, to, regieId })}
          onClose={onClose}
        >
          {shown ? <ForecastFigures {...shown} /> : null}
        </LongReadingEnd>
      </div>
    </Dialog>
  )
}

type Length = 'month' | 'year'

const endOf = (from: Day, length: Length): Day => lastOfMonth(length === 'month' ? from : addMonths(from, 11))

/** The last school year, this one and the next; the months of this one and of the two around. */
const periodsAround = (today: Day) => {
  const thisYear = yearOf(yearStart('school', today))
  const first = dayOf(thisYear, 7, 1)
  return [
    {
      group: 'Année scolaire',
      items: [-1, 0, 1].map((by) => ({
        value: `year ${dayOf(thisYear + by, 9, 1)}`,
        label: `Année ${thisYear + by}-${thisYear + by + 1}`,
      })),
    },
    {
      group: 'Mois',
      items: Array.from({ length: 16 }, (_, at) => addMonths(first, at)).map((of) => ({
        value: `month ${of}`,
        label: capitalised(monthText(of)),
      })),
    },
  ]
}

/** What months bring, by month and by activity. */
export const ForecastFigures = ({ months, rows, unpricedDays, unbooked }: Forecast) => {
  const amountsOf = (own: Forecast['rows']) => ({ ...forecastTotal(own), compared: comparedTotal(own, unbooked) })
  const total = amountsOf(rows)
  const unpriced =
    unpricedDays > 0 ? (
      <Note tone="warn">{counted(unpricedDays, 'journée')} sans prix&nbsp;: laissées de côté.</Note>
    ) : null
  if (rows.length === 0)
    return (
      <>
        <EmptyState title="Rien à prévoir">Rien n’est réservé ni facturé, ni un an avant.</EmptyState>
        {unpriced}
      </>
    )
  const byActivity = [...Map.groupBy(rows, ({ activityId }) => activityId)]
    .map(([id, own]) => ({ key: String(id), title: own[0]?.activity || withoutActivityText, ...amountsOf(own) }))
    .toSorted((one, other) => alphabetically(one.title, other.title))
  return (
    <>
      <p className="verdict" aria-live="polite">
        <b>{formatEuros(total.cents)}</b>
        <span>
          {total.billedCents === 0
            ? 'prévus, rien n’est encore facturé.'
            : `prévus, dont ${formatEuros(total.billedCents)} déjà facturés.`}{' '}
          {againstLastYear(total)}
        </span>
      </p>
      {months.length > 1 ? (
        <Amounts
          head="Mois"
          rows={months.map((month) => ({
            key: month,
            title: capitalised(monthText(daysOfMonth(month).from)),
            ...amountsOf(rows.filter((row) => row.month === month)),
          }))}
          total={total}
        />
      ) : null}
      <Amounts head="Activité" rows={byActivity} total={total} />
      {unpriced}
      {unbooked.length === 0 ? null : <p className="soft small">{unbookedText(unbooked)}</p>}
      <p className="soft small">
        Prévu&nbsp;: ce qui est réservé aujourd’hui, aux prix d’une facturation, part des tiers payeurs comprise. Un an
        avant&nbsp;: ce que les factures des mêmes mois demandent, avoirs déduits.
      </p>
    </>
  )
}

type Compared = ForecastAmounts & { readonly compared: ForecastAmounts | null }

const againstLastYear = ({ lastYearCents, compared }: Compared): string => {
  if (lastYearCents === 0) return 'Rien n’a été facturé un an avant.'
  if (compared === null) return `Un an avant\u00a0: ${formatEuros(lastYearCents)}\u00a0; rien n’est encore réservé.`
  if (compared.lastYearCents === 0) return 'Rien n’a été facturé un an avant des mois déjà réservés.'
  const months = compared.lastYearCents === lastYearCents ? 'Un an avant' : 'Un an avant, les mois déjà réservés'
  return `${months}\u00a0: ${formatEuros(compared.lastYearCents)}, soit ${comparisonTexts(compared)[1]}.`
}

const Amounts = ({
  head,
  rows,
  total,
}: {
  head: string
  rows: readonly (Compared & { readonly key: string; readonly title: string })[]
  total: Compared
}) => (
  <FiguresTable
    label={`Prévision par ${head.toLowerCase()}`}
    head={head}
    columns={['Prévu', 'Déjà facturé', 'Un an avant', 'Écart', '%']}
    rows={rows.map(({ key, title, ...amounts }) => ({ key, title, cells: amountCells(amounts) }))}
    total={amountCells(total)}
  />
)

const amountCells = ({ cents, billedCents, lastYearCents, compared }: Compared): string[] => [
  eurosOrDash(cents),
  eurosOrDash(billedCents),
  eurosOrDash(lastYearCents),
  ...comparisonTexts(compared),
]

const eurosOrDash = (cents: Cents): string => (cents === 0 ? '–' : formatEuros(cents))
