import IconEye from '@tabler/icons-react/icons/IconEye'
import IconRefresh from '@tabler/icons-react/icons/IconRefresh'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { ExchangeState } from '../../../shared/contract/desk/exchange.ts'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { Screen, ScreenBody, ScreenHead, ShortcutBar } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { AccountsTab } from './accounts-tab.tsx'
import { AfterRestore } from './after-restore.tsx'
import { ExchangePreviewDialog } from './exchange-preview.tsx'
import { useExchangeNow, useExchangeState } from './exchange-queries.ts'
import { ExchangesTab } from './exchanges-tab.tsx'
import { LinkTab } from './link-tab.tsx'
import { PaymentTab } from './payment-tab.tsx'
import { RulesTab } from './rules-tab.tsx'
import { comingText, durationText, momentText } from './texts.ts'
import { TextsTab } from './texts-tab.tsx'
import './portal.css'

type Tab = {
  readonly id: string
  readonly title: string
  /** Open to those who work at some sites only. */
  readonly isOfSites?: true
  /** The tab scrolls its own content. */
  readonly fillsScreen?: boolean
  readonly show: (state: ExchangeState | undefined) => ReactNode
}

const allTabs: readonly Tab[] = [
  { id: 'echanges', title: 'Échanges', fillsScreen: true, show: (state) => <ExchangesTab state={state} /> },
  { id: 'comptes', title: 'Comptes', isOfSites: true, fillsScreen: true, show: () => <AccountsTab /> },
  { id: 'textes', title: 'Textes et couleur', show: () => <TextsTab /> },
  { id: 'regles', title: 'Horaire et règles', show: () => <RulesTab /> },
  { id: 'paiement', title: 'Paiement en ligne', show: () => <PaymentTab /> },
  { id: 'liaison', title: 'Liaison', show: (state) => <LinkTab state={state} /> },
]

/** Exchanges between the desk and the parents' portal, portal accounts, and the portal's settings. */
export const PortalScreen = () => {
  const may = useMay()
  const isEverywhere = may('portal', 'everywhere')
  const tabs = isEverywhere ? allTabs : allTabs.filter(({ isOfSites }) => isOfSites)
  const { onglet } = useSearch({ from: '/desk/portail' })
  const navigate = useNavigate()
  const { today } = useNow()
  const { data: state, error, refetch } = useExchangeState()
  const exchange = useExchangeNow()
  const [looksAhead, setLooksAhead] = useState(false)
  const current = tabs.find(({ id }) => id === onglet) ?? tabs[0]
  const isRunning = exchange.isPending || state?.running === true
  const isPaired = state !== undefined && state.portal !== null
  return (
    <Screen title={current && current !== allTabs[0] ? `${current.title}, portail` : 'Portail'}>
      <ScreenHead title="Portail" subtitle={state && situationText(state, today)}>
        {isPaired ? (
          <>
            {isEverywhere ? (
              <ActionButton
                combo="v"
                label="Voir ce qui partira"
                icon={<IconEye size={14} />}
                disabled={isRunning}
                onAction={() => setLooksAhead(true)}
              />
            ) : null}
            <ActionButton
              main
              combo="mod+e"
              label="Échanger maintenant"
              icon={<IconRefresh size={14} />}
              loading={isRunning}
              onAction={() => exchange.mutate(undefined)}
            />
          </>
        ) : null}
      </ScreenHead>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {state ? <KeyFigures state={state} isRunning={isRunning} /> : error ? null : <Loading />}
      {isEverywhere && state?.portal ? (
        <AfterRestore state={state} onExchange={() => exchange.mutate(undefined)} />
      ) : null}
      <nav className="tabs" aria-label="Portail">
        {tabs.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            aria-current={id === current?.id ? 'page' : undefined}
            onClick={() => void navigate({ to: '/portail', search: id === 'echanges' ? {} : { onglet: id } })}
          >
            {title}
          </button>
        ))}
      </nav>
      {current?.fillsScreen ? current.show(state) : <ScreenBody>{current?.show(state)}</ScreenBody>}
      <ShortcutBar
        keys={current?.id === 'echanges' || current?.id === 'comptes' ? [['ArrowUp ArrowDown', 'choisir']] : []}
        chosen="Sans réseau, tout le reste de l’application marche."
      />
      {looksAhead ? <ExchangePreviewDialog onClose={() => setLooksAhead(false)} /> : null}
    </Screen>
  )
}

const situationText = ({ portal, lastDone }: ExchangeState, today: Parameters<typeof momentText>[1]): string => {
  if (!portal) return 'aucun portail n’est relié'
  const address = portal.address.replace(/^https:\/\//, '')
  return lastDone ? `${address}, mis à jour ${momentText(lastDone.startedAt, today)}` : address
}

/** The main figures: last and next exchange, open accounts, late answers. */
const KeyFigures = ({ state, isRunning }: { state: ExchangeState; isRunning: boolean }) => {
  const may = useMay()
  const { today } = useNow()
  const { data: accounts } = useQuery(
    orpc.portal.accounts.queryOptions({ input: { filter: '', state: 'open', from: 0, count: 1 } }),
  )
  const { data: requests } = useQuery({ ...orpc.requests.count.queryOptions(), enabled: may('families.read') })
  const { portal, lastDone, failure, nextAt, papersWaiting } = state
  const counts = accounts?.counts ?? {}
  const toOpen = (counts['none'] ?? 0) + (counts['expired'] ?? 0)
  const invited = counts['invited'] ?? 0
  const open = counts['open'] ?? 0
  return (
    <dl className="portal-answers">
      <div>
        <dt>Dernier échange</dt>
        {isRunning ? (
          <dd>En cours…</dd>
        ) : failure ? (
          <dd className="danger">Interrompu</dd>
        ) : lastDone ? (
          <dd className="good">Réussi</dd>
        ) : (
          <dd>{portal ? 'Aucun encore' : '–'}</dd>
        )}
        <dd>
          {failure && !isRunning
            ? momentText(failure.startedAt, today)
            : lastDone
              ? `${momentText(lastDone.startedAt, today)}, ${durationText(lastDone)}`
              : ''}
        </dd>
      </div>
      <div>
        <dt>Prochain échange</dt>
        <dd>{nextAt ? comingText(nextAt, today) : '–'}</dd>
        <dd>{portal ? (state.continuous ? 'et dès qu’un parent enregistre' : 'ou au retour de la connexion') : ''}</dd>
      </div>
      <div>
        <dt>Comptes ouverts</dt>
        <dd>{accounts ? `${formatNumber(open)} sur ${formatNumber(open + toOpen + invited)}` : '…'}</dd>
        <dd>
          {accounts ? (
            <Link to="/portail" search={{ onglet: 'comptes' }}>
              {counted(toOpen, 'compte à ouvrir', 'comptes à ouvrir')}
            </Link>
          ) : null}
        </dd>
      </div>
      {papersWaiting > 0 ? (
        <div>
          <dt>Papiers</dt>
          <dd>{papersWaiting}</dd>
          <dd>à envoyer, en arrière-plan</dd>
        </div>
      ) : null}
      {requests ? (
        <div>
          <dt>Réponses en retard</dt>
          <dd className={requests.late > 0 ? 'danger' : undefined}>{requests.late}</dd>
          <dd>
            {requests.waiting > 0 ? (
              <Link to="/demandes">{counted(requests.waiting, 'demande à décider', 'demandes à décider')}</Link>
            ) : (
              'aucune demande n’attend'
            )}
          </dd>
        </div>
      ) : null}
    </dl>
  )
}
