import { Button, Menu, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown'
import IconSearch from '@tabler/icons-react/icons/IconSearch'
import IconUserPlus from '@tabler/icons-react/icons/IconUserPlus'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef } from 'react'
import { create } from 'zustand'
import {
  type BalanceFilter,
  balanceFilters,
  type FamilyRow,
  type ListedFamily,
} from '../../../shared/contract/desk/people/families.ts'
import { isDay } from '../../../shared/rules/calendar/day.ts'
import { formatEuros, formatNumber } from '../../../shared/rules/money/money.ts'
import { counted, numericDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { ExportButton } from '../imports/export-button.tsx'
import { ActionButton, PlainAction, SegmentedControl } from '../parts/buttons.tsx'
import { DebtMarks } from '../parts/debt-marks.tsx'
import { Badge, EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { EuroField } from '../parts/forms/euro-field.tsx'
import { useDeferredAction } from '../parts/keyboard/deferred-action.ts'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { pagedQuery, useAllPages } from '../parts/paged-query.ts'
import { Screen, ScreenHead, ShortcutBar } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import './families.css'
import { NewFamilyDialog } from './new-family-dialog.tsx'
import { OpenElsewhereDialog } from './open-elsewhere-dialog.tsx'

/** Without balance and marks for people who may not read accounts. */
type Row = FamilyRow & Partial<Pick<ListedFamily, 'balanceCents' | 'marks'>>

type Show = 'present' | 'left' | 'all'

const pageSize = 500

/** « 599 familles présentes »: a free list, which also has those that left, counts more. */
const shownWords: Readonly<Record<Show, (total: number) => string>> = {
  present: (total) => counted(total, 'famille présente', 'familles présentes'),
  left: (total) => counted(total, 'famille partie', 'familles parties'),
  all: (total) => counted(total, 'famille'),
}

/** Stored outside the component, so that the search remains when the person returns from a family. */
const useView = create<{
  typed: string
  show: Show
  balance: BalanceFilter
  /** With a balance filter: the smallest amount, in euros. */
  from: number | string
  chosen: number | undefined
}>()(() => ({
  typed: '',
  show: 'present',
  balance: 'any',
  from: '',
  chosen: undefined,
}))

/** The list of families, filtered by the first letters of any name or the first digits of a phone number. */
export const FamiliesScreen = () => {
  const { typed, show, balance, from, chosen } = useView()
  const setTyped = (text: string) => useView.setState({ typed: text })
  const [filter] = useDebouncedValue(typed.trim(), 80)
  const [least] = useDebouncedValue(from, 200)
  const field = useRef<HTMLInputElement>(null)
  const navigate = useNavigate()
  const may = useMay()
  const { nouvelle: isAdding = false, ailleurs, ne = '', import: madeBy = null } = useSearch({ from: '/desk/familles' })
  const seesMoney = may('invoices.read')
  const asked = {
    filter,
    show: madeBy === null ? show : 'all',
    madeBy,
    balance: seesMoney ? balance : 'any',
    fromCents: balance === 'any' ? 0 : Math.round((Number(least) || 0) * 100),
  } as const
  const { rows, total, error, isPending, isSuccess, isPlaceholderData, refetch } = useFamilies(asked, seesMoney)

  useShortcut('f', 'filtrer la liste', () => field.current?.focus())
  const open = (id: number) => void navigate({ to: '/familles/$familyId', params: { familyId: String(id) } })
  const isAnswered = filter === typed.trim() && isSuccess && !isPlaceholderData
  const opening = useDeferredAction(isAnswered, () => rows[0] && open(rows[0].id))
  const ofImport = madeBy === null ? {} : { import: madeBy }
  const add = (nouvelle: boolean) =>
    void navigate({ to: '/familles', search: { ...ofImport, ...(nouvelle && { nouvelle }) }, replace: true })

  return (
    <Screen title="Familles">
      <ScreenHead
        title="Familles"
        subtitle={
          total === undefined ? undefined : madeBy === null ? shownWords[show](total) : counted(total, 'famille')
        }
        controls={
          madeBy === null ? (
            <SegmentedControl
              label="Familles montrées"
              options={[
                ['present', 'Présentes'],
                ['left', 'Parties'],
                ['all', 'Toutes'],
              ]}
              value={show}
              onChange={(next) => useView.setState({ show: next })}
            />
          ) : undefined
        }
      >
        <TextInput
          ref={field}
          className="families-filter"
          aria-label="Filtrer par nom, enfant ou téléphone"
          placeholder="Nom, enfant, tél. (F)"
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            opening.cancel()
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') opening.request(undefined)
            if (event.key === 'Escape') setTyped('')
          }}
        />
        <ExportButton what={{ list: 'families', ...asked }} />
        {may('dossiers') ? (
          <ActionButton label="Dossiers" onAction={() => void navigate({ to: '/familles/dossiers', search: {} })} />
        ) : may('activities') ? (
          <ActionButton label="Campagne" onAction={() => void navigate({ to: '/familles/campagne' })} />
        ) : null}
        {may('imports') ? (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button rightSection={<IconChevronDown size={14} />}>Plus</Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => void navigate({ to: '/import' })}>Importer…</Menu.Item>
              <Menu.Item onClick={() => void navigate({ to: '/doublons' })}>Doublons</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : null}
        {may('families.write') ? (
          <ActionButton
            main
            combo="n"
            label="Nouvelle famille"
            icon={<IconUserPlus size={14} />}
            onAction={() => add(true)}
          />
        ) : null}
      </ScreenHead>
      {madeBy === null ? null : (
        <div className="families-balance">
          <b>Créées par un import</b>
          <PlainAction
            label="toutes les familles"
            onAction={() => void navigate({ to: '/familles', search: {}, replace: true })}
          />
        </div>
      )}
      {asked.balance === 'any' ? null : <BalanceStrip balance={asked.balance} from={from} />}
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Loading>Les familles arrivent…</Loading>
      ) : (
        <Table
          label="Familles"
          items={rows}
          idOf={({ id }) => id}
          columns={seesMoney ? [...columns, balanceColumn] : columns}
          chosen={chosen}
          onChoose={({ id }) => useView.setState({ chosen: id })}
          onOpen={({ id }) => open(id)}
          style={{ flex: 1, paddingInline: 16 }}
          empty={
            <NoFamily
              filter={filter}
              balance={asked.balance}
              onAdd={may('families.write') ? () => add(true) : undefined}
            />
          }
        />
      )}
      <ShortcutBar
        keys={[
          ['ArrowUp ArrowDown', 'choisir'],
          ['Enter', 'ouvrir la famille'],
        ]}
      />
      {isAdding && may('families.write') ? <NewFamilyDialog onClose={() => add(false)} onCreated={open} /> : null}
      {ailleurs !== undefined && isDay(ne) ? (
        <OpenElsewhereDialog name={ailleurs} birthDay={ne} onClose={() => add(false)} onOpened={open} />
      ) : null}
    </Screen>
  )
}

const useFamilies = (
  asked: {
    readonly filter: string
    readonly show: Show
    readonly madeBy: number | null
    readonly balance: BalanceFilter
    readonly fromCents: number
  },
  seesMoney: boolean,
) => {
  const { filter, show, madeBy } = asked
  const withBalances = useInfiniteQuery({
    ...orpc.payments.families.infiniteOptions({
      input: (from: number) => ({ ...asked, from, count: pageSize }),
      ...pagedQuery(pageSize),
    }),
    enabled: seesMoney,
  })
  const withoutBalances = useInfiniteQuery({
    ...orpc.families.list.infiniteOptions({
      input: (from: number) => ({ filter, show, madeBy, from, count: pageSize }),
      ...pagedQuery(pageSize),
    }),
    enabled: !seesMoney,
  })
  const query = seesMoney ? withBalances : withoutBalances
  useAllPages(query)
  const pages: readonly { total: number; rows: readonly Row[] }[] | undefined = query.data?.pages
  const rows = useMemo(() => pages?.flatMap((one) => one.rows) ?? [], [pages])
  return { ...query, rows, total: pages?.at(-1)?.total }
}

const balanceNames: Readonly<Record<BalanceFilter, string>> = {
  any: 'Tous les soldes',
  owing: 'Doit',
  ahead: 'En avance',
}

/** The balance filter in use, and its smallest amount. */
const BalanceStrip = ({ balance, from }: { balance: Exclude<BalanceFilter, 'any'>; from: number | string }) => (
  <div className="families-balance">
    <b>{balanceNames[balance]}</b>
    <label htmlFor="families-from">au moins</label>
    <EuroField id="families-from" w={110} value={from} onChange={(next) => useView.setState({ from: next })} />
    <PlainAction label="tous les soldes" onAction={() => useView.setState({ balance: 'any', from: '' })} />
  </div>
)

const balanceColumn: TableColumn<Row> = {
  id: 'balance',
  title: (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className="plain" title="Filtrer par solde">
          Solde <IconChevronDown size={12} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {balanceFilters.map((one) => (
          <Menu.Item key={one} onClick={() => useView.setState({ balance: one })}>
            {balanceNames[one]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  ),
  number: true,
  width: 130,
  show: ({ balanceCents = 0 }) =>
    balanceCents === 0 ? (
      ''
    ) : balanceCents > 0 ? (
      formatEuros(balanceCents)
    ) : (
      <span className="soft">avance {formatEuros(-balanceCents)}</span>
    ),
}

const columns: readonly TableColumn<Row>[] = [
  {
    id: 'name',
    title: 'Famille',
    width: 200,
    show: ({ name, leftOn, marks = [] }) => (
      <>
        <b>{name}</b> {leftOn === null ? null : <Badge>partie le {numericDay(leftOn)}</Badge>}{' '}
        <DebtMarks marks={marks} />
      </>
    ),
  },
  {
    id: 'guardians',
    title: 'Responsables',
    show: ({ guardians }) => guardians || <span className="soft">à compléter</span>,
  },
  { id: 'children', title: 'Enfants', show: ({ children }) => children },
  { id: 'phone', title: 'Téléphone', width: 130, show: ({ phone }) => phone },
  {
    id: 'town',
    title: 'Commune',
    width: 190,
    show: ({ town, resident }) => (
      <>
        {town} {town !== '' && !resident ? <Badge>hors commune</Badge> : null}
      </>
    ),
  },
  {
    id: 'quotient',
    title: (
      <Link to="/familles/quotients" aria-label="QF qui expirent" title="QF qui expirent">
        QF
      </Link>
    ),
    number: true,
    width: 90,
    show: ({ quotient }) => (quotient === null ? <span className="soft">inconnu</span> : formatNumber(quotient)),
  },
]

const NoFamily = ({
  filter,
  balance,
  onAdd,
}: {
  filter: string
  balance: BalanceFilter
  onAdd: (() => void) | undefined
}) =>
  balance !== 'any' ? (
    <EmptyState
      icon={IconSearch}
      title={balance === 'owing' ? 'Personne ne doit autant' : 'Personne n’est autant en avance'}
    >
      Choisissez «\u00a0Tous les soldes\u00a0», ou une somme plus petite.
    </EmptyState>
  ) : filter === '' ? (
    <EmptyState
      icon={IconUsers}
      title="Aucune famille ici"
      action={onAdd ? <ActionButton label="Nouvelle famille" onAction={onAdd} /> : undefined}
    >
      Les familles viennent du comptoir, ou d’une liste importée.
    </EmptyState>
  ) : (
    <EmptyState icon={IconSearch} title={`Personne ne répond à «\u00a0${filter}\u00a0»`}>
      La recherche lit le début de chaque nom et de chaque téléphone.
    </EmptyState>
  )
