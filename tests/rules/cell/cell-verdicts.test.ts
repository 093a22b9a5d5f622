import { describe, expect, it } from 'vitest'
import type { Facts } from '../../../shared/rules/cell/cell.ts'
import {
  type ActionContext,
  type CellAction,
  type CellActor,
  cellActions,
} from '../../../shared/rules/cell/cell-actions.ts'
import { allowedActions, maxPassedOver, whyNotAction, whyNotUndo } from '../../../shared/rules/cell/cell-verdicts.ts'
import {
  after,
  animator,
  ask,
  at,
  blocked,
  booked,
  cancelRefused,
  cancelSent,
  cell,
  confirmed,
  director,
  everyCell,
  everyone,
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

describe('what is refused, and the sentence', () => {
  it.each<[string, Facts, CellAction, CellActor, ActionContext, string]>([
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
      'book late at a surcharge without a listed reason',
      cell({ bookable: surcharge }),
      'book',
      reception,
      { at, surchargeAccepted: true },
      'Le délai est dépassé : choisissez un motif dans la liste.',
    ],
    [
      'book late without a word of the surcharge',
      cell({ bookable: surcharge }),
      'book',
      reception,
      listed,
      'Le délai est dépassé : dites si la majoration de 2,00 € est due.',
    ],
    [
      'overbook late without a word of the surcharge',
      cell({ bookable: surcharge, placesLeft: 0 }),
      'book',
      director,
      written,
      'Le délai est dépassé : dites si la majoration de 2,00 € est due.',
    ],
    [
      'enter a late wish without a word of the surcharge',
      { ...booked, cancellable: surcharge },
      'enterDemand',
      reception,
      plain,
      'Le délai est dépassé : dites si la majoration de 2,00 € est due.',
    ],
    [
      'free late, at a surcharge or not, without a listed reason',
      { ...booked, cancellable: surcharge },
      'free',
      reception,
      plain,
      'Le délai est dépassé : choisissez un motif dans la liste.',
    ],
    [
      'free late without a word of whether the place stays billed',
      { ...booked, ...late },
      'free',
      reception,
      listed,
      'Le délai est dépassé : dites si la place reste facturée.',
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

const isTold = (facts: Facts, who: CellActor, act: CellAction): boolean => {
  const why = whyNotAction(act, facts, who)
  const open = allowedActions(facts, who).some((allowed) => allowed.act === act)
  return why === null ? open : !open && /^[A-ZÀÉ].*\.$/u.test(why)
}

it('every act on every cell is either allowed or refused with a sentence', () => {
  expect(
    everyCell.find((facts) => everyone.some((who) => cellActions.some((act) => !isTold(facts, who, act)))),
  ).toBeUndefined()
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
    expect(whyNotUndo(confirmed, none, cell({ placesLeft: 0 }), false, true)).toBe('La place a été donnée depuis.')
  })

  it('is refused beyond the places, though nobody was given the one that was freed', () => {
    expect(whyNotUndo(confirmed, none, cell({ placesLeft: 0 }), false)).toBe(
      'Complet\u00a0: rendre cette place dépasserait les places ouvertes.',
    )
    expect(whyNotUndo(confirmed, none, cell({ placesLeft: -1 }), false)).toBe(
      'Il y a déjà plus de réservations que de places ouvertes.',
    )
  })

  it('gives nothing back to a home whose day it no longer is; what it gave there is taken back all the same', () => {
    const others = { bookable: blocked(obstacle('otherHome')) }
    expect(whyNotUndo(confirmed, none, cell(others), false)).toBe('Ce jour est celui de l’autre foyer.')
    expect(whyNotUndo(ranked(1), none, cell(others), false)).toBe('Ce jour est celui de l’autre foyer.')
    expect(whyNotUndo(none, confirmed, cell({ ...others, held: confirmed }), false)).toBeNull()
  })
})

it('of several cells reports the largest number of children that one goes before', () => {
  expect([maxPassedOver([]), maxPassedOver([null, null]), maxPassedOver([2, null, 5])]).toEqual([null, null, 5])
})
