import { Select } from '@mantine/core'
import { useState } from 'react'
import type { CompareInput, Definition, Tariff } from '../../../../shared/contract/desk/money/prices.ts'
import { type Day, dayOf } from '../../../../shared/rules/calendar/day.ts'
import { yearStart } from '../../../../shared/rules/price/tariff.ts'
import { longDate } from '../../../../shared/rules/text/french.ts'
import { clientOutsideForms } from '../../../connection/client.ts'
import { SegmentedControl } from '../../parts/buttons.tsx'
import { Dialog } from '../../parts/forms/dialogs.tsx'
import { LongReadingEnd, useLongReading } from '../../parts/long-reading.tsx'
import { useNow } from '../../staff/now.ts'
import { ComparisonResult } from './comparison-result.tsx'

type Scope = 'one' | 'all'

/**
 * « Comparer »: compares the tariff on screen, recorded or not, with another of its versions, or all tariffs with those
 * of another day, over the booked and attended days of a year.
 */
export const ComparisonDialog = ({
  tariff,
  tariffs,
  from,
  definition,
  onClose,
}: {
  tariff: Tariff
  tariffs: readonly Tariff[]
  /** The first day of the version on screen. */
  from: Day
  definition: Definition
  onClose: () => void
}) => {
  const { today } = useNow()
  const [scope, setScope] = useState<Scope>('one')
  const days = firstDays(scope === 'one' ? [tariff] : tariffs)
  const [chosenBefore, setBefore] = useState<Day>()
  const before = days.find((one) => one === chosenBefore) ?? days.find((one) => one < from) ?? days[0] ?? from
  const thisYear = Number(yearStart('school', today).slice(0, 4))
  const [year, setYear] = useState(thisYear - 1)
  const input: CompareInput = {
    tariffId: scope === 'one' ? tariff.id : null,
    before,
    after: from,
    draft: { tariffId: tariff.id, definition },
    ...schoolYear(year),
  }
  const { data, ...reading } = useLongReading(['comparison', input], (signal) =>
    clientOutsideForms.prices.compare(input, { signal }),
  )
  return (
    <Dialog opened title="Comparer sur une année de présences" width="wide" onClose={onClose}>
      <div className="dialog-form">
        {tariffs.length > 1 ? (
          <SegmentedControl
            label="Tarifs comparés"
            options={[
              ['one', 'Ce tarif'],
              ['all', 'Tous les tarifs'],
            ]}
            value={scope}
            onChange={setScope}
          />
        ) : null}
        <div className="row row-wide">
          <Select
            label="Avant"
            data-autofocus
            allowDeselect={false}
            data={days.map((one) => ({
              value: one,
              label: scope === 'one' ? `Depuis le ${longDate(one)}` : `Tarifs au ${longDate(one)}`,
            }))}
            value={before}
            onChange={(value) => value !== null && setBefore(value)}
          />
          <Select
            label="Présences de l’année"
            allowDeselect={false}
            data={[-1, 0, 1, 2, 3].map((back) => ({
              value: String(thisYear - back),
              label: `${thisYear - back}-${thisYear - back + 1}${back === 0 ? ', en cours' : ''}`,
            }))}
            value={String(year)}
            onChange={(value) => setYear(Number(value))}
          />
        </div>
        <p className="soft small">
          {scope === 'one'
            ? 'Après : la grille à l’écran, enregistrée ou non.'
            : `Après : la grille à l’écran, enregistrée ou non, et les autres tarifs au ${longDate(from)}.`}{' '}
          Chaque famille est comptée avec ses quotients, son adresse, ses aides et ses jours réservés et pointés de
          l’année.
        </p>
        <LongReadingEnd
          reading={reading}
          shown={data}
          isEmpty={({ total }) => total.families === 0}
          file={() => clientOutsideForms.prices.compareFile(input)}
          onClose={onClose}
        >
          {data ? <ComparisonResult comparison={data} /> : null}
        </LongReadingEnd>
      </div>
    </Dialog>
  )
}

/** The days on which a version begins, newest first. */
const firstDays = (tariffs: readonly Tariff[]): Day[] =>
  [...new Set(tariffs.flatMap(({ versions }) => versions.map(({ from }) => from)))].toSorted().toReversed()

const schoolYear = (year: number): { from: Day; to: Day } => ({ from: dayOf(year, 9, 1), to: dayOf(year + 1, 8, 31) })
