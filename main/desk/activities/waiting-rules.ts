import { eq } from 'drizzle-orm'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Priority } from '../../../shared/rules/cell/waiting.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { activity, organisation, period, staffing } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { activityRow, namedPeriod, openingOn, shownWith } from './activities-store.ts'

const requireActivity = (store: Store, id: number) => {
  const found = activityRow(store, id)
  if (!found) throw new Refused('Cette activité n’existe plus.')
  return found
}

/** Rules of an activity's waiting lists: its own priorities, the service's usual ones, and the terms of offers. */
export const waitingRules = ({ store }: Core, activityId: number) => {
  const { waitingPriorities, offerHours, staffingBlocks } = requireActivity(store, activityId)
  return {
    own: waitingPriorities && [...waitingPriorities],
    usual: [...(store.db.select().from(organisation).get()?.waitingPriorities ?? [])],
    offerHours,
    staffingBlocks,
  }
}

export const saveWaitingRules = (
  { store }: Core,
  person: Person,
  input: {
    readonly activityId: number
    readonly own: readonly Priority[] | null
    readonly usual: readonly Priority[]
    readonly offerHours: number
    readonly staffingBlocks: boolean
  },
): void => {
  const { activityId, own, usual, offerHours, staffingBlocks } = input
  const { name } = requireActivity(store, activityId)
  refuseDuplicates(own ?? [], 'own')
  refuseDuplicates(usual, 'usual')
  store.act(person, 'activities.waiting', `Liste d’attente réglée\u00a0: ${name}`, (write) => {
    for (const id of shownWith(store, [activityId]))
      write.update(activity, id, { waitingPriorities: own, offerHours, staffingBlocks })
    write.update(organisation, 1, { waitingPriorities: usual.length === 0 ? null : usual })
  })
}

/** A repeated priority has no effect, so it is refused. Two different quotient limits are two priorities. */
const refuseDuplicates = (priorities: readonly Priority[], field: string) => {
  const texts = priorities.map((one) => JSON.stringify(one))
  if (new Set(texts).size < texts.length) throw new Refused('Une priorité est dans la liste deux fois.', field)
}

export const plannedAdults = ({ store }: Core, periodId: number) => {
  const found = namedPeriod(store, periodId)
  if (!found) throw new Refused('Cette période n’existe plus.')
  return {
    adults: found.adults,
    days: store.db
      .select({ day: staffing.day, slotId: staffing.slotId, adults: staffing.adults })
      .from(staffing)
      .where(eq(staffing.periodId, periodId))
      .orderBy(staffing.day, staffing.slotId)
      .all(),
  }
}

export const planAdults = (
  { store }: Core,
  person: Person,
  {
    periodId,
    where,
    adults,
  }: {
    readonly periodId: number
    readonly where: { readonly day: Day; readonly slotIds: readonly number[] } | null
    readonly adults: number | null
  },
): void => {
  const found = namedPeriod(store, periodId)
  if (!found) throw new Refused('Cette période n’existe plus.')
  const adultsText = adults === null ? 'comme les autres jours' : counted(adults, 'animateur')
  const label = where === null ? `${found.name}, ${adultsText}` : `${shortDay(where.day)}, ${adultsText}`
  store.act(person, 'activities.adults', `Encadrement prévu\u00a0: ${label}`, (write) => {
    if (where === null) {
      write.update(period, periodId, { adults })
      return
    }
    const existing = store.db.select().from(staffing).where(eq(staffing.periodId, periodId)).all()
    for (const slotId of where.slotIds) {
      if (!openingOn(store, periodId, where.day, slotId)) throw new Refused('Ce jour n’est pas ouvert.', 'where')
      const row = existing.find((one) => one.day === where.day && one.slotId === slotId)
      if (adults === null) {
        if (row) write.remove(staffing, row.id)
      } else if (row) write.update(staffing, row.id, { adults })
      else write.insert(staffing, { periodId, day: where.day, slotId, adults })
    }
  })
}
