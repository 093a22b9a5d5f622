import { describe, expect, it } from 'vitest'
import { type CellState, cellState, type Facts } from '../../shared/rules/cell.ts'
import {
  type Answer,
  allowedActs,
  type CellAct,
  type Context,
  cellActs,
  type Mover,
  move,
  whyNot,
  whyNotUndo,
} from '../../shared/rules/cell-moves.ts'
import {
  animator,
  ask,
  at,
  blocked,
  cell,
  confirmed,
  denied,
  director,
  enough,
  everyCell,
  everyone,
  exchange,
  listed,
  obstacle,
  parent,
  plain,
  ranked,
  reception,
  rule,
  surcharge,
  tooLateToCancel,
  wednesday,
  written,
} from './cell-facts.ts'

const free = cell()
const requested = cell({ ask: ask('book', 'recorded') })
const requestSent = cell({ ask: ask('book', 'collected') })
const waitlisted = cell({ held: ranked(1), placesLeft: 0 })
const booked = cell({ held: confirmed })
const cancelRequested = cell({ held: confirmed, ask: ask('cancel', 'recorded') })
const cancelSent = cell({ held: confirmed, ask: ask('cancel', 'collected') })
const cancelRefused = cell({ held: denied })
const late = { bookable: blocked(obstacle('tooLate')), cancellable: tooLateToCancel }

const after = (facts: Facts, act: CellAct, who: Mover, context: Context) => {
  const moved = move(facts, act, who, context)
  return moved.ok ? cellState(moved.facts) : moved.reason.replaceAll('\u00a0', ' ')
}

describe('the table of moves', () => {
  it.each<[string, Facts, CellAct, Mover, Context, CellState, Answer | null]>([
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
      'staff free past the deadline, with a listed reason',
      { ...booked, ...late },
      'free',
      reception,
      listed,
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
  ])('%s', (_, facts, act, who, context, state, answer) => {
    const moved = move(facts, act, who, context)
    expect(moved.ok ? [cellState(moved.facts), moved.answer] : moved.reason).toEqual([state, answer])
  })
})

describe('what is refused, and the sentence', () => {
  it.each<[string, Facts, CellAct, Mover, Context, string]>([
    ['late', cell(late), 'record', parent, plain, 'Trop tard : il fallait demander au plus tard le lun. 30 nov.'],
    [
      'surcharge not accepted',
      cell({ bookable: surcharge }),
      'record',
      parent,
      plain,
      'Acceptez d’abord la majoration : le délai est dépassé.',
    ],
    ['already asked', requestSent, 'record', parent, plain, 'Une demande est déjà en cours sur cette case.'],
    ['already booked', booked, 'record', parent, plain, 'Cette case est déjà réservée.'],
    [
      'withdraw once collected',
      requestSent,
      'withdraw',
      parent,
      plain,
      'Le service a déjà reçu cette demande : demandez plutôt son retrait.',
    ],
    [
      'decide what was not collected',
      requested,
      'accept',
      reception,
      plain,
      'Aucune demande n’attend de réponse sur cette case.',
    ],
    [
      'decide what is taken back',
      cell({ ask: ask('book', 'takenBack') }),
      'accept',
      reception,
      plain,
      'Le parent retire sa demande : clôturez-la sans décider.',
    ],
    [
      'decide after the day began',
      { ...requestSent, today: wednesday },
      'accept',
      director,
      written,
      'Le jour est venu avant la réponse : il n’y a plus rien à décider.',
    ],
    ['refuse without a reason', requestSent, 'refuse', reception, plain, 'Indiquez un motif : la famille le lira.'],
    [
      'refuse with a blank reason',
      requestSent,
      'refuse',
      reception,
      { at, reason: { kind: 'written', text: '  ' } },
      'Indiquez un motif : la famille le lira.',
    ],
    [
      'the last place is gone',
      { ...requestSent, placesLeft: 0 },
      'accept',
      reception,
      written,
      'Complet : il ne reste aucune place. Passer outre demande le rôle Directeur.',
    ],
    [
      'a rule never overbooks',
      { ...requestSent, placesLeft: 0 },
      'accept',
      rule,
      written,
      'Complet : il ne reste aucune place. Passer outre demande le rôle Directeur.',
    ],
    [
      'overbooking unexplained',
      { ...requestSent, placesLeft: 0 },
      'accept',
      director,
      listed,
      'Complet : il ne reste aucune place. Passer outre demande un motif écrit.',
    ],
    [
      'promotion out of turn',
      cell({ held: ranked(3) }),
      'promote',
      director,
      written,
      'La place revient d’abord au premier de la liste : cet enfant est au rang 3.',
    ],
    ['promotion without a place', waitlisted, 'promote', director, written, 'Complet : il ne reste aucune place.'],
    [
      'automatic promotion past the cancel deadline',
      cell({ held: ranked(1), cancellable: tooLateToCancel }),
      'promote',
      rule,
      plain,
      'Le délai pour annuler est dépassé : la place se propose, le service décide.',
    ],
    [
      'promotion of who leaves',
      cell({ held: ranked(1), ask: ask('leave', 'recorded') }),
      'promote',
      reception,
      plain,
      'La famille quitte la liste d’attente.',
    ],
    [
      'jumping the list',
      cell({ held: ranked(2) }),
      'book',
      reception,
      plain,
      'D’autres enfants attendent avant lui. Passer outre demande le rôle Directeur.',
    ],
    [
      'cancel too late',
      { ...booked, ...late },
      'askCancel',
      parent,
      plain,
      'Trop tard : il fallait demander au plus tard le lun. 30 nov.',
    ],
    ['cancel twice', cancelSent, 'askCancel', parent, plain, 'Une demande est déjà en cours sur cette case.'],
    [
      'charged without a reason',
      cancelSent,
      'acceptCancel',
      reception,
      { at, charged: true },
      'Indiquez pourquoi l’annulation reste facturée.',
    ],
    [
      'refuse that a family leaves',
      cell({ held: confirmed, ask: ask('leave', 'collected') }),
      'refuseCancel',
      reception,
      written,
      'Quitter la liste d’attente ne se refuse jamais.',
    ],
    [
      'book late without a listed reason',
      cell(late),
      'book',
      reception,
      plain,
      'Le délai est dépassé : choisissez un motif dans la liste.',
    ],
    [
      'book late with own words',
      cell(late),
      'book',
      reception,
      written,
      'Le délai est dépassé : choisissez un motif dans la liste.',
    ],
    [
      'age',
      cell({ bookable: blocked(obstacle('age')) }),
      'book',
      reception,
      written,
      'Cette activité est ouverte de 6 à 11 ans : l’enfant a 4 ans le mer. 9 déc. 2026. Passer outre demande le rôle Directeur.',
    ],
    [
      'two places at once, even the director',
      cell({ bookable: blocked(obstacle('overlap')) }),
      'book',
      director,
      written,
      'Déjà réservé aux mêmes heures : Garderie du soir, soir, de 16 h 30 à 18 h 30.',
    ],
    [
      'an inscription not decided, even the director',
      cell({ bookable: blocked(obstacle('registrationAsked')) }),
      'book',
      director,
      written,
      'L’inscription attend encore sa réponse.',
    ],
    [
      'without the right',
      free,
      'book',
      animator,
      written,
      'Cette action demande le droit de décider des réservations.',
    ],
    ['a parent books', free, 'book', parent, plain, 'Cette action ne vous est pas ouverte.'],
  ])('%s', (_, facts, act, who, context, sentence) => {
    expect(after(facts, act, who, context)).toBe(sentence)
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
    const crossed: Context = { at, crossed: { wish: 'cancel', answer: 'accepted' } }
    expect(after(cell({ ...late, placesLeft: 1 }), 'takeBack', exchange, crossed)).toBe('confirmed')
    expect(after(cell({ ...late, placesLeft: 0 }), 'takeBack', exchange, crossed)).toBe(
      'L’annulation était déjà acceptée et la place a été donnée depuis.',
    )
    expect(after(cell({ bookable: blocked(obstacle('overlap')) }), 'takeBack', exchange, crossed)).toContain(
      'Garderie du soir',
    )
  })

  it('a leaving that crossed a promotion undoes it', () => {
    const moved = move(cell({ held: confirmed, ask: ask('leave', 'recorded') }), 'collect', exchange, plain)
    expect(moved).toMatchObject({ ok: true, answer: 'accepted', charged: false, facts: { held: { kind: 'none' } } })
  })

  it('what staff settled meanwhile is answered when collected: accepted where they did what was wished, else moot', () => {
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

describe('every act on every cell', () => {
  const tried = everyCell.flatMap((facts) => everyone.flatMap((who) => cellActs.map((act) => ({ facts, who, act }))))
  const done = tried.flatMap(({ facts, who, act }) => {
    const moved = move(facts, act, who, enough(act))
    return moved.ok ? [{ facts, who, act, moved }] : []
  })

  it('is either allowed or refused with a sentence', () => {
    expect(
      first(tried, ({ facts, who, act }) => {
        const why = whyNot(act, facts, who)
        const open = allowedActs(facts, who).some((allowed) => allowed.act === act)
        return why === null ? !open : open || !/^[A-ZÀÉ].*\.$/u.test(why)
      }),
    ).toBeUndefined()
  })

  it('is done when allowed and given what it needs, refused otherwise', () => {
    expect(
      first(tried, ({ facts, who, act }) => {
        // Who may not override picks from the list.
        const contexts = [enough(act), { ...enough(act), ...listed }]
        const isDone = contexts.some((context) => move(facts, act, who, context).ok)
        return isDone !== (whyNot(act, facts, who) === null)
      }),
    ).toBeUndefined()
  })

  it('keeps the count of places', () => {
    expect(
      first(done, ({ facts, moved }) => {
        const taken = Number(moved.facts.held.kind === 'confirmed') - Number(facts.held.kind === 'confirmed')
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

  it('charges nothing that was not decided so with a reason', () => {
    expect(first(done, ({ act, moved }) => moved.charged && (act !== 'free' || moved.reason === null))).toBeUndefined()
  })
})

describe('undo', () => {
  const none = free.held

  it('goes back by a new move, while nothing else moved', () => {
    expect(whyNotUndo(none, confirmed, booked, false)).toBeNull()
    expect(whyNotUndo(ranked(2), confirmed, booked, false)).toBeNull()
    expect(whyNotUndo(none, confirmed, cancelRefused, false)).toContain('changé depuis')
    expect(whyNotUndo(none, ranked(3), waitlisted, false)).toBeNull()
  })

  it('is refused once invoiced, or once the place was given away', () => {
    expect(whyNotUndo(none, confirmed, booked, true)).toContain('avoir')
    expect(whyNotUndo(confirmed, none, free, false)).toBeNull()
    expect(whyNotUndo(confirmed, none, cell({ placesLeft: 0 }), false)).toBe('La place a été donnée depuis.')
  })
})
