import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { SearchAnswer } from '../../../../shared/contract/desk/home.ts'
import type { Definition, TriedChild, TriedPrice } from '../../../../shared/contract/desk/money/prices.ts'
import type { Day } from '../../../../shared/rules/calendar/day.ts'
import { changeText, formatEuros, formatNumber } from '../../../../shared/rules/money/money.ts'
import { bracketIndex, bracketText } from '../../../../shared/rules/price/bracket.ts'
import { conditionText } from '../../../../shared/rules/price/printed/condition-words.ts'
import { briefDays, ordinal } from '../../../../shared/rules/text/french.ts'
import { orpc } from '../../../connection/client.ts'
import { Failure, Note, Properties } from '../../parts/feedback.tsx'
import { RequiredDayField } from '../../parts/forms/day-field.tsx'
import { optionsOf } from '../options.ts'
import { type Duration, durationNames, priceNames, spanTried } from './try-span.ts'
import { WhyLine } from './why-line.tsx'

export type ChildFacts = NonNullable<TriedChild['facts']>

/** Prices the days of an existing child by the tariff on screen, recorded or not, from the child's own facts. */
export const TryChild = ({
  tariffId,
  definition,
  today,
  onFacts,
}: {
  tariffId: number
  definition: Definition
  today: Day
  /** Called with the known facts of the child, which the grid then shows. */
  onFacts: (facts: ChildFacts) => void
}) => {
  const [child, setChild] = useState<ChildOfHome>()
  const [duration, setDuration] = useState<Duration>('month')
  const [day, setDay] = useState(today)
  // Debounced, so that not every key typed in the grid makes a call.
  const [settled] = useDebouncedValue(definition, 250)
  const { data, error } = useQuery(
    orpc.prices.tryChild.queryOptions({
      input: child
        ? {
            tariffId,
            definition: settled,
            familyId: child.familyId,
            childId: child.childId,
            ...spanTried(duration, day),
          }
        : skipToken,
      placeholderData: keepPreviousData,
      meta: { isErrorShownInline: true },
      retry: false,
    }),
  )
  const facts = data?.facts
  useEffect(() => {
    if (facts) onFacts(facts)
  }, [facts, onFacts])
  return (
    <>
      <ChildSelect chosen={child} onChange={setChild} />
      <div className="tariff-try">
        <RequiredDayField label="Jour" value={day} onChange={setDay} />
        <Select
          label="Durée"
          allowDeselect={false}
          data={optionsOf(durationNames)}
          value={duration}
          onChange={(value) => value !== null && setDuration(value)}
        />
      </div>
      {child ? null : <Note>Ses jours réservés et pointés, son quotient, son adresse&nbsp;: rien n’est facturé.</Note>}
      {error ? <Failure error={error} /> : null}
      {child && data && !error ? <Tried {...data} definition={settled} duration={duration} /> : null}
    </>
  )
}

const Tried = ({
  facts,
  tried,
  recorded,
  definition,
  duration,
}: TriedChild & { definition: Definition; duration: Duration }) => (
  <>
    <p className="tariff-price" aria-live="polite">
      {priceNames[duration]} <b>{tried.errors.length > 0 ? '–' : formatEuros(tried.totalCents)}</b>
    </p>
    {tried.errors.map((text) => (
      <Note key={text} tone="danger">
        {text}
      </Note>
    ))}
    {tried.lines.length + tried.remarks.length + tried.errors.length === 0 ? (
      <Note>Rien n’est réservé ni dû ces jours-là dans une activité à ce tarif.</Note>
    ) : null}
    {facts && tried.lines.length > 0 ? <Why facts={facts} tried={tried} definition={definition} /> : null}
    {tried.warnings.map((text) => (
      <Note key={text} tone="warn">
        {text}
      </Note>
    ))}
    {tried.lines.length + recorded.lines.length > 0 ? (
      <div className="stack">
        <h3>Avec le tarif enregistré</h3>
        <Properties
          entries={[
            [priceNames[duration], recorded.errors.length > 0 ? '–' : formatEuros(recorded.totalCents)],
            ...(recorded.errors.length + tried.errors.length > 0
              ? []
              : [['La grille à l’écran demanderait', differenceText(tried.totalCents - recorded.totalCents)] as const]),
          ]}
        />
      </div>
    ) : null}
  </>
)

const differenceText = (cents: number): string => (cents === 0 ? 'autant' : changeText(cents))

const Why = ({ facts, tried, definition }: { facts: ChildFacts; tried: TriedPrice; definition: Definition }) => (
  <div className="stack">
    <h3>Pourquoi ce prix</h3>
    <ol className="story tariff-why">
      <li>
        {factsText(facts)}
        <span>{bracketOf(definition, facts.quotient)}</span>
      </li>
      {tried.lines.map(({ activity, days, ...line }) => (
        <WhyLine
          key={`${activity} ${line.label} ${line.explanation} ${days[0]}`}
          {...line}
          where={`${activity}, ${briefDays([...new Set(days)])}`}
        />
      ))}
      {tried.remarks.map(({ day, text }) => (
        <li key={day + text}>
          {briefDays([day])}
          <span>{text}</span>
        </li>
      ))}
    </ol>
  </div>
)

/** « QF 727, habite la commune, 2ᵉ enfant, agent de la ville » */
const factsText = ({ quotient, isResident, rank, categories, groups }: ChildFacts): string =>
  [
    quotient === null ? 'Sans QF connu' : `QF ${formatNumber(quotient)}`,
    isResident === null ? 'adresse inconnue' : isResident ? 'habite la commune' : 'habite hors commune',
    ...(rank > 1 ? [`${ordinal(rank)} enfant`] : []),
    ...categories,
    ...groups.map((group) => conditionText({ group })),
  ].join(', ')

const bracketOf = ({ brackets }: Definition, quotient: number | null): string => {
  const bracket = quotient === null ? undefined : brackets[bracketIndex(brackets, quotient)]
  return bracket ? `tranche ${bracketText(bracket)}` : ''
}

type ChildOfHome = { readonly childId: number; readonly familyId: number; readonly label: string }

/** A select of a child, searched as the person types; a child of two homes is listed once for each. */
const ChildSelect = ({
  chosen,
  onChange,
}: {
  chosen: ChildOfHome | undefined
  onChange: (child: ChildOfHome | undefined) => void
}) => {
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 120)
  const found = useQuery(
    orpc.home.search.queryOptions({
      input: asked === '' || asked === chosen?.label ? skipToken : { text: asked },
      placeholderData: keepPreviousData,
    }),
  )
  const children = [...(chosen ? [chosen] : []), ...childrenOf(found.data)]
  const options = new Map(children.map((child) => [`${child.childId} ${child.familyId}`, child]))
  return (
    <Select
      label="Enfant"
      placeholder="nom ou prénom"
      searchable
      clearable
      filter={({ options: all }) => all}
      data={[...options].map(([value, { label }]) => ({ value, label }))}
      value={chosen ? `${chosen.childId} ${chosen.familyId}` : null}
      onChange={(value) => onChange(value === null ? undefined : options.get(value))}
      onSearchChange={setText}
      nothingFoundMessage={asked === '' ? 'Tapez un nom' : 'Aucun enfant de ce nom'}
    />
  )
}

const childrenOf = (answer: SearchAnswer | undefined): ChildOfHome[] =>
  [...(answer?.children ?? []), ...(answer?.near.children ?? [])].flatMap(({ id, name, age, families }) =>
    families.map((family) => ({
      childId: id,
      familyId: family.id,
      label: families.length > 1 ? `${name}, ${age}, foyer ${family.name}` : `${name}, ${age}`,
    })),
  )
