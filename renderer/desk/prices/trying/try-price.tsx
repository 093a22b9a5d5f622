import { Checkbox, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { type Day, dayOf, daysBetween, minutesOf, weekday } from '../../../../shared/rules/calendar/day.ts'
import { formatEuros, formatNumber } from '../../../../shared/rules/money/money.ts'
import { parseFamilyQuotient } from '../../../../shared/rules/price/family-quotient.ts'
import { sumOfLines } from '../../../../shared/rules/price/price.ts'
import type { ChargeableSlot, Priced } from '../../../../shared/rules/price/price-terms.ts'
import { groupsAsked, lateCollectionSlot, slotCode } from '../../../../shared/rules/price/tariff.ts'
import { homeCostTexts } from '../../../../shared/rules/price/tariff-words.ts'
import { type DescribedChild, tryPrice } from '../../../../shared/rules/price/trying/try-price.ts'
import { capitalised, ordinal, weekdayName } from '../../../../shared/rules/text/french.ts'
import { orpc } from '../../../connection/client.ts'
import { SegmentedControl } from '../../parts/buttons.tsx'
import { Note, Properties } from '../../parts/feedback.tsx'
import { RequiredDayField } from '../../parts/forms/day-field.tsx'
import { Panel } from '../../parts/screen.tsx'
import { optionsOf } from '../options.ts'
import { slotCodesOf } from '../tariff-edit.ts'
import { type ChildFacts, TryChild } from './try-child.tsx'
import { type Duration, durationNames, priceNames, spanTried } from './try-span.ts'
import { WhyLine } from './why-line.tsx'

/** In minutes: longer than the delay that towns usually tolerate. */
const exampleLateMinutes = 20

type Tried = 'described' | 'real'

/**
 * Prices days by the tariff on screen, recorded or not, for an invented or an existing child, with the explanations
 * that a parent would read.
 */
export const TryPrice = (props: DescribedProps & { tariffId: number }) => {
  const [tried, setTried] = useState<Tried>('described')
  const { onQuotient, onResident } = props
  const showFacts = useCallback(
    ({ quotient, isResident }: ChildFacts) => {
      onQuotient(quotient === null ? '' : String(quotient).replace('.', ','))
      onResident(isResident ?? false)
    },
    [onQuotient, onResident],
  )
  return (
    <Panel label="Essayer un prix" title="Essayer un prix">
      <div className="row">
        <SegmentedControl
          label="Enfant essayé"
          options={[
            ['described', 'Un enfant décrit'],
            ['real', 'Un enfant de la ville'],
          ]}
          value={tried}
          onChange={setTried}
        />
      </div>
      {tried === 'described' ? (
        <TryDescribedChild {...props} />
      ) : (
        <TryChild tariffId={props.tariffId} definition={props.definition} today={props.today} onFacts={showFacts} />
      )}
    </Panel>
  )
}

type DescribedProps = {
  name: string
  definition: Definition
  quotientText: string
  onQuotient: (text: string) => void
  isResident: boolean
  onResident: (isResident: boolean) => void
  /** Days on which this version applies; without `to`, no end is known. */
  within: { readonly from: Day; readonly to: Day | undefined }
  today: Day
}

const TryDescribedChild = ({
  name,
  definition,
  quotientText,
  onQuotient,
  isResident,
  onResident,
  within,
  today,
}: DescribedProps) => {
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
  const [duration, setDuration] = useState<Duration>('day')
  const [weekdays, setWeekdays] = useState<readonly string[]>(['1', '2', '4', '5'])
  const [category, setCategory] = useState('')
  const groups = groupsAsked(definition)
  const [group, setGroup] = useState<string | null>(null)
  const [isLate, setIsLate] = useState(false)
  const slots = codes.filter((code) => !left.has(code))
  const minutes = new Map(
    (activities ?? []).flatMap(({ slots: own }) =>
      own.map((slot) => [slotCode(slot.name), minutesOf(slot.end) - minutesOf(slot.start)] as const),
    ),
  )
  const hours = new Map(
    (activities ?? []).flatMap(({ slots: own }) =>
      own.map((slot) => [slotCode(slot.name), { from: minutesOf(slot.start), to: minutesOf(slot.end) }] as const),
    ),
  )
  const days = daysTried(duration, day, weekdays.map(Number))
  const price = (value: number | null, resident: boolean) =>
    priceTried(name, definition, {
      home: { quotient: value, resident, category },
      group: groups.find((one) => one === group),
      rank,
      days,
      slots: slots.map((slot) => ({
        slot,
        minutes: slot === lateCollectionSlot ? exampleLateMinutes : minutes.get(slot),
        hours: hours.get(slot),
      })),
      isLate: isLate && definition.latePickUp !== undefined,
      registered: spanTried(duration, day),
      weekdays: duration === 'day' ? [weekday(day)] : weekdays.map(Number),
    })
  const made = price(quotient, isResident)
  const elsewhere = [
    ...definition.brackets.slice(1).flatMap(({ min }) => [min - 1, min]),
    ...(quotient === null ? [] : [null]),
  ].slice(0, 6)
  return (
    <>
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
          data={[1, 2, 3, 4].map((one) => ({ value: String(one), label: one === 1 ? '1ᵉʳ' : ordinal(one) }))}
          value={String(rank)}
          onChange={(value) => setRank(Number(value))}
        />
        <Select
          label="Durée"
          data={optionsOf(durationNames)}
          value={duration}
          onChange={(value) => value !== null && setDuration(value)}
        />
        <TextInput
          label="Catégorie tarifaire"
          placeholder="aucune"
          value={category}
          onChange={(event) => setCategory(event.currentTarget.value)}
        />
        {groups.length > 0 ? (
          <Select label="Groupe" placeholder="un autre" data={groups} value={group} onChange={setGroup} clearable />
        ) : null}
      </div>
      {duration === 'day' ? null : (
        <Checkbox.Group label="Jours inscrits et venus" value={[...weekdays]} onChange={setWeekdays}>
          <div className="tariff-slots">
            {[1, 2, 3, 4, 5, 6, 7].map((one) => (
              <Checkbox key={one} value={String(one)} label={weekdayName(one)} />
            ))}
          </div>
        </Checkbox.Group>
      )}
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
        {definition.latePickUp ? (
          <Checkbox
            label={`Retard de ${exampleLateMinutes} minutes`}
            checked={isLate}
            onChange={(event) => setIsLate(event.currentTarget.checked)}
          />
        ) : null}
      </fieldset>
      <p className="tariff-price" aria-live="polite">
        {priceNames[duration]} <b>{made.errors.length > 0 ? '–' : formatEuros(made.totalCents)}</b>
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
            {made.lines.map((line) => (
              <WhyLine key={line.label + line.explanation} {...line} />
            ))}
          </ol>
          {homeCostTexts(definition).map((text) => (
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
    </>
  )
}

const exampleDay = ({ from, to }: { readonly from: Day; readonly to: Day | undefined }, today: Day): Day => {
  if (today < from) return from
  return to !== undefined && to < today ? to : today
}

const daysTried = (duration: Duration, day: Day, weekdays: readonly number[]): readonly Day[] => {
  const { from, to } = spanTried(duration, day)
  return duration === 'day' ? [day] : daysBetween(from, to).filter((on) => weekdays.includes(weekday(on)))
}

type DescribedDays = {
  readonly home: { readonly quotient: number | null; readonly resident: boolean; readonly category: string }
  readonly group: string | undefined
  readonly rank: number
  readonly days: readonly Day[]
  readonly slots: readonly Pick<ChargeableSlot, 'slot' | 'minutes' | 'hours'>[]
  readonly isLate: boolean
  readonly registered: { readonly from: Day; readonly to: Day }
  readonly weekdays: readonly number[]
}

/** What the child of that rank pays, computed as in an invoicing run. Its elder siblings come on the same days. */
const priceTried = (
  name: string,
  definition: Definition,
  tried: DescribedDays,
): Pick<Priced, 'lines' | 'totalCents' | 'errors'> => {
  const { home, group, rank, days, slots, isLate, registered, weekdays } = tried
  const { quotient, resident, category } = home
  const child: DescribedChild = {
    ...(group !== undefined && { group }),
    registrations: [
      {
        ...registered,
        period: registered,
        week: weekdays.flatMap((one) => slots.map(({ slot }) => ({ weekday: one, slot }))),
      },
    ],
    days: days.map((day) => ({
      day,
      slots: slots.map((slot) => ({ ...slot, why: 'booked', attendance: 'expected' })),
      ...(isLate && { late: { minutes: exampleLateMinutes, cell: 0 } }),
    })),
  }
  try {
    const months = tryPrice(
      { id: '', label: name, versions: [{ ...definition, from: earliest }] },
      {
        quotient,
        resident,
        ...(category.trim() !== '' && { categories: [{ childId: null, category, from: earliest }] }),
        children: Array.from({ length: rank }, () => child),
      },
    )
    const lines = months
      .flatMap(({ charges }) => charges)
      .filter(({ childId, basis }) => childId === rank && basis.membership === undefined && !basis.minimum)
    return {
      lines,
      totalCents: sumOfLines(lines),
      errors: months.flatMap(({ errors }) => errors).filter(({ childId }) => childId === rank),
    }
  } catch {
    // A half-typed tariff has slots without a price; the desk would refuse to record it.
    return { lines: [], totalCents: 0, errors: [] }
  }
}

const earliest = dayOf(1900, 1, 1)
