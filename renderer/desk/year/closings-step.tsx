import { Button, Checkbox, MultiSelect, TextInput } from '@mantine/core'
import { skipToken, useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ClosedSpan, ClosingEffects } from '../../../shared/contract/desk/year.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { phoneText } from '../../../shared/rules/people/names.ts'
import { counted, listed, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import type { FormClient } from '../../connection/form.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { shownActivities } from '../activities/activity-options.ts'
import { useLongTask } from '../invoicing/long-task.ts'
import { ActionButton, PlainAction } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { ConfirmDialog, Dialog } from '../parts/forms/dialogs.tsx'
import { useProposalReadGuard } from '../parts/keyboard/stable-choice.ts'
import { Panel, Section, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { markedText } from '../registrations/registration-texts.ts'
import { useMay } from '../staff/may.ts'
import { BatchProgress, showBatchDone } from './batch.tsx'

/** Closes one or several days for all activities or some. Staff first see the effects; families read the reason. */
export const ClosingsStep = () => {
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [chosen, setChosen] = useState<string[]>([])
  const [reason, setReason] = useState('')
  const [charged, setCharged] = useState(false)
  const { data: activities = [] } = useQuery(orpc.activities.list.queryOptions())
  const activityIds = chosen.length > 0 ? chosen.map(Number) : null
  const days = from === '' ? undefined : { from, to: to || from, activityIds }
  const preview = useQuery(
    orpc.year.previewClosing.queryOptions({ input: days ?? skipToken, staleTime: 0, retry: false }),
  )
  const { underway, start, stop } = useLongTask()
  const ifRead = useProposalReadGuard(JSON.stringify(days), preview.data)
  const run = async () => {
    if (!days) return
    const done = await start('Fermeture', (signal) =>
      clientOutsideForms.year.close({ ...days, reason, charged }, { signal }),
    )
    if (!done) return
    setFrom('')
    setTo('')
    setReason('')
    setCharged(false)
    showBatchDone(
      done.actId,
      `Fermé. ${counted(done.bookings, 'réservation libérée', 'réservations libérées')}, ${counted(done.families, 'famille à prévenir', 'familles à prévenir')}.`,
    )
  }
  return (
    <Split side={380}>
      <div className="year-main">
        {preview.error ? <Failure error={preview.error} /> : null}
        {days ? (
          preview.data ? (
            <ClosingPreview touched={preview.data} />
          ) : preview.error ? null : (
            <Loading />
          )
        ) : (
          <Closings />
        )}
      </div>
      <Panel label="Fermer des jours" title="Fermer pour tous" subtitle="un jour, ou plusieurs qui se suivent">
        <div className="stack">
          <DayField
            label="Du"
            value={from}
            onChange={(on) => {
              setFrom(on)
              if (to < on) setTo('')
            }}
          />
          <DayField label="Au" description="vide&nbsp;: ce seul jour" clearable value={to} onChange={setTo} />
          <MultiSelect
            label="Activités"
            description="aucune choisie&nbsp;: toutes"
            searchable
            clearable
            data={shownActivities(activities)
              .filter(({ archived }) => !archived)
              .map(({ id, name }) => ({ value: String(id), label: name }))}
            value={chosen}
            onChange={setChosen}
          />
          <TextInput
            label="Motif"
            description="Les familles le lisent&nbsp;: «&nbsp;grève&nbsp;», «&nbsp;neige&nbsp;», «&nbsp;travaux&nbsp;»."
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
          <Checkbox
            label="Facturer quand même les réservations libérées"
            checked={charged}
            onChange={({ currentTarget }) => setCharged(currentTarget.checked)}
          />
        </div>
        <BatchProgress underway={underway} onStop={stop} />
        <ActionButton
          main
          fullWidth
          combo="mod+Enter"
          label="Fermer ces jours"
          disabled={!preview.data || preview.data.days === 0 || reason.trim() === ''}
          loading={underway !== undefined}
          onAction={() => ifRead(() => void run())}
        />
      </Panel>
    </Split>
  )
}

const ClosingPreview = ({ touched }: { touched: ClosingEffects }) => {
  const { days, activities, families, marked, billed, creditCents } = touched
  if (days === 0) return <EmptyState title="Rien n’est ouvert ces jours-là">Choisissez d’autres jours.</EmptyState>
  return (
    <div className="stack stack-wide">
      <Section title="Ce qui ferme" subtitle={counted(days, 'jour ouvert', 'jours ouverts')}>
        <Table label="Ce qui ferme" items={activities} idOf={({ activityId }) => activityId} columns={touchedColumns} />
      </Section>
      {marked > 0 ? <Note tone="good">{markedText(marked)}</Note> : null}
      {billed > 0 ? (
        <Note tone="warn">
          {counted(billed, 'réservation déjà facturée', 'réservations déjà facturées')}&nbsp;: un avoir sera proposé à
          la prochaine facturation, environ {formatEuros(creditCents)}.
        </Note>
      ) : null}
      <Section title="À prévenir" subtitle={counted(families.length, 'famille')}>
        <Table
          label="Familles à prévenir"
          items={families}
          idOf={({ familyId }) => familyId}
          columns={familyColumns}
          empty={<Note tone="good">Aucune réservation ni demande sur ces jours.</Note>}
        />
      </Section>
    </div>
  )
}

type TouchedActivity = ClosingEffects['activities'][number]

const touchedColumns: readonly TableColumn<TouchedActivity>[] = [
  { id: 'activity', title: 'Activité', show: ({ activity }) => activity },
  { id: 'openings', title: 'Plages', number: true, show: ({ openings }) => openings },
  { id: 'confirmed', title: 'Réservations', number: true, show: ({ confirmed }) => confirmed },
  { id: 'cancel', title: 'dont annulation demandée', number: true, show: ({ cancelAsked }) => cancelAsked },
  { id: 'requested', title: 'Demandes', number: true, show: ({ requested }) => requested },
  { id: 'waiting', title: 'Liste d’attente', number: true, show: ({ waiting }) => waiting },
]

const familyColumns: readonly TableColumn<ClosingEffects['families'][number]>[] = [
  { id: 'name', title: 'Famille', width: '22%', show: ({ name }) => <span className="year-whole">{name}</span> },
  {
    id: 'children',
    title: 'Enfants',
    show: ({ children }) => <span className="year-whole">{children.replaceAll(',', ', ')}</span>,
  },
  { id: 'phone', title: 'Téléphone', width: 140, show: ({ phone }) => phoneText(phone) },
  { id: 'mail', title: 'E-mail', width: '36%', show: ({ mail }) => <span className="year-whole">{mail}</span> },
]

const daysText = ({ from, to }: Pick<ClosedSpan, 'from' | 'to'>) =>
  from === to ? shortDay(from) : `${shortDay(from)} → ${shortDay(to)}`

const Closings = () => {
  const { data, error, refetch } = useQuery(orpc.year.closings.queryOptions({ staleTime: 0 }))
  const [asked, setAsked] = useState<ClosedSpan>()
  const [told, setTold] = useState<ClosedSpan>()
  const { underway, start, stop } = useLongTask()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const reopen = async (client: FormClient, { from, to, reason, activities }: ClosedSpan) => {
    const activityIds = activities.map(({ activityId }) => activityId)
    const done = await start('Réouverture', (signal) =>
      client.year.reopen({ from, to, reason, activityIds }, { signal }),
    )
    if (done) showBatchDone(done.actId, `Rouvert\u00a0: ${counted(done.openings, 'plage')}.`)
  }
  return (
    <Section title="Jours fermés à venir" subtitle={counted(data.length, 'fermeture')}>
      <BatchProgress underway={underway} onStop={stop} />
      <Table
        label="Jours fermés à venir"
        items={data}
        idOf={({ from, reason }) => `${from} ${reason}`}
        columns={columnsOf(setAsked, setTold)}
        empty={
          <EmptyState title="Aucun jour fermé">
            Choisissez un jour à droite&nbsp;: ce qu’il touche se montre ici avant de fermer.
          </EmptyState>
        }
      />
      {told ? <FamiliesToNotify closed={told} onClose={() => setTold(undefined)} /> : null}
      <ConfirmDialog
        opened={asked !== undefined}
        title="Rouvrir ces jours"
        confirm="Rouvrir"
        onConfirm={(client) => (asked ? reopen(client, asked) : Promise.resolve())}
        onClose={() => setAsked(undefined)}
      >
        {asked ? `${daysText(asked)}\u00a0: ` : ''}les familles peuvent réserver à nouveau. Ce qui était réservé avant
        la fermeture n’est pas réservé de nouveau.
      </ConfirmDialog>
    </Section>
  )
}

/** Families that a closing affected, listed as long as the closing exists. */
const FamiliesToNotify = ({ closed, onClose }: { closed: ClosedSpan; onClose: () => void }) => {
  const { from, to, reason, activities } = closed
  const input = { from, to, reason, activityIds: activities.map(({ activityId }) => activityId) }
  const { data, error, refetch } = useQuery(orpc.year.freedFamilies.queryOptions({ input, staleTime: 0 }))
  const mayWrite = useMay()('portal')
  const print = useMutation({
    mutationFn: async () => printPaper(await clientOutsideForms.year.freedFamiliesFile({ ...input, format: 'pdf' })),
  })
  const save = useMutation({
    mutationFn: async () => {
      const file = await clientOutsideForms.year.freedFamiliesFile({ ...input, format: 'xlsx' })
      await savePaper(new File([file], `familles-a-prevenir-${from}.xlsx`, { type: file.type }))
    },
  })
  return (
    <Dialog opened title={`Familles à prévenir, ${daysText(closed)}\u00a0: ${reason}`} width="wide" onClose={onClose}>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : data ? null : <Loading />}
      {data ? (
        <div className="dialog-form">
          <p>
            <b>{counted(data.length, 'famille avait', 'familles avaient')}</b> une réservation, une place attendue ou
            une demande ces jours-là.
          </p>
          <div className="year-told">
            <Table
              label="Familles à prévenir"
              items={data}
              idOf={({ familyId }) => familyId}
              columns={familyColumns}
              empty={<Note tone="good">Rien n’était réservé ni demandé ces jours-là.</Note>}
            />
          </div>
          <div className="dialog-foot">
            {mayWrite ? (
              <Link className="year-notice" to="/messages" search={{ onglet: 'avis' }}>
                Écrire un avis aux familles
              </Link>
            ) : null}
            <Button disabled={data.length === 0} loading={save.isPending} onClick={() => save.mutate()}>
              Excel
            </Button>
            <Button disabled={data.length === 0} loading={print.isPending} onClick={() => print.mutate()}>
              Imprimer
            </Button>
            <Button onClick={onClose}>Fermer</Button>
          </div>
        </div>
      ) : null}
    </Dialog>
  )
}

const columnsOf = (
  onOpen: (one: ClosedSpan) => void,
  onTold: (one: ClosedSpan) => void,
): readonly TableColumn<ClosedSpan>[] => [
  { id: 'days', title: 'Jours', width: 270, show: daysText },
  { id: 'reason', title: 'Motif', show: ({ reason }) => reason },
  { id: 'what', title: 'Activités', show: ({ activities }) => listed(activities.map(({ name }) => name)) },
  {
    id: 'told',
    title: <span className="unseen">Prévenir</span>,
    width: 160,
    show: (one) => (
      <PlainAction
        label="Familles à prévenir"
        aria={`Familles à prévenir, ${daysText(one)}, ${one.reason}`}
        onAction={() => onTold(one)}
      />
    ),
  },
  {
    id: 'open',
    title: <span className="unseen">Rouvrir</span>,
    width: 90,
    show: (one) => (
      <PlainAction label="Rouvrir" aria={`Rouvrir ${daysText(one)}, ${one.reason}`} onAction={() => onOpen(one)} />
    ),
  },
]
