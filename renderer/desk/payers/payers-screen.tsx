import IconUsersGroup from '@tabler/icons-react/icons/IconUsersGroup'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { ListedThirdParty } from '../../../shared/contract/desk/money/payers.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { thirdPartyKindNames } from '../../../shared/rules/money/third-party.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { Screen, ScreenHead, ShortcutBar } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { AidsToWatch } from './aids-to-watch.tsx'
import { PromiseDialog } from './promise-dialog.tsx'
import { ThirdPartyDialog } from './third-party-dialog.tsx'

/** « Aides et tiers payeurs »: the third parties and aids that pay a part of what homes owe. */
export const PayersScreen = () => {
  const navigate = useNavigate()
  const [opened, setOpened] = useState<'party' | 'aid'>()
  const { data: parties, error, refetch } = useQuery(orpc.payers.thirdParties.queryOptions())
  const open = (id: number) => void navigate({ to: '/facturation/tiers/$tiers', params: { tiers: String(id) } })
  return (
    <Screen title="Aides et tiers payeurs">
      <ScreenHead
        title="Aides et tiers payeurs"
        subtitle={parties ? counted(parties.length, 'tiers payeur', 'tiers payeurs') : undefined}
      >
        <ActionButton combo="t" label="Nouveau tiers payeur…" onAction={() => setOpened('party')} />
        <ActionButton main combo="n" label="Promettre une aide…" onAction={() => setOpened('aid')} />
      </ScreenHead>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!parties && !error ? <Loading /> : null}
      <AidsToWatch />
      {parties ? (
        <Table
          label="Tiers payeurs"
          items={parties}
          idOf={({ id }) => id}
          groupOf={({ archived }) => (archived ? 'Archivés' : 'En cours')}
          columns={columns}
          onOpen={({ id }) => open(id)}
          style={{ flex: 1, paddingInline: 16 }}
          empty={
            <EmptyState icon={IconUsersGroup} title="Aucun tiers payeur">
              Un CCAS, l’aide sociale à l’enfance, un comité d’entreprise&nbsp;: qui paie une part à la place des
              familles. Une aide sans tiers baisse le prix, et personne d’autre ne la paie.
            </EmptyState>
          }
        />
      ) : null}
      <ShortcutBar
        keys={[
          ['ArrowUp ArrowDown', 'choisir'],
          ['Enter', 'ouvrir'],
        ]}
      />
      {opened === 'party' ? (
        <ThirdPartyDialog party={null} onSaved={open} onClose={() => setOpened(undefined)} />
      ) : null}
      {opened === 'aid' ? <PromiseDialog thirdPartyId={null} onClose={() => setOpened(undefined)} /> : null}
    </Screen>
  )
}

const columns: readonly TableColumn<ListedThirdParty>[] = [
  {
    id: 'name',
    title: 'Tiers payeur',
    show: ({ name, kind }) => (
      <>
        <b>{name}</b> <span className="soft small">{thirdPartyKindNames[kind]}</span>
      </>
    ),
  },
  { id: 'children', title: 'Enfants aidés', number: true, width: 120, show: ({ children }) => children },
  {
    id: 'levels',
    title: 'Plafonds',
    width: 220,
    show: ({ nearlyUsed, usedUp }) => (
      <span className="row">
        {usedUp > 0 ? <Badge tone="danger">{counted(usedUp, 'épuisé')}</Badge> : null}
        {nearlyUsed > 0 ? <Badge tone="warn">{counted(nearlyUsed, 'à surveiller', 'à surveiller')}</Badge> : null}
      </span>
    ),
  },
  {
    id: 'toBill',
    title: 'À facturer',
    number: true,
    width: 120,
    show: ({ toBillCents }) => (toBillCents === 0 ? <span className="soft">–</span> : formatEuros(toBillCents)),
  },
  {
    id: 'balance',
    title: 'Solde à régler',
    number: true,
    width: 130,
    show: ({ balanceCents }) => <b>{formatEuros(balanceCents)}</b>,
  },
]
