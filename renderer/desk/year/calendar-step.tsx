import { FileButton } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CalendarPreview, YearProgress } from '../../../shared/contract/desk/year.ts'
import { type SchoolHoliday, toCheckLabel } from '../../../shared/rules/calendar/school-holidays.ts'
import { counted, listed, numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { useLongTask } from '../invoicing/long-task.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { Panel, Section, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { BatchProgress, showBatchDone } from './batch.tsx'

/** The town's school holidays. Importing the ministry's file shows its changes first. */
export const CalendarStep = ({ progress: { schoolYear } }: { progress: YearProgress }) => {
  const calendar = useQuery(orpc.settings.schoolCalendar.queryOptions())
  const [file, setFile] = useState<File>()
  const preview = useMutation({
    mutationFn: (chosen: File) => clientOutsideForms.year.previewCalendar({ file: chosen, fileName: chosen.name }),
    meta: { isErrorShownInline: true },
  })
  const { underway, start, stop } = useLongTask()
  const choose = (chosen: File | null) => {
    if (!chosen) return
    setFile(chosen)
    preview.mutate(chosen)
  }
  const forget = () => {
    setFile(undefined)
    preview.reset()
  }
  const run = async () => {
    if (!file) return
    const done = await start('Calendrier importé', (signal) =>
      clientOutsideForms.year.importCalendar({ file, fileName: file.name }, { signal }),
    )
    if (!done) return
    forget()
    showBatchDone(
      done.actId,
      `Calendrier importé\u00a0: ${counted(done.holidays, 'date de vacances', 'dates de vacances')}.`,
    )
  }
  if (calendar.error) return <Failure error={calendar.error} onRetry={() => void calendar.refetch()} />
  if (!calendar.data) return <Loading />
  const { zone, holidays } = calendar.data
  const shown = holidays.filter(({ to, from }) => to >= schoolYear.start && from <= schoolYear.end)
  return (
    <Split side={480}>
      <div className="year-main">
        <Section title={`Vacances ${schoolYear.name}, zone ${zone}`}>
          <Table
            label="Vacances de l’année"
            items={shown}
            idOf={({ from }) => from}
            columns={holidayColumns}
            empty={
              <EmptyState title={`Les vacances ${schoolYear.name} ne sont pas encore connues`}>
                Le ministère les publie sur data.education.gouv.fr, «&nbsp;Calendrier scolaire&nbsp;»&nbsp;: le fichier
                JSON, ou le fichier ICS de votre zone.
              </EmptyState>
            }
          />
        </Section>
      </div>
      <Panel
        label="Calendrier du ministère"
        title="Calendrier du ministère"
        subtitle={file?.name ?? 'fichier JSON ou ICS de data.education.gouv.fr'}
      >
        {preview.error ? <Failure error={preview.error} /> : null}
        {file ? null : (
          <p className="soft small">
            Téléchargez «&nbsp;Calendrier scolaire&nbsp;», puis choisissez-le ici. Ce qu’il change se montre avant
            d’être importé&nbsp;: vacances, jours ouverts des périodes à venir, gardes alternées.
          </p>
        )}
        {preview.isPending ? <Loading>Lecture du fichier…</Loading> : null}
        {preview.data ? <CalendarChanges preview={preview.data} /> : null}
        <BatchProgress underway={underway} onStop={stop} />
        <div className="stack">
          {preview.data ? (
            <ActionButton
              main
              fullWidth
              combo="mod+Enter"
              label="Importer ce calendrier"
              disabled={preview.data.changes.every(({ kind }) => kind === 'same')}
              loading={underway !== undefined}
              onAction={() => void run()}
            />
          ) : null}
          <FileButton onChange={choose} accept=".json,.ics,application/json,text/calendar">
            {({ onClick }) => (
              <ActionButton
                main={!preview.data}
                fullWidth
                combo="o"
                label={file ? 'Choisir un autre fichier' : 'Choisir le fichier'}
                onAction={onClick}
              />
            )}
          </FileButton>
          {file ? <ActionButton fullWidth combo="Escape" label="Ne pas importer" onAction={forget} /> : null}
        </div>
      </Panel>
    </Split>
  )
}

const spanText = ({ from, to }: { from: SchoolHoliday['from']; to: SchoolHoliday['to'] }) =>
  `${numericDay(from)} → ${numericDay(to)}`

const holidayColumns: readonly TableColumn<SchoolHoliday>[] = [
  { id: 'name', title: 'Vacances', show: ({ name }) => name },
  { id: 'from', title: 'Premier jour', show: ({ from }) => shortDay(from) },
  { id: 'to', title: 'Dernier jour', show: ({ to }) => shortDay(to) },
  {
    id: 'certain',
    title: 'Source',
    show: ({ certain }) =>
      certain ? <span className="soft">ministère</span> : <Badge tone="warn">{toCheckLabel}</Badge>,
  },
]

type Change = CalendarPreview['changes'][number]

const kinds = { new: 'nouveau', moved: 'change', confirmed: 'confirmé', same: 'déjà là' } as const

const CalendarChanges = ({ preview: { zone, changes, remarks, periods, custody } }: { preview: CalendarPreview }) => {
  const own = changes.filter((one) => one.zone === zone && one.kind !== 'same')
  const others = changes.filter((one) => one.zone !== zone && one.kind !== 'same').length
  const booked = periods.filter((one) => one.booked.length > 0)
  return (
    <>
      {own.length > 0 ? (
        <Table
          label="Ce qui change"
          items={own}
          idOf={({ name, year }) => `${name} ${year}`}
          groupOf={({ year }) => year}
          columns={changeColumns}
          flush
        />
      ) : (
        <Note>Ce fichier ne change rien pour la zone {zone}.</Note>
      )}
      {others > 0 ? (
        <p className="soft small">{counted(others, 'changement', 'changements')} aussi pour les autres zones.</p>
      ) : null}
      {remarks.map((remark) => (
        <p key={remark} className="soft small">
          {remark}
        </p>
      ))}
      {periods.map(({ periodId, period, added, removed }) =>
        added + removed > 0 ? (
          <p key={periodId} className="small">
            <b>{period}</b>&nbsp;: {counted(added, 'jour ouvre', 'jours ouvrent')},{' '}
            {counted(removed, 'ferme', 'ferment')}.
          </p>
        ) : null,
      )}
      {booked.length > 0 ? (
        <Note tone="warn">
          Des jours de vacances sont déjà réservés et restent ouverts&nbsp;:{' '}
          {booked.map(({ period, booked: days }) => `${period}, ${listed(days.map(shortDay))}`).join('\u00a0; ')}.
          Fermez-les dans «&nbsp;Fermetures&nbsp;».
        </Note>
      ) : null}
      {custody.length > 0 ? (
        <Note tone="warn">
          Gardes alternées&nbsp;: des jours réservés changent de foyer pour {listed(custody.map(({ name }) => name))}. À
          décider sur leur fiche.
        </Note>
      ) : null}
    </>
  )
}

const changeColumns: readonly TableColumn<Change>[] = [
  {
    id: 'name',
    title: 'Vacances',
    show: ({ name }) => name.replace('Vacances de la ', '').replace(/Vacances d[e’] ?/, ''),
  },
  { id: 'before', title: 'Avant', show: ({ before }) => (before ? spanText(before) : '–') },
  {
    id: 'after',
    title: 'Après',
    show: ({ after, kind }) => (kind === 'confirmed' ? 'mêmes dates' : spanText(after)),
  },
  { id: 'kind', title: 'État', width: 84, show: ({ kind, certain }) => (certain ? kinds[kind] : toCheckLabel) },
]
