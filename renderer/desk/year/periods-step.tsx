import { Checkbox, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CopiedPeriod } from '../../../shared/contract/desk/year.ts'
import { type Day, isDay } from '../../../shared/rules/calendar/day.ts'
import { toCheckLabel } from '../../../shared/rules/calendar/school-holidays.ts'
import { counted, listed, numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { useLongTask } from '../invoicing/long-task.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note, Properties } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { useProposalReadGuard, useStableChoice } from '../parts/keyboard/stable-choice.ts'
import { Panel, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { BatchProgress, showBatchDone } from './batch.tsx'
import { TruncatedText } from './truncated-text.tsx'

/** Staff's corrections of a proposed period. */
type Change = { readonly isTicked?: boolean; readonly name?: string; readonly from?: Day; readonly to?: Day }
type Row = CopiedPeriod & { readonly isTicked: boolean; readonly from: Day; readonly to: Day }

/**
 * The previous year's periods with proposed dates for this year: staff choose and correct them, then copy them in one
 * act.
 */
export const PeriodsStep = ({ year }: { year: number }) => {
  const { data, error, refetch } = useQuery(
    orpc.year.previewCopy.queryOptions({ input: { year, activityIds: null }, staleTime: 0 }),
  )
  const [changes, setChanges] = useState<ReadonlyMap<number, Change>>(new Map())
  const held = useStableChoice(data ?? [], ({ periodId }) => String(periodId))
  const ifRead = useProposalReadGuard('', data)
  const { underway, start, stop } = useLongTask()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const rowOf = (one: CopiedPeriod): Row => {
    const { isTicked, name, from, to } = changes.get(one.periodId) ?? {}
    return {
      ...one,
      isTicked: one.obstacle === null && (isTicked ?? one.conflict === null),
      newName: name ?? one.newName,
      from: from ?? one.moved.from,
      to: to ?? one.moved.to,
    }
  }
  const rows = data.map(rowOf)
  const change = (periodId: number, more: Change) =>
    setChanges((before) => new Map(before).set(periodId, { ...before.get(periodId), ...more }))
  const ticked = rows.filter(({ isTicked }) => isTicked)
  const chosen = held.item && rowOf(held.item)
  const run = async () => {
    const periods = ticked.map(({ periodId, newName: name, from, to }) => ({
      periodId,
      name,
      startDay: from,
      endDay: to,
    }))
    const done = await start('Périodes copiées', (signal) =>
      clientOutsideForms.year.copy({ year, periods }, { signal }),
    )
    if (!done) return
    setChanges(new Map())
    showBatchDone(
      done.actId,
      `${counted(done.periods, 'période copiée', 'périodes copiées')}, ${counted(done.days, 'jour ouvert', 'jours ouverts')}.`,
    )
  }
  if (!chosen)
    return (
      <EmptyState title="Aucune période l’année précédente">
        Créez les périodes de l’année dans «&nbsp;Activités et périodes&nbsp;»&nbsp;: l’an prochain, elles se copieront
        d’ici.
      </EmptyState>
    )
  return (
    <Split side={310}>
      <Table
        label="Périodes à copier"
        items={rows}
        idOf={({ periodId }) => periodId}
        groupOf={({ facility, activity }) => `${facility}, ${activity}`}
        chosen={chosen.periodId}
        onChoose={({ periodId }) => held.choose(String(periodId))}
        columns={columnsOf(change)}
      />
      <Panel label="Période choisie" title={chosen.name} subtitle={chosen.activity}>
        {held.isGone || chosen.obstacle ? (
          <Note tone="warn">{held.isGone ? 'Cette période vient d’être retirée.' : chosen.obstacle}</Note>
        ) : (
          <div className="stack">
            <TextInput
              label="Nouveau nom"
              value={chosen.newName}
              onChange={({ currentTarget }) => change(chosen.periodId, { name: currentTarget.value })}
            />
            <DayField
              label="Du"
              value={chosen.from}
              onChange={(value) => {
                if (isDay(value)) change(chosen.periodId, { from: value })
              }}
            />
            <DayField
              label="Au"
              value={chosen.to}
              onChange={(value) => {
                if (isDay(value)) change(chosen.periodId, { to: value })
              }}
            />
          </div>
        )}
        {chosen.isToCheck ? (
          <Note tone="warn">
            <b>À vérifier&nbsp;:</b> la rentrée ou des vacances de cette année ne viennent pas encore du fichier du
            ministère. Importez-le dans «&nbsp;Calendrier&nbsp;», puis relisez ces dates&nbsp;; d’une période déjà
            copiée, les jours ouverts suivent l’import.
          </Note>
        ) : null}
        {chosen.conflict ? (
          <Note tone="warn">{chosen.conflict} Cochez-la seulement pour en faire une de plus, sous un autre nom.</Note>
        ) : null}
        {chosen.joins.length > 0 ? (
          <Note>
            Une seule période avec {listed(chosen.joins.map((name) => `«\u00a0${name}\u00a0»`))}&nbsp;: chacune y
            devient un groupe, avec ses places.
            {chosen.jointTariff === null
              ? ''
              : ` À partir du ${numericDay(chosen.from)}, «\u00a0${chosen.jointTariff}\u00a0» a un prix par groupe, celui de chacune aujourd’hui.`}
          </Note>
        ) : null}
        <Properties
          alignStart
          entries={[
            ['Premier jour', `${shortDay(chosen.old.from)} → ${shortDay(chosen.from)}`],
            ['Dernier jour', `${shortDay(chosen.old.to)} → ${shortDay(chosen.to)}`],
          ]}
        />
        {chosen.closed.length > 0 ? (
          <Note>
            Fermés à la main l’an dernier, non repris&nbsp;:
            <ul>
              {chosen.closed.map(({ day, reason }) => (
                <li key={day}>
                  {shortDay(day)}&nbsp;: {reason}
                </li>
              ))}
            </ul>
          </Note>
        ) : null}
        {chosen.byHand > 0 ? (
          <Note>
            {counted(chosen.byHand, 'jour changé à la main', 'jours changés à la main')} l’an dernier (ouverture ou
            places), non repris.
          </Note>
        ) : null}
        <BatchProgress underway={underway} onStop={stop} />
        <ActionButton
          main
          fullWidth
          combo="mod+Enter"
          label={`Copier ${counted(ticked.length, 'période')}`}
          disabled={ticked.length === 0}
          loading={underway !== undefined}
          onAction={() => ifRead(() => void run())}
        />
      </Panel>
    </Split>
  )
}

const columnsOf = (change: (periodId: number, more: Change) => void): readonly TableColumn<Row>[] => [
  {
    id: 'tick',
    title: <span className="unseen">Copier</span>,
    width: 40,
    show: ({ periodId, name, isTicked, obstacle }) => (
      <Checkbox
        aria-label={`Copier ${name}`}
        checked={isTicked}
        disabled={obstacle !== null}
        onChange={({ currentTarget }) => change(periodId, { isTicked: currentTarget.checked })}
      />
    ),
  },
  { id: 'name', title: 'Période', show: ({ name }) => <TruncatedText at={215}>{name}</TruncatedText> },
  {
    id: 'old',
    title: 'Dates',
    width: 142,
    show: ({ old }) => spanText(old),
  },
  { id: 'oldDays', title: 'Jours', number: true, width: 48, show: ({ oldDays }) => oldDays },
  {
    id: 'new',
    title: 'Nouvelles dates',
    width: 142,
    show: ({ from, to }) => spanText({ from, to }),
  },
  { id: 'newDays', title: 'Jours', number: true, width: 48, show: ({ newDays }) => newDays },
  { id: 'remark', title: 'Remarque', width: 116, show: (row) => <Remark row={row} /> },
]

/** « 01/09/25 → 03/07/26 »: a short form, because two date ranges share a row. */
const spanText = ({ from, to }: { from: Day; to: Day }) => `${brief(from)} → ${brief(to)}`
const brief = (on: Day) => numericDay(on).replace(/20(?=\d\d$)/, '')

const Remark = ({ row: { obstacle, conflict, isToCheck } }: { row: Row }) => {
  if (obstacle !== null) return <Badge tone="danger">impossible</Badge>
  if (conflict !== null) return <Badge tone="warn">existe déjà</Badge>
  return isToCheck ? <Badge tone="warn">{toCheckLabel}</Badge> : null
}
