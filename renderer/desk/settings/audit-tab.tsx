import { Select } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AuditedAct } from '../../../shared/contract/desk/settings.ts'
import { entityOptions, entityText } from '../../../shared/record/record-words.ts'
import { counted, instantText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { SegmentedControl } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note, Properties } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { OlderButton } from '../parts/older-button.tsx'
import { Panel, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { StaffFilter } from '../staff/staff-filter.tsx'
import { Logins } from './logins.tsx'

const views = [
  ['acts', 'Gestes'],
  ['logins', 'Connexions'],
] as const

/** The audit trail (« Journal »): acts, and logins with failed attempts. */
export const AuditTab = () => {
  const [view, setView] = useState<'acts' | 'logins'>('acts')
  return (
    <>
      <div style={{ padding: '12px 24px 0' }}>
        <SegmentedControl label="Vue" options={views} value={view} onChange={setView} />
      </div>
      {view === 'acts' ? <ActsJournal /> : <Logins />}
    </>
  )
}

/** Who did what and when. Acts are never edited or deleted here. */
const ActsJournal = () => {
  const [entity, setEntity] = useState<string | null>(null)
  const [staffId, setStaffId] = useState<string | null>(null)
  const [from, setFrom] = useState<string | null>(null)
  const [to, setTo] = useState<string | null>(null)
  const [chosen, setChosen] = useState<AuditedAct>()
  const filter = {
    ...(entity && { entity }),
    ...(staffId && { staffId: Number(staffId) }),
    ...(from && { from }),
    ...(to && { to }),
  }
  const pages = useInfiniteQuery({
    queryKey: [...orpc.settings.audit.key(), filter],
    queryFn: ({ pageParam }) =>
      clientOutsideForms.settings.audit({ ...filter, ...(pageParam !== undefined && { before: pageParam }) }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.hasMore ? last.acts.at(-1)?.id : undefined),
  })
  const acts = pages.data?.pages.flatMap((page) => page.acts) ?? []
  return (
    <>
      <div className="row row-wide" style={{ flexWrap: 'wrap', alignItems: 'end', padding: '12px 24px' }}>
        <Select
          label="Sur quoi"
          placeholder="Tout"
          clearable
          searchable
          data={entityOptions}
          value={entity}
          onChange={setEntity}
        />
        <StaffFilter value={staffId} onChange={setStaffId} />
        <DayField label="Du" clearable value={from} onChange={setFrom} w={140} />
        <DayField label="Au" clearable value={to} onChange={setTo} w={140} />
      </div>
      {pages.error ? (
        <Failure error={pages.error} onRetry={() => void pages.refetch()} />
      ) : pages.isPending ? (
        <Loading />
      ) : (
        <Split side={320}>
          <div className="stack settings-journal">
            <Table
              label="Journal"
              items={acts}
              idOf={({ id }) => id}
              chosen={chosen?.id}
              onChoose={setChosen}
              columns={actColumns}
              empty={<EmptyState title="Rien sur ces critères">Élargissez les dates ou retirez un filtre.</EmptyState>}
            />
            <OlderButton pages={pages} />
          </div>
          {chosen ? (
            <ActPanel act={chosen} />
          ) : (
            <Panel label="Détail">
              <Note>Choisissez une ligne pour voir ce qu’elle a changé.</Note>
            </Panel>
          )}
        </Split>
      )}
    </>
  )
}

const ActPanel = ({ act }: { act: AuditedAct }) => {
  const { data, error, refetch } = useQuery(orpc.settings.auditAct.queryOptions({ input: { id: act.id } }))
  return (
    <Panel label={act.label} title={act.label} subtitle={`${instantText(act.at)}, ${act.person}`}>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {data ? null : <Loading />}
      {data?.map(({ id, entity, operation, fields, rows, names }) => (
        <section key={id} className="stack">
          <h3>
            {operations[operation]}&nbsp;: {entityText(entity)}
          </h3>
          {names.map((name) => (
            <p key={name} className="small">
              {name}
            </p>
          ))}
          {names.length > 0 && rows > names.length ? (
            <p className="soft small">et {counted(rows - names.length, 'autre')}</p>
          ) : null}
          {fields.length > 0 ? (
            <Properties
              alignStart
              entries={fields.map(({ name, before, after }): [string, string] => [
                name,
                before === null || after === null ? (after ?? before ?? '–') : `${before} → ${after}`,
              ])}
            />
          ) : null}
        </section>
      ))}
      {data && act.changes > data.length ? (
        <p className="soft small">et {counted(act.changes - data.length, 'autre changement', 'autres changements')}</p>
      ) : null}
    </Panel>
  )
}

const operations = {
  insert: 'Ajout',
  update: 'Modification',
  remove: 'Suppression',
  insertMany: 'Ajouts en nombre',
  updateMany: 'Modifications en nombre',
  consult: 'Consultation',
} as const

const actColumns: readonly TableColumn<AuditedAct>[] = [
  { id: 'at', title: 'Quand', width: 192, show: ({ at }) => instantText(at) },
  { id: 'person', title: 'Qui', width: 130, show: ({ person }) => person },
  {
    id: 'label',
    title: 'Quoi',
    show: ({ label, state }) => (
      <>
        {label} {state === 'takenBack' ? <Badge tone="warn">abandonné</Badge> : null}
      </>
    ),
  },
]
