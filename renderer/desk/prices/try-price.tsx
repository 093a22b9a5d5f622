import { Checkbox, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Definition } from '../../../shared/contract/desk/prices.ts'
import { type Day, minutesOf } from '../../../shared/rules/calendar/day.ts'
import { formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import { parseFamilyQuotient } from '../../../shared/rules/price/family-quotient.ts'
import { priceDays } from '../../../shared/rules/price/price.ts'
import type { Priced } from '../../../shared/rules/price/price-terms.ts'
import { lateCollectionSlot, slotCode } from '../../../shared/rules/price/tariff.ts'
import { notIncludedTexts } from '../../../shared/rules/price/tariff-words.ts'
import { capitalised, counted, ordinal } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Note, Properties } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { Panel } from '../parts/screen.tsx'
import { slotCodesOf } from './tariff-edit.ts'

/** In minutes: longer than the delay that towns usually tolerate. */
const exampleLateMinutes = 20

/** Prices an example day by the tariff on screen, recorded or not, with the explanations that a parent would read. */
export const TryPrice = ({
  name,
  definition,
  quotientText,
  onQuotient,
  isResident,
  onResident,
  within,
  today,
}: {
  name: string
  definition: Definition
  quotientText: string
  onQuotient: (text: string) => void
  isResident: boolean
  onResident: (isResident: boolean) => void
  /** Days on which this version applies; without `to`, no end is known. */
  within: { readonly from: Day; readonly to: Day | undefined }
  today: Day
}) => {
  const codes = slotCodesOf(definition)
  const { data: activities } = useQuery(orpc.activities.list.queryOptions())
  const names = new Map(
    (activities ?? []).flatMap(({ slots }) => slots.map((slot) => [slotCode(slot.name), slot.name])),
  )
  const [chosenDay, setDay] = useState<Day>()
  const day = chosenDay ?? exampleDay(within, today)
  const [rank, setRank] = useState(1)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set([lateCollectionSlot]))
  const read = quotientText.trim() === '' ? { value: null } : parseFamilyQuotient(quotientText)
  const quotient = 'value' in read ? read.value : null
  const slots = codes.filter((code) => !left.has(code))
  const minutes = new Map(
    (activities ?? []).flatMap(({ slots: own }) =>
      own.map((slot) => [slotCode(slot.name), minutesOf(slot.end) - minutesOf(slot.start)] as const),
    ),
  )
  const price = (value: number | null, resident: boolean) =>
    priceOneDay(
      name,
      definition,
      day,
      value,
      resident,
      rank,
      slots.map((slot) => ({ slot, minutes: slot === lateCollectionSlot ? exampleLateMinutes : minutes.get(slot) })),
    )
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
          label="Domicile"
          data={[
            { value: 'in', label: 'dans la commune' },
            { value: 'out', label: 'hors commune' },
          ]}
          value={isResident ? 'in' : 'out'}
          onChange={(value) => onResident(value === 'in')}
        />
        <RequiredDayField label="Jour" value={day} onChange={setDay} />
        <Select
          label="Rang de l’enfant"
          disabled={definition.siblings === undefined}
          data={[1, 2, 3, 4].map((one) => ({ value: String(one), label: one === 1 ? '1ᵉʳ' : ordinal(one) }))}
          value={String(rank)}
          onChange={(value) => setRank(Number(value))}
        />
      </div>
      <fieldset className="tariff-slots">
        <legend>Plages réservées</legend>
        {codes.map((code) => (
          <Checkbox
            key={code}
            label={
              code === lateCollectionSlot
                ? `Retard de ${exampleLateMinutes} minutes`
                : (names.get(code) ?? capitalised(code))
            }
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
          <ol className="story tariff-why">
            {made.lines.map(({ label, quantity, unit, totalCents, explanation }) => (
              <li key={label + explanation}>
                <div className="row between">
                  <span>
                    {label}, {counted(quantity, unit.one, unit.many)}
                  </span>
                  <b>{formatEuros(totalCents)}</b>
                </div>
                <span>{explanation}</span>
              </li>
            ))}
          </ol>
          {notIncludedTexts({ ...definition, from: day }).map((text) => (
            <Note key={text}>{text}</Note>
          ))}
        </div>
      ) : null}
      {elsewhere.length > 0 ? (
        <div className="stack">
          <h3>Le même jour, ailleurs dans la grille</h3>
          <Properties
            entries={[
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

const exampleDay = ({ from, to }: { readonly from: Day; readonly to: Day | undefined }, today: Day): Day => {
  if (today < from) return from
  return to !== undefined && to < today ? to : today
}

const priceOneDay = (
  name: string,
  definition: Definition,
  day: Day,
  quotient: number | null,
  resident: boolean,
  rank: number,
  slots: readonly { slot: string; minutes: number | undefined }[],
): Priced => {
  const request = {
    activity: name,
    familyQuotients: quotient === null ? [] : [{ from: day, value: quotient, source: '' }],
    residence: [{ from: day, resident }],
    days: [{ day, slots: slots.map((slot) => ({ ...slot, why: 'booked' as const, attendance: 'expected' as const })) }],
    rankOn: () => rank,
  }
  try {
    return priceDays({ ...request, tariff: { id: '', label: name, versions: [{ ...definition, from: day }] } })
  } catch {
    // A half-typed tariff has slots without a price; the desk would refuse to record it.
    return priceDays({ ...request, tariff: null })
  }
}
