import { Button, Checkbox, Select } from '@mantine/core'
import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown'
import IconChevronUp from '@tabler/icons-react/icons/IconChevronUp'
import IconLock from '@tabler/icons-react/icons/IconLock'
import IconX from '@tabler/icons-react/icons/IconX'
import { type KeyboardEvent, useRef, useState } from 'react'
import type { ColumnShown } from '../../../shared/contract/desk/figures/free-lists.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { type ColumnId, listThings, subjectOf, things } from '../../../shared/rules/lists/list-columns.ts'
import {
  conditionText,
  type ListCondition,
  type ListQuery,
  makesGroups,
} from '../../../shared/rules/lists/list-query.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { useMay } from '../staff/may.ts'
import { columnChoices } from './column-choices.ts'
import { ConditionDialog } from './condition-dialog.tsx'
import { firstQuery } from './list-search.ts'

type Place = { readonly bracket: number; readonly at: number }

/** The conditions of a list, its columns, and how it is grouped and sorted. */
export const QueryPanel = ({
  query,
  columns,
  onChange,
}: {
  query: ListQuery
  /** The columns that the person may read. */
  columns: readonly ColumnShown[]
  onChange: (query: ListQuery) => void
}) => {
  const may = useMay()
  const own = columns.filter(({ id }) => things[query.thing].subjects.includes(subjectOf(id)))
  const known = new Map(columns.map((column) => [column.id, column]))
  const [edited, setEdited] = useState<Place | 'and' | 'or'>()
  const change = (changes: Partial<ListQuery>) => onChange({ ...query, ...changes })
  const remove = ({ bracket, at }: Place) =>
    change({
      brackets: query.brackets
        .map((one, index) => (index === bracket ? one.filter((_, position) => position !== at) : one))
        .filter((one) => one.length > 0),
    })
  const done = (condition: ListCondition) => {
    setEdited(undefined)
    const last = query.brackets.length - 1
    if (edited === 'and' || last < 0) change({ brackets: [...query.brackets, [condition]] })
    else if (edited === 'or')
      change({ brackets: query.brackets.map((one, index) => (index === last ? [...one, condition] : one)) })
    else if (edited)
      change({
        brackets: query.brackets.map((one, index) =>
          index === edited.bracket ? one.map((was, position) => (position === edited.at ? condition : was)) : one,
        ),
      })
  }
  const editedCondition = typeof edited === 'object' ? query.brackets[edited.bracket]?.[edited.at] : undefined
  const groupable = own.filter(makesGroups)
  return (
    <section className="list-query" aria-label="Ce que la liste cherche">
      <div className="stack">
        <h2>Je cherche</h2>
        <Select
          aria-label="Je cherche"
          allowDeselect={false}
          data={listThings
            .filter((thing) => may(things[thing].right))
            .map((thing) => ({ value: thing, label: things[thing].label }))}
          value={query.thing}
          onChange={(value) => value !== null && value !== query.thing && onChange(firstQuery(value))}
        />
        <DayField
          label="Au"
          description="Âge, classe et inscriptions sont de ce jour. Vide&nbsp;: aujourd’hui."
          clearable
          value={query.on}
          onChange={(day) => change({ on: isDay(day) ? day : null })}
        />
      </div>
      <div className="stack">
        <h2>qui</h2>
        {query.brackets.length === 0 ? <p className="soft small">Sans filtre&nbsp;: tous.</p> : null}
        <ul className="list-filters">
          {query.brackets.flatMap((bracket, index) =>
            bracket.map((condition, at) => {
              const column = known.get(condition.column)
              const text = column ? conditionText(condition, column) : 'un champ que vous ne lisez pas'
              return (
                <li key={`${index} ${at} ${JSON.stringify(condition)}`}>
                  <span className="soft">{at > 0 ? 'ou' : index > 0 ? 'et' : ''}</span>
                  <button type="button" className="plain-act" onClick={() => setEdited({ bracket: index, at })}>
                    {text}
                  </button>
                  <RemoveButton label={`Retirer le filtre ${text}`} onRemove={() => remove({ bracket: index, at })} />
                </li>
              )
            }),
          )}
        </ul>
        <div className="row">
          <ActionButton combo="f" label="Et…" onAction={() => setEdited('and')} />
          {query.brackets.length > 0 ? (
            <Button variant="default" onClick={() => setEdited('or')}>
              Ou…
            </Button>
          ) : null}
        </div>
      </div>
      <div className="stack">
        <h2>Je veux voir</h2>
        <ColumnList columns={query.columns} known={known} onChange={(next) => change({ columns: next })} />
        <Select
          aria-label="Ajouter une colonne"
          placeholder="Ajouter une colonne"
          searchable
          // A new key after each choice, so that the field is empty again.
          key={query.columns.length}
          data={columnChoices(own.filter(({ id }) => !query.columns.some((one) => one === id)))}
          value={null}
          onChange={(value) => value !== null && change({ columns: [...query.columns, value as ColumnId] })}
        />
      </div>
      <div className="stack">
        <h2>Rangé</h2>
        {[0, 1].slice(0, query.groups.length + 1).map((at) => (
          <Select
            key={at}
            aria-label={at === 0 ? 'Rangé par' : 'Puis rangé par'}
            placeholder={at === 0 ? 'par…' : 'puis par…'}
            clearable
            searchable
            data={columnChoices(
              groupable.filter(({ id }) => query.groups[at] === id || !query.groups.some((one) => one === id)),
            )}
            value={query.groups[at] ?? null}
            onChange={(value) =>
              change({
                groups: value === null ? query.groups.slice(0, at) : query.groups.toSpliced(at, 1, value as ColumnId),
              })
            }
          />
        ))}
        <Select
          aria-label="Trié par"
          placeholder="trié par…"
          clearable
          searchable
          data={columnChoices(own)}
          value={query.sort[0]?.column ?? null}
          onChange={(value) =>
            change({ sort: value === null ? [] : [{ column: value as ColumnId, isDescending: false }] })
          }
        />
        {query.sort[0] ? (
          <Checkbox
            label="du plus grand au plus petit"
            checked={query.sort[0].isDescending}
            onChange={(event) =>
              change({ sort: query.sort.map((one) => ({ ...one, isDescending: event.target.checked })) })
            }
          />
        ) : null}
      </div>
      <p className="soft small">
        <IconLock size={14} aria-hidden="true" />{' '}
        {may('health.read')
          ? 'Santé\u00a0: qui ouvre une liste qui la lit est noté au journal, et une telle liste ne se partage pas.'
          : 'Santé\u00a0: ces colonnes ne sont pas proposées à votre rôle.'}
      </p>
      {edited ? (
        <ConditionDialog
          title={edited === 'or' ? 'Ou bien' : edited === 'and' ? 'Filtrer' : 'Changer le filtre'}
          columns={own}
          condition={editedCondition}
          onDone={done}
          onClose={() => setEdited(undefined)}
        />
      ) : null}
    </section>
  )
}

const RemoveButton = ({ label, onRemove }: { label: string; onRemove: () => void }) => (
  <button type="button" className="list-remove" aria-label={label} onClick={onRemove}>
    <IconX size={14} aria-hidden="true" />
  </button>
)

/** The columns in order; Alt with an arrow key, or the buttons, move one. */
const ColumnList = ({
  columns,
  known,
  onChange,
}: {
  columns: ListQuery['columns']
  known: ReadonlyMap<string, ColumnShown>
  onChange: (columns: ColumnId[]) => void
}) => {
  const list = useRef<HTMLUListElement>(null)
  const move = (at: number, by: -1 | 1) => {
    const to = at + by
    const column = columns[at]
    if (column === undefined || to < 0 || to >= columns.length) return
    onChange(columns.toSpliced(at, 1).toSpliced(to, 0, column))
    requestAnimationFrame(() => list.current?.querySelectorAll<HTMLElement>('[data-move]')[to]?.focus())
  }
  const onKeyDown = (at: number) => (event: KeyboardEvent) => {
    const by = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key] as -1 | 1 | undefined
    if (!event.altKey || by === undefined) return
    event.preventDefault()
    move(at, by)
  }
  return (
    <ul className="list-columns" ref={list}>
      {columns.map((id, at) => {
        const label = known.get(id)?.label ?? 'un champ que vous ne lisez pas'
        return (
          <li key={id}>
            <button
              type="button"
              data-move
              className="list-move"
              aria-label={`${label}, colonne ${at + 1}\u00a0: plus tôt. Alt et les flèches la déplacent.`}
              disabled={columns.length < 2}
              onKeyDown={onKeyDown(at)}
              onClick={() => move(at, at === 0 ? 1 : -1)}
            >
              {at === 0 ? (
                <IconChevronDown size={14} aria-hidden="true" />
              ) : (
                <IconChevronUp size={14} aria-hidden="true" />
              )}
            </button>
            <span className="grow">{label}</span>
            <RemoveButton
              label={`Retirer la colonne ${label}`}
              onRemove={() => onChange(columns.filter((one) => one !== id))}
            />
          </li>
        )
      })}
    </ul>
  )
}
