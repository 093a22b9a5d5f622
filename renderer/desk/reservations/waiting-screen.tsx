import { Button, Select } from '@mantine/core'
import IconStack2 from '@tabler/icons-react/icons/IconStack2'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { WaitingChild, WaitingList } from '../../../shared/contract/desk/reservations/waiting.ts'
import { offerText } from '../../../shared/rules/cell/waiting.ts'
import { isShownWith } from '../../../shared/rules/groups/joined-activities.ts'
import { briefDay, capitalised, counted, longDay, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { Cell } from '../../parts/cell.tsx'
import { Gauge } from '../../parts/gauge.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { useFirstDefined, useReadGuard } from '../parts/keyboard/stable-choice.ts'
import { Panel, Screen, ScreenHead, ShortcutBar, Split } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { MoveDialogs } from './dialogs/moving-dialogs.tsx'
import { OpenPlacesDialog } from './dialogs/open-places-dialog.tsx'
import { PriorityDialog } from './dialogs/priority-dialog.tsx'
import { useCellMoves } from './moving.ts'
import './waiting.css'

const idOf = ({ periodId, day, slotId, groupId }: Pick<WaitingList, 'periodId' | 'day' | 'slotId' | 'groupId'>) =>
  `${periodId} ${day} ${slotId} ${groupId ?? ''}`

/** « Matin », « Matin, 3-5 ans » */
const slotOf = ({ slot, group }: Pick<WaitingList, 'slot' | 'group'>) => (group === null ? slot : `${slot}, ${group}`)

/** Waiting lists of future days, and a panel of the selected list: its children in order, each rank explained. */
export const WaitingScreen = () => {
  const { periode: asked, jour, plage, groupe } = useSearch({ from: '/desk/calendrier/attente' })
  const navigate = useNavigate()
  const may = useMay()
  const {
    data: all,
    error,
    refetch,
  } = useQuery(orpc.reservations.waitingLists.queryOptions({ input: { periodId: null } }))
  const [isOpening, setIsOpening] = useState(false)
  const { data: everyPeriod = [] } = useQuery(orpc.activities.periods.queryOptions({ input: {} }))
  const askedPeriod = everyPeriod.find(({ id }) => id === asked)
  // Periods that are shown in one grid have their lists together.
  const shownIds = new Set(
    askedPeriod && everyPeriod.flatMap((one) => (one === askedPeriod || isShownWith(askedPeriod, one) ? [one.id] : [])),
  )
  // The calendar links here with its own period: if nobody waits in that period, show every list.
  const periode = all?.some(({ periodId }) => shownIds.has(periodId)) ? asked : undefined
  const lists = all?.filter(({ periodId }) => periode === undefined || shownIds.has(periodId)) ?? []
  const first = useFirstDefined(lists[0] && idOf(lists[0]))
  const chosen =
    lists.find((list) => list.day === jour && list.slotId === plage && (list.groupId ?? undefined) === groupe) ??
    lists.find(({ day, slotId }) => day === jour && slotId === plage) ??
    lists.find(({ day }) => day === jour) ??
    lists.find((list) => idOf(list) === first) ??
    lists[0]
  const see = (list: Pick<WaitingList, 'day' | 'slotId' | 'groupId'> & { periodId?: number | undefined }) =>
    void navigate({
      to: '/calendrier/attente',
      replace: true,
      search: {
        ...(periode !== undefined && { periode }),
        jour: list.day,
        plage: list.slotId,
        ...(list.groupId !== null && { groupe: list.groupId }),
      },
    })
  const periods = [...new Map(all?.map(({ periodId, period }) => [periodId, period]))]
  const waiting = lists.reduce((sum, one) => sum + one.waiting, 0)
  return (
    <Screen title="Liste d’attente">
      <ScreenHead
        title="Liste d’attente"
        subtitle={
          all ? `${counted(lists.length, 'liste')}, ${counted(waiting, 'place attendue', 'places attendues')}` : ''
        }
        controls={
          periods.length > 0 ? (
            <Select
              aria-label="Période"
              w={350}
              searchable
              clearable
              placeholder="Toutes les périodes"
              data={periods.map(([id, name]) => ({ value: String(id), label: name }))}
              value={periode === undefined ? null : String(periode)}
              onChange={(value) =>
                void navigate({ to: '/calendrier/attente', search: value === null ? {} : { periode: Number(value) } })
              }
            />
          ) : null
        }
      >
        {chosen && may('activities') ? (
          <ActionButton
            main
            combo="o"
            label="Ouvrir des places…"
            icon={<IconStack2 size={14} />}
            onAction={() => setIsOpening(true)}
          />
        ) : null}
      </ScreenHead>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {all ? (
        chosen ? (
          <Lists
            lists={lists}
            chosen={chosen}
            asked={`${periode ?? ''} ${jour ?? ''} ${plage ?? ''} ${groupe ?? ''}`}
            onChoose={see}
          />
        ) : (
          <EmptyState title="Personne n’attend">
            Quand un jour est complet, les enfants mis en liste d’attente viennent ici, dans l’ordre que la ville a
            choisi.
          </EmptyState>
        )
      ) : error ? null : (
        <Loading />
      )}
      {isOpening && chosen ? <OpenPlacesDialog list={chosen} onClose={() => setIsOpening(false)} /> : null}
    </Screen>
  )
}

const Lists = ({
  lists,
  chosen,
  asked,
  onChoose,
}: {
  lists: readonly WaitingList[]
  chosen: WaitingList
  /**
   * What the person chose, for `useReadGuard`: when another list is shown for the same choice, the person has not read
   * it yet.
   */
  asked: string
  onChoose: (list: WaitingList) => void
}) => {
  const moving = useCellMoves()
  return (
    <>
      <Split side={390}>
        <Table
          label="Listes d’attente"
          items={lists}
          idOf={idOf}
          groupOf={({ day }) => capitalised(longDay(day))}
          chosen={idOf(chosen)}
          onChoose={onChoose}
          columns={columns}
        />
        <OneList list={chosen} asked={asked} moving={moving} />
      </Split>
      <ShortcutBar
        keys={[
          ['arrows', 'choisir une liste'],
          ['a', 'donner la place'],
          ['p', 'proposer la place'],
          ['mod+z', 'annuler'],
        ]}
        chosen={moving.message}
      />
      <MoveDialogs moving={moving} />
    </>
  )
}

const stateOf = ({ capacity, held, offered, closedReason }: WaitingList) => {
  if (closedReason !== null) return <Badge>fermé</Badge>
  const free = capacity - held
  if (free > 0) return <Badge tone="good">{counted(free, 'place libre', 'places libres')}</Badge>
  return offered > 0 ? (
    <Badge tone="accent">{counted(offered, 'proposée')}</Badge>
  ) : (
    <span className="soft">complet</span>
  )
}

const columns: readonly TableColumn<WaitingList>[] = [
  { id: 'slot', title: 'Plage', width: 110, show: slotOf },
  { id: 'period', title: 'Période', show: ({ period }) => <span className="soft">{period}</span> },
  {
    id: 'held',
    title: 'Places',
    number: true,
    width: 130,
    show: ({ held, capacity }) => <Gauge held={held} capacity={capacity} line />,
  },
  { id: 'waiting', title: 'En attente', number: true, width: 90, show: ({ waiting }) => waiting },
  { id: 'state', title: 'État', width: 110, show: stateOf },
]

/** Id under which `useReadGuard` follows the next child of the list, on whom shortcuts act. */
const nextChildId = 'next'

const OneList = ({
  list,
  asked,
  moving,
}: {
  list: WaitingList
  asked: string
  moving: ReturnType<typeof useCellMoves>
}) => {
  const { periodId, day, slotId, groupId } = list
  const may = useMay()
  const { data, error, isPlaceholderData } = useQuery({
    ...orpc.reservations.waitingList.queryOptions({ input: { periodId, day, slotId, groupId } }),
    placeholderData: keepPreviousData,
  })
  const canDecide = may('decisions')
  // While the chosen list loads, the previous list stays on screen: nothing can be done with its children.
  const enabled = canDecide && !isPlaceholderData
  const giving = data?.children.find(({ whyNotGive }) => whyNotGive === null)
  const offering = data?.children.find(({ whyNotOffer }) => whyNotOffer === null)
  const ifRead = useReadGuard(`${asked} ${data !== undefined && !isPlaceholderData}`, [
    ...(data?.children ?? []).map((child) => ({ id: child.key.registrationId, version: child.sentence })),
    { id: nextChildId, version: [idOf(list), giving?.key.registrationId, offering?.key.registrationId].join() },
  ])
  const act = (name: 'promote' | 'offer', child: WaitingChild | undefined) => {
    if (child) ifRead(nextChildId, () => void moving.move(clientOutsideForms, { act: name, cells: [child.key] }))
  }
  useShortcut('a', 'donner la place au prochain', () => act('promote', giving), { enabled })
  useShortcut('p', 'proposer la place au prochain', () => act('offer', offering), { enabled })
  useShortcut('mod+z', 'annuler', () => void moving.undo(), { enabled: canDecide })
  if (error)
    return (
      <Panel label="Liste choisie">
        <Failure error={error} />
      </Panel>
    )
  if (!data)
    return (
      <Panel label="Liste choisie">
        <Loading />
      </Panel>
    )
  const [first] = data.children
  const free = data.capacity - data.held
  return (
    <Panel label="Liste choisie" title={`${capitalised(briefDay(data.day))}, ${slotOf(data)}`} subtitle={data.period}>
      <div className="row between">
        <Gauge held={data.held} capacity={data.capacity} line />
        <Link to="/calendrier" search={{ periode: data.periodId, jour: data.day }}>
          Voir au calendrier
        </Link>
      </div>
      {data.staffing?.warning ? <Note tone="warn">{data.staffing.warning}.</Note> : null}
      {free > 0 && first?.whyNotGive && first.offeredUntil === null ? (
        <Note tone="warn">
          <b>{first.name}</b> ne peut pas prendre la place. {first.whyNotGive}
        </Note>
      ) : null}
      <p className="soft small">{modeWords[data.promotion](data.offerHours)}</p>
      <fieldset className="held" disabled={isPlaceholderData}>
        <ol className="waiting-list" aria-label="Dans l’ordre">
          {data.children.map((child) => (
            <Child
              key={child.key.registrationId}
              child={child}
              moving={moving}
              canDecide={canDecide}
              ifRead={(act) => ifRead(child.key.registrationId, act)}
            />
          ))}
        </ol>
      </fieldset>
    </Panel>
  )
}

const modeWords = {
  automatic: () => 'Une place qui se libère est donnée aussitôt au premier.',
  offer: (hours: number) =>
    `Une place qui se libère est proposée au premier, qui a ${hours}\u00a0h pour répondre, puis au suivant.`,
  proposal: () => 'Une place qui se libère attend que vous la donniez, ou la proposiez.',
} as const

const Child = ({
  child,
  moving,
  canDecide,
  ifRead,
}: {
  child: WaitingChild
  moving: ReturnType<typeof useCellMoves>
  canDecide: boolean
  ifRead: (act: () => void) => void
}) => {
  const { key, name, age, rank, sentence, offeredUntil, whyNotGive, whyNotOffer, markedFor, familyId } = child
  const [isMarking, setIsMarking] = useState(false)
  const cells = [key]
  return (
    <li>
      <Cell face={{ state: 'waitlisted', rank }} text={`Rang ${rank}`} />
      <div className="grow">
        <Link to="/familles/$familyId" params={{ familyId: String(familyId) }} search={{}}>
          {name}
        </Link>{' '}
        <span className="soft small">{age}</span>
        <p className="small">{sentence}</p>
        {offeredUntil === null ? null : (
          <p className="small">
            <Badge tone="accent">{offerText(offeredUntil)}</Badge>
          </p>
        )}
        {canDecide ? (
          <div className="row waiting-acts">
            {whyNotGive === null ? (
              <Button
                aria-label={`${offeredUntil === null ? 'Donner la place' : 'La famille accepte'}, ${name}`}
                onClick={() => ifRead(() => void moving.move(clientOutsideForms, { act: 'promote', cells }))}
              >
                {offeredUntil === null ? 'Donner la place' : 'La famille accepte'}
              </Button>
            ) : null}
            {whyNotOffer === null ? (
              <Button
                aria-label={`Proposer la place, ${name}`}
                onClick={() => ifRead(() => void moving.move(clientOutsideForms, { act: 'offer', cells }))}
              >
                Proposer
              </Button>
            ) : null}
            {offeredUntil === null ? null : (
              <Button
                aria-label={`La famille laisse la place, ${name}`}
                onClick={() => ifRead(() => void moving.move(clientOutsideForms, { act: 'leave', cells }))}
              >
                La famille laisse la place
              </Button>
            )}
            <Button
              variant="subtle"
              aria-label={`${markedFor === '' ? 'Rendre prioritaire' : 'Priorité'}, ${name}`}
              onClick={() => ifRead(() => setIsMarking(true))}
            >
              {markedFor === '' ? 'Prioritaire…' : 'Priorité…'}
            </Button>
            <Button
              variant="subtle"
              aria-label={`Retirer de la liste, ${name}`}
              onClick={() =>
                ifRead(() =>
                  moving.ask({
                    act: 'removeFromList',
                    cells,
                    needs: 'reason',
                    surcharge: null,
                    sentence: `${name} quitte la liste du ${shortDay(key.day)}.`,
                  }),
                )
              }
            >
              Retirer…
            </Button>
          </div>
        ) : null}
        {isMarking ? <PriorityDialog child={child} onClose={() => setIsMarking(false)} /> : null}
      </div>
    </li>
  )
}
