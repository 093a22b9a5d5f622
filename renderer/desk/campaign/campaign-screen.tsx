import { Button, Checkbox, Select } from '@mantine/core'
import IconFolderCheck from '@tabler/icons-react/icons/IconFolderCheck'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { CampaignProgress, CampaignShown } from '../../../shared/contract/desk/campaign.ts'
import {
  campaignAskNames,
  campaignName,
  type HomeProgress,
  homeProgresses,
  progressNames,
  stepsBesideText,
} from '../../../shared/rules/dossier/campaign.ts'
import { capitalised, counted, instantText, listed, shortDay } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, type Tone } from '../parts/feedback.tsx'
import { Screen, ScreenHead, ShortcutBar } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { CampaignDialog } from './campaign-dialog.tsx'
import { ReminderActions } from './remind-dialog.tsx'
import './campaign.css'

type Home = CampaignProgress['homes'][number]

const tones: Readonly<Record<HomeProgress, Tone>> = {
  notBegun: 'danger',
  underWay: 'warn',
  sent: 'accent',
  whole: 'good',
}

/** « Campagne »: what homes are asked to confirm for a school year, and how far each home is. */
export const CampaignScreen = () => {
  const may = useMay()
  const { data: campaigns, error, refetch } = useQuery(orpc.campaign.list.queryOptions())
  const [chosen, setChosen] = useState<number>()
  const [opened, setOpened] = useState<CampaignShown | 'new'>()
  const campaign = campaigns?.find(({ id }) => id === chosen) ?? campaigns?.[0]
  const open = may('activities') ? (
    <ActionButton main={!campaign} label="Nouvelle campagne…" onAction={() => setOpened('new')} />
  ) : null
  return (
    <Screen title="Campagne">
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!campaigns && !error ? <Loading /> : null}
      {campaigns && !campaign ? (
        <>
          <ScreenHead title="Campagne" />
          <EmptyState icon={IconFolderCheck} title="Aucune campagne" action={open ?? undefined}>
            Une fois par an, chaque famille relit son dossier sur une page, une étape après l’autre, puis l’envoie.
          </EmptyState>
        </>
      ) : null}
      {campaigns && campaign ? (
        <Running
          key={campaign.id}
          campaign={campaign}
          choice={
            campaigns.length > 1 ? (
              <Select
                aria-label="Campagne"
                w={180}
                allowDeselect={false}
                data={campaigns.map((one) => ({ value: String(one.id), label: capitalised(campaignName(one)) }))}
                value={String(campaign.id)}
                onChange={(value) => setChosen(Number(value))}
              />
            ) : null
          }
          onChange={() => setOpened(campaign)}
          open={open}
        />
      ) : null}
      {opened === undefined ? null : (
        <CampaignDialog campaign={opened === 'new' ? null : opened} onClose={() => setOpened(undefined)} />
      )}
    </Screen>
  )
}

const Running = ({
  campaign,
  choice,
  open,
  onChange,
}: {
  campaign: CampaignShown
  choice: React.ReactNode
  open: React.ReactNode
  onChange: () => void
}) => {
  const may = useMay()
  const navigate = useNavigate()
  const { today } = useNow()
  const { data, error, refetch } = useQuery({
    ...orpc.campaign.progress.queryOptions({ input: { id: campaign.id } }),
    enabled: may('dossiers'),
  })
  const [only, setOnly] = useState<HomeProgress>()
  const [unticked, setUnticked] = useState<ReadonlySet<number>>(new Set())
  const close = useMutation(orpcOutsideForms.campaign.close.mutationOptions())
  const homes = (data?.homes ?? []).filter(({ progress }) => only === undefined || progress === only)
  const late = homes.filter(({ progress, familyId }) => progress !== 'whole' && !unticked.has(familyId))
  const familyIds = late.map(({ familyId }) => familyId)
  const waiting = (data?.homes ?? []).reduce(
    (sum, { waitingRegistrations, waitingProposals }) => sum + waitingRegistrations + waitingProposals,
    0,
  )
  const mayRemind = may('dossiers') && campaign.isRunning
  return (
    <>
      <ScreenHead title={capitalised(campaignName(campaign))} subtitle={stateText(campaign, today)} controls={choice}>
        {may('activities') ? (
          <>
            <Button variant="default" onClick={onChange}>
              Modifier…
            </Button>
            <Button
              variant="default"
              loading={close.isPending}
              onClick={() => close.mutate({ id: campaign.id, on: campaign.closedOn === null ? today : null })}
            >
              {campaign.closedOn === null ? 'Clore' : 'Rouvrir'}
            </Button>
          </>
        ) : null}
        {campaign.closedOn === null ? null : open}
        {mayRemind ? <ReminderActions familyIds={familyIds} /> : null}
      </ScreenHead>
      <div className="campaign-filters row">
        <Button
          variant={only === undefined ? 'light' : 'default'}
          aria-pressed={only === undefined}
          onClick={() => setOnly(undefined)}
        >
          Toutes ({data?.homes.length ?? 0})
        </Button>
        {homeProgresses.map((progress) => (
          <Button
            key={progress}
            variant={only === progress ? 'light' : 'default'}
            aria-pressed={only === progress}
            onClick={() => setOnly(only === progress ? undefined : progress)}
          >
            {capitalised(progressNames[progress])} ({data?.counts[progress] ?? 0})
          </Button>
        ))}
        <span className="grow" />
        {waiting === 0 ? null : (
          <Link to="/demandes">{counted(waiting, 'demande à décider', 'demandes à décider')} dans Demandes</Link>
        )}
      </div>
      <p className="campaign-asks soft small">
        Les familles relisent&nbsp;:{' '}
        {listed(campaign.asks.filter((ask) => ask !== 'registrations').map((ask) => lowered(campaignAskNames[ask])))}.
      </p>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? (
        <Table
          label="Familles de la campagne"
          items={homes}
          idOf={({ familyId }) => familyId}
          columns={[
            ...(mayRemind
              ? [
                  tickColumn(unticked, (familyId, isTicked) => {
                    const next = new Set(unticked)
                    if (isTicked) next.delete(familyId)
                    else next.add(familyId)
                    setUnticked(next)
                  }),
                ]
              : []),
            ...columns,
          ]}
          onOpen={({ familyId }) =>
            void navigate({
              to: '/familles/$familyId',
              params: { familyId: String(familyId) },
              search: { onglet: 'pieces' },
            })
          }
          style={{ flex: 1, paddingInline: 16 }}
          empty={
            <EmptyState icon={IconFolderCheck} title="Aucune famille ici">
              Aucun enfant inscrit, ou rien à cette étape.
            </EmptyState>
          }
        />
      ) : null}
      <ShortcutBar
        keys={[
          ['ArrowUp ArrowDown', 'choisir'],
          ['Enter', 'ouvrir la famille'],
        ]}
      />
    </>
  )
}

const lowered = (text: string): string => text.charAt(0).toLocaleLowerCase('fr') + text.slice(1)

/** « à finir avant le ven. 18 déc. 2026 » */
const stateText = ({ opensOn, dueOn, closedOn, isRunning }: CampaignShown, today: string): string => {
  if (isRunning) return `à finir avant le ${shortDay(dueOn)}`
  return closedOn !== null && closedOn <= today ? `close le ${shortDay(closedOn)}` : `ouvre le ${shortDay(opensOn)}`
}

const tickColumn = (
  unticked: ReadonlySet<number>,
  tick: (familyId: number, isTicked: boolean) => void,
): TableColumn<Home> => ({
  id: 'tick',
  title: <span className="unseen">À relancer</span>,
  width: 40,
  show: ({ familyId, family, progress }) =>
    progress === 'whole' ? null : (
      <Checkbox
        aria-label={`Relancer la famille ${family}`}
        checked={!unticked.has(familyId)}
        onChange={({ currentTarget }) => tick(familyId, currentTarget.checked)}
      />
    ),
})

const columns: readonly TableColumn<Home>[] = [
  {
    id: 'family',
    title: 'Famille',
    show: ({ family, children }) => (
      <>
        <b>{family}</b> <span className="soft small">{children}</span>
      </>
    ),
  },
  {
    id: 'progress',
    title: 'Où elle en est',
    width: 190,
    show: ({ progress, done, steps, ...beside }) => (
      <>
        <Badge tone={tones[progress]}>{progressNames[progress]}</Badge>
        <div className="soft small">
          {done} sur {steps}
          {stepsBesideText(beside)}
        </div>
      </>
    ),
  },
  { id: 'next', title: 'Prochaine étape', width: 200, show: ({ next }) => next || '–' },
  { id: 'sent', title: 'Envoyé', width: 180, show: ({ sentAt }) => (sentAt === null ? '–' : instantText(sentAt)) },
  {
    id: 'registrations',
    title: 'Inscriptions',
    width: 110,
    number: true,
    show: ({ registrations }) => (registrations === 0 ? '–' : registrations),
  },
  {
    id: 'waiting',
    title: 'À décider',
    width: 90,
    number: true,
    show: ({ familyId, family, waitingRegistrations, waitingProposals }) => {
      const waiting = waitingRegistrations + waitingProposals
      return waiting === 0 ? (
        '–'
      ) : (
        <Link
          to="/demandes"
          search={{ famille: familyId }}
          aria-label={`${counted(waiting, 'demande')} de la famille ${family}`}
        >
          {waiting}
        </Link>
      )
    },
  },
]
