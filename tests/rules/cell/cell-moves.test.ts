import { describe, expect, it } from 'vitest'
import { obstacleText } from '../../../shared/rules/cell/bookable.ts'
import { type CellState, cellState, type Facts, takesPlace } from '../../../shared/rules/cell/cell.ts'
import {
  type ActionContext,
  type Answer,
  type CellAction,
  type CellActor,
  type Charged,
  cellActions,
} from '../../../shared/rules/cell/cell-actions.ts'
import { move, remainingCancelSurcharge } from '../../../shared/rules/cell/cell-moves.ts'
import { whyNotAction } from '../../../shared/rules/cell/cell-verdicts.ts'
import {
  after,
  ask,
  at,
  blocked,
  booked,
  cancelRefused,
  cancelRequested,
  cancelSent,
  cell,
  confirmed,
  denied,
  director,
  enough,
  everyCell,
  everyone,
  exchange,
  free,
  late,
  listed,
  obstacle,
  parent,
  plain,
  ranked,
  reception,
  requested,
  requestSent,
  rule,
  surcharge,
  tooLateToCancel,
  waitlisted,
  wednesday,
  written,
} from './cell-facts.ts'

describe('the table of moves', () => {
  it.each<[string, Facts, CellAction, CellActor, ActionContext, CellState, Answer | null]>([
    ['a parent records', free, 'record', parent, plain, 'requested', null],
    [
      'a parent records past the deadline, surcharge accepted',
      cell({ bookable: surcharge }),
      'record',
      parent,
      { at, surchargeAccepted: true },
      'requested',
      null,
    ],
    ['a parent withdraws', requested, 'withdraw', parent, plain, 'free', 'withdrawn'],
    [
      'a parent withdraws past the deadline',
      { ...requested, ...late },
      'withdraw',
      parent,
      plain,
      'closed',
      'withdrawn',
    ],
    ['a parent withdraws a cancellation', cancelRequested, 'withdraw', parent, plain, 'confirmed', 'withdrawn'],
    ['the exchange collects a request', requested, 'collect', exchange, plain, 'requestSent', null],
    ['the exchange collects a cancellation', cancelRequested, 'collect', exchange, plain, 'cancelSent', null],
    ['staff accept', requestSent, 'accept', reception, plain, 'confirmed', 'accepted'],
    [
      'staff accept, however long it took',
      { ...requestSent, ...late },
      'accept',
      reception,
      plain,
      'confirmed',
      'accepted',
    ],
    ['a rule accepts', requestSent, 'accept', rule, plain, 'confirmed', 'accepted'],
    [
      'staff wait-list',
      { ...requestSent, placesLeft: 0 },
      'waitList',
      reception,
      { at, rank: 2 },
      'waitlisted',
      'waitListed',
    ],
    ['staff refuse with a reason', requestSent, 'refuse', reception, written, 'free', 'refused'],
    ['a parent takes a request back', requestSent, 'takeBack', parent, plain, 'requestSent', null],
    [
      'the desk settles a request taken back',
      cell({ ask: ask('book', 'takenBack') }),
      'takeBack',
      exchange,
      plain,
      'free',
      'withdrawn',
    ],
    [
      'the day begins: no answer',
      { ...requestSent, today: wednesday, ...late },
      'expire',
      rule,
      plain,
      'closed',
      'expired',
    ],
    [
      'the day begins: still waiting',
      { ...waitlisted, today: wednesday, ...late },
      'expire',
      exchange,
      plain,
      'closed',
      'expired',
    ],
    ['staff promote the first', { ...waitlisted, placesLeft: 1 }, 'promote', reception, plain, 'confirmed', null],
    ['a rule promotes the first', { ...waitlisted, placesLeft: 1 }, 'promote', rule, plain, 'confirmed', null],
    ['a parent leaves the list', waitlisted, 'leave', parent, plain, 'waitlisted', null],
    [
      'the leaving is collected',
      cell({ held: ranked(1), ask: ask('leave', 'recorded') }),
      'collect',
      exchange,
      plain,
      'free',
      'accepted',
    ],
    ['staff take a family’s leaving', waitlisted, 'leave', reception, plain, 'free', null],
    ['staff remove from the list', waitlisted, 'removeFromList', reception, written, 'free', null],
    ['a parent asks to cancel', booked, 'askCancel', parent, plain, 'cancelRequested', null],
    ['a parent asks again', cancelRefused, 'askCancel', parent, plain, 'cancelRequested', null],
    ['staff accept the cancellation', cancelSent, 'acceptCancel', reception, plain, 'free', 'accepted'],
    [
      'staff accept it after the day',
      { ...cancelSent, today: wednesday, ...late },
      'acceptCancel',
      reception,
      plain,
      'closed',
      'accepted',
    ],
    ['staff refuse the cancellation', cancelSent, 'refuseCancel', reception, written, 'cancelRefused', 'refused'],
    [
      'the desk settles a cancellation taken back',
      cell({ held: confirmed, ask: ask('cancel', 'takenBack') }),
      'takeBack',
      exchange,
      plain,
      'confirmed',
      'withdrawn',
    ],
    [
      '… back to refused where it was',
      cell({ held: denied, ask: ask('cancel', 'takenBack') }),
      'takeBack',
      exchange,
      plain,
      'cancelRefused',
      'withdrawn',
    ],
    ['staff accept a refused one after all', cancelRefused, 'acceptCancel', reception, plain, 'free', null],
    ['staff book', free, 'book', reception, plain, 'confirmed', null],
    ['staff free', booked, 'free', reception, plain, 'free', null],
    ['staff book past the deadline, with a listed reason', cell(late), 'book', reception, listed, 'confirmed', null],
    [
      'staff book past the deadline, at its surcharge',
      cell({ bookable: surcharge }),
      'book',
      reception,
      { ...listed, surchargeAccepted: true },
      'confirmed',
      null,
    ],
    [
      'staff book past the deadline, its surcharge let go',
      cell({ bookable: surcharge }),
      'book',
      reception,
      { ...listed, surchargeAccepted: false },
      'confirmed',
      null,
    ],
    [
      'staff book what was asked in time',
      { ...requestSent, bookable: surcharge },
      'book',
      reception,
      plain,
      'confirmed',
      'accepted',
    ],
    [
      'staff free past the deadline, with a listed reason and what becomes of the price',
      { ...booked, ...late },
      'free',
      reception,
      { ...listed, charged: false },
      'closed',
      null,
    ],
    ['the director overbooks in writing', cell({ placesLeft: 0 }), 'book', director, written, 'confirmed', null],
    [
      'the director books a closed day in writing',
      cell({ bookable: blocked(obstacle('dayClosed')) }),
      'book',
      director,
      written,
      'confirmed',
      null,
    ],
    [
      'the director books against age in writing',
      cell({ bookable: blocked(obstacle('age')) }),
      'book',
      director,
      written,
      'confirmed',
      null,
    ],
    ['staff wait-list by hand', free, 'waitList', reception, plain, 'waitlisted', null],
    ['staff enter a demande', free, 'enterDemand', reception, plain, 'requestSent', null],
    ['staff enter a wish to cancel', booked, 'enterDemand', reception, plain, 'cancelSent', null],
    [
      'staff enter a late wish to cancel, its surcharge refused',
      { ...booked, cancellable: surcharge },
      'enterDemand',
      reception,
      { at, surchargeAccepted: false },
      'cancelSent',
      null,
    ],
  ])('%s', (_, facts, act, who, context, state, answer) => {
    const moved = move(facts, act, who, context)
    expect(moved.ok ? [cellState(moved.facts), moved.answer] : moved.reason).toEqual([state, answer])
  })
})

const dueFor = (facts: Facts, act: CellAction, context: Partial<ActionContext>) => {
  const moved = move(facts, act, reception, { ...listed, ...context })
  return moved.ok ? moved.surcharge : moved.reason
}

/** What a place that staff free leaves due. */
const leftDue = (cancellable: Facts['cancellable'], charged: Charged) => {
  const facts = { ...booked, cancellable }
  const moved = move(facts, 'free', reception, { ...listed, charged })
  return moved.ok ? [moved.charged, remainingCancelSurcharge('free', facts, moved, 0)] : moved.reason
}

describe('what asking late costs', () => {
  it('is the surcharge of the town, nothing where staff let it go, and no matter in time', () => {
    const late = cell({ bookable: surcharge })
    expect(dueFor(late, 'book', { surchargeAccepted: true })).toBe(200)
    expect(dueFor(late, 'book', { surchargeAccepted: false })).toBe(0)
    expect(dueFor(late, 'enterDemand', { surchargeAccepted: true })).toBe(200)
    expect(dueFor({ ...booked, cancellable: surcharge }, 'enterDemand', { surchargeAccepted: true })).toBe(200)
    for (const inTime of [
      free,
      { ...requestSent, bookable: surcharge },
      cell({ held: ranked(1), bookable: surcharge }),
    ])
      expect(dueFor(inTime, 'book', { surchargeAccepted: true })).toBeNull()
  })

  it('is chosen by staff who free a place: all of it, what the rule or the tariff says, or nothing', () => {
    const begun = { ...tooLateToCancel, surcharge: { notice: 0 } }
    expect([surcharge, begun, tooLateToCancel].map((one) => leftDue(one, 'surcharge'))).toEqual([
      [false, 200],
      [false, { notice: 0 }],
      [false, 0],
    ])
    expect([true, false].map((charged) => leftDue(surcharge, charged))).toEqual([
      [true, 0],
      [false, 0],
    ])
    // Freed in time, it costs nothing, whatever staff chose for other places of the same move.
    expect(leftDue({ answer: 'yes' }, 'surcharge')).toEqual([false, 0])
    expect(after(cancelSent, 'acceptCancel', reception, { ...listed, charged: 'surcharge' })).toBe(
      'La majoration d’une demande est celle que la famille a acceptée.',
    )
  })

  it('goes on once the day has begun: staff who book say whether the surcharge is due', () => {
    const begun = cell({ bookable: blocked({ kind: 'tooLate', closedAt: at, surcharge: 200 }) })
    expect(dueFor(begun, 'book', { surchargeAccepted: true })).toBe(200)
    expect(after(begun, 'book', reception, listed)).toBe(
      'Le délai est dépassé : dites si la majoration de 2,00 € est due.',
    )
    expect(dueFor(cell(late), 'book', {})).toBeNull()
  })
})

describe('messages that cross', () => {
  it('a wish taken back after it was accepted is undone without charge', () => {
    const moved = move(booked, 'takeBack', exchange, { at, crossed: { wish: 'book', answer: 'accepted' } })
    expect(moved).toMatchObject({
      ok: true,
      answer: 'withdrawn',
      charged: false,
      facts: { held: { kind: 'none' }, placesLeft: 4 },
    })
  })

  it('a cancellation taken back after it was accepted comes back while a place is free, without a deadline test', () => {
    const crossed: ActionContext = { at, crossed: { wish: 'cancel', answer: 'accepted' } }
    expect(after(cell({ ...late, placesLeft: 1 }), 'takeBack', exchange, crossed)).toBe('confirmed')
    expect(after(cell({ ...late, placesLeft: 0 }), 'takeBack', exchange, crossed)).toBe(
      'L’annulation était déjà acceptée et il ne reste aucune place.',
    )
    expect(after(cell({ bookable: blocked(obstacle('otherHome')) }), 'takeBack', exchange, crossed)).toBe(
      'Jour de l’autre foyer.',
    )
    // What became of the day and of the registration meanwhile is no deadline.
    for (const gone of ['dayClosed', 'outsideRegistration', 'noRegistration'] as const) {
      expect(after(cell({ bookable: blocked(obstacle(gone)) }), 'takeBack', exchange, crossed)).toBe(
        obstacleText(obstacle(gone)).replaceAll('\u00a0', ' '),
      )
    }
    expect(after(cell({ bookable: blocked(obstacle('overlap')) }), 'takeBack', exchange, crossed)).toContain(
      'Garderie du soir',
    )
  })

  it('a leaving that crossed a promotion undoes it', () => {
    const moved = move(cell({ held: confirmed, ask: ask('leave', 'recorded') }), 'collect', exchange, plain)
    expect(moved).toMatchObject({ ok: true, answer: 'accepted', charged: false, facts: { held: { kind: 'none' } } })
  })

  it('a cell that staff settled meanwhile is answered when it is collected: accepted if they did what was wished, else moot', () => {
    const byPhone = move(requested, 'book', reception, plain)
    if (!byPhone.ok) throw new Error(byPhone.reason)
    expect([cellState(byPhone.facts), byPhone.answer]).toEqual(['confirmed', null])
    expect(move(byPhone.facts, 'collect', exchange, plain)).toMatchObject({ ok: true, answer: 'accepted' })
    expect(move(cell({ held: ranked(1), ask: ask('cancel', 'recorded') }), 'collect', exchange, plain)).toMatchObject({
      answer: 'moot',
    })
    expect(move(cell({ ask: ask('book', 'recorded'), today: wednesday }), 'collect', exchange, plain)).toMatchObject({
      answer: 'expired',
    })
  })
})

const first = <T>(all: readonly T[], isWrong: (one: T) => boolean): T | undefined => all.find(isWrong)

const isHeld = ({ held }: Facts) => held.kind === 'confirmed'

const judged = (facts: Facts, context: ActionContext = plain) => move(facts, 'book', reception, context).ok

describe('a child who does not wait, where others do', () => {
  it('takes one of the last places only once staff confirm that it passes them', () => {
    expect(move(cell({ placesLeft: 1, waiting: 5 }), 'book', reception, plain)).toMatchObject({
      ok: false,
      reason: '5\u00a0enfants attendent une place ce jour-là\u00a0: confirmez que cet enfant passe avant.',
    })
    expect(judged(cell({ placesLeft: 1, waiting: 5 }), { ...plain, passesWaiting: true })).toBe(true)
  })

  it('is booked without a question where there is a place for each', () => {
    expect(judged(cell({ placesLeft: 3, waiting: 2 }))).toBe(true)
    expect(judged(cell({ placesLeft: 2, waiting: 2 }))).toBe(false)
    expect(judged(cell({ placesLeft: 1, waiting: 4, held: ranked(1) }))).toBe(true)
  })
})

describe('every act on every cell', () => {
  const tried = everyCell.flatMap((facts) => everyone.flatMap((who) => cellActions.map((act) => ({ facts, who, act }))))
  const done = tried.flatMap(({ facts, who, act }) => {
    const moved = move(facts, act, who, enough(act))
    return moved.ok ? [{ facts, who, act, moved }] : []
  })

  it('is done when allowed and given what it needs, refused otherwise', () => {
    expect(
      first(tried, ({ facts, who, act }) => {
        // Who may not override picks from the list.
        const contexts = [enough(act), { ...enough(act), ...listed }]
        const isDone = contexts.some((context) => move(facts, act, who, context).ok)
        return isDone !== (whyNotAction(act, facts, who) === null)
      }),
    ).toBeUndefined()
  })

  it('keeps the count of places', () => {
    expect(
      first(done, ({ facts, moved }) => {
        const taken = Number(takesPlace(moved.facts.held)) - Number(takesPlace(facts.held))
        return facts.placesLeft - moved.facts.placesLeft !== taken
      }),
    ).toBeUndefined()
  })

  it('gives no place beyond the capacity, but by the director in writing', () => {
    const beyond = done.filter(({ facts, moved }) => moved.facts.placesLeft < Math.min(0, facts.placesLeft))
    expect(
      first(
        beyond,
        ({ who, act, moved }) =>
          !moved.overbooked || who !== director || moved.reason?.kind !== 'written' || act === 'promote',
      ),
    ).toBeUndefined()
    expect(new Set(beyond.map(({ act }) => act))).toEqual(new Set(['accept', 'book']))
    expect(first(done, ({ moved }) => moved.overbooked && moved.facts.placesLeft >= 0)).toBeUndefined()
  })

  it('answers an ask when it ends, and only then', () => {
    expect(
      first(done, ({ facts, moved }) => facts.ask !== null && moved.facts.ask === null && moved.answer === null),
    ).toBeUndefined()
    expect(
      first(done, ({ act, moved }) => moved.facts.ask !== null && moved.answer !== null && act !== 'leave'),
    ).toBeUndefined()
  })

  it('leaves what is still on its way to be answered when collected', () => {
    const onItsWay = done.filter(({ facts, who }) => facts.ask?.collected === false && who.kind === 'staff')
    expect(first(onItsWay, ({ facts, moved }) => moved.facts.ask !== facts.ask)).toBeUndefined()
  })

  it('keeps the surcharge of a late cancellation with its demande, and once that is accepted', () => {
    const after = ({ act, facts, moved }: (typeof done)[number]) => remainingCancelSurcharge(act, facts, moved, 500)
    // It is owed for a place that the demande gave back, and neither when staff freed it nor when it is billed whole.
    const freed = done.filter(({ facts, moved }) => isHeld(facts) && !isHeld(moved.facts))
    expect(
      first(freed, (one) => after(one) !== (one.act === 'acceptCancel' && !one.moved.charged ? 500 : 0)),
    ).toBeUndefined()
    // A booking that stands, asked back by nobody, owes none.
    const standing = done.filter(
      ({ moved }) =>
        isHeld(moved.facts) &&
        moved.facts.ask?.wish !== 'cancel' &&
        !('cancelDenied' in moved.facts.held && moved.facts.held.cancelDenied),
    )
    expect(first(standing, (one) => after(one) !== 0)).toBeUndefined()
    // What happens later to a place given back changes nothing of it, until it is booked again.
    const later = done.filter(({ facts, moved }) => !isHeld(facts) && !isHeld(moved.facts) && !moved.charged)
    expect(first(later, (one) => after(one) !== 500)).toBeUndefined()
  })

  it('charges nothing that was not decided so with a reason', () => {
    expect(first(done, ({ act, moved }) => moved.charged && (act !== 'free' || moved.reason === null))).toBeUndefined()
  })
})
