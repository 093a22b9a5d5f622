import { Checkbox, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import IconMail from '@tabler/icons-react/icons/IconMail'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import IconSearch from '@tabler/icons-react/icons/IconSearch'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import {
  type AccessState,
  accessStates,
  type InvitationResult,
  type PortalAccess,
} from '../../../shared/contract/desk/portal.ts'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { pagedQuery, useAllPages } from '../parts/paged-query.ts'
import { Table, type TableColumn } from '../parts/table.tsx'
import { notifyRefusal } from '../queries.ts'
import { AccountPanel } from './account-panel.tsx'
import { accountText, stateLabels, stopWords } from './texts.ts'

const page = 1000

/** Portal accounts: search by name or e-mail, filter by state, invite one or many. */
export const AccountsTab = () => {
  const [typed, setTyped] = useState('')
  const [filter] = useDebouncedValue(typed.trim(), 120)
  const [state, setState] = useState<AccessFilter>('all')
  const [chosen, setChosen] = useState<number>()
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set())
  const [busy, setBusy] = useState<'mail' | 'letter'>()
  const [refused, setRefused] = useState<InvitationResult>()
  const field = useRef<HTMLInputElement>(null)
  const { rows, total, counts, error, isPending, refetch } = useAccounts(filter, state)
  useShortcut('f', 'chercher un compte', () => field.current?.focus())

  const shown = rows.find(({ guardianId }) => guardianId === chosen)
  const ids = picked.size > 0 ? [...picked] : shown ? [shown.guardianId] : []
  const isAll = rows.length > 0 && picked.size >= rows.length && rows.every(({ guardianId }) => picked.has(guardianId))
  const pickAll = () => setPicked(isAll ? new Set() : new Set(rows.map(({ guardianId }) => guardianId)))
  const tell = (answer: InvitationResult, done: string, then = '') => {
    if (answer.invited > 0)
      notifications.show({ message: `${done} pour ${counted(answer.invited, 'personne')}.${then}` })
    if (answer.refused.length > 0) setRefused(answer)
    setPicked(new Set())
  }
  const invite = async (by: 'mail' | 'letter') => {
    if (ids.length === 0) return
    setBusy(by)
    try {
      if (by === 'mail')
        tell(
          await clientOutsideForms.portal.inviteByMail({ guardianIds: ids }),
          'Lien préparé pour le prochain échange',
        )
      else {
        const { letters, ...answer } = await clientOutsideForms.portal.inviteByLetter({ guardianIds: ids })
        tell(answer, 'Lettres prêtes', ' Leurs codes marcheront après le prochain échange.')
        if (letters) await printPaper(letters)
      }
    } catch (failure) {
      notifyRefusal(failure)
    } finally {
      setBusy(undefined)
    }
  }
  const columns = useMemo(() => columnsOf(picked, setPicked), [picked])

  return (
    <div className="split portal-accounts">
      <div className="portal-accounts-main">
        <div className="portal-tools">
          <fieldset className="segment" aria-label="Comptes montrés">
            {[...(['all'] as const), ...accessStates, ...(['stopped'] as const)].map((one) => (
              <button key={one} type="button" aria-pressed={one === state} onClick={() => setState(one)}>
                {filterLabels[one]} <small>{formatNumber(one === 'all' ? sum(counts) : (counts[one] ?? 0))}</small>
              </button>
            ))}
          </fieldset>
        </div>
        <div className="portal-tools">
          <Checkbox
            className="portal-all"
            label={picked.size > 0 ? counted(picked.size, 'choisi') : 'Tout choisir'}
            checked={isAll}
            indeterminate={picked.size > 0 && !isAll}
            onChange={pickAll}
          />
          <TextInput
            ref={field}
            className="grow"
            aria-label="Chercher un compte"
            placeholder="Nom, enfant, adresse mail… (F)"
            leftSection={<IconSearch size={16} aria-hidden="true" />}
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            onKeyDown={({ key }) => key === 'Escape' && setTyped('')}
          />
          <ActionButton
            combo="i"
            label={picked.size > 1 ? `Inviter les ${formatNumber(picked.size)} par mail` : 'Inviter par mail'}
            icon={<IconMail size={14} />}
            disabled={ids.length === 0}
            loading={busy === 'mail'}
            onAction={() => void invite('mail')}
          />
          <ActionButton
            combo="l"
            label={picked.size > 1 ? `Imprimer les ${formatNumber(picked.size)} lettres` : 'Imprimer la lettre'}
            icon={<IconPrinter size={14} />}
            disabled={ids.length === 0}
            loading={busy === 'letter'}
            onAction={() => void invite('letter')}
          />
        </div>
        {error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Loading>Les comptes arrivent…</Loading>
        ) : (
          <Table
            label="Comptes du portail"
            items={rows}
            idOf={({ guardianId }) => guardianId}
            columns={columns}
            keepsWidths
            chosen={chosen}
            onChoose={({ guardianId }) => setChosen(guardianId)}
            onOpen={({ guardianId }) => setPicked(toggled(guardianId))}
            style={{ flex: 1, paddingInline: 16 }}
            empty={
              <EmptyState
                icon={IconUsers}
                title={filter === '' ? 'Personne ici' : `Personne ne répond à «\u00a0${filter}\u00a0»`}
              >
                Les comptes sont ceux des responsables des familles présentes.
              </EmptyState>
            }
          />
        )}
      </div>
      <AccountPanel access={shown} total={total} />
      {refused ? <RefusedDialog answer={refused} onClose={() => setRefused(undefined)} /> : null}
    </div>
  )
}

type AccessFilter = AccessState | 'all' | 'stopped'

const filterLabels: Readonly<Record<AccessFilter, string>> = {
  all: 'Tous',
  none: 'Sans compte',
  noEmail: 'Sans mail',
  invited: 'Invités',
  expired: 'Expirés',
  open: 'Ouverts',
  blocked: 'Bloqués',
  stopped: 'Adresse arrêtée',
}

/** Leaves out `stopped`: an account with a stopped address is already counted by its state. */
const sum = (counts: Readonly<Record<string, number>>): number =>
  accessStates.reduce((total, one) => total + (counts[one] ?? 0), 0)

const noCounts: Readonly<Record<string, number>> = {}

const useAccounts = (filter: string, state: AccessFilter) => {
  const query = useInfiniteQuery(
    orpc.portal.accounts.infiniteOptions({
      input: (from: number) => ({ filter, state, from, count: page }),
      ...pagedQuery(page),
    }),
  )
  useAllPages(query)
  const pages = query.data?.pages
  const rows = useMemo(() => pages?.flatMap((one) => one.rows) ?? [], [pages])
  const last = pages?.at(-1)
  return { ...query, rows, total: last?.total, counts: last?.counts ?? noCounts }
}

const toggled =
  (guardianId: number) =>
  (before: ReadonlySet<number>): ReadonlySet<number> => {
    const after = new Set(before)
    if (!after.delete(guardianId)) after.add(guardianId)
    return after
  }

const columnsOf = (
  picked: ReadonlySet<number>,
  setPicked: (change: (before: ReadonlySet<number>) => ReadonlySet<number>) => void,
): readonly TableColumn<PortalAccess>[] => [
  {
    id: 'pick',
    title: <span className="unseen">Choix</span>,
    width: 44,
    show: ({ guardianId, name }) => (
      <input
        type="checkbox"
        className="portal-pick"
        aria-label={`Choisir ${name}`}
        checked={picked.has(guardianId)}
        onChange={() => setPicked(toggled(guardianId))}
        onClick={(event) => event.stopPropagation()}
      />
    ),
  },
  { id: 'name', title: 'Responsable', width: 210, show: ({ name }) => <b>{name}</b> },
  {
    id: 'families',
    title: 'Famille',
    width: 150,
    show: ({ families }) =>
      families.map(({ id, name }, place) => (
        <span key={id}>
          {place > 0 ? ', ' : ''}
          <Link to="/familles/$familyId" params={{ familyId: String(id) }}>
            {name}
          </Link>
        </span>
      )),
  },
  { id: 'email', title: 'Identifiant', show: ({ email }) => email || <span className="soft">pas d’adresse mail</span> },
  {
    id: 'state',
    title: 'Compte',
    width: 150,
    show: (one) => (
      <span title={accountText(one)}>
        {one.stop === null ? (
          <Badge tone={stateLabels[one.state][1]}>{stateLabels[one.state][0]}</Badge>
        ) : (
          <Badge tone="danger">{stopWords[one.stop.cause]}</Badge>
        )}
      </span>
    ),
  },
]

const RefusedDialog = ({
  answer: { invited, refused },
  onClose,
}: {
  answer: InvitationResult
  onClose: () => void
}) => (
  <Dialog opened title={counted(refused.length, 'accès non donné', 'accès non donnés')} onClose={onClose}>
    <div className="stack">
      <Note tone="warn">
        {invited > 0 ? `Les ${formatNumber(invited)} autres sont faits.` : 'Rien n’a été fait.'} Voici pourquoi ceux-ci
        ne le sont pas.
      </Note>
      <ul className="portal-list portal-refused">
        {refused.slice(0, maxRefusedShown).map(({ guardianId, name, sentence }) => (
          <li key={guardianId}>
            <span className="grow">
              <b>{name}</b>
              <br />
              <span className="soft">{sentence}</span>
            </span>
          </li>
        ))}
      </ul>
      {refused.length > maxRefusedShown ? (
        <p className="soft small">et {refused.length - maxRefusedShown} autres</p>
      ) : null}
    </div>
  </Dialog>
)

const maxRefusedShown = 200
