import { Checkbox, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import IconMail from '@tabler/icons-react/icons/IconMail'
import IconMailForward from '@tabler/icons-react/icons/IconMailForward'
import IconMailOff from '@tabler/icons-react/icons/IconMailOff'
import IconRefresh from '@tabler/icons-react/icons/IconRefresh'
import IconSearch from '@tabler/icons-react/icons/IconSearch'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { type MailFilter, type MailRow, mailFilters } from '../../../shared/contract/desk/messages/mails.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { fateText, type ShownFate, waitingHours } from '../../../shared/rules/mails/fate.ts'
import { channelNames } from '../../../shared/rules/messages/channel.ts'
import { addressText } from '../../../shared/rules/messages/mobile.ts'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { counted, instantText, shortDay } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note, Properties } from '../parts/feedback.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { OlderButton } from '../parts/older-button.tsx'
import { pagedQuery } from '../parts/paged-query.ts'
import { Panel } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { fateTones } from './fate-tones.ts'
import './mails.css'

const page = 200

const filterNames: Readonly<Record<MailFilter, string>> = {
  toDecide: 'À décider',
  waiting: 'En attente',
  all: 'Tous',
}

/** « Courriels »: the queue, the fate of each mail, and what staff must decide about mails in doubt. */
export const QueueTab = () => {
  const [typed, setTyped] = useState('')
  const [text] = useDebouncedValue(typed.trim(), 120)
  const [filter, setFilter] = useState<MailFilter>('all')
  const [chosen, setChosen] = useState<number>()
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set())
  const field = useRef<HTMLInputElement>(null)
  useShortcut('f', 'chercher un courriel', () => field.current?.focus())
  const query = useInfiniteQuery(
    orpc.mails.list.infiniteOptions({
      input: (from: number) => ({ filter, text, from, count: page }),
      ...pagedQuery(page),
    }),
  )
  const pages = query.data?.pages
  const rows = useMemo(() => pages?.flatMap((one) => one.rows) ?? [], [pages])
  const last = pages?.at(-1)
  const shown = rows.find(({ id }) => id === chosen)
  const selected = picked.size > 0 ? rows.filter(({ id }) => picked.has(id)) : shown ? [shown] : []
  const isAll = rows.length > 0 && rows.every(({ id }) => picked.has(id))
  const columns = useMemo(() => columnsOf(picked, setPicked), [picked])
  const ids = selected.map(({ id }) => id)
  const done = (message: string) => {
    setPicked(new Set())
    notifications.show({ message })
  }
  const resend = useMutation(
    orpcOutsideForms.mails.resend.mutationOptions({
      onSuccess: ({ count }) => done(`${counted(count, 'courriel')} de nouveau en attente.`),
    }),
  )
  const withdraw = useMutation(
    orpcOutsideForms.mails.withdraw.mutationOptions({
      onSuccess: ({ count }) => done(`${counted(count, 'courriel ne partira', 'courriels ne partiront')} pas.`),
    }),
  )
  return (
    <div className="split mails-split">
      <div className="mails-main">
        {last ? <State isReady={last.isReady} problem={last.problem} waiting={last.counts.waiting} /> : null}
        <div className="mails-tools">
          <fieldset className="segment" aria-label="Courriels montrés">
            {mailFilters.map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={one === filter}
                onClick={() => {
                  setFilter(one)
                  setPicked(new Set())
                }}
              >
                {filterNames[one]} <small>{last ? formatNumber(last.counts[one]) : ''}</small>
              </button>
            ))}
          </fieldset>
        </div>
        <div className="mails-tools">
          <Checkbox
            label={picked.size > 0 ? counted(picked.size, 'choisi') : 'Tout choisir'}
            checked={isAll}
            indeterminate={picked.size > 0 && !isAll}
            onChange={() => setPicked(isAll ? new Set() : new Set(rows.map(({ id }) => id)))}
          />
          <TextInput
            ref={field}
            className="grow"
            aria-label="Chercher un courriel"
            placeholder="Nom, adresse, objet… (F)"
            leftSection={<IconSearch size={16} aria-hidden="true" />}
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            onKeyDown={({ key }) => key === 'Escape' && setTyped('')}
          />
          <ActionButton
            combo="r"
            label="Renvoyer"
            icon={<IconMailForward size={14} />}
            disabled={selected.length === 0 || selected.some(({ mayResend }) => !mayResend)}
            loading={resend.isPending}
            onAction={() => resend.mutate({ ids })}
          />
          <ActionButton
            combo="s"
            label="Ne pas envoyer"
            icon={<IconMailOff size={14} />}
            disabled={selected.length === 0 || selected.some(({ mayWithdraw }) => !mayWithdraw)}
            loading={withdraw.isPending}
            onAction={() => withdraw.mutate({ ids })}
          />
        </div>
        {query.error ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : query.isPending ? (
          <Loading>Les courriels arrivent…</Loading>
        ) : (
          <Table
            label="Courriels"
            items={rows}
            idOf={({ id }) => id}
            columns={columns}
            keepsWidths
            chosen={chosen}
            onChoose={({ id }) => setChosen(id)}
            onSpace={({ id }) => setPicked(toggled(id))}
            style={{ flex: 1, paddingInline: 16 }}
            empty={
              <EmptyState icon={IconMail} title={text === '' ? 'Aucun courriel ici' : 'Aucun courriel trouvé'}>
                Les relances par mail passent par ici, avec ce que chacune est devenue.
              </EmptyState>
            }
          />
        )}
        <OlderButton pages={query} />
      </div>
      <MailPanel row={shown} />
    </div>
  )
}

const State = ({ isReady, problem, waiting }: { isReady: boolean; problem: string | null; waiting: number }) => {
  const retry = useMutation(orpcOutsideForms.mails.retry.mutationOptions())
  if (!isReady)
    return (
      <div className="mails-tools">
        <Note tone="warn">
          Aucun serveur de mail n’est réglé sur ce poste&nbsp;: rien ne part. La direction ou l’administrateur le règle
          dans Réglages, Courriels.
        </Note>
      </div>
    )
  if (problem === null) return null
  return (
    <div className="mails-tools">
      <Note tone="danger">
        {problem}{' '}
        {waiting > 0 ? `${counted(waiting, 'courriel attend', 'courriels attendent')}\u00a0: aucun n’est perdu.` : ''}
      </Note>
      <ActionButton
        label="Réessayer maintenant"
        icon={<IconRefresh size={14} />}
        loading={retry.isPending}
        onAction={() => retry.mutate({})}
      />
    </div>
  )
}

const toggled =
  (id: number) =>
  (before: ReadonlySet<number>): ReadonlySet<number> => {
    const after = new Set(before)
    if (!after.delete(id)) after.add(id)
    return after
  }

const columnsOf = (
  picked: ReadonlySet<number>,
  setPicked: (change: (before: ReadonlySet<number>) => ReadonlySet<number>) => void,
): readonly TableColumn<MailRow>[] => [
  {
    id: 'pick',
    title: <span className="unseen">Choix</span>,
    width: 44,
    show: ({ id, name }) => (
      <input
        type="checkbox"
        className="mails-pick"
        aria-label={`Choisir le courriel à ${name}`}
        checked={picked.has(id)}
        onChange={() => setPicked(toggled(id))}
        onClick={(event) => event.stopPropagation()}
      />
    ),
  },
  {
    id: 'name',
    title: 'Destinataire',
    width: 170,
    show: ({ name, familyId }) =>
      familyId === null ? (
        name
      ) : (
        <Link to="/familles/$familyId" params={{ familyId: String(familyId) }}>
          {name}
        </Link>
      ),
  },
  { id: 'channel', title: 'Par', width: 90, show: ({ channel }) => channelNames[channel] },
  { id: 'subject', title: 'Objet', show: ({ subject }) => subject },
  { id: 'queuedAt', title: 'Demandé le', width: 140, show: ({ queuedAt }) => shortDay(dayAt(queuedAt)) },
  {
    id: 'fate',
    title: 'Envoi',
    width: 170,
    show: ({ fate, channel }) => <Badge tone={fateTones[fate]}>{fateText(fate, channel)}</Badge>,
  },
]

/** What staff should know and do about a fate. */
const advice: Readonly<Partial<Record<ShownFate, string>>> = {
  unknown:
    'La connexion ou le poste s’est coupé pendant l’envoi\u00a0: il est peut-être arrivé. Demandez à la famille, ou renvoyez-le au risque d’un double.',
  late: `Il attend depuis plus de ${waitingHours} heures\u00a0: ce qu’il dit est peut-être dépassé. Renvoyez-le, ou ne l’envoyez pas.`,
  undelivered: 'L’opérateur n’a pas remis ce SMS. Vérifiez le numéro avec la famille, puis renvoyez, ou téléphonez.',
  toCall:
    'Rien ne peut lui être écrit. Téléphonez, puis dites «\u00a0Ne pas envoyer\u00a0»\u00a0: elle sera dite prévenue.',
  refused: 'Cette adresse n’existe pas. Demandez la bonne à la famille, corrigez sa fiche, puis renvoyez.',
  rejected: 'Le serveur n’a pas voulu de ce courriel. Renvoyez-le plus tard, ou prévenez autrement.',
  stopped: 'L’adresse est dans les adresses arrêtées. Levez l’arrêt ou corrigez la fiche, puis renvoyez.',
}

const MailPanel = ({ row }: { row: MailRow | undefined }) => {
  const { data } = useQuery(orpc.mails.read.queryOptions({ input: { id: row?.id ?? 0 }, enabled: row !== undefined }))
  if (!row)
    return (
      <Panel label="Courriel">
        <p className="soft small">Choisissez une ligne pour lire le courriel et ce qu’il est devenu.</p>
      </Panel>
    )
  const { name, email, fate, by, queuedAt, endedAt, reply } = row
  const told = advice[fate]
  return (
    <Panel label="Courriel" title={row.subject} subtitle={`${name}, ${addressText(email)}`}>
      <Properties
        entries={[
          [
            'Envoi',
            <Badge key="fate" tone={fateTones[fate]}>
              {fateText(fate, row.channel)}
            </Badge>,
          ],
          ['Demandé', `${instantText(queuedAt)}, par ${by}`],
          ...(endedAt === null ? [] : ([['Dernier essai', instantText(endedAt)]] as const)),
          ...(reply === '' ? [] : ([['Réponse du serveur', reply]] as const)),
          ...(data?.paper
            ? ([['Pièce jointe', data.paper === 'letter' ? 'la lettre, en PDF' : 'les fichiers de l’envoi']] as const)
            : []),
        ]}
      />
      {told !== undefined && row.mayWithdraw ? <Note tone="warn">{told}</Note> : null}
      <p className="mails-body">{data?.body ?? ''}</p>
    </Panel>
  )
}
