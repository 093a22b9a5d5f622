import { Checkbox, Radio, Select } from '@mantine/core'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Period } from '../../../shared/contract/desk/activities.ts'
import type { ReenrolledChild } from '../../../shared/contract/desk/year.ts'
import { type Day, daysFrom } from '../../../shared/rules/calendar/day.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { counted, numericDay, sentenceWithSubject } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { ChildName } from '../../parts/child-name.tsx'
import { useLongTask } from '../invoicing/long-task.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { useProposalReadGuard } from '../parts/keyboard/stable-choice.ts'
import { Panel, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useNow } from '../staff/now.ts'
import { BatchProgress, showBatchDone } from './batch.tsx'
import { TruncatedText } from './truncated-text.tsx'

type Week = 'none' | 'kept' | 'booked'

/** Registers chosen children of an earlier period in a later period of the same activity. */
export const ReenrolStep = ({ year }: { year: number }) => {
  const { today } = useNow()
  const periods = useQuery(orpc.activities.periods.queryOptions({ input: {} }))
  const [toId, setToId] = useState<number>()
  const [fromId, setFromId] = useState<number>()
  const all = periods.data ?? []
  const arrivals = all.filter(
    (one) => schoolYearStart(one.startDay).startsWith(String(year)) && earlierPeriods(all, one).length > 0,
  )
  const to = arrivals.find(({ id }) => id === toId) ?? nextOf(arrivals, today)
  const departures = to ? earlierPeriods(all, to) : []
  const from = departures.find(({ id }) => id === fromId) ?? departures[0]
  if (periods.error) return <Failure error={periods.error} />
  if (!periods.data) return <Loading />
  if (!from || !to)
    return (
      <EmptyState title="Pas encore de période où réinscrire">
        Copiez d’abord les périodes de l’année précédente&nbsp;: leurs inscriptions se reprennent ensuite ici.
      </EmptyState>
    )
  return (
    <>
      <div className="year-bar">
        <Select
          label="Réinscrire à"
          className="year-period"
          searchable
          data={arrivals.map(optionOf)}
          value={String(to.id)}
          onChange={(value) => {
            setToId(Number(value))
            setFromId(undefined)
          }}
        />
        <Select
          label="Les enfants inscrits à"
          className="year-period"
          data={departures.map(optionOf)}
          value={String(from.id)}
          onChange={(value) => setFromId(Number(value))}
        />
      </div>
      <Children key={`${from.id} ${to.id}`} from={from} to={to} />
    </>
  )
}

/** The first period that has not begun; if all have begun, the last one. */
const nextOf = (periods: readonly Period[], today: Day): Period | undefined => {
  const byStart = periods.toSorted((one, other) => daysFrom(other.startDay, one.startDay))
  return byStart.find(({ startDay }) => startDay >= today) ?? byStart.at(-1)
}

/** Earlier periods of the same activity, or of one joined to it; the one that began about a year before comes first. */
const earlierPeriods = (all: readonly Period[], { leadId, startDay }: Period) =>
  all
    .filter((one) => one.leadId === leadId && one.startDay < startDay)
    .toSorted((one, other) => daysFromOneYear(one.startDay, startDay) - daysFromOneYear(other.startDay, startDay))

/** Distance from 52 weeks, in days: for autumn holidays, last autumn's period comes before last summer's. */
const daysFromOneYear = (from: Day, to: Day) => Math.abs(daysFrom(from, to) - 364)

const optionOf = ({ id, name, startDay }: Period) => ({
  value: String(id),
  label: `${name}, dès le ${numericDay(startDay)}`,
})

const Children = ({ from, to }: { from: Period; to: Period }) => {
  const asked = { fromPeriodId: from.id, toPeriodId: to.id }
  const { data, error, refetch } = useQuery(
    orpc.year.previewReenrolment.queryOptions({ input: from.id === to.id ? skipToken : asked, staleTime: 0 }),
  )
  const [changed, setChanged] = useState<ReadonlyMap<number, boolean>>(new Map())
  const [chosenId, setChosenId] = useState<number>()
  const [week, setWeek] = useState<Week>('kept')
  const [refused, setRefused] = useState<readonly { name: string; reason: string }[]>([])
  const [unlisted, setUnlisted] = useState<readonly { name: string; list: string }[]>([])
  const { underway, start, stop } = useLongTask()
  const ifRead = useProposalReadGuard(week, data)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const isTicked = ({ registrationId, isProposed, refusal }: ReenrolledChild) =>
    refusal === null && (changed.get(registrationId) ?? isProposed)
  const ticked = data.filter(isTicked)
  const chosen = data.find(({ registrationId }) => registrationId === chosenId) ?? data[0]
  const said = chosen ? (chosen.refusal ?? chosen.remarks.join(' ')) : ''
  const cannot = data.filter(({ refusal }) => refusal !== null).length
  const run = async () => {
    const registrationIds = ticked.map(({ registrationId }) => registrationId)
    const done = await start('Réinscriptions', (signal) =>
      clientOutsideForms.year.reenrol({ ...asked, registrationIds, week }, { signal }),
    )
    if (!done) return
    setRefused(done.refused)
    setUnlisted(done.unlisted)
    const booked =
      week === 'booked' ? `, ${counted(done.booked, 'réservation')}, ${done.waiting} en liste d’attente` : ''
    const skipped =
      done.skipped > 0
        ? ` ${sentenceWithSubject(counted(done.skipped, 'jour non réservé', 'jours non réservés'), done.skippedWhy)}`
        : ''
    showBatchDone(
      done.actId,
      `${counted(done.registered, 'enfant réinscrit', 'enfants réinscrits')}${booked}.${skipped}`,
    )
  }
  return (
    <Split side={320}>
      <Table
        label="Enfants à réinscrire"
        items={data}
        idOf={({ registrationId }) => registrationId}
        chosen={chosen?.registrationId}
        onChoose={({ registrationId }) => setChosenId(registrationId)}
        columns={columnsOf(isTicked, (id, ticks) => setChanged(new Map(changed).set(id, ticks)))}
        empty={<EmptyState title="Personne n’était inscrit">Choisissez une autre période de départ.</EmptyState>}
      />
      <Panel label="Réinscription" title={to.name} subtitle={to.activity}>
        <p className="small">
          {counted(ticked.length, 'enfant coché', 'enfants cochés')}
          {cannot > 0 ? `, ${counted(cannot, 'ne peut pas l’être', 'ne peuvent pas l’être')}` : ''}. Une condition se
          passe enfant par enfant, avec son motif, depuis «&nbsp;Inscriptions&nbsp;».
        </p>
        {chosen && said !== '' ? (
          <Note tone={chosen.refusal === null ? 'neutral' : 'danger'}>
            <b>
              {chosen.firstName} {chosen.lastName}
            </b>
            {'\u00a0'}: {said}
          </Note>
        ) : null}
        <Radio.Group label="Semaine type" value={week} onChange={(value) => setWeek(value)}>
          <div className="stack year-choices">
            <Radio value="none" label="Ne pas la reprendre" />
            <Radio value="kept" label="La reprendre, sans réserver" />
            <Radio value="booked" label="La reprendre et réserver ses jours" />
          </div>
        </Radio.Group>
        {refused.length > 0 ? (
          <Note tone="warn" alert>
            Non réinscrits&nbsp;:
            <ul>
              {refused.slice(0, 20).map(({ name, reason }) => (
                <li key={name}>{sentenceWithSubject(name, reason)}</li>
              ))}
            </ul>
          </Note>
        ) : null}
        {unlisted.length > 0 ? (
          <Note tone="warn" alert>
            Réinscrits sans leur liste, qui est complète&nbsp;:
            <ul>
              {unlisted.slice(0, 20).map(({ name, list }) => (
                <li key={`${name} ${list}`}>
                  {name}, {list}
                </li>
              ))}
            </ul>
          </Note>
        ) : null}
        <BatchProgress underway={underway} onStop={stop} />
        <ActionButton
          main
          fullWidth
          combo="mod+Enter"
          label={`Réinscrire ${counted(ticked.length, 'enfant')}`}
          disabled={ticked.length === 0}
          loading={underway !== undefined}
          onAction={() => ifRead(() => void run())}
        />
      </Panel>
    </Split>
  )
}

const columnsOf = (
  isTicked: (one: ReenrolledChild) => boolean,
  tick: (registrationId: number, ticked: boolean) => void,
): readonly TableColumn<ReenrolledChild>[] => [
  {
    id: 'tick',
    title: <span className="unseen">Réinscrire</span>,
    width: 40,
    show: (one) => (
      <Checkbox
        aria-label={`Réinscrire ${one.firstName} ${one.lastName}`}
        checked={isTicked(one)}
        disabled={one.refusal !== null}
        onChange={({ currentTarget }) => tick(one.registrationId, currentTarget.checked)}
      />
    ),
  },
  {
    id: 'name',
    title: 'Enfant',
    width: 180,
    show: ({ lastName, firstName }) => <ChildName lastName={lastName} firstName={firstName} />,
  },
  { id: 'detail', title: 'Au premier jour', width: 120, show: ({ detail }) => detail },
  { id: 'week', title: 'Semaine type', show: ({ week: wish }) => <TruncatedText at={150}>{wish}</TruncatedText> },
  { id: 'remark', title: 'Remarque', show: (one) => <Remark one={one} /> },
]

const Remark = ({ one: { refusal, remarks } }: { one: ReenrolledChild }) =>
  refusal === null ? (
    <TruncatedText at={220}>{remarks.join(' ')}</TruncatedText>
  ) : (
    <span className="row">
      <Badge tone="danger">refusé</Badge>
      <TruncatedText at={150}>{refusal}</TruncatedText>
    </span>
  )
