import { type Day, day, type Instant, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import type { Wish } from '../../shared/rules/cell/cell.ts'
import { aPortalOf } from '../support/collected.ts'
import { aClock } from '../support/desk.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../support/towns/town.ts'

export const period = 'ALSH mercredi 2026/2027'
export const activity = 'CLSH MERCREDI'
export const wednesday = day('2026-12-09')
export const later = day('2026-12-16')
export const at = (on: string, time = '18:05') => instantOf(day(on), timeOfDay(time))
export const monday = at('2026-11-23')
export const tuesday = at('2026-11-24')

export let town: Town
export let portal: ReturnType<typeof aPortalOf>
export const clock = aClock()

/** Opens another town instead of the usual one, which is closed first. */
export const openInstead = async (built: ReturnType<typeof aTown>) => {
  await town.close()
  await openTown(built)
}
const openTown = async (built: ReturnType<typeof aTown>) => {
  town = await built.open(clock)
  portal = aPortalOf(town)
}

/** The Lecerfs with Zoé, the Gosselins with Noé, each registered. */
export const open = async (changes: Parameters<typeof aWednesday>[0] = { capacity: 1 }) => {
  clock.set('2026-11-25')
  await openTown(
    aTown()
      .with(aFamily('Lecerf', { familyQuotient: 727, children: { Zoé: {} } }))
      .with(aFamily('Gosselin', { familyQuotient: 727, children: { Noé: {} } }))
      .with(aFamily('Yvon', { children: { Côme: {} } }))
      .with(aWednesday(changes))
      .with(aRegistration('Lecerf', 'Zoé', period))
      .with(aRegistration('Gosselin', 'Noé', period)),
  )
}

const familyOf: Readonly<Record<string, string>> = { Zoé: 'Lecerf', Noé: 'Gosselin' }
export const cell = (child: string, on: Day = wednesday, slot = 'Matin') => ({
  registrationId: town.registration(child, period),
  day: on,
  slotId: town.slot(activity, slot),
})
export const demande = (
  id: string,
  child: string,
  wish: Wish,
  recordedAt: Instant = monday,
  where = cell(child),
  more = {},
) => portal.demande(id, familyOf[child] ?? '', child, wish, recordedAt, where, more)

export const staff = (child: string, act: 'book' | 'free' | 'waitList' | 'promote', on = wednesday) =>
  town.client.reservations.move({ cells: [cell(child, on)], act })

export const decide = async (
  child: string,
  act: 'accept' | 'waitList' | 'refuse' | 'acceptCancel' | 'refuseCancel',
  on = wednesday,
) => {
  const item = (await town.client.requests.queue()).find((one) => one.child.firstName === child)
  if (item?.key.kind !== 'cells') throw new Error(`${child} is not in the queue`)
  return town.client.requests.decide({
    decisions: [
      {
        ...item.key,
        answers: [
          { day: on, slotIds: [cell(child).slotId], act, reason: { kind: 'written', text: 'Sortie complète' } },
        ],
      },
    ],
  })
}

export const state = async (child: string, on: Day = wednesday) =>
  (await town.client.reservations.cell(cell(child, on))).state
export const told = () => portal.tell().map(({ of, answer, revision }) => `${of} ${answer} ${revision}`)
export const sentenceOf = (error: unknown) => (error as { data: { sentence: string } }).data.sentence
