import { keyIdOf } from '../../main/crypto/keys.ts'
import { answersToSend } from '../../main/exchange/answers.ts'
import { applyEntries, recoverAnswers } from '../../main/exchange/collecting.ts'
import { exchangeSide, portalSettings } from '../../main/store/schema/index.ts'
import type { AnswerToAsk } from '../../shared/exchange/answer-entries.ts'
import type { Entry, NewEntry } from '../../shared/exchange/log.ts'
import { newSide } from '../../shared/exchange/side.ts'
import { type Day, type Instant, timeOfDay } from '../../shared/rules/calendar/day.ts'
import type { Wish } from '../../shared/rules/cell/cell.ts'
import type { AutomaticAnswers } from '../../shared/rules/requests/automatic.ts'
import type { Town } from './towns/town.ts'

const portal = { kind: 'guardian', name: 'Portail Famille' } as const

type ToldAnswer = AnswerToAsk & { readonly facts: readonly { held: { kind: string }; note: string }[] }

/** The portal of a town, with a log of what parents did: the real desk collects the entries and answers them. */
export const aPortalOf = (town: Town) => {
  let number = 0
  const guardianOf = (family: string) =>
    town.store
      .statement('select guardian_id from family_guardian where family_id = ? order by rank')
      .pluck()
      .get(town.family(family)) as number
  const entry = (id: string, kind: string, at: Instant, body: unknown): Entry => {
    number += 1
    return {
      id,
      kind,
      at,
      number,
      hash: `hash ${number}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }
  }
  const who = (family: string) => ({ guardian: guardianOf(family), family: town.family(family) })
  return {
    guardianOf,
    entry,
    demande: (
      id: string,
      family: string,
      child: string,
      wish: Wish,
      at: Instant,
      cell: { registrationId: number; day: Day; slotId: number },
      more: object = {},
    ) =>
      entry(id, 'demande', at, {
        ...who(family),
        recordedAt: at,
        receipt: 'R-2026-004817',
        child: town.child(child),
        registration: cell.registrationId,
        day: cell.day,
        slot: cell.slotId,
        wish,
        surchargeCents: null,
        ...more,
      }),
    undone: (kind: 'withdrawn' | 'takenBack', of: string, family: string, at: Instant, more: object = {}) =>
      entry(`${kind}:${of}`, kind, at, { of, ...who(family), at, ...more }),
    registration: (id: string, family: string, child: string, period: string, at: Instant, more: object = {}) =>
      entry(id, 'registration', at, {
        ...who(family),
        recordedAt: at,
        receipt: 'R-2026-004818',
        child: town.child(child),
        period: town.period(period),
        from: '2026-12-02',
        to: '2027-06-30',
        week: [],
        ...more,
      }),
    proposal: (id: string, family: string, at: Instant, change: object) =>
      entry(id, 'proposal', at, {
        ...who(family),
        recordedAt: at,
        subject: 'family',
        subjectId: town.family(family),
        field: 'homePhone',
        before: '',
        after: '',
        ...change,
      }),
    collect: (...entries: Entry[]) =>
      town.store.act(portal, 'exchange.collect', 'Demandes reçues du portail', (write) =>
        applyEntries(town.desk.core, write, entries),
      ),
    recover: (...entries: Entry[]) =>
      town.store.act(portal, 'exchange.collect', 'Réponses retrouvées', (write) =>
        recoverAnswers(town.desk.core, write, entries),
      ),
    /** The answers that the next exchange sends. */
    tell: (): ToldAnswer[] =>
      town.store
        .act(portal, 'exchange.tell', 'Réponses envoyées', (write): readonly NewEntry[] =>
          answersToSend(town.desk.core, write),
        )
        .map(({ body }) => JSON.parse(body) as ToldAnswer),
    pair: (publicKey: string) =>
      town.store.act(portal, 'exchange.pair', 'Portail associé', (write) =>
        write.insert(exchangeSide, {
          id: 1,
          side: newSide('desk'),
          address: 'https://portail.exemple.fr',
          ring: [{ keyid: keyIdOf(publicKey), publicKey, until: null, revokedAt: null }],
          publicKey: '',
          pairedAt: write.at,
          portalKinds: [],
          series: {},
        }),
      ),
    letThrough: (automatic: Partial<AutomaticAnswers>) =>
      town.store.act(portal, 'portal.automatic', 'Réglages du portail', (write) =>
        write.insert(portalSettings, {
          id: 1,
          nightAt: timeOfDay('02:00'),
          automatic: { bookings: false, cancellations: false, registrations: false, fields: [], ...automatic },
        }),
      ),
  }
}
