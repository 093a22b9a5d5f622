import type { SendingPerson } from '../../../shared/contract/desk/sendings.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { itemState } from '../../../shared/rules/dossier/dossier.ts'
import type { Audience } from '../../../shared/rules/messages/audience.ts'
import { wayOf } from '../../../shared/rules/messages/channel.ts'
import { type FieldValues, placesValues } from '../../../shared/rules/messages/fields.ts'
import { powersOf } from '../../../shared/rules/people/guardian-bond.ts'
import { phoneText } from '../../../shared/rules/people/names.ts'
import { listed, longDate } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { activityOf, jointSlots } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { dossiersOf } from '../dossiers/dossiers.ts'
import { bondsOfChildren } from '../families/families.ts'
import { messageReadersOf, namesOfService } from '../mails/mails.ts'
import { overdueDebts } from '../recovery/recovery.ts'
import { refuseUnlessHolder } from '../regies/regies.ts'
import { childGroupsIn } from '../registrations/registrations.ts'
import { organisationOf } from '../settings/settings.ts'
import { type Concerned, childrenExpected, homesRegistered, homesWithChildren } from './sendings-store.ts'

/* Who is in an audience on a day: the guardians who are told what concerns these children, each once. */

export type Recipients = {
  readonly people: readonly SendingPerson[]
  readonly children: number
  readonly families: readonly number[]
  readonly surnames: readonly string[]
  /** Names of the service that may be told, whoever is called so. */
  readonly ownNames: readonly string[]
}

/** @throws Refused for an audience that is not this person's to write to */
export const refuseAudience = (core: Core, person: Person, audience: Audience): void => {
  if (may(person.roles, 'sendings.audience')) return
  if (audience.kind === 'owing') return refuseUnlessHolder(core, person, audience.regieId)
  if (audience.kind === 'families' && audience.familyIds.length === 1) return
  throw new Refused(
    'Un régisseur écrit à une famille, ou à celles qui doivent à sa régie\u00a0: les autres envois demandent la direction ou l’accueil.',
  )
}

/** The activities that a choice names: those joined to it are part of it. */
export const activityIdsOf = (store: Store, activityId: number | null): readonly number[] | null => {
  if (activityId === null) return null
  activityOf(store, activityId)
  return jointSlots(store, activityId).activityIds
}

const concernedBy = (store: Store, audience: Audience, on: Day): Concerned[] => {
  switch (audience.kind) {
    case 'families':
      return homesWithChildren(store, [...new Set(audience.familyIds)])
    case 'owing': {
      const debts = overdueDebts(store, audience.regieId, on)
      return homesWithChildren(store, [...new Set(debts.flatMap(({ familyId }) => familyId ?? []))])
    }
    case 'missingPaper':
      return lackingPaper(store, audience.requiredId, on)
    case 'expected': {
      const { day: from, untilDay: to, siteId, level, groupId } = audience
      const found = childrenExpected(store, {
        from,
        to,
        siteId,
        level,
        activityIds: activityIdsOf(store, audience.activityId),
      })
      return groupId === null ? found : inGroup(store, found, groupId, from, to)
    }
  }
}

const lackingPaper = (store: Store, requiredId: number | null, on: Day): Concerned[] => {
  const missing = [...dossiersOf(store, homesRegistered(store, on), on)].flatMap(([familyId, items]) =>
    items
      .filter(
        (item) => (requiredId === null || item.requiredId === requiredId) && itemState(item, on).kind === 'missing',
      )
      .map(({ childId }) => ({ familyId, childId })),
  )
  // A paper of the home concerns all its children.
  const wanted = new Set(missing.map(({ familyId, childId }) => `${familyId} ${childId}`))
  return homesWithChildren(store, [...new Set(missing.map(({ familyId }) => familyId))]).filter(
    ({ familyId, childId }) => wanted.has(`${familyId} ${childId}`) || wanted.has(`${familyId} null`),
  )
}

const inGroup = (store: Store, found: readonly Concerned[], groupId: number, from: Day, to: Day): Concerned[] =>
  [...Map.groupBy(found, ({ periodId }) => periodId)].flatMap(([periodId, own]) => {
    const groups = periodId === null ? null : childGroupsIn(store, periodId, from, to)
    return own.filter(
      ({ registrationId, day }) =>
        registrationId !== null && day !== null && groups?.of(registrationId, day) === groupId,
    )
  })

/** « 25 novembre 2026 »; of several days the first and the last. */
const datesText = (audience: Audience, on: Day): string => {
  if (audience.kind !== 'expected') return longDate(on)
  const { day: from, untilDay: to } = audience
  return from === to ? longDate(from) : `${longDate(from)} au ${longDate(to)}`
}

export const recipientsOf = (core: Core, audience: Audience, withSms: boolean): Recipients => {
  const { store, clock } = core
  const on = today(clock)
  const concerned = concernedBy(store, audience, on)
  const organisation = organisationOf(store)
  const byHome = Map.groupBy(concerned, ({ familyId }) => familyId)
  const childIds = [...new Set(concerned.flatMap(({ childId }) => childId ?? []))]
  const bonds = bondsOfChildren(store, childIds)
  const isTold = (guardianId: number, childId: number): boolean => {
    const bond = bonds.get(childId)?.get(guardianId)
    return bond === undefined || powersOf(bond).told
  }
  const date = datesText(audience, on)
  const readers = messageReadersOf(store, [...byHome.keys()])
  const surnames = new Set([...concerned, ...readers].map(({ lastName }) => lastName).filter((name) => name !== ''))
  const people = [...Map.groupBy(readers, ({ guardianId }) => guardianId)].flatMap(
    ([guardianId, own]): SendingPerson[] => {
      const [reader] = own
      if (!reader) return []
      const all = own.flatMap(({ familyId }) => byHome.get(familyId) ?? [])
      const children = all.filter(({ childId }) => childId !== null && isTold(guardianId, childId))
      // A home is concerned without any child of it by what it owes.
      if (children.length === 0 && all.some(({ childId }) => childId !== null)) return []
      const names = [...new Map(children.map(({ childId, firstName }) => [childId, firstName])).values()]
      const places = (children.length === 0 ? [null] : children).map((child) => ({
        site: child?.site || organisation.name,
        téléphone: phoneText(child?.phone || organisation.phone),
      }))
      const values: FieldValues = {
        prénoms: names.length === 0 ? 'votre enfant' : listed(names),
        ...placesValues(places),
        date,
      }
      const way = wayOf(reader, withSms)
      const { familyId, fullName: name, phones } = reader
      return [
        way.channel === 'call'
          ? { guardianId, familyId, name, channel: way.channel, address: phones, why: way.why, values }
          : { guardianId, familyId, name, channel: way.channel, address: way.address, why: null, values },
      ]
    },
  )
  return {
    people,
    children: childIds.length,
    families: [...byHome.keys()],
    surnames: [...surnames],
    ownNames: namesOfService(store),
  }
}
