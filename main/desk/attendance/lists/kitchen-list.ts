import type { ListCell, ListInput } from '../../../../shared/contract/desk/attendance.ts'
import { may } from '../../../../shared/rules/access/roles.ts'
import { addDays, type Day, instantOf, timeOfDay, today } from '../../../../shared/rules/calendar/day.ts'
import {
  type KitchenCount,
  type KitchenGuest,
  kitchenCount,
  specialMeals,
} from '../../../../shared/rules/cell/meals.ts'
import { paiName } from '../../../../shared/rules/dossier/health.ts'
import { capitalised, counted, longDay, shortDay } from '../../../../shared/rules/text/french.ts'
import { activityOf, jointSlots, leadOf } from '../../activities/activities.ts'
import type { Core, Person } from '../../core.ts'
import { healthNotices } from '../../families/health.ts'
import { memoized } from '../../memoized.ts'
import { type MealCell, type MealChange, mealsBetween, mealsChangedSince } from '../attendance-store.ts'
import { type DayList, withoutHealth } from './list.ts'

type Meal = {
  readonly activity: string
  readonly facility: string
  readonly count: KitchenCount
  readonly since: Since
}
/** Number of meals booked and cancelled since midnight. */
type Since = { readonly added: number; readonly removed: number }
type KitchenDay = {
  readonly day: Day
  readonly meals: readonly Meal[]
  readonly total: KitchenCount
  readonly since: Since
}

/** Meals of seven days by facility and diet: booked, absent, added, and to be served. */
export const kitchenList = (
  core: Core,
  person: Person,
  { from }: Extract<ListInput, { kind: 'kitchen' }>,
  medium: string,
): DayList => {
  const to = addDays(from, 6)
  const showsHealth = may(person.roles, 'health.daySheet')
  const cells = mealsBetween(core.store, from, to)
  const changes = mealsChangedSince(core.store, from, to, instantOf(today(core.clock), timeOfDay('00:00')))
  const occasion = showsHealth ? `cuisine (${medium}) du ${shortDay(from)}` : null
  const days = kitchenDays(core, person, cells, changes, occasion)
  const diets = [...new Set(days.flatMap(({ total }) => total.diets.map(([diet]) => diet)))].toSorted()
  const first = days.find(({ day }) => day === from)
  return {
    table: {
      title: 'Repas à servir',
      about: `du ${longDay(from)} au ${longDay(to)}`,
      summary: first
        ? [
            { name: capitalised(shortDay(from)), value: counted(first.total.served, 'repas', 'repas') },
            ...(showsHealth
              ? partsOf(first.total).map(([name, value]) => ({ name: capitalised(name), value: String(value) }))
              : []),
          ]
        : [],
      blanks: [],
      columns: [
        { title: 'Repas', kind: 'text' },
        numberColumn('Changés ce jour'),
        ...['Prévus', 'Absents', 'En plus', 'À servir'].map(numberColumn),
        ...(showsHealth ? ['Normaux', ...diets.map(capitalised), 'Allergie ou PAI'].map(numberColumn) : []),
      ],
      groups: days.map(({ day, meals, total, since: sinceAll }) => ({
        name: capitalised(longDay(day)),
        count: counted(total.served, 'repas', 'repas'),
        rows: [
          ...meals,
          ...(meals.length > 1 ? [{ activity: 'Tous les lieux', facility: '', count: total, since: sinceAll }] : []),
        ].map(({ activity, facility, count, since }, at) => ({
          id: `${day} ${at}`,
          registrationId: null,
          cells: [
            {
              text: activity,
              under: [facility, showsHealth && at < meals.length ? apartText(count) : '']
                .filter((part) => part !== '')
                .join('\n'),
              ...(at >= meals.length && { strong: true }),
            },
            { text: sinceText(since) },
            ...numbersOf(count).map((figure): ListCell => ({ text: figure === 0 ? '–' : String(figure) })),
            { text: String(count.served), strong: true },
            ...(showsHealth
              ? kindsOf(count, diets).map((figure) => ({ text: figure === 0 ? '–' : String(figure) }))
              : []),
          ],
        })),
      })),
      emptyRows: 0,
      empty: 'Aucun repas n’est réservé ces jours-là.',
      note: showsHealth ? '' : withoutHealth,
      showsHealth,
    },
    spreadsheet: {
      columns: [
        'Jour',
        'Repas',
        'Ajoutés ce jour',
        'Retirés ce jour',
        'Prévus',
        'Absents',
        'En plus',
        'À servir',
        ...(showsHealth ? ['Normaux', ...diets.map(capitalised), 'Allergie ou PAI', 'À servir à part'] : []),
      ],
      rows: days.flatMap(({ day, meals }) =>
        meals.map(({ activity, facility, count, since }) => [
          shortDay(day),
          `${activity} – ${facility}`,
          since.added,
          since.removed,
          ...numbersOf(count),
          count.served,
          ...(showsHealth ? [...kindsOf(count, diets), apartText(count)] : []),
        ]),
      ),
    },
  }
}

const kitchenDays = (
  core: Core,
  person: Person,
  cells: readonly MealCell[],
  changes: readonly MealChange[],
  occasion: string | null,
): KitchenDay[] => {
  const { store } = core
  const childIds = [...new Set(cells.map(({ childId }) => childId))]
  const notices = new Map(
    (occasion !== null && childIds.length > 0 ? healthNotices(core, person, childIds, occasion) : []).map((notice) => [
      notice.childId,
      notice,
    ]),
  )
  const guestOf = ({ childId, held, mark, day }: MealCell): KitchenGuest => {
    const notice = notices.get(childId)
    return {
      expected: held === 'confirmed',
      mark,
      diet: notice?.diet ?? '',
      allergies: notice?.allergies ?? '',
      paiName: notice ? paiName(notice, day) : '',
    }
  }
  const countOf = (meals: readonly (MealCell | MealChange)[]) =>
    kitchenCount(meals.flatMap((one) => ('held' in one ? [guestOf(one)] : [])))
  const jointOf = memoized((activityId: number) => jointSlots(store, leadOf(store, activityId)))
  const shownSlot = ({ activityId, slotId }: Pick<MealCell, 'activityId' | 'slotId'>) =>
    jointOf(activityId).shownAs(slotId)
  const servingOf = (meal: Pick<MealCell, 'activityId' | 'slotId'>) => {
    const { activityIds, slots } = jointOf(meal.activityId)
    const { name, facility } = activityOf(store, activityIds[0] ?? meal.activityId)
    const slot = slots.find(({ id }) => id === shownSlot(meal))
    return { activity: slot && slot.name !== 'Repas' ? `${name}, ${slot.name}` : name, facility }
  }
  // Includes slots of which every meal was cancelled today: the kitchen still counts on them.
  const byDay = Map.groupBy([...cells, ...changes], ({ day }) => day)
  return [...byDay]
    .toSorted(([one], [other]) => Number(one > other) - Number(one < other))
    .map(([day, ofDay]) => {
      const meals = [...Map.groupBy(ofDay, shownSlot).values()].flatMap((slotMeals): Meal[] =>
        slotMeals[0] ? [{ ...servingOf(slotMeals[0]), count: countOf(slotMeals), since: sinceOf(slotMeals) }] : [],
      )
      return { day, meals, total: countOf(ofDay), since: sinceOf(ofDay) }
    })
}

const sinceOf = (meals: readonly (MealCell | MealChange)[]): Since => {
  const changes = meals.filter((one) => 'isAdded' in one)
  const added = changes.filter(({ isAdded }) => isAdded === 1).length
  return { added, removed: changes.length - added }
}

/** « +2 −1 » */
const sinceText = ({ added, removed }: Since): string =>
  [added > 0 ? `+${added}` : '', removed > 0 ? `−${removed}` : ''].filter((part) => part !== '').join('\u00a0') || '–'

const numberColumn = (title: string) => ({ title, kind: 'number' as const, width: 12.7 })

const numbersOf = ({ booked, away, added }: KitchenCount): readonly number[] => [booked, away, added]

const kindsOf = ({ plain, diets, apart }: KitchenCount, columns: readonly string[]): readonly number[] => [
  plain,
  ...columns.map((column) => diets.find(([diet]) => diet === column)?.[1] ?? 0),
  apart.length,
]

const partsOf = (count: KitchenCount): readonly (readonly [name: string, meals: number])[] => [
  ['normaux', count.plain],
  ...specialMeals(count),
]

/** « À part : Arachide, sans porc ; 2 × PAI »: the contents of each separate tray, without the child's name. */
const apartText = ({ apart }: KitchenCount): string => {
  const same = [...Map.groupBy(apart, (words) => words)]
  return same.map(([words, all]) => (all.length > 1 ? `${all.length}\u00a0×\u00a0${words}` : words)).join('\u00a0; ')
}
