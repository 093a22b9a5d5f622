import { performance } from 'node:perf_hooks'
import { createRouterClient } from '@orpc/server'
import type { Desk } from '../../main/app/desk.ts'
import { addMember } from '../../main/desk/staff/staff.ts'
import { systemActor } from '../../main/store/acts/acts.ts'
import { roles } from '../../shared/rules/access/roles.ts'
import { firstSiteId } from '../../shared/rules/access/sites.ts'
import { day } from '../../shared/rules/calendar/day.ts'
import { fillSites } from '../support/towns/bench-town.ts'
import { atBench, type Client } from './blocking-bench.ts'

export type RightsFigures = {
  /** The slowest list of a person of one site, as a multiple of the same list of a person of all sites. */
  readonly worst: number
  readonly name: string
  readonly milliseconds: Readonly<Record<string, readonly [everywhere: number, atOneSite: number]>>
}

const password = 'Marronnier-15'
const rounds = 15

/**
 * The lists of the counter in a town of five sites and 3,000 homes, each asked again right after a booking was made.
 */
export const rights = async (): Promise<RightsFigures> => {
  let figures: RightsFigures | undefined
  await atBench(
    async (desk, client) => {
      const person = { name: 'Site', login: 'site', password, roles, siteIds: [firstSiteId] }
      await addMember(desk.core, { ...systemActor, roles }, person)
      const limited = createRouterClient(desk.router, { context: desk.connect() })
      await limited.staff.login({ login: 'site', password })
      const lists = listsOf(desk)
      const milliseconds: Record<string, readonly [number, number]> = {}
      for (const [name, ask] of Object.entries(lists)) {
        const everywhere: number[] = []
        const atOneSite: number[] = []
        for (let round = 0; round <= rounds; round += 1)
          for (const [who, waits] of round % 2 === 0
            ? ([
                [client, everywhere],
                [limited, atOneSite],
              ] as const)
            : ([
                [limited, atOneSite],
                [client, everywhere],
              ] as const)) {
            await book(desk, client, round)
            const began = performance.now()
            await ask(who)
            // Statements are compiled in the first round, which is not measured.
            if (round > 0) waits.push(performance.now() - began)
          }
        milliseconds[name] = [middleOf(everywhere), middleOf(atOneSite)]
      }
      const [name, [everywhere, atOneSite]] = Object.entries(milliseconds).toSorted(
        ([, [a, b]], [, [c, d]]) => d / c - b / a,
      )[0] ?? ['', [Number.NaN, Number.NaN]]
      figures = { worst: atOneSite / everywhere, name, milliseconds }
    },
    (core) => fillSites(core, 5, 600),
  )
  if (!figures) throw new Error('nothing measured')
  return figures
}

const listsOf = ({ core: { store } }: Desk): Readonly<Record<string, (who: Client) => Promise<unknown>>> => {
  const periodId = Number(store.statement('select min(id) from period').pluck().get())
  const activityId = Number(store.statement('select min(id) from activity').pluck().get())
  return {
    families: (who) => who.families.list({ filter: '', show: 'present', from: 0, count: 100 }),
    search: (who) => who.home.search({ text: 'famille 01' }),
    registrations: (who) => who.registrations.list({ periodId }),
    calendar: (who) =>
      who.reservations.calendar({ from: '2026-10-01', to: '2026-10-31', periodIds: [periodId], familyId: null }),
    sheet: (who) => who.attendance.sheet({ activityId, day: day('2026-10-05') }),
  }
}

/** Books and frees a cell of another site, so that the next reading cannot use a cache. */
const book = async ({ core }: Desk, client: Client, round: number): Promise<void> => {
  const cell = core.store
    .statement('select registration_id registrationId, slot_id slotId from reservation order by id desc limit 1')
    .get() as { registrationId: number; slotId: number }
  await client.reservations.move({
    cells: [{ ...cell, day: day('2026-11-16') }],
    act: round % 2 === 0 ? 'book' : 'free',
  })
}

const middleOf = (figures: readonly number[]): number =>
  figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)] ?? Number.NaN
