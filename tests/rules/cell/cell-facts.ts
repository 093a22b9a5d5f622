import { addDays, day, instant, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { Bookable, Cancellable, Obstacle } from '../../../shared/rules/cell/bookable.ts'
import { type Ask, cellState, type Facts, type Held } from '../../../shared/rules/cell/cell.ts'
import type { ActionContext, CellAction, CellActor } from '../../../shared/rules/cell/cell-actions.ts'
import { move } from '../../../shared/rules/cell/cell-moves.ts'

export const wednesday = day('2026-12-09')
export const at = instant('2026-11-23T20:14:00.000Z')
const closedAt = instant('2026-11-30T23:00:00.000Z')

export const obstacles: readonly Obstacle[] = [
  { kind: 'noRegistration' },
  { kind: 'registrationAsked' },
  { kind: 'outsideRegistration', span: { from: day('2027-01-06') } },
  { kind: 'dayClosed', why: 'réunion d’équipe' },
  { kind: 'dayPast' },
  { kind: 'dayBegun' },
  { kind: 'windowNotOpen', opensAt: closedAt },
  { kind: 'windowOver', closedAt },
  { kind: 'tooLate', closedAt },
  { kind: 'age', minAge: 6, maxAge: 11, birth: day('2022-03-01'), day: wednesday },
  { kind: 'class', classes: ['CP'], schoolClass: 'GS' },
  { kind: 'school', schools: ['École des Tilleuls'], school: 'École Jacques-Prévert' },
  {
    kind: 'group',
    groups: [{ id: 1, name: '6-11 ans', minAge: 6, maxAge: 11, classes: [] }],
    birth: day('2022-03-01'),
    schoolClass: null,
    day: wednesday,
  },
  { kind: 'residence' },
  { kind: 'otherHome' },
  { kind: 'dossier' },
  { kind: 'suspended', regie: '', phone: '02 31 35 30 30' },
  {
    kind: 'overlap',
    other: {
      activity: 'Garderie du soir',
      slot: 'soir',
      start: timeOfDay('16:30'),
      end: timeOfDay('18:30'),
    },
  },
  { kind: 'full' },
]

const yes = { answer: 'yes' } as const
export const surcharge = { answer: 'surcharge', surcharge: 200 } as const
export const blocked = (...[first, ...rest]: [Obstacle, ...Obstacle[]]): Bookable => ({
  answer: 'no',
  obstacles: [first, ...rest],
})
export const obstacle = (kind: Obstacle['kind']): Obstacle => {
  const found = obstacles.find((one) => one.kind === kind)
  if (!found) throw new Error(`no obstacle ${kind}`)
  return found
}
export const tooLateToCancel: Cancellable = { answer: 'no', closedAt }

export const confirmed: Held = { kind: 'confirmed', cancelDenied: false }
export const denied: Held = { kind: 'confirmed', cancelDenied: true }
export const ranked = (rank: number): Held => ({ kind: 'waitlisted', rank })
export const ask = (wish: Ask['wish'], status: 'recorded' | 'collected' | 'takenBack'): Ask => ({
  wish,
  recordedAt: at,
  collected: status !== 'recorded',
  takenBack: status === 'takenBack',
})

/** A free Wednesday in two weeks, with places, before all deadlines; a test overrides the facts that it is about. */
export const cell = (facts: Partial<Facts> = {}): Facts => ({
  day: wednesday,
  today: day('2026-11-25'),
  held: { kind: 'none' },
  ask: null,
  bookable: yes,
  cancellable: yes,
  placesLeft: 3,
  ...facts,
})

export const free = cell()
export const requested = cell({ ask: ask('book', 'recorded') })
export const requestSent = cell({ ask: ask('book', 'collected') })
export const waitlisted = cell({ held: ranked(1), placesLeft: 0 })
export const booked = cell({ held: confirmed })
export const cancelRequested = cell({ held: confirmed, ask: ask('cancel', 'recorded') })
export const cancelSent = cell({ held: confirmed, ask: ask('cancel', 'collected') })
export const cancelRefused = cell({ held: denied })
export const late = { bookable: blocked(obstacle('tooLate')), cancellable: tooLateToCancel }

const offered: Held = { kind: 'waitlisted', rank: 1, offeredUntil: instant('2026-11-27T09:42:00.000Z') }
const helds: readonly Held[] = [{ kind: 'none' }, ranked(1), ranked(3), offered, confirmed, denied]
const asks: readonly (Ask | null)[] = [
  null,
  ...(['book', 'cancel', 'leave'] as const).flatMap((wish) => [
    ask(wish, 'recorded'),
    ask(wish, 'collected'),
    ask(wish, 'takenBack'),
  ]),
]
const bookables: readonly Bookable[] = [yes, surcharge, ...obstacles.map((one) => blocked(one))]
const cancellables: readonly Cancellable[] = [yes, surcharge, tooLateToCancel]
const todays = [addDays(wednesday, -14), wednesday, addDays(wednesday, 1)]

/** Every combination of the facts of a cell. */
export const everyCell: readonly Facts[] = helds.flatMap((held) =>
  asks.flatMap((asked) =>
    bookables.flatMap((bookable) =>
      cancellables.flatMap((cancellable) =>
        todays.flatMap((today) =>
          [3, 0, -1].map((placesLeft) => cell({ held, ask: asked, bookable, cancellable, today, placesLeft })),
        ),
      ),
    ),
  ),
)

export const parent: CellActor = { kind: 'parent' }
export const exchange: CellActor = { kind: 'exchange' }
export const rule: CellActor = { kind: 'rule' }
export const reception: CellActor = { kind: 'staff', decide: true, override: false }
export const director: CellActor = { kind: 'staff', decide: true, override: true }
export const animator: CellActor = { kind: 'staff', decide: false, override: false }
export const everyone: readonly CellActor[] = [parent, exchange, rule, reception, director, animator]

export const plain: ActionContext = { at }
export const listed: ActionContext = { at, reason: { kind: 'listed', code: 'illness' } }
export const written: ActionContext = { at, reason: { kind: 'written', text: 'Accord de la directrice' } }

/** Everything that an act may require. */
export const enough = (act: CellAction): ActionContext => ({
  ...written,
  surchargeAccepted: true,
  charged: act === 'free',
})

/** The state after a move, or the sentence that refuses it, with plain spaces. */
export const after = (facts: Facts, act: CellAction, who: CellActor, context: ActionContext): string => {
  const moved = move(facts, act, who, context)
  return moved.ok ? cellState(moved.facts) : moved.reason.replaceAll('\u00a0', ' ')
}
