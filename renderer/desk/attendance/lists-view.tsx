import { Button, Select } from '@mantine/core'
import IconFirstAidKit from '@tabler/icons-react/icons/IconFirstAidKit'
import IconListDetails from '@tabler/icons-react/icons/IconListDetails'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import IconTableExport from '@tabler/icons-react/icons/IconTableExport'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { create } from 'zustand'
import type { ListInput, ListTable } from '../../../shared/contract/desk/attendance.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Grouping } from '../../../shared/rules/cell/day-list.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { ActionButton, SegmentedControl } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { PhotoBoardButtons } from '../photos/photo-board.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { ListOnScreen } from './list-on-screen.tsx'

type Kind = ListInput['kind']
type Activity = { readonly activityId: number; readonly activity: string }

const useChoice = create<{ kind: Kind; groupBy: Grouping; sublist: string }>()(() => ({
  kind: 'expected',
  groupBy: 'activity',
  sublist: '',
}))

/** The lists of a day: shown, printed, or saved as a spreadsheet. */
export const ListsView = ({
  day,
  activities,
  chosen,
  onChoose,
}: {
  day: Day
  activities: readonly Activity[]
  /** Null when nothing is open on that day: only the kitchen's week can then be listed. */
  chosen: number | null
  onChoose: (activityId: number) => void
}) => {
  const choice = useChoice()
  const { groupBy } = choice
  const { data: all } = useQuery(orpc.activities.list.queryOptions())
  const sublists = (all?.find(({ id }) => id === chosen)?.sublists ?? [])
    .filter(({ endedFrom }) => endedFrom === null || day < endedFrom)
    .map(({ name }) => name)
  const sublist = sublists.includes(choice.sublist) ? choice.sublist : ''
  const kind = chosen === null ? 'kitchen' : choice.kind
  // Whether lists of several activities contain all activities of the day.
  const [isAll, setIsAll] = useState(true)
  // Children who stay behind, for one activity and day: reset for another.
  const outing = `${chosen} ${day}`
  const [excluded, setExcluded] = useState<{ outing: string; ids: ReadonlySet<number> }>({ outing, ids: new Set() })
  const staying: ReadonlySet<number> = excluded.outing === outing ? excluded.ids : new Set()
  const whole = listInput(kind, day, chosen, isAll, groupBy, sublist)
  const list = useQuery(orpc.attendance.list.queryOptions({ input: whole, placeholderData: keepPreviousData }))
  const going =
    list.data?.groups.flatMap(({ rows }) => rows.flatMap(({ registrationId }) => registrationId ?? [])) ?? []
  const included = going.filter((id) => !staying.has(id))
  const areSomeExcluded = kind === 'outing' && included.length < going.length
  const asked: ListInput = whole.kind === 'outing' && areSomeExcluded ? { ...whole, registrationIds: included } : whole
  return (
    <>
      <div className="lists-head">
        <SegmentedControl
          label="Liste"
          options={chosen === null ? kinds.filter(([one]) => one === 'kitchen') : kinds}
          value={kind}
          onChange={(next) => useChoice.setState({ kind: next })}
        />
        {kind === 'kitchen' ? null : (
          <Select
            aria-label="Activité"
            w={210}
            data={[
              ...(kind === 'expected' ? [{ value: '', label: 'Toutes les activités' }] : []),
              ...activities.map(({ activityId, activity }) => ({ value: String(activityId), label: activity })),
            ]}
            value={kind === 'expected' && isAll ? '' : String(chosen)}
            onChange={(value) => {
              setIsAll(value === '')
              if (value) onChoose(Number(value))
            }}
          />
        )}
        {kind === 'sublist' && sublists.length > 1 ? (
          <Select
            aria-label="Quelle liste"
            w={180}
            data={[
              { value: '', label: 'Toutes ses listes' },
              ...sublists.map((name) => ({ value: name, label: name })),
            ]}
            allowDeselect={false}
            value={sublist}
            onChange={(name) => useChoice.setState({ sublist: name ?? '' })}
          />
        ) : null}
        {kind === 'expected' ? (
          <SegmentedControl
            label="Grouper"
            options={[
              ['activity', 'par activité'],
              ['school', 'par école'],
              ['class', 'par classe'],
              ['age', 'par âge'],
            ]}
            value={groupBy}
            onChange={(next) => useChoice.setState({ groupBy: next })}
          />
        ) : null}
        <span className="grow" />
        {chosen === null ? null : (
          <PhotoBoardButtons day={day} activityId={kind === 'expected' && isAll ? null : chosen} />
        )}
        <FileButtons
          asked={asked}
          disabled={
            !list.data || list.isPlaceholderData || (asked.kind === 'outing' && asked.registrationIds?.length === 0)
          }
        />
      </div>
      {list.data ? (
        <div className="table-scroll lists-body" data-waits={list.isPlaceholderData || undefined}>
          <Head table={list.data} />
          {list.data.groups.every(({ rows }) => rows.length === 0) ? (
            <EmptyState icon={IconListDetails} title={list.data.empty} />
          ) : (
            <ListOnScreen
              table={list.data}
              stays={kind === 'outing' ? staying : undefined}
              onToggle={(id) => setExcluded({ outing, ids: staying.symmetricDifference(new Set([id])) })}
            />
          )}
          {areSomeExcluded ? (
            <p className="soft small" role="status">
              {counted(included.length, 'enfant')} sur la fiche, {counted(going.length - included.length, 'laissé')} à
              l’accueil.
            </p>
          ) : null}
        </div>
      ) : list.error ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Loading />
      )}
    </>
  )
}

const kinds: readonly (readonly [Kind, string])[] = [
  ['expected', 'Attendus'],
  ['kitchen', 'Cuisine'],
  ['outing', 'Sortie'],
  ['week', 'Semaine à remplir'],
  ['sublist', 'Cars et ateliers'],
]

const listInput = (
  kind: Kind,
  day: Day,
  activityId: number | null,
  isAll: boolean,
  groupBy: Grouping,
  name: string,
): ListInput => {
  if (kind === 'kitchen' || activityId === null) return { kind: 'kitchen', from: day }
  if (kind === 'expected') return { kind, day, activityIds: isAll ? [] : [activityId], groupBy }
  if (kind === 'sublist') return { kind, activityId, day, name }
  return kind === 'week' ? { kind, activityId, from: day } : { kind, activityId, day, registrationIds: null }
}

const Head = ({ table: { title, about, summary, note } }: { table: ListTable }) => (
  <header className="lists-title">
    <h2>{title}</h2>
    <p className="soft">{about}</p>
    <p className="lists-summary">
      {summary.map(({ name, value }) => (
        <span key={name}>
          <b>{value}</b> {name}
        </span>
      ))}
    </p>
    {note === '' ? null : <Note>{note}</Note>}
  </header>
)

const FileButtons = ({ asked, disabled }: { asked: ListInput; disabled: boolean }) => {
  const print = useMutation({
    mutationFn: async () => printPaper(await clientOutsideForms.attendance.listFile({ asked, format: 'pdf' })),
  })
  const save = useMutation({
    mutationFn: async () => {
      const file = await clientOutsideForms.attendance.listFile({ asked, format: 'xlsx' })
      const name = file instanceof File ? file.name : 'liste.xlsx'
      await savePaper(new File([file], name, { type: file.type }))
    },
  })
  const may = useMay()
  const printHealth = useMutation({
    mutationFn: async () => {
      if (asked.kind === 'outing' || asked.kind === 'expected')
        await printPaper(
          await clientOutsideForms.attendance.healthSheets(
            asked.kind === 'outing' ? asked : { kind: 'day', day: asked.day },
          ),
        )
    },
  })
  const { today } = useNow()
  const hasSheets =
    (asked.kind === 'outing' || (asked.kind === 'expected' && asked.activityIds.length === 0)) && asked.day >= today
  return (
    <div className="row">
      {hasSheets && may('health.read') ? (
        <Button
          leftSection={<IconFirstAidKit size={14} />}
          disabled={disabled}
          loading={printHealth.isPending}
          onClick={() => printHealth.mutate()}
        >
          Fiches sanitaires
        </Button>
      ) : null}
      <ActionButton
        combo="x"
        label="Excel"
        icon={<IconTableExport size={14} />}
        disabled={disabled}
        loading={save.isPending}
        onAction={() => save.mutate()}
      />
      <ActionButton
        main
        combo="i"
        label="Imprimer"
        icon={<IconPrinter size={14} />}
        disabled={disabled}
        loading={print.isPending}
        onAction={() => print.mutate()}
      />
    </div>
  )
}
