import { Checkbox, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MovedChild, Passage } from '../../../shared/contract/desk/year.ts'
import { counted, longDate } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { ChildName } from '../../parts/child-name.tsx'
import { useLongTask } from '../invoicing/long-task.ts'
import { ActionButton, SegmentedControl } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { useProposalReadGuard } from '../parts/keyboard/stable-choice.ts'
import { Panel, Section, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { BatchProgress, showBatchDone } from './batch.tsx'

type View = 'all' | 'leaves' | 'there'
const views = [
  ['all', 'Qui passent'],
  ['leaves', 'Qui partent'],
  ['there', 'Déjà classés'],
] as const

/**
 * Moves children to the next class, except those that staff untick because they repeat. For classes without a next
 * level in their school, staff choose the school.
 */
export const ClassesStep = ({ year }: { year: number }) => {
  const { data, error, refetch } = useQuery(orpc.year.previewPassage.queryOptions({ input: { year }, staleTime: 0 }))
  const { data: schools = [] } = useQuery(orpc.settings.schools.queryOptions())
  const [kept, setKept] = useState<ReadonlySet<number>>(new Set())
  const [ways, setWays] = useState<ReadonlyMap<string, number | null>>(new Map())
  const [view, setView] = useState<View>('all')
  const { underway, start, stop } = useLongTask()
  const ifRead = useProposalReadGuard('', data)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const moving = data.children.filter(({ outcome }) => outcome === 'up' || outcome === 'leaves')
  const ticked = moving.filter(({ childId }) => !kept.has(childId))
  const toChoose = data.ways.filter((way) => way.isToChoose && !ways.has(keyOf(way)))
  const shown = data.children.filter(({ outcome }) =>
    view === 'all'
      ? outcome === 'up' || outcome === 'leaves'
      : view === 'leaves'
        ? outcome === 'leaves'
        : outcome === 'there' || outcome === 'stays',
  )
  const keep = (childId: number, stays: boolean) =>
    setKept((before) => {
      const after = new Set(before)
      if (stays) after.add(childId)
      else after.delete(childId)
      return after
    })
  const run = async () => {
    const chosen = data.ways.flatMap((way) => {
      const to = ways.get(keyOf(way))
      return to === undefined ? [] : [{ schoolId: way.schoolId, level: way.level, toSchoolId: to }]
    })
    const childIds = ticked.map(({ childId }) => childId)
    const done = await start('Passage en classe supérieure', (signal) =>
      clientOutsideForms.year.passUp({ year, childIds, ways: chosen }, { signal }),
    )
    if (!done) return
    const left = done.left > 0 ? `, dont ${counted(done.left, 'quitte l’école', 'quittent l’école')}` : ''
    showBatchDone(done.actId, `${counted(done.moved, 'enfant passe', 'enfants passent')} en classe supérieure${left}.`)
  }
  return (
    <Split side={340}>
      <div className="year-main">
        <div className="year-bar">
          <SegmentedControl label="Enfants montrés" options={views} value={view} onChange={setView} />
        </div>
        <Table
          label="Passage en classe supérieure"
          items={shown}
          idOf={({ childId }) => childId}
          groupOf={({ school, level }) => `${school || 'Sans école'}, ${level}`}
          columns={columnsOf(kept, keep)}
          empty={
            <EmptyState title="Personne ici">
              Les enfants dont la classe est connue se montrent ici, école par école.
            </EmptyState>
          }
        />
      </div>
      <Panel label="Passage" title="En classe supérieure" subtitle={`au ${longDate(data.from)}`}>
        <p className="small">
          {counted(ticked.length, 'enfant passe', 'enfants passent')}, {counted(kept.size, 'redouble', 'redoublent')}.
          Décochez ceux qui restent dans leur classe.
        </p>
        <SchoolChoices
          data={data}
          schools={schools}
          ways={ways}
          onChoose={(key, to) => setWays(new Map(ways).set(key, to))}
        />
        {toChoose.length > 0 ? (
          <Note tone="warn">Choisissez l’école où vont ces classes avant de continuer.</Note>
        ) : null}
        <BatchProgress underway={underway} onStop={stop} />
        <ActionButton
          main
          fullWidth
          combo="mod+Enter"
          label={`Faire passer ${counted(ticked.length, 'enfant')}`}
          disabled={ticked.length === 0 || toChoose.length > 0}
          loading={underway !== undefined}
          onAction={() => ifRead(() => void run())}
        />
      </Panel>
    </Split>
  )
}

const columnsOf = (
  kept: ReadonlySet<number>,
  keep: (childId: number, stays: boolean) => void,
): readonly TableColumn<MovedChild>[] => [
  {
    id: 'tick',
    title: <span className="unseen">Passe</span>,
    width: 40,
    show: ({ childId, firstName, lastName, outcome }) => (
      <Checkbox
        aria-label={`${firstName} ${lastName} passe en classe supérieure`}
        checked={(outcome === 'up' || outcome === 'leaves') && !kept.has(childId)}
        disabled={outcome === 'there' || outcome === 'stays'}
        onChange={({ currentTarget }) => keep(childId, !currentTarget.checked)}
      />
    ),
  },
  {
    id: 'name',
    title: 'Enfant',
    show: ({ lastName, firstName }) => <ChildName lastName={lastName} firstName={firstName} />,
  },
  { id: 'level', title: 'Classe', width: 110, show: ({ level, className }) => className || level },
  {
    id: 'next',
    title: 'L’an prochain',
    width: 120,
    show: ({ nextLevel, childId, level }) => (kept.has(childId) ? level : nextLevel),
  },
  {
    id: 'outcome',
    title: 'Remarque',
    show: ({ outcome, why, childId }) =>
      kept.has(childId) ? (
        <Badge tone="warn">redouble</Badge>
      ) : outcome === 'leaves' ? (
        <Badge tone="accent">quitte l’école</Badge>
      ) : (
        <span className="soft">{why}</span>
      ),
  },
]

const keyOf = ({ schoolId, level }: { schoolId: number; level: string }) => `${schoolId} ${level}`

const SchoolChoices = ({
  data,
  schools,
  ways,
  onChoose,
}: {
  data: Passage
  schools: readonly { id: number; name: string }[]
  ways: ReadonlyMap<string, number | null>
  onChoose: (key: string, to: number | null) => void
}) =>
  data.ways.length === 0 ? null : (
    <Section title="Où vont les classes">
      {data.ways.map((way) => {
        const key = keyOf(way)
        const to = ways.has(key) ? ways.get(key) : way.isToChoose ? undefined : way.toSchoolId
        return (
          <Select
            key={key}
            label={`${way.level} de ${way.school}, vers ${way.nextLevel}`}
            description={counted(way.children, 'enfant')}
            placeholder="À choisir"
            data={[
              { value: 'none', label: 'Quittent les écoles de la commune' },
              ...schools.map(({ id, name }) => ({ value: String(id), label: name })),
            ]}
            value={to === undefined ? null : to === null ? 'none' : String(to)}
            onChange={(value) => onChoose(key, value === 'none' ? null : Number(value))}
          />
        )
      })}
    </Section>
  )
