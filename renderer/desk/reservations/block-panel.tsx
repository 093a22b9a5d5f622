import { Button } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { type BlockDetail, maxDescribedCells } from '../../../shared/contract/desk/reservations/reservations.ts'
import { cellStates, holdsPlace, legend } from '../../../shared/rules/cell/cell.ts'
import type { CellAction } from '../../../shared/rules/cell/cell-actions.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { briefDay, counted, listed } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { CellIcon } from '../../parts/cell.tsx'
import { Gauge } from '../../parts/gauge.tsx'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { Key } from '../parts/keyboard/key.tsx'
import { Panel } from '../parts/screen.tsx'
import type { CellKey } from './calendar-data.ts'
import { actionButtons, blockText } from './cell-texts.ts'
import type { MoveQuestion } from './moving.ts'

/** Panel of several selected cells: their states, children, places, possible actions and prices. */
export const BlockPanel = ({
  chosen,
  onAction,
}: {
  chosen: readonly CellKey[]
  onAction: (question: MoveQuestion) => void
}) => {
  const isTooMuch = chosen.length > maxDescribedCells
  const { data, error, isPlaceholderData } = useQuery({
    ...orpc.reservations.block.queryOptions({ input: { cells: chosen.map((cell) => ({ ...cell })) } }),
    enabled: !isTooMuch,
    placeholderData: (before) => before,
  })
  const title = counted(chosen.length, 'case choisie', 'cases choisies')
  if (!data || isTooMuch)
    return (
      <Panel label="Case choisie" title={title}>
        {isTooMuch ? (
          <p className="soft small">
            Ce bloc est trop grand pour être détaillé. Les touches agissent sur toutes ses cases.
          </p>
        ) : error ? (
          <Failure error={error} />
        ) : (
          <Loading />
        )}
      </Panel>
    )
  const { states, children, places } = data
  const missing = places.filter(({ capacity, held, withAll }) => withAll > held && withAll > capacity)
  const asks = states.some(({ state }) => !holdsPlace(state) && state !== 'closed')
  return (
    <Panel
      label="Case choisie"
      title={title}
      subtitle={blockText(
        chosen.map(({ day }) => day),
        places.map(({ slot }) => slot),
      )}
    >
      <ul className="block-states">
        {states
          .toSorted((one, other) => cellStates.indexOf(one.state) - cellStates.indexOf(other.state))
          .map(({ state, count }) => (
            <li key={state}>
              <CellIcon face={{ state }} />
              <b>{count}</b> {legend[state].words}
            </li>
          ))}
      </ul>
      <p className="small">{childrenText(children.map(({ name }) => name))}</p>
      <Places places={places} />
      {missing.length > 0 ? (
        <Note tone="warn">
          {missing.slice(0, 3).map(({ day, slot, capacity, withAll }) => (
            <div key={`${day} ${slot}`}>
              {briefDay(day)}, {slot.toLocaleLowerCase('fr')}&nbsp;: il manque {counted(withAll - capacity, 'place')}.
            </div>
          ))}
          {missing.length > 3 ? <div>Et {counted(missing.length - 3, 'autre plage', 'autres plages')}.</div> : null}
        </Note>
      ) : asks && places.length > 0 ? (
        <Note tone="good">Il reste des places sur chaque plage.</Note>
      ) : null}
      {/* Disabled while loading: the buttons still belong to the previously selected cells. */}
      <fieldset className="held" disabled={isPlaceholderData}>
        <BlockActions acts={data.acts} main={missing.length > 0 ? 'waitList' : 'accept'} onAction={onAction} />
      </fieldset>
      <Prices>{children}</Prices>
    </Panel>
  )
}

const maxNamed = 6
const childrenText = (names: readonly string[]): string =>
  names.length <= maxNamed
    ? listed(names)
    : `${names.slice(0, maxNamed).join(', ')} et ${counted(names.length - maxNamed, 'autre enfant', 'autres enfants')}`

const maxPlaces = 6
/** Places per slot. Selected cells that are not booked count as booked, which the title then says. */
const Places = ({ places }: { places: BlockDetail['places'] }) => {
  if (places.length === 0) return null
  const isOneDay = new Set(places.map(({ day }) => day)).size === 1
  const adds = places.some(({ held, withAll }) => withAll > held)
  return (
    <div className="stack">
      <h3>{adds ? 'Places après réservation' : 'Places'}</h3>
      <dl className="facts">
        {places.slice(0, maxPlaces).map(({ day, slotId, slot, capacity, withAll }) => (
          <div key={`${day} ${slotId}`} className="facts-line">
            <dt>{isOneDay ? slot : `${briefDay(day)}, ${slot.toLocaleLowerCase('fr')}`}</dt>
            <dd>
              <Gauge held={withAll} capacity={capacity} line />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

const BlockActions = ({
  acts,
  main,
  onAction,
}: {
  acts: BlockDetail['acts']
  main: CellAction
  onAction: (question: MoveQuestion) => void
}) => (
  <div className="stack">
    {actionButtons.flatMap(({ act, label, many, combo }) => {
      const open = acts.find((one) => one.act === act)
      if (!open) return []
      const { cells, needs, surcharge } = open
      const words = cells.length === 1 ? `${label} (1 case)` : many.replace('#', String(cells.length))
      return (
        <Button
          key={act}
          fullWidth
          variant={act === main && acts.some((one) => one.act === 'accept') ? 'filled' : 'default'}
          justify="space-between"
          rightSection={combo ? <Key combo={combo} /> : undefined}
          onClick={() => onAction({ act, cells, needs, sentence: '', surcharge })}
        >
          {needs === 'nothing' && act !== 'enterDemand' ? words : `${words}…`}
        </Button>
      )
    })}
  </div>
)

/** The price of these days for each child, when there are few enough children to list. */
const Prices = ({ children }: { children: BlockDetail['children'] }) => {
  const shown = children.length <= maxNamed ? children : []
  const prices = useQueries({
    queries: shown.map(({ familyId, childId, registrationId, activityId, days }) =>
      orpc.prices.priceOf.queryOptions({
        input: { familyId, childId, registrationId, activityId, days: days.map((day) => ({ ...day })) },
      }),
    ),
  })
  if (shown.length === 0) return null
  return (
    <div className="stack">
      <h3>Prix de ces jours</h3>
      <dl className="facts">
        {shown.map(({ registrationId, name }, index) => {
          const priced = prices[index]?.data
          return (
            <div key={registrationId} className="facts-line">
              <dt>{name}</dt>
              <dd>{priced ? <b>{priced.errors.length > 0 ? '–' : formatEuros(priced.totalCents)}</b> : '…'}</dd>
            </div>
          )
        })}
      </dl>
    </div>
  )
}
