import { Button, Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { DateInput, DatePickerInput } from '@mantine/dates'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { ORPCError } from '@orpc/client'
import IconFirstAidKit from '@tabler/icons-react/icons/IconFirstAidKit'
import IconInbox from '@tabler/icons-react/icons/IconInbox'
import IconPencil from '@tabler/icons-react/icons/IconPencil'
import IconPlayerStop from '@tabler/icons-react/icons/IconPlayerStop'
import IconRefresh from '@tabler/icons-react/icons/IconRefresh'
import { useCallback, useState } from 'react'
import { addDays, type Day, day, type Instant, weekday } from '../../../shared/rules/calendar/day.ts'
import { type CellState, cellStates, legend } from '../../../shared/rules/cell/cell.ts'
import { briefDay, longDay } from '../../../shared/rules/text/french.ts'
import { CalendarGrid, type CellAt, type GridRow } from '../../parts/calendar-grid.tsx'
import type { GridColumn, GridSlot } from '../../parts/calendar-layout.ts'
import { Cell } from '../../parts/cell.tsx'
import { Gauge } from '../../parts/gauge.tsx'
import { Legend } from '../../parts/legend.tsx'
import { Frame } from '../frame.tsx'
import type { Session } from '../staff/session.ts'
import { ActionButton, SegmentedControl } from './buttons.tsx'
import { Badge, EmptyState, Failure, Note, Progress, Properties, Timeline } from './feedback.tsx'
import { ConfirmDialog, FormDialog, FormFields } from './forms/dialogs.tsx'
import { Panel, Screen, ScreenBody, ScreenHead, Section, ShortcutBar, Split } from './screen.tsx'
import { Table, type TableColumn } from './table.tsx'

/** Every component in every state, for the screenshots and the accessibility checks (axe) of the tests. */
export const Gallery = () => {
  const [page, setPage] = useState<'parts' | 'grid' | 'table'>('parts')
  return (
    <Frame session={session}>
      <Screen title="Planche">
        <ScreenHead
          title="Planche"
          subtitle="les pièces et leurs états"
          controls={
            <SegmentedControl
              label="Page"
              options={[
                ['parts', 'Pièces'],
                ['grid', 'Grille'],
                ['table', 'Table'],
              ]}
              value={page}
              onChange={setPage}
            />
          }
        />
        {page === 'parts' ? <Parts /> : page === 'grid' ? <Grid /> : <Lines />}
      </Screen>
    </Frame>
  )
}

const session: Session = {
  state: 'open',
  isDemo: true,
  member: { id: 1, name: 'Sandrine Tostain', login: 'sandrine', roles: ['director'], siteIds: null, active: true },
  endedBecause: null,
  organisationName: 'Espace Jeunesse',
  town: 'Blainville-sur-Orne',
  now: '2026-11-25T08:00:00.000Z' as Instant,
  lockAfterMinutes: 0,
  version: '0.1.0',
}

const Parts = () => {
  const [zoom, setZoom] = useState<'month' | 'week'>('month')
  const [opened, setOpened] = useState<'confirm' | 'form'>()
  const close = () => setOpened(undefined)
  return (
    <ScreenBody>
      <div style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(400px, 1fr))', gap: 32 }}>
        <div className="stack stack-wide">
          <Section title="Les neuf cases" subtitle="22, 34 et 44 px">
            <div className="stack">
              {cellStates.map((state) => (
                <div key={state} className="row row-wide">
                  <Cell face={{ state, rank: state === 'waitlisted' ? 3 : undefined }} text={legend[state].words} />
                  <Cell
                    face={{ state, rank: state === 'waitlisted' ? 3 : undefined }}
                    text={legend[state].words}
                    size="week"
                  />
                  <Cell
                    face={{ state, rank: state === 'waitlisted' ? 3 : undefined }}
                    text={legend[state].words}
                    size="portal"
                  />
                  <span>{legend[state].words}</span>
                </div>
              ))}
              <div className="row row-wide">
                <Cell face={{ state: 'free', draft: 'book' }} text="Réservation à enregistrer" size="week" />
                <Cell face={{ state: 'confirmed', draft: 'cancel' }} text="Annulation à enregistrer" size="week" />
                <span>brouillon, sur le portail seulement</span>
              </div>
            </div>
          </Section>
          <Section title="Faits et histoire">
            <Properties
              entries={[
                ['Régime', 'CAF, régime général'],
                ['QF 727', 'depuis le 1ᵉʳ sept. 2026'],
              ]}
            />
            <Timeline
              events={[
                { id: 1, what: 'Demande envoyée\u00a0: reçue du portail', when: 'mar. 24 nov. à 2 h 00' },
                { id: 2, what: 'Demande enregistrée par Camille Marchand', when: 'lun. 23 nov. à 21 h 14, portail' },
              ]}
            />
          </Section>
        </div>
        <div className="stack stack-wide">
          <Section title="Boutons et étiquettes">
            <div className="row">
              <ActionButton
                main
                combo="a"
                label="Accepter"
                onAction={() => notifications.show({ message: 'Accepté' })}
              />
              <ActionButton
                combo="m"
                icon={<IconPencil size={14} />}
                label="Modifier"
                onAction={() => setOpened('form')}
              />
              <Button variant="subtle">Plus tard</Button>
              <ActionButton dangerous combo="r" label="Refuser…" onAction={() => setOpened('confirm')} />
            </div>
            <div className="row">
              <Button disabled>Pas encore</Button>
              <SegmentedControl
                label="Zoom"
                options={[
                  ['month', 'Mois'],
                  ['week', 'Semaine'],
                ]}
                value={zoom}
                onChange={setZoom}
              />
            </div>
            <div className="row">
              <Badge>neutre</Badge>
              <Badge tone="accent">nouveau</Badge>
              <Badge tone="good">réglée</Badge>
              <Badge tone="warn">à relancer</Badge>
              <Badge tone="danger">
                <IconFirstAidKit size={14} />
                PAI
              </Badge>
            </div>
            <div className="row row-wide">
              <Gauge line held={22} capacity={32} />
              <Gauge line held={29} capacity={32} />
              <Gauge line held={32} capacity={32} />
            </div>
          </Section>
          <Section title="Un travail long" subtitle="l’écran reste utilisable">
            <Progress
              label={
                <>
                  Émission&nbsp;: <b>132</b> factures sur 210
                </>
              }
              done={132}
              total={210}
              trailing={<Button leftSection={<IconPlayerStop size={14} />}>Arrêter après celle-ci</Button>}
            />
          </Section>
          <Section title="Quelque chose n’a pas marché">
            <Failure error={refused} onRetry={() => undefined} />
            <Note tone="warn">Matin et repas complets. Louison serait 2ᵉ sur la liste d’attente.</Note>
            <Note tone="good">Tout est possible&nbsp;: il reste des places sur chaque plage.</Note>
          </Section>
          <EmptyState
            icon={IconInbox}
            title="Aucune demande à décider"
            action={<Button leftSection={<IconRefresh size={14} />}>Actualiser</Button>}
          >
            Les demandes des familles arrivent ici.
          </EmptyState>
          <Section title="Champs">
            <SampleForm onSubmit={() => Promise.resolve()} />
          </Section>
        </div>
      </div>
      <ConfirmDialog
        opened={opened === 'confirm'}
        title="Refuser la demande&nbsp;?"
        confirm="Refuser"
        dangerous
        onConfirm={() => Promise.reject(refused)}
        onClose={close}
      >
        La famille lira le motif.
      </ConfirmDialog>
      <SampleDialog opened={opened === 'form'} onClose={close} />
    </ScreenBody>
  )
}

const refused = new ORPCError('UNEXPECTED', {
  status: 500,
  data: {
    sentence:
      'La sauvegarde s’est arrêtée à mi-chemin. La précédente est gardée\u00a0; recommencez quand il y aura de la place.',
    id: '7f3a-12',
  },
})

const useSampleForm = () =>
  useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', birth: '', class: '', income: 0, meal: false },
    initialErrors: { birth: 'Février n’a jamais 31 jours\u00a0: par exemple 28/02/2022.' },
    validate: { name: (name) => (name ? null : 'Le prénom manque.') },
  })

const SampleFields = ({ form }: { form: ReturnType<typeof useSampleForm> }) => (
  <>
    <TextInput label="Prénom" withAsterisk key={form.key('name')} {...form.getInputProps('name')} />
    <DateInput label="Date de naissance" key={form.key('birth')} {...form.getInputProps('birth')} />
    <DatePickerInput label="Période" type="range" />
    <Select label="Classe" data={['PS', 'MS', 'GS', 'CP']} key={form.key('class')} {...form.getInputProps('class')} />
    <NumberInput label="Revenus" suffix=" €" key={form.key('income')} {...form.getInputProps('income')} />
    <Checkbox label="Mange à la cantine" key={form.key('meal')} {...form.getInputProps('meal', { type: 'checkbox' })} />
  </>
)

const SampleForm = ({ onSubmit }: { onSubmit: () => Promise<unknown> }) => {
  const form = useSampleForm()
  return (
    <FormFields form={form} submit="Enregistrer" onSubmit={onSubmit}>
      <SampleFields form={form} />
    </FormFields>
  )
}

const SampleDialog = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => {
  const form = useSampleForm()
  return (
    <FormDialog
      opened={opened}
      title="Modifier un enfant"
      form={form}
      submit="Enregistrer"
      onSubmit={() => Promise.resolve()}
      onClose={onClose}
    >
      <SampleFields form={form} />
    </FormDialog>
  )
}

const slots: readonly GridSlot[] = [
  { id: 'morning', label: 'mat.', name: 'matin', held: 14, capacity: 16 },
  { id: 'meal', label: 'rep.', name: 'repas', held: 15, capacity: 16 },
  { id: 'afternoon', label: 'a.-m.', name: 'après-midi', held: 16, capacity: 16 },
]
const start = day('2026-11-23')
const columns: readonly GridColumn[] = Array.from({ length: 62 }, (_, index) => addDays(start, index)).map((on) => ({
  day: on,
  label: briefDay(on),
  name: longDay(on),
  isToday: on === '2026-11-25',
  ...(on === '2026-11-25' ? { note: 'aujourd’hui' } : {}),
  folded: weekday(on) > 5,
  slots,
}))
const surnames = ['Auvray', 'Bénard', 'Besnier', 'Delaunay', 'Duval', 'Fouquet', 'Gosselin', 'Hébert', 'Lecerf']
const firstNames = ['Adèle', 'Malo', 'Inès', 'Gabin', 'Zoé', 'Isaac', 'Alma', 'Émile']
const rows: readonly GridRow[] = Array.from({ length: 400 }, (_, index) => ({
  id: String(index),
  name: `${surnames[Math.floor(index / 8) % 9] ?? ''} ${firstNames[index % 8] ?? ''}`,
  age: `${3 + (index % 3)} ans`,
  ...(index % 11 === 2 ? { icons: <IconFirstAidKit size={14} className="danger" title="PAI" /> } : {}),
}))
const mix: readonly CellState[] = [
  'confirmed',
  'free',
  'confirmed',
  'free',
  'closed',
  'confirmed',
  'requestSent',
  'free',
  'waitlisted',
  'confirmed',
  'cancelSent',
  'free',
  'cancelRefused',
]

const Grid = () => {
  const [zoom, setZoom] = useState<'month' | 'week'>('month')
  const [kept, setKept] = useState<CellState>()
  const [booked, setBooked] = useState<ReadonlySet<string>>(new Set())
  const [chosen, setChosen] = useState<readonly CellAt[]>([])
  const cell = useCallback(
    (row: GridRow, column: GridColumn, slot: GridSlot) => {
      const at = keyOf({ row: row.id, day: column.day, slot: slot.id })
      const index = Number(row.id) * 7 + columns.indexOf(column) * 3 + slots.indexOf(slot)
      const state = booked.has(at) ? 'confirmed' : (mix[index % mix.length] ?? 'free')
      return { state, text: legend[state].words, rank: state === 'waitlisted' ? 1 + (index % 4) : undefined }
    },
    [booked],
  )
  return (
    <>
      <div className="row between" style={{ paddingInline: 20, paddingBlockEnd: 8 }}>
        <Legend
          counts={{ confirmed: 437, requestSent: 13, waitlisted: 2, cancelSent: 6 }}
          kept={kept}
          onKeep={setKept}
        />
        <SegmentedControl
          label="Zoom"
          options={[
            ['week', 'Semaine'],
            ['month', 'Mois'],
          ]}
          value={zoom}
          onChange={setZoom}
        />
      </div>
      <Split>
        <CalendarGrid
          label="Réservations, ALSH mercredi 2026/2027"
          rows={rows}
          columns={columns}
          cell={cell}
          zoom={zoom}
          kept={kept}
          corner={
            <>
              <b>400 enfants</b>
              <small>16 places par plage</small>
            </>
          }
          onChoose={setChosen}
          onAct={(_key, cells) => setBooked((before) => new Set([...before, ...cells.map(keyOf)]))}
          onUndo={() => setBooked(new Set())}
        />
        <Panel
          label="La case choisie"
          icon={<Cell face={{ state: 'requestSent' }} text="Demande de réservation envoyée" size="week" />}
          title="Louison Marchand, 4 ans"
          subtitle="mer. 9 déc. 2026 · journée et repas"
        >
          <Properties
            entries={[
              ['Matin', <Gauge key="morning" line held={16} capacity={16} />],
              ['Après-midi', <Gauge key="afternoon" line held={14} capacity={16} />],
            ]}
          />
          <ActionButton main fullWidth combo="l" label="Mettre en liste d’attente" onAction={() => undefined} />
        </Panel>
      </Split>
      <ShortcutBar
        keys={[
          ['arrows', 'se déplacer'],
          ['Space', 'réserver ou libérer'],
          ['shift ArrowRight', 'choisir un bloc'],
          ['mod+z', 'annuler'],
        ]}
        chosen={`${chosen.length} cases choisies`}
      />
    </>
  )
}

const keyOf = ({ row, day: on, slot }: CellAt) => `${row} ${on} ${slot}`

type SampleLine = { id: number; name: string; on: Day; amount: number }
const lines: readonly SampleLine[] = Array.from({ length: 10_000 }, (_, index) => ({
  id: index,
  name: `${surnames[index % 9] ?? ''} ${index}`,
  on: addDays(start, -(index % 300)),
  amount: (index * 37) % 500,
}))
const lineColumns: readonly TableColumn<SampleLine>[] = [
  { id: 'name', title: 'Famille', show: ({ name }) => name, compare: (a, b) => a.name.localeCompare(b.name, 'fr') },
  { id: 'on', title: 'Date', show: ({ on }) => briefDay(on), width: 160 },
  { id: 'state', title: 'État', show: () => <Badge tone="good">réglée</Badge>, width: 120 },
  {
    id: 'amount',
    title: 'Montant',
    show: ({ amount }) => `${amount},00 €`,
    number: true,
    width: 120,
    compare: (a, b) => a.amount - b.amount,
    total: '1 250,00 €',
  },
]

const Lines = () => {
  const [chosen, setChosen] = useState<number>()
  return (
    <Split>
      <Table
        label="Factures"
        items={lines}
        idOf={({ id }) => id}
        columns={lineColumns}
        chosen={chosen}
        onChoose={({ id }) => setChosen(id)}
        style={{ paddingInline: 16 }}
      />
      <Panel label="La facture choisie" title={`Facture ${chosen ?? ''}`}>
        <p className="soft small">Choisissez une ligne.</p>
      </Panel>
    </Split>
  )
}
