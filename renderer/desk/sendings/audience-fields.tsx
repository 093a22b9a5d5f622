import { MultiSelect, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Whom } from '../../../shared/contract/desk/messages/sendings.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { things } from '../../../shared/rules/lists/list-columns.ts'
import type { ListFilter } from '../../../shared/rules/lists/list-query.ts'
import { type AudienceKind, audienceKinds, audienceNames } from '../../../shared/rules/messages/audience.ts'
import { orpc } from '../../connection/client.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { Narrowing } from './narrowing.tsx'

const all = 'all'
const idOf = (value: string | null): number | null => (value === null || value === all ? null : Number(value))
const named = (things: readonly { readonly id: number; readonly name: string }[]) =>
  things.map(({ id, name }) => ({ value: String(id), label: name }))

/** A home with its name, among the families chosen one by one. */
type Known = { readonly familyId: number; readonly name: string }

/** Audiences that a cashier may also write to. */
const isForAll = (kind: AudienceKind): boolean => kind === 'owing' || kind === 'families'

export type Choices = NonNullable<ReturnType<typeof useChoices>>
export const useChoices = () => useQuery(orpc.sendings.choices.queryOptions()).data

/** The audience at the beginning, when no other screen passed one. */
export const firstAudience = (choices: Choices, today: Day): Whom =>
  choices.isFree ? expectedOn(today) : { kind: 'families', familyIds: [] }

const expectedOn = (day: Day): Whom => ({
  kind: 'expected',
  day,
  untilDay: day,
  siteId: null,
  activityId: null,
  groupId: null,
  level: null,
})

const filterOf = ({ thing, on, brackets }: ListFilter): ListFilter => ({ thing, on, brackets })

/** The lists of the person whose homes they may write to. */
const useLists = () =>
  (useQuery(orpc.freeLists.saved.queryOptions()).data ?? []).flatMap(({ id, name, query, why }) =>
    why === null ? [{ id, name, query: filterOf(query) }] : [],
  )
type Lists = ReturnType<typeof useLists>

/** The audience of a kind, not narrowed yet; null when the service has nothing of that kind. */
const audienceOf = (kind: AudienceKind, today: Day, { regies }: Choices, [list]: Lists): Whom | null => {
  switch (kind) {
    case 'expected':
      return expectedOn(today)
    case 'owing':
      return regies[0] ? { kind, regieId: regies[0].id } : null
    case 'missingPaper':
      return { kind, requiredId: null }
    case 'list':
      return list ? { kind, query: list.query } : null
    case 'families':
      return { kind, familyIds: [] }
  }
}

/** « À qui »: the kind of audience, and the fields that narrow it. */
export const AudienceFields = ({
  whom,
  choices,
  today,
  people,
  onChange,
}: {
  whom: Whom
  choices: Choices
  today: Day
  people: readonly Known[]
  onChange: (whom: Whom) => void
}) => {
  const lists = useLists()
  const kinds = audienceKinds.filter(
    (kind) =>
      kind === whom.kind || (audienceOf(kind, today, choices, lists) !== null && (choices.isFree || isForAll(kind))),
  )
  const chooseKind = (value: string | null) => {
    const kind = kinds.find((one) => one === value)
    const next = kind && audienceOf(kind, today, choices, lists)
    if (next) onChange(next)
  }
  return (
    <div className="sending-fields">
      <Select
        aria-label="À qui"
        w={270}
        data={kinds.map((kind) => ({ value: kind, label: audienceNames[kind] }))}
        value={whom.kind}
        onChange={chooseKind}
      />
      {whom.kind === 'expected' ? <ExpectedFields whom={whom} choices={choices} onChange={onChange} /> : null}
      {whom.kind === 'owing' && choices.regies.length > 1 ? (
        <Select
          aria-label="Régie"
          data={named(choices.regies)}
          value={String(whom.regieId)}
          onChange={(value) => value && onChange({ ...whom, regieId: Number(value) })}
        />
      ) : null}
      {whom.kind === 'missingPaper' ? (
        <Select
          aria-label="Pièce"
          data={[{ value: all, label: 'N’importe quelle pièce' }, ...named(choices.required)]}
          value={whom.requiredId === null ? all : String(whom.requiredId)}
          onChange={(value) => onChange({ ...whom, requiredId: idOf(value) })}
        />
      ) : null}
      {whom.kind === 'list' ? (
        <ListField query={whom.query} lists={lists} onChange={(query) => onChange({ ...whom, query })} />
      ) : null}
      {whom.kind === 'families' ? (
        <FamiliesField
          ids={whom.familyIds}
          people={people}
          isOne={!choices.isFree}
          onChange={(familyIds) => {
            // A family added by hand is written to about all its children, so the list by child is dropped for all.
            const isLess = familyIds.every((id) => whom.familyIds.includes(id))
            onChange(isLess ? { ...whom, familyIds } : { kind: 'families', familyIds })
          }}
        />
      ) : null}
      <Narrowing
        brackets={whom.brackets ?? []}
        onChange={(brackets) => onChange({ ...whom, brackets: brackets.length === 0 ? undefined : brackets })}
      />
    </div>
  )
}

const ListField = ({
  query,
  lists,
  onChange,
}: {
  query: ListFilter
  lists: Lists
  onChange: (query: ListFilter) => void
}) => {
  const chosen = lists.find((one) => JSON.stringify(one.query) === JSON.stringify(filterOf(query)))
  return (
    <Select
      aria-label="Liste"
      w={270}
      allowDeselect={false}
      data={[...(chosen ? [] : [{ value: all, label: `Liste ${things[query.thing].label}` }]), ...named(lists)]}
      value={chosen ? String(chosen.id) : all}
      onChange={(value) => {
        const next = lists.find(({ id }) => id === Number(value))
        if (next) onChange(next.query)
      }}
    />
  )
}

const ExpectedFields = ({
  whom,
  choices,
  onChange,
}: {
  whom: Whom & { kind: 'expected' }
  choices: Choices
  onChange: (whom: Whom) => void
}) => {
  const { siteId, activityId, groupId, level } = whom
  const activities = choices.activities.filter((one) => siteId === null || one.siteId === siteId)
  const groups = activities.find(({ id }) => id === activityId)?.groups ?? []
  return (
    <>
      <DayField
        aria-label="Jour"
        w={150}
        value={whom.day}
        onChange={(value) => value !== '' && onChange({ ...whom, day: value as Day, untilDay: value as Day })}
      />
      {choices.sites.length > 1 ? (
        <Select
          aria-label="Site"
          data={[{ value: all, label: 'Tous les sites' }, ...named(choices.sites)]}
          value={siteId === null ? all : String(siteId)}
          onChange={(value) => onChange({ ...whom, siteId: idOf(value), activityId: null, groupId: null })}
        />
      ) : null}
      <Select
        aria-label="Activité"
        searchable
        data={[{ value: all, label: 'Toutes les activités' }, ...named(activities)]}
        value={activityId === null ? all : String(activityId)}
        onChange={(value) => onChange({ ...whom, activityId: idOf(value), groupId: null })}
      />
      {groups.length > 0 ? (
        <Select
          aria-label="Groupe"
          data={[{ value: all, label: 'Tous les groupes' }, ...named(groups)]}
          value={groupId === null ? all : String(groupId)}
          onChange={(value) => onChange({ ...whom, groupId: idOf(value) })}
        />
      ) : null}
      <Select
        aria-label="Classe"
        w={150}
        data={[
          { value: all, label: 'Toutes les classes' },
          ...choices.levels.map((one) => ({ value: one, label: one })),
        ]}
        value={level ?? all}
        onChange={(value) => onChange({ ...whom, level: value === all ? null : value })}
      />
    </>
  )
}

/** Families found by name. Families passed on by another screen keep the names shown there. */
const FamiliesField = ({
  ids,
  people,
  isOne,
  onChange,
}: {
  ids: readonly number[]
  people: readonly Known[]
  isOne: boolean
  onChange: (ids: number[]) => void
}) => {
  const [typed, setTyped] = useState('')
  const [text] = useDebouncedValue(typed.trim(), 120)
  const [labels, setLabels] = useState<ReadonlyMap<number, string>>(new Map())
  const { data } = useQuery(orpc.home.search.queryOptions({ input: { text }, enabled: text !== '' }))
  const found = data?.families.map(({ id, name }) => [id, name] as const) ?? []
  const known = new Map([...people.map(({ familyId, name }) => [familyId, name] as const), ...labels, ...found])
  const shown = [...new Set([...ids, ...found.map(([id]) => id)])]
  return (
    <MultiSelect
      aria-label="Familles"
      className="grow"
      placeholder={ids.length === 0 ? 'Nom d’une famille' : ''}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={text === '' ? 'Tapez un nom.' : 'Aucune famille.'}
      filter={({ options }) => options}
      data={shown.map((id) => ({ value: String(id), label: known.get(id) ?? 'Sans responsable' }))}
      value={ids.map(String)}
      {...(isOne && { maxValues: 1 })}
      onChange={(values) => {
        setLabels(known)
        setTyped('')
        onChange(values.map(Number))
      }}
    />
  )
}
