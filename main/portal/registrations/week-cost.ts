import type { WeekCost } from '../../../shared/contract/portal/home.ts'
import { type Day, dayAt, mondayOf } from '../../../shared/rules/calendar/day.ts'
import { applyTypicalWeek } from '../../../shared/rules/calendar/typical-week.ts'
import type { Login } from '../account/account.ts'
import { factsIn, homeOf, type RegisteredChild, requireChild } from '../family/family.ts'
import type { Portal } from '../portal.ts'
import { documentOf } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import { estimates, whyNotTick } from '../reservations/reservations.ts'

type WeekCostInput = {
  readonly child: number
  readonly period: number
  readonly from: Day
  readonly to: Day
  readonly week: readonly { readonly weekday: number; readonly slot: number }[]
}

/**
 * What a typical week would book and cost if the registration were accepted, by the rules of bookings and invoices.
 * @throws Refused, in the same words, for another home's child and for an unknown child
 */
export const weekCost = async (
  portal: Portal,
  login: Login,
  { child: childId, period: periodId, from, to, week }: WeekCostInput,
): Promise<WeekCost> => {
  const { db } = portal.store
  const at = portal.clock()
  const home = await homeOf(db, login)
  const period = await documentOf(db, 'period', periodId)
  if (!period) throw new Refused('Cette période n’existe pas.')
  const span = { from: latest(from, period.from, dayAt(at)), to: to < period.to ? to : period.to }
  const ask = { child: childId, period: periodId, activity: period.activity.id, ...span, week: [...week] }
  const registration = { id: 0, state: 'accepted' as const, ...ask }
  const registered: RegisteredChild = { child: requireChild(home, childId), period, registration }
  const factsOf = factsIn(home, registered, at)
  const { filled } = applyTypicalWeek(week, span, (day, slot) =>
    whyNotTick({ registered, facts: factsOf(day, slot) }, 'book'),
  )
  const changes = filled.flatMap(({ day, slot }) => {
    const facts = factsOf(day, slot)
    return facts ? [{ slotId: slot, facts, wish: 'book' as const, isWaiting: false }] : []
  })
  const homeWithRegistration = {
    ...home,
    family: { ...home.family, registrations: [...home.family.registrations, registration] },
    periods: new Map([...home.periods, [`${periodId}`, period]]),
  }
  const [cost] = estimates(homeWithRegistration, [{ registered, changes }])
  const { days = [], totalCents = 0, warnings = [] } = cost ?? {}
  const weeks = [...Map.groupBy(days, ({ day }) => mondayOf(day)).values()]
  const [fullWeek = []] = weeks.toSorted((one, other) => other.length - one.length)
  return {
    days: days.length,
    until: days.at(-1)?.day ?? null,
    weekCents: fullWeek.reduce((sum, { cents }) => sum + cents, 0),
    totalCents,
    warnings: [...warnings],
  }
}

const latest = (first: Day, ...others: readonly Day[]): Day =>
  others.reduce((last, day) => (day > last ? day : last), first)
