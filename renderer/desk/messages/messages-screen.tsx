import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import IconMessages from '@tabler/icons-react/icons/IconMessages'
import IconSearch from '@tabler/icons-react/icons/IconSearch'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import type { ConversationRow } from '../../../shared/contract/desk/messages/messages.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { briefDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { QueueTab } from '../mails/queue-tab.tsx'
import { StopsTab } from '../mails/stops-tab.tsx'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { useFirstDefined } from '../parts/keyboard/stable-choice.ts'
import { pagedQuery, useAllPages } from '../parts/paged-query.ts'
import { Screen, ScreenBody, ScreenHead, ShortcutBar } from '../parts/screen.tsx'
import { SendingsTab } from '../sendings/sendings-tab.tsx'
import { useMay } from '../staff/may.ts'
import { ConversationView } from './conversation-view.tsx'
import './messages.css'
import { Notices } from './notices.tsx'
import { Reminders } from './reminders.tsx'

const tabs = [
  ['ouverts', 'Messages'],
  ['termines', 'Terminés'],
  ['envois', 'Envois'],
  ['avis', 'Avis aux familles'],
  ['rappels', 'Rappels de paiement'],
  ['courriels', 'Courriels'],
  ['adresses', 'Adresses arrêtées'],
] as const
const ofMails: readonly string[] = ['courriels', 'adresses']
const ofSendings = 'envois'

/**
 * Conversations with parents, sendings to audiences, notices to families, payment reminders, and the mails of the
 * service.
 */
export const MessagesScreen = () => {
  const { onglet = 'ouverts' } = useSearch({ from: '/desk/messages' })
  const navigate = useNavigate()
  const may = useMay()
  const [, title] = tabs.find(([id]) => id === onglet) ?? tabs[0]
  return (
    <Screen title={title}>
      <ScreenHead title="Messages" />
      <nav className="tabs" aria-label="Messages">
        {tabs
          .filter(([id]) => (!ofMails.includes(id) || may('mails')) && (id !== ofSendings || may('sendings')))
          .map(([id, name]) => (
            <button
              key={id}
              type="button"
              aria-current={id === onglet ? 'page' : undefined}
              onClick={() => void navigate({ to: '/messages', search: id === 'ouverts' ? {} : { onglet: id } })}
            >
              {name}
            </button>
          ))}
      </nav>
      {onglet === 'avis' ? (
        <ScreenBody label="Avis aux familles">
          <div className="messages-tab">
            <Notices />
          </div>
        </ScreenBody>
      ) : onglet === 'rappels' ? (
        <ScreenBody label="Rappels de paiement">
          <div className="messages-tab">
            <Reminders />
          </div>
        </ScreenBody>
      ) : onglet === ofSendings ? (
        <SendingsTab />
      ) : onglet === 'courriels' ? (
        <QueueTab />
      ) : onglet === 'adresses' ? (
        <ScreenBody label="Adresses arrêtées">
          <div className="messages-tab">
            <StopsTab />
          </div>
        </ScreenBody>
      ) : (
        <Conversations key={onglet} state={onglet === 'termines' ? 'closed' : 'open'} />
      )}
    </Screen>
  )
}

const page = 100

const Conversations = ({ state }: { state: 'open' | 'closed' }) => {
  const { conversation } = useSearch({ from: '/desk/messages' })
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const [filter] = useDebouncedValue(typed.trim(), 120)
  const field = useRef<HTMLInputElement>(null)
  const query = useInfiniteQuery(
    orpc.messages.list.infiniteOptions({
      input: (from: number) => ({ state, filter, from, count: page }),
      ...pagedQuery(page),
    }),
  )
  useAllPages(query)
  const pages = query.data?.pages
  const rows = useMemo(() => pages?.flatMap((one) => one.rows) ?? [], [pages])
  // Keeps the open conversation on screen when a new message moves another one above it.
  const first = useFirstDefined(rows[0]?.id)
  const chosen = conversation ?? (filter === '' ? first : rows[0]?.id)
  const choose = (id: number) =>
    void navigate({
      to: '/messages',
      search: { ...(state === 'closed' && { onglet: 'termines' }), conversation: id },
      replace: true,
    })
  const go = (by: 1 | -1) => {
    const next = rows[rows.findIndex(({ id }) => id === chosen) + by]
    if (next) choose(next.id)
  }
  useShortcut('f', 'chercher un message', () => field.current?.focus())
  useShortcut('ArrowDown', 'message suivant', () => go(1))
  useShortcut('ArrowUp', 'message précédent', () => go(-1))
  return (
    <>
      <div className="split messages-split">
        <div className="messages-list">
          <TextInput
            ref={field}
            aria-label="Chercher un message"
            placeholder="Famille, enfant, sujet… (F)"
            leftSection={<IconSearch size={16} aria-hidden="true" />}
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            onKeyDown={({ key }) => key === 'Escape' && setTyped('')}
          />
          {query.error ? (
            <Failure error={query.error} onRetry={() => void query.refetch()} />
          ) : query.isPending ? (
            <Loading>Les messages arrivent…</Loading>
          ) : rows.length === 0 ? (
            <EmptyState icon={IconMessages} title={filter === '' ? 'Aucun message ici' : 'Aucun message trouvé'}>
              {state === 'open'
                ? 'Ce que les parents écrivent sur le portail arrive ici à chaque échange.'
                : 'Une conversation terminée se rouvre dès que la famille écrit.'}
            </EmptyState>
          ) : (
            <ul aria-label="Conversations, les non lues d’abord">
              {rows.map((one) => (
                <li key={one.id}>
                  <Line row={one} isChosen={one.id === chosen} onChoose={() => choose(one.id)} />
                </li>
              ))}
            </ul>
          )}
        </div>
        {chosen === undefined ? <div /> : <ConversationView key={chosen} id={chosen} />}
      </div>
      <ShortcutBar keys={[['ArrowUp ArrowDown', 'choisir']]} />
    </>
  )
}

const Line = ({
  row: { family, subject, about, unread, lastAt, lastBy, excerpt },
  isChosen,
  onChoose,
}: {
  row: ConversationRow
  isChosen: boolean
  onChoose: () => void
}) => (
  <button type="button" className="choice-row" aria-current={isChosen ? 'true' : undefined} onClick={onChoose}>
    <span className="row">
      <b className="grow">
        {unread ? <span className="messages-dot" aria-hidden="true" /> : null}
        {family}
        {unread ? <span className="unseen">, non lu</span> : null}
      </b>
      <span className="soft small">{briefDay(dayAt(lastAt))}</span>
    </span>
    <span className={unread ? 'messages-subject messages-unread' : 'messages-subject'}>
      {subject}
      {about === '' ? '' : `, ${about}`}
    </span>
    <span className="soft small messages-excerpt">
      {lastBy === 'service' ? 'Répondu\u00a0: ' : ''}
      {excerpt}
    </span>
  </button>
)
