import { Checkbox, Select, TextInput } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Definition } from '../../../shared/contract/desk/prices.ts'
import { type Day, isDay } from '../../../shared/rules/day.ts'
import { parseFamilyQuotient } from '../../../shared/rules/family-quotient.ts'
import { capitalised } from '../../../shared/rules/french.ts'
import { formatEuros, formatNumber } from '../../../shared/rules/money.ts'
import { type Priced, priceDays } from '../../../shared/rules/price.ts'
import { slotCode } from '../../../shared/rules/tariff.ts'
import { orpc } from '../../connection/client.ts'
import { Panel } from '../parts/screen.tsx'
import { Facts, Note } from '../parts/telling.tsx'
import { slotCodesOf } from './tariff-edit.ts'

/** A day priced by the grid as it stands on screen, recorded or not, with the reasons a parent would read. */
export const TryPrice = ({
  name,
  definition,
  quotientText,
  onQuotient,
  today,
}: {
  name: string
  definition: Definition
  quotientText: string
  onQuotient: (text: string) => void
  today: Day
}) => {
  const codes = slotCodesOf(definition)
  const { data: activities } = useQuery(orpc.activities.list.queryOptions())
  const names = new Map(
    (activities ?? []).flatMap(({ slots }) => slots.map((slot) => [slotCode(slot.name), slot.name])),
  )
  const [isResident, setIsResident] = useState(true)
  const [day, setDay] = useState(today)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set(['retard']))
  const read = quotientText.trim() === '' ? { value: null } : parseFamilyQuotient(quotientText)
  const quotient = 'value' in read ? read.value : null
  const slots = codes.filter((code) => !left.has(code))
  const price = (value: number | null, resident: boolean) => priced(name, definition, day, value, resident, slots)
  const made = price(quotient, isResident)
  const elsewhere = [
    ...definition.brackets.slice(1).flatMap(({ min }) => [min - 1, min]),
    ...(quotient === null ? [] : [null]),
  ].slice(0, 6)
  return (
    <Panel label="Essayer un prix" title="Essayer un prix">
      <div className="tariff-try">
        <TextInput
          label="Quotient familial"
          inputMode="decimal"
          placeholder="inconnu"
          value={quotientText}
          error={'refusal' in read ? read.refusal : undefined}
          onChange={(event) => onQuotient(event.currentTarget.value)}
        />
        <Select
          label="Commune"
          allowDeselect={false}
          data={[
            { value: 'in', label: 'commune' },
            { value: 'out', label: 'hors commune' },
          ]}
          value={isResident ? 'in' : 'out'}
          onChange={(value) => setIsResident(value === 'in')}
        />
        <DatePickerInput
          label="Jour"
          valueFormat="D MMM YYYY"
          value={day}
          onChange={(value) => {
            if (value !== null && isDay(value)) setDay(value)
          }}
        />
      </div>
      <fieldset className="tariff-slots">
        <legend>Plages réservées</legend>
        {codes.map((code) => (
          <Checkbox
            key={code}
            label={names.get(code) ?? capitalised(code)}
            checked={!left.has(code)}
            onChange={() => {
              const next = new Set(left)
              if (!next.delete(code)) next.add(code)
              setLeft(next)
            }}
          />
        ))}
      </fieldset>
      <p className="tariff-price" aria-live="polite">
        Prix du jour <b>{made.errors.length > 0 ? '–' : formatEuros(made.totalCents)}</b>
      </p>
      {made.errors.map(({ text }) => (
        <Note key={text} tone="danger">
          {text}
        </Note>
      ))}
      {made.lines.length > 0 ? (
        <div className="stack">
          <h3>Pourquoi ce prix</h3>
          <ul className="stack small">
            {made.lines.map(({ label, explanation }) => (
              <li key={label + explanation}>
                <b>{label}</b> : {explanation}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {elsewhere.length > 0 ? (
        <div className="stack">
          <h3>Le même jour, ailleurs dans la grille</h3>
          <Facts
            facts={[
              ...elsewhere.map(
                (value) =>
                  [
                    value === null ? 'Sans QF' : `QF ${formatNumber(value)}`,
                    formatEuros(price(value, isResident).totalCents),
                  ] as const,
              ),
              [
                `${quotient === null ? 'Sans QF' : `QF ${formatNumber(quotient)}`}, ${isResident ? 'hors commune' : 'résident'}`,
                formatEuros(price(quotient, !isResident).totalCents),
              ],
            ]}
          />
        </div>
      ) : null}
    </Panel>
  )
}

const priced = (
  name: string,
  definition: Definition,
  day: Day,
  quotient: number | null,
  resident: boolean,
  slots: readonly string[],
): Priced => {
  const request = {
    activity: name,
    familyQuotients: quotient === null ? [] : [{ from: day, value: quotient, source: '' }],
    residence: [{ from: day, resident }],
    days: [{ day, slots: slots.map((slot) => ({ slot, why: 'booked' as const, attendance: 'expected' as const })) }],
  }
  try {
    return priceDays({ ...request, tariff: { id: '', label: name, versions: [{ ...definition, from: day }] } })
  } catch {
    // A grid half typed has places without a price: the core refuses it when it is recorded.
    return priceDays({ ...request, tariff: null })
  }
}
