import { Button, Checkbox, Select } from '@mantine/core'
import IconFileInvoice from '@tabler/icons-react/icons/IconFileInvoice'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Run } from '../../../shared/contract/desk/money/invoicing.ts'
import {
  addMonths,
  type Day,
  dayAt,
  dayOfMonth,
  firstOfMonth,
  type Instant,
  isDay,
  lastOfMonth,
} from '../../../shared/rules/calendar/day.ts'
import { billedAheadText } from '../../../shared/rules/money/invoice.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { capitalised, counted, monthText, numericDay, spanText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { shownActivities } from '../activities/activity-options.ts'
import { FreeLineDialog } from '../free-lines/free-line-dialog.tsx'
import { ActionButton, SegmentedControl } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note, Progress } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { ScreenBody, ScreenHead, Section, ShortcutBar } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { PayersLink } from '../payers/payers-link.tsx'
import { useRegies } from '../regies/regie-choice.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { toTakeOverTexts } from './draft-rows.ts'
import { ForecastDialog } from './forecast-dialog.tsx'
import { useLongTask } from './long-task.ts'
import { notifyTakenOver } from './taken-over.ts'

/** The form of a new run (days and activities to bill), and the list of past runs. */
export const NewRunView = ({ runs, onOpen }: { runs: readonly Run[]; onOpen: (id: number) => void }) => {
  const may = useMay()
  const [isForeseeing, setIsForeseeing] = useState(false)
  const [isAdding, setIsAdding] = useState(false)
  return (
    <>
      <ScreenHead title="Facturation" subtitle="choisir ce qui est facturé">
        <Button onClick={() => setIsForeseeing(true)}>Prévision…</Button>
        {may('freeLines') ? (
          <Button variant="default" onClick={() => setIsAdding(true)}>
            Une ligne pour plusieurs familles…
          </Button>
        ) : null}
        {may('aids') ? <PayersLink /> : null}
      </ScreenHead>
      <ScreenBody>
        <div className="invoicing-choice">
          {may('invoicing') ? (
            <NewRunForm onMade={onOpen} />
          ) : (
            <Note>Préparer des factures demande le rôle Directeur ou Régisseur.</Note>
          )}
          <PastRuns runs={runs} onOpen={onOpen} />
        </div>
      </ScreenBody>
      <ShortcutBar
        keys={may('invoicing') ? [['mod+Enter', 'préparer les brouillons']] : []}
        chosen="Rien n’est facturé deux fois."
      />
      {isForeseeing ? <ForecastDialog onClose={() => setIsForeseeing(false)} /> : null}
      {isAdding ? <FreeLineDialog family={null} onClose={() => setIsAdding(false)} /> : null}
    </>
  )
}

const NewRunForm = ({ onMade }: { onMade: (id: number) => void }) => {
  const { today } = useNow()
  // Propose the current month after the 20th, else the previous month.
  const [from, setFrom] = useState(() => firstOfMonth(dayOfMonth(today) > 20 ? today : addMonths(today, -1)))
  const [to, setTo] = useState(() => lastOfMonth(from))
  const [excluded, setExcluded] = useState<ReadonlySet<number>>(new Set())
  const regies = useRegies()
  const [regieId, setRegieId] = useState<number | null>(null)
  const facilityChoice = useFacilityChoice()
  const { data, error, isPlaceholderData, refetch } = useQuery(
    orpc.invoicing.toBill.queryOptions({ input: { from, to }, enabled: from <= to, placeholderData: keepPreviousData }),
  )
  const { underway, start, stop } = useLongTask()
  const all = (data ?? []).filter(
    (one) => (regieId === null || one.regieId === regieId) && (facilityChoice.activityIds?.has(one.activityId) ?? true),
  )
  const chosen = all.filter(({ activityId }) => !excluded.has(activityId))
  const ahead = aheadOf(chosen)
  // When a facility is chosen, includes activities without anything to bill: something may have to be given back.
  const activityIds = facilityChoice.activityIds
    ? [...facilityChoice.activityIds].filter((id) => !excluded.has(id))
    : chosen.length === all.length
      ? null
      : chosen.map(({ activityId }) => activityId)
  const toTakeOver = useQuery(
    orpc.invoicing.toTakeOver.queryOptions({
      input: { from, to, activityIds, familyIds: null, regieId },
      enabled: from <= to && data !== undefined,
      placeholderData: keepPreviousData,
    }),
  )
  // With no booking to bill, what changed since an invoice may still have to be billed or given back.
  const isNothingChosen = data === undefined || (chosen.length === 0 && all.length > 0)
  const make = async () => {
    const run = await start('Préparation des brouillons', (signal) =>
      clientOutsideForms.invoicing.run({ from, to, activityIds, familyIds: null, regieId }, { signal }),
    )
    if (!run) return
    notifyTakenOver(run.takenOver)
    onMade(run.id)
  }
  const setMonth = (of: Day) => {
    setFrom(firstOfMonth(of))
    setTo(lastOfMonth(of))
  }
  return (
    <form onSubmit={(event) => event.preventDefault()} aria-label="Nouvelle facturation">
      <fieldset>
        <legend>Jours à facturer</legend>
        <SegmentedControl
          label="Mois"
          value={to === lastOfMonth(from) ? from : ''}
          onChange={(value) => {
            if (isDay(value)) setMonth(value)
          }}
          options={[-1, 0, 1].map((by) => {
            const of = addMonths(firstOfMonth(today), by)
            return [of, capitalised(monthText(of))] as const
          })}
        />
        <div className="row">
          <RequiredDayField label="Du" w={170} value={from} onChange={setFrom} />
          <RequiredDayField
            label="Au"
            w={170}
            value={to}
            error={from > to ? 'Avant le premier jour.' : undefined}
            onChange={setTo}
          />
        </div>
      </fieldset>
      {regies.length > 1 ? (
        <fieldset>
          <legend>Régie</legend>
          <SegmentedControl
            label="Régie"
            value={String(regieId ?? 'all')}
            onChange={(value) => setRegieId(value === 'all' ? null : Number(value))}
            options={[['all', 'Toutes'], ...regies.map(({ id, name }) => [String(id), name] as const)]}
          />
        </fieldset>
      ) : null}
      {facilityChoice.facilities.length > 1 ? (
        <fieldset>
          <legend>Équipement</legend>
          <Select
            aria-label="Équipement"
            allowDeselect={false}
            data={[
              { value: 'all', label: 'Tous' },
              ...facilityChoice.facilities.map(({ id, name }) => ({ value: String(id), label: name })),
            ]}
            value={String(facilityChoice.chosenId ?? 'all')}
            onChange={(value) => facilityChoice.choose(value === 'all' || value === null ? null : Number(value))}
          />
        </fieldset>
      ) : null}
      <fieldset>
        <legend>Activités</legend>
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        {data ? (
          all.length === 0 ? (
            <p className="soft small">
              Aucune réservation à facturer ces jours-là. Ce qui a changé depuis une facture est régularisé.
            </p>
          ) : (
            all.map(({ activityId, name, cells, hasTariff }) => (
              <Checkbox
                key={activityId}
                checked={!excluded.has(activityId)}
                label={
                  <>
                    {name} <span className="soft small">{counted(cells, 'plage réservée', 'plages réservées')}</span>{' '}
                    {hasTariff ? null : <Badge tone="danger">aucun tarif</Badge>}
                  </>
                }
                onChange={() =>
                  setExcluded((before) => {
                    const next = new Set(before)
                    if (!next.delete(activityId)) next.add(activityId)
                    return next
                  })
                }
              />
            ))
          )
        ) : (
          <Loading />
        )}
      </fieldset>
      {ahead ? <Note tone="warn">{billedAheadText(ahead)}</Note> : null}
      {toTakeOverTexts(toTakeOver.data ?? []).map((text) => (
        <Note key={text}>{text}</Note>
      ))}
      {underway ? (
        <Progress
          label={`${underway.label}, ${counted(underway.done, 'famille')} sur ${underway.total}`}
          done={underway.done}
          total={underway.total}
          trailing={<Button onClick={stop}>Arrêter</Button>}
        />
      ) : (
        <ActionButton
          combo="mod+Enter"
          label="Préparer les brouillons"
          main
          disabled={isNothingChosen || isPlaceholderData || toTakeOver.isPlaceholderData || from > to}
          onAction={() => void make()}
        />
      )}
    </form>
  )
}

/** The facilities that have activities, and the activities of the chosen one as they are shown; null for all. */
const useFacilityChoice = () => {
  const { data } = useQuery(orpc.activities.list.queryOptions())
  const activities = data && shownActivities(data)
  const { data: facilities } = useQuery(orpc.settings.facilities.queryOptions())
  const [chosenId, choose] = useState<number | null>(null)
  const used = new Set(activities?.map(({ facilityId }) => facilityId))
  return {
    facilities: (facilities ?? []).filter(({ id }) => used.has(id)),
    chosenId,
    choose,
    activityIds:
      chosenId === null
        ? null
        : new Set(activities?.flatMap(({ id, facilityId }) => (facilityId === chosenId ? [id] : []))),
  }
}

/** Number and span of cells in the chosen activities whose day has not ended. */
const aheadOf = (chosen: readonly { readonly ahead: { cells: number; from: Day; to: Day } | null }[]) =>
  chosen
    .flatMap(({ ahead }) => ahead ?? [])
    .reduce<{ cells: number; from: Day; to: Day } | null>(
      (all, { cells, from, to }) =>
        all === null
          ? { cells, from, to }
          : { cells: all.cells + cells, from: from < all.from ? from : all.from, to: to > all.to ? to : all.to },
      null,
    )

const PastRuns = ({ runs, onOpen }: { runs: readonly Run[]; onOpen: (id: number) => void }) => (
  <Section title="Facturations faites" subtitle={runs.length > 0 ? counted(runs.length, 'facturation') : undefined}>
    <Table
      label="Facturations faites"
      items={runs}
      idOf={({ id }) => id}
      onOpen={({ id }) => onOpen(id)}
      flush
      empty={
        <EmptyState icon={IconFileInvoice} title="Aucune facturation">
          Choisissez les jours et les activités&nbsp;: une facture par famille est préparée, à relire avant de
          l’émettre.
        </EmptyState>
      }
      columns={runColumns(onOpen)}
    />
  </Section>
)

const runColumns = (onOpen: (id: number) => void): readonly TableColumn<Run>[] => [
  {
    id: 'label',
    title: 'Période',
    show: ({ id, from, to }) => (
      <Button variant="subtle" onClick={() => onOpen(id)}>
        {capitalised(spanText(from, to))}
      </Button>
    ),
  },
  { id: 'on', title: 'Faite le', show: ({ createdAt }) => numericDay(dayAt(createdAt as Instant)) },
  { id: 'drafts', title: 'Brouillons', number: true, show: ({ drafts }) => (drafts > 0 ? drafts : '–') },
  { id: 'issued', title: 'Émises', number: true, show: ({ issued }) => (issued > 0 ? issued : '–') },
  { id: 'cents', title: 'Montant', number: true, show: (run) => formatEuros(run.draftCents + run.issuedCents) },
]
