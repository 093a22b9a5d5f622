import type { Till } from '../../../shared/contract/desk/money/payments.ts'
import { addDays, type Day, instantOf, timeOfDay, today } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { type CountedFace, countedFacesText, refuseCount } from '../../../shared/rules/money/payment/cash-count.ts'
import { countText, refuseClosedDay, refuseClosing } from '../../../shared/rules/money/payment/till.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { tillClosing } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { refuseIfClosed, refuseUnlessHolder, regieOf } from '../regies/regies.ts'

/** The cash expected in the till of a régie at the end of a day, and the amount counted when it was closed. */
export const readTill = ({ store }: Core, { day: on, regieId }: TillDay): Till => {
  const { tillFloatCents: floatCents, tillCeilingCents: ceilingCents } = regieOf(store, regieId)
  const receivedCents = cashInTill(store, regieId, on)
  return {
    floatCents,
    receivedCents,
    expectedCents: floatCents + receivedCents,
    ceilingCents,
    closedOn: lastClosedDay(store, regieId),
    closing: closingOf(store, regieId, on) ?? null,
  }
}

type TillDay = { readonly day: Day; readonly regieId: number }
type TillCount = TillDay & {
  readonly countedCents: number
  /** The notes and coins that make the amount; null when only the total was typed. */
  readonly faces: readonly CountedFace[] | null
  readonly note: string
}

/**
 * Stores the counted amount next to the expected one; a difference requires a note and does not change later expected
 * amounts.
 */
export const closeTill = (core: Core, person: Person, { day, regieId, countedCents, faces, note }: TillCount): Till => {
  const { store, clock } = core
  return store.act(person, 'payments.closeTill', `Caisse close\u00a0: ${numericDay(day)}`, (write) => {
    refuseUnlessHolder(core, person, regieId)
    const { expectedCents, closedOn } = readTill(core, { day, regieId })
    const refused = refuseClosing({ on: day, today: today(clock), closedOn, countedCents, expectedCents, note })
    if (refused) throw new Refused(refused.sentence, refused.field)
    const refusedCount = faces && refuseCount(faces, countedCents)
    if (refusedCount) throw new Refused(refusedCount, 'countedCents')
    write.insert(tillClosing, {
      regieId,
      onDay: day,
      expectedCents,
      countedCents,
      faces: faces?.filter(({ count }) => count > 0).toSorted((a, b) => b.faceCents - a.faceCents) ?? null,
      note,
      closedAt: write.at,
    })
    return readTill(core, { day, regieId })
  })
}

/** Only the last closed day can be reopened: later counts depend on earlier ones. */
export const reopenTill = (
  core: Core,
  person: Person,
  { day, regieId, reason }: TillDay & { readonly reason: string },
): Till => {
  const { store } = core
  return store.act(person, 'payments.reopenTill', `Caisse rouverte\u00a0: ${numericDay(day)}, ${reason}`, (write) => {
    refuseUnlessHolder(core, person, regieId)
    refuseIfClosed(store, regieId, day)
    const closing = closingOf(store, regieId, day)
    if (!closing) throw new Refused('Cette caisse n’est pas close.')
    if (day !== lastClosedDay(store, regieId))
      throw new Refused('La caisse d’un jour suivant est close\u00a0: rouvrez d’abord la dernière.')
    write.remove(tillClosing, closing.id)
    return readTill(core, { day, regieId })
  })
}

/** @throws Refused when the régie's till of that day is closed */
export const refuseIfTillClosed = (store: Store, regieId: number, on: Day, field?: string): void => {
  const refusal = refuseClosedDay(lastClosedDay(store, regieId), on)
  if (refusal !== undefined) throw new Refused(refusal, field)
}

/** « Caisse : 188,50 € comptés, compte juste », for the day's paper; null while the till is open. */
export const closingText = (store: Store, regieId: number, on: Day): string | null => {
  const closing = closingOf(store, regieId, on)
  if (!closing) return null
  const { countedCents, expectedCents, faces, note } = closing
  const detail = faces && faces.length > 0 ? ` (${countedFacesText(faces)})` : ''
  return [`${formatEuros(countedCents)} comptés${detail}`, countText(countedCents, expectedCents), note]
    .filter((text) => text !== '')
    .join(', ')
}

const lastClosedDay = (store: Store, regieId: number): Day | null =>
  store.statement('select max(on_day) from till_closing where regie_id = ?').pluck().get(regieId) as Day | null

type ClosingRow = NonNullable<Till['closing']> & { readonly id: number }

const closingOf = (store: Store, regieId: number, on: Day): ClosingRow | undefined => {
  const row = store
    .statement(
      `select closing.id, expected_cents as expectedCents, counted_cents as countedCents, faces, note,
        closing.closed_at as closedAt, act.actor_name as closedBy
      from till_closing closing join act on act.id = closing.act_id where regie_id = ? and on_day = ?`,
    )
    .get(regieId, on) as (Omit<ClosingRow, 'faces'> & { readonly faces: string | null }) | undefined
  return row && { ...row, faces: row.faces === null ? null : (JSON.parse(row.faces) as ClosingRow['faces']) }
}

/** Cash received up to the end of a day, less payments cancelled, cash handed over and cash given back by then. */
const cashInTill = (store: Store, regieId: number, on: Day): number =>
  store
    .statement(
      `select (select coalesce(sum(amount_cents), 0) from payment
          where means = 'cash' and regie_id = :regieId and received_on <= :on and (cancelled_at is null or cancelled_at >= :after))
        - (select coalesce(sum(line.amount_cents), 0) from deposit_slip slip
            join deposit_slip_line line on line.slip_id = slip.id where means = 'cash' and regie_id = :regieId and handed_on <= :on)
        - (select coalesce(sum(amount_cents), 0) from refund
            where means = 'cash' and regie_id = :regieId and paid_on <= :on)`,
    )
    .pluck()
    .get({ regieId, on, after: instantOf(addDays(on, 1), timeOfDay('00:00')) }) as number
