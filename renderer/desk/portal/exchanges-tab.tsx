import IconAlertCircle from '@tabler/icons-react/icons/IconAlertCircle'
import IconClipboardPlus from '@tabler/icons-react/icons/IconClipboardPlus'
import IconCloudCheck from '@tabler/icons-react/icons/IconCloudCheck'
import IconCloudUpload from '@tabler/icons-react/icons/IconCloudUpload'
import IconPencil from '@tabler/icons-react/icons/IconPencil'
import IconWorld from '@tabler/icons-react/icons/IconWorld'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { ExchangeRun, ExchangeState } from '../../../shared/contract/desk/exchange.ts'
import type { RequestItem } from '../../../shared/contract/desk/requests.ts'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { briefDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Cell } from '../../parts/cell.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Properties } from '../parts/feedback.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { Panel, Section, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { useHistory } from './exchange-queries.ts'
import {
  accountText,
  causeTexts,
  collectedText,
  durationText,
  outcomeLabels,
  publishedText,
  runMoment,
  stateLabels,
} from './texts.ts'

/** Exchanges with what each carried; below, the details of the chosen one. */
export const ExchangesTab = ({ state }: { state: ExchangeState | undefined }) => {
  const navigate = useNavigate()
  const { data: runs, error, refetch } = useHistory(state?.running ?? false)
  const [chosen, setChosen] = useState<number>()
  useShortcut('d', 'décider les demandes', () => void navigate({ to: '/demandes' }))
  if (state && !state.portal)
    return (
      <EmptyState
        icon={IconWorld}
        title="Aucun portail n’est encore relié"
        action={
          <ActionButton
            main
            label="Relier le portail…"
            onAction={() => void navigate({ to: '/portail', search: { onglet: 'liaison' } })}
          />
        }
      >
        Une fois relié, le bureau y publie chaque nuit ce que les familles peuvent voir, et y prend leurs demandes.
      </EmptyState>
    )
  const shown = runs?.find(({ id }) => id === chosen) ?? runs?.[0]
  return (
    <Split side={344}>
      <div className="portal-main">
        <Section title="Échanges" subtitle="les cent derniers">
          {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
          {runs ? (
            <Table
              label="Échanges"
              items={runs}
              idOf={({ id }) => id}
              columns={columns}
              chosen={shown?.id}
              onChoose={({ id }) => setChosen(id)}
              style={{ maxBlockSize: 420 }}
              empty={
                <EmptyState title="Aucun échange encore">
                  Le premier se fera à l’heure dite, ou dès maintenant.
                </EmptyState>
              }
            />
          ) : error ? null : (
            <Loading />
          )}
        </Section>
        {shown ? <RunDetail run={shown} isLast={shown.id === runs?.[0]?.id} /> : null}
      </div>
      <StaffTasks />
    </Split>
  )
}

const columns: readonly TableColumn<ExchangeRun>[] = [
  {
    id: 'when',
    title: 'Quand',
    show: (run) => (
      <span className="nowrap">
        {runMoment(run)} <span className="soft small">{causeTexts[run.cause]}</span>
      </span>
    ),
  },
  { id: 'collected', title: 'Collecté', show: collectedText },
  { id: 'published', title: 'Publié', show: (run) => <span className="portal-wraps">{publishedText(run)}</span> },
  {
    id: 'duration',
    title: 'Durée',
    number: true,
    width: 80,
    show: (run) => <span className="soft">{durationText(run)}</span>,
  },
  { id: 'outcome', title: 'État', width: 112, show: (run) => <Outcome run={run} /> },
]

const signs = { running: IconCloudUpload, done: IconCloudCheck, failed: IconAlertCircle } as const

const incomplete = ['à voir', 'warn'] as const

const Outcome = ({ run: { outcome, sentence } }: { run: ExchangeRun }) => {
  const isIncomplete = outcome === 'done' && sentence !== ''
  const [words, tone] = isIncomplete ? incomplete : outcomeLabels[outcome]
  const Sign = isIncomplete ? IconAlertCircle : signs[outcome]
  return (
    <span className={`row small ${tone}`}>
      <Sign size={15} aria-hidden="true" />
      {words}
    </span>
  )
}

const RunDetail = ({ run, isLast }: { run: ExchangeRun; isLast: boolean }) => (
  <section className="portal-why" data-outcome={run.outcome} aria-label={`Échange du ${runMoment(run)}`}>
    <h2>
      {run.outcome === 'failed' ? <IconAlertCircle size={18} className="danger" aria-hidden="true" /> : null}
      {run.outcome === 'failed' ? 'Interrompu' : run.outcome === 'done' ? 'Réussi' : 'En cours'}, {runMoment(run)}
    </h2>
    {run.outcome === 'failed' ? (
      <Properties
        alignStart
        entries={[
          ['Pourquoi', run.sentence],
          ['Gardé', `Collecté\u00a0: ${collectedText(run)}. Publié\u00a0: ${publishedText(run)}.`],
          [
            'La suite',
            isLast
              ? 'Le prochain échange reprend où celui-ci s’est arrêté\u00a0: rien en double, rien de perdu, les heures d’enregistrement sont celles du portail.'
              : 'Les échanges suivants ont repris où celui-ci s’était arrêté\u00a0: rien en double, rien de perdu.',
          ],
        ]}
      />
    ) : (
      <Properties
        alignStart
        entries={[
          ['Collecté', collectedText(run)],
          ['Publié', publishedText(run)],
          ...(run.sentence === '' ? [] : ([['À savoir', run.sentence]] as const)),
        ]}
      />
    )}
    <details className="small">
      <summary>Détails techniques</summary>
      Échange n° {run.id}, {causeTexts[run.cause]}, {durationText(run) || 'en cours'}, {formatNumber(run.bytes)} octets.
    </details>
  </section>
)

const fewAccounts = 4
const fewRequests = 5

/** Other tasks of staff for the portal: late answers and accounts to open. */
const StaffTasks = () => {
  const may = useMay()
  const { data: queue } = useQuery({ ...orpc.requests.queue.queryOptions(), enabled: may('families.read') })
  const { data: expired } = useQuery(
    orpc.portal.accounts.queryOptions({ input: { filter: '', state: 'expired', from: 0, count: fewAccounts } }),
  )
  const { data: none } = useQuery(
    orpc.portal.accounts.queryOptions({ input: { filter: '', state: 'none', from: 0, count: fewAccounts } }),
  )
  const late = queue?.filter(({ lateBy }) => lateBy > 0) ?? []
  const toOpen = [...(expired?.rows ?? []), ...(none?.rows ?? [])].slice(0, fewAccounts)
  const total = (expired?.total ?? 0) + (none?.total ?? 0)
  return (
    <Panel label="À côté">
      <Section
        title="Réponses en retard"
        subtitle={late.length > 0 ? String(late.length) : undefined}
        action={<Link to="/demandes">Décider</Link>}
      >
        {late.length === 0 ? (
          <p className="soft small">Aucune&nbsp;: la promesse faite aux familles est tenue.</p>
        ) : (
          <ul className="portal-list">
            {late.slice(0, fewRequests).map((one) => (
              <li key={JSON.stringify(one.key)}>
                <LateSign item={one} />
                <span className="grow">
                  <b>{one.family.name}</b> <span className="soft">{one.child.firstName}</span>
                </span>
                <span className="danger">due {briefDay(one.dueOn)}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section
        title="Comptes à ouvrir"
        subtitle={total > 0 ? formatNumber(total) : undefined}
        action={
          <Link to="/portail" search={{ onglet: 'comptes' }}>
            Tous les comptes
          </Link>
        }
      >
        {total === 0 ? (
          <p className="soft small">Toutes les familles qui ont une adresse mail ont leur accès.</p>
        ) : (
          <ul className="portal-list">
            {toOpen.map((one) => (
              <li key={one.guardianId}>
                <span className="grow">
                  <b>{one.name}</b>
                  <br />
                  <span className="soft">{accountText(one)}</span>
                </span>
                <Badge tone={stateLabels[one.state][1]}>{stateLabels[one.state][0]}</Badge>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </Panel>
  )
}

const LateSign = ({ item: { key } }: { item: RequestItem }) => {
  if (key.kind === 'cells')
    return key.wish === 'book' ? (
      <Cell face={{ state: 'requestSent' }} text="Demande de réservation envoyée" />
    ) : (
      <Cell face={{ state: 'cancelSent' }} text="Demande d’annulation envoyée" />
    )
  return key.kind === 'registration' ? (
    <IconClipboardPlus size={18} className="soft" role="img" aria-label="Inscription" />
  ) : (
    <IconPencil size={18} className="soft" role="img" aria-label="Changement proposé" />
  )
}
