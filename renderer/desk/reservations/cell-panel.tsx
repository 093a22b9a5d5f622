import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { CellDetail } from '../../../shared/contract/desk/reservations/reservations.ts'
import { legend } from '../../../shared/rules/cell/cell.ts'
import type { CellAction } from '../../../shared/rules/cell/cell-actions.ts'
import { warningsBySlot } from '../../../shared/rules/cell/places.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { instantText, listed, longDay, shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Cell } from '../../parts/cell.tsx'
import { Gauge } from '../../parts/gauge.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { Key } from '../parts/keyboard/key.tsx'
import { Panel } from '../parts/screen.tsx'
import { ChildGroupOf } from '../registrations/child-group.tsx'
import { ChildSublistsOf } from '../registrations/child-sublists.tsx'
import { BlockPanel } from './block-panel.tsx'
import type { CellKey } from './calendar-data.ts'
import { actionButtons } from './cell-texts.ts'
import type { MoveQuestion } from './moving.ts'

/** Panel beside the grid for the selected cells. */
export const CellPanel = ({
  chosen,
  onAction,
  onReschedule,
}: {
  chosen: readonly CellKey[]
  onAction: (question: MoveQuestion) => void
  onReschedule: (detail: CellDetail) => void
}) => {
  const [first] = chosen
  if (first && chosen.length > 1) return <BlockPanel chosen={chosen} onAction={onAction} />
  if (first) return <OneCell chosen={first} onAction={onAction} onReschedule={onReschedule} />
  return (
    <Panel label="Case choisie" title="Aucune case choisie">
      <p className="soft small">
        Choisissez une case&nbsp;: son histoire, ses places et ce qu’on peut en faire viennent ici.
      </p>
    </Panel>
  )
}

/** Panel of one cell: its state, possible actions with reasons, places, price and history. */
const OneCell = ({
  chosen,
  onAction,
  onReschedule,
}: {
  chosen: CellKey
  onAction: (question: MoveQuestion) => void
  onReschedule: (detail: CellDetail) => void
}) => {
  const { data, error, isPending, isPlaceholderData } = useQuery({
    ...orpc.reservations.cell.queryOptions({ input: chosen }),
    placeholderData: (before) => before,
  })
  if (error)
    return (
      <Panel label="Case choisie">
        <Failure error={error} />
      </Panel>
    )
  if (isPending)
    return (
      <Panel label="Case choisie">
        <Loading />
      </Panel>
    )
  return (
    <Panel
      label="Case choisie"
      icon={<Cell face={{ state: data.state, rank: data.rank ?? undefined }} text={data.text} size="week" />}
      title={`${data.child.firstName} ${data.child.lastName}, ${data.child.age}`}
      subtitle={`${shortDay(data.key.day)} · ${slotName(data)}`}
    >
      <StateWords detail={data} />
      <dl className="facts">
        {data.places.map(({ slotId, name, held, capacity, waiting }) => (
          <div key={slotId} className="facts-line">
            <dt>{name}</dt>
            <dd>
              <Gauge held={held} capacity={capacity} line />
              {waiting > 0 ? <span className="soft small">{waiting} en attente</span> : null}
            </dd>
          </div>
        ))}
      </dl>
      {warningsBySlot(data.places).map((warning) => (
        <Note key={warning} tone="warn">
          {warning}.
        </Note>
      ))}
      {data.suggestion ? (
        <Note tone={data.suggestion.act === 'accept' ? 'good' : 'warn'}>{data.suggestion.sentence}</Note>
      ) : null}
      {/* Disabled while loading: the buttons still belong to the previously selected cell. */}
      <fieldset className="held" disabled={isPlaceholderData}>
        <Actions detail={data} isStale={isPlaceholderData} onAction={onAction} onReschedule={onReschedule} />
      </fieldset>
      <Price detail={data} />
      <GroupAndLists detail={data} />
      <CellHistory detail={data} />
      <p className="small">
        <Link to="/familles/$familyId" params={{ familyId: String(data.familyId) }}>
          Voir la famille
        </Link>
      </p>
    </Panel>
  )
}

const slotName = ({ places, key }: CellDetail) => places.find(({ slotId }) => slotId === key.slotId)?.name ?? ''

const StateWords = ({ detail }: { detail: CellDetail }) => (
  <p className="small">
    <b>{legend[detail.state].words}</b>
    {detail.rank === null ? null : <span> · rang {detail.rank}</span>}
    {[detail.closedReason, ...detail.notes.filter((note) => !note.startsWith('place '))]
      .filter((text) => text !== null)
      .map((text) => (
        <span key={text} className="soft cell-note">
          {text}
        </span>
      ))}
    {detail.recordedAt && detail.answerBy ? (
      <span className="soft cell-note">
        Demandé le {instantText(detail.recordedAt)}&nbsp;; réponse au plus tard le {longDay(detail.answerBy)}
      </span>
    ) : null}
    {detail.isBilled ? <span className="soft cell-note">Déjà facturé</span> : null}
  </p>
)

/** Whether the whole week holds more than what the cell frees by itself. */
const isMoreThan = (week: CellDetail['wholeWeek'], freed: readonly CellDetail['key'][]): boolean =>
  week.some(({ day, slotId }) => !freed.some((one) => one.day === day && one.slotId === slotId))

const Actions = ({
  detail,
  isStale,
  onAction,
  onReschedule,
}: {
  detail: CellDetail
  /** Disables the buttons while another cell loads: the panel still shows the previous cell. */
  isStale: boolean
  onAction: (question: MoveQuestion) => void
  onReschedule: (detail: CellDetail) => void
}) => {
  const cells = [detail.key]
  const suggested = detail.suggestion?.act
  const open = actionButtons.flatMap((button) => {
    const allowed = detail.acts.find(({ act }) => act === button.act)
    return allowed ? [{ ...button, ...allowed }] : []
  })
  const ordered = open.toSorted((one, other) => Number(other.act === suggested) - Number(one.act === suggested))
  if (ordered.length === 0) return null
  const freed = [
    detail.key,
    ...detail.takesAlong.flatMap(({ slotId, isHeld }) => (isHeld ? [{ ...detail.key, slotId }] : [])),
  ]
  const along = listed(detail.takesAlong.map(({ name, isHeld }) => (isHeld ? name : `${name} (en attente)`)))
  const withOthers = (act: CellAction, label: string) =>
    act === 'free' && along !== '' ? `${label}, avec ${along}` : label
  const freeing = ordered.find(({ act }) => act === (detail.state === 'cancelSent' ? 'acceptCancel' : 'free'))
  return (
    <div className="stack">
      {ordered.map(({ act, label, combo, needs, surcharge }) => (
        <Button
          key={act}
          fullWidth
          justify="space-between"
          variant={act === suggested ? 'filled' : 'default'}
          rightSection={combo ? <Key combo={combo} /> : undefined}
          onClick={() => onAction({ act, cells: act === 'free' ? freed : cells, needs, sentence: '', surcharge })}
        >
          {needs === 'nothing' && act !== 'enterDemand' ? withOthers(act, label) : `${withOthers(act, label)}…`}
        </Button>
      ))}
      {freeing?.act === 'free' && isMoreThan(detail.wholeWeek, freed) ? (
        <Button
          fullWidth
          justify="flex-start"
          onClick={() =>
            onAction({ act: 'free', cells: detail.wholeWeek, needs: freeing.needs, sentence: '', surcharge: null })
          }
        >
          {`Libérer toute la semaine${freeing.needs === 'nothing' ? '' : '…'}`}
        </Button>
      ) : null}
      {open.some(({ act }) => act === 'free') && !detail.isBilled ? (
        <ActionButton
          fullWidth
          combo="d"
          label="Déplacer à un autre jour…"
          disabled={isStale}
          onAction={() => onReschedule(detail)}
        />
      ) : null}
      {freeing ? (
        <Button
          fullWidth
          variant="subtle"
          justify="flex-start"
          onClick={() => {
            const needs = freeing.needs === 'nothing' ? 'reason' : freeing.needs
            const own = freeing.act === 'free' ? freed : cells
            onAction({ act: freeing.act, cells: own, needs, charged: true, sentence: '', surcharge: null })
          }}
        >
          {detail.state === 'cancelSent'
            ? 'Accepter, mais facturer…'
            : `${withOthers('free', 'Libérer')}, mais facturer…`}
        </Button>
      ) : null}
    </div>
  )
}

/**
 * Price of the day for booked slots and the chosen slot together: a day's price may differ from the sum of its slots.
 */
const Price = ({ detail }: { detail: CellDetail }) => {
  const booked = detail.places.filter(({ isOwn }) => isOwn).map(({ slotId }) => slotId)
  const slotIds = [...new Set([detail.key.slotId, ...booked])]
  const days = [{ day: detail.key.day, slotIds }]
  const { data } = useQuery(
    orpc.prices.priceOf.queryOptions({
      input: {
        familyId: detail.familyId,
        childId: detail.child.id,
        registrationId: detail.key.registrationId,
        activityId: detail.activityId,
        days,
      },
    }),
  )
  if (!data) return null
  const [error] = data.errors
  return (
    <dl className="facts">
      <dt>{slotIds.length === 1 ? 'Prix' : 'Prix de la journée'}</dt>
      <dd>
        <b>{error ? '–' : formatEuros(data.totalCents)}</b>
      </dd>
      {(error ? [error.text] : data.lines.map(({ explanation }) => explanation)).map((text) => (
        <dt key={text} className="price-why">
          {text}
        </dt>
      ))}
    </dl>
  )
}

/** Where the child is put in a group or on lists, of whichever day its cell is. */
const GroupAndLists = ({ detail }: { detail: CellDetail }) => {
  const registration = { id: detail.key.registrationId, firstName: detail.child.firstName, isLive: true }
  return (
    <div className="stack small">
      <ChildGroupOf registration={registration} />
      <ChildSublistsOf registration={registration} />
    </div>
  )
}

const CellHistory = ({ detail }: { detail: CellDetail }) =>
  detail.story.length === 0 ? null : (
    <div className="stack">
      <h3>Histoire de la case</h3>
      <ol className="story">
        {detail.story.map(({ at, who, sentence, reason }, index) => (
          <li key={`${at} ${String(index)}`}>
            {sentence} par {who}
            <span>
              <time dateTime={at}>{instantText(at)}</time>
              {reason === '' ? '' : ` · «\u00a0${reason}\u00a0»`}
            </span>
          </li>
        ))}
      </ol>
    </div>
  )
