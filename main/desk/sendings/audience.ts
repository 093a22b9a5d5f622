import { inChunks } from '../../../shared/collections.ts'
import type { SendingPerson } from '../../../shared/contract/desk/messages/sendings.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { lackingIn } from '../../../shared/rules/dossier/dossier.ts'
import type { ListFilter } from '../../../shared/rules/lists/list-query.ts'
import { comparedAddress } from '../../../shared/rules/mails/stop-list.ts'
import type { Audience } from '../../../shared/rules/messages/audience.ts'
import { type Way, wayOf } from '../../../shared/rules/messages/channel.ts'
import { type FieldValues, placesValues } from '../../../shared/rules/messages/fields.ts'
import { powersOf } from '../../../shared/rules/people/guardian-bond.ts'
import { phoneText } from '../../../shared/rules/people/names.ts'
import { counted, listed, longDate } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { activityOf, shownWith } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { dossiersOf } from '../dossiers/dossiers.ts'
import { bondsOfChildren } from '../families/families.ts'
import { homesOfList } from '../free-lists/free-lists.ts'
import { mapInTurns } from '../in-turns.ts'
import { messageReadersOf, namesOfService } from '../mails/mails.ts'
import { overdueDebts } from '../recovery/recovery.ts'
import { childGroupsIn } from '../registrations/registrations.ts'
import { organisationOf } from '../settings/settings.ts'
import { type Concerned, childrenExpected, homesRegistered, homesWithChildren } from './sendings-store.ts'

/* The recipients of an audience on a day: the guardians who are told of the children concerned, each once. */

export type Recipients = {
  readonly people: readonly SendingPerson[]
  readonly children: number
  readonly families: readonly number[]
  readonly surnames: readonly string[]
  /** Names of the service itself: a message may use them even when a family has the same name. */
  readonly ownNames: readonly string[]
}

/** All activities that a chosen activity includes: those shown under the same one. */
export const activityIdsOf = (store: Store, activityId: number | null): readonly number[] | null => {
  if (activityId === null) return null
  activityOf(store, activityId)
  return shownWith(store, [activityId])
}

/** « Affiner » as a list of children. */
export const narrowing = (brackets: ListFilter['brackets']): ListFilter => ({ thing: 'children', on: null, brackets })

/** Maximum number of homes of a list: for more, staff have to write several messages. */
const maxHomesOfList = 5000

/**
 * The homes in the audience at present, with the children because of whom each is in it. @throws Refused for a list
 * that the person may not read
 */
export const concernedBy = async (core: Core, person: Person, audience: Audience): Promise<Concerned[]> => {
  const found = await chosenBy(core, person, audience)
  const { brackets = [] } = audience
  if (brackets.length === 0) return found
  const { has } = await homesOfList(core, person, narrowing(brackets))
  return found.filter(({ familyId, childId }) => childId !== null && has(familyId, childId))
}

const chosenBy = async (core: Core, person: Person, audience: Audience): Promise<Concerned[]> => {
  const { store, clock } = core
  const on = today(clock)
  switch (audience.kind) {
    case 'families':
      return homesWithChildren(store, [...new Set(audience.familyIds)], audience.childIds ?? null)
    case 'list': {
      const { familyIds, childIds } = await homesOfList(core, person, audience.query)
      if (familyIds.length > maxHomesOfList)
        throw new Refused(
          `Cette liste touche ${counted(familyIds.length, 'famille')}, ${maxHomesOfList} au plus à la fois\u00a0: ajoutez-lui un filtre.`,
          'whom',
        )
      return homesWithChildren(store, familyIds, childIds)
    }
    case 'owing': {
      const debts = overdueDebts(store, audience.regieId, on)
      return homesWithChildren(store, [...new Set(debts.flatMap(({ familyId }) => familyId ?? []))])
    }
    case 'missingPaper':
      return lackingPaper(store, audience.requiredId, on)
    case 'expected': {
      const { day: from, untilDay: to, siteId, facilityId = null, schoolId = null, level, groupId } = audience
      const found = childrenExpected(store, {
        from,
        to,
        siteId,
        facilityId,
        schoolId,
        level,
        activityIds: activityIdsOf(store, audience.activityId),
      })
      return groupId === null ? found : inGroup(store, found, groupId, from, to)
    }
  }
}

/** Homes whose dossiers are read before other calls get a turn. */
const dossiersPerTurn = 50

const lackingPaper = async (store: Store, requiredId: number | null, on: Day): Promise<Concerned[]> => {
  const found = await mapInTurns(inChunks(homesRegistered(store, on), dossiersPerTurn), (homes) =>
    [...dossiersOf(store, homes, on)].flatMap(([familyId, items]) =>
      lackingIn(items, on)
        .filter((item) => requiredId === null || item.requiredId === requiredId)
        .map(({ childId }) => ({ familyId, childId })),
    ),
  )
  const missing = found.flat()
  // A missing paper of the home concerns all its children.
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

/** « 25 novembre 2026 », or the first and the last day of several. */
const datesText = (audience: Audience, on: Day): string => {
  if (audience.kind !== 'expected') return longDate(on)
  const { day: from, untilDay: to } = audience
  return from === to ? longDate(from) : `${longDate(from)} au ${longDate(to)}`
}

export const recipientsOf = async (
  core: Core,
  person: Person,
  audience: Audience,
  withSms: boolean,
): Promise<Recipients> => {
  const { store, clock } = core
  const on = today(clock)
  const concerned = await concernedBy(core, person, audience)
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
  const people = onceByAddress(
    [...Map.groupBy(readers, ({ guardianId }) => guardianId)].flatMap(([guardianId, own]): Reached[] => {
      const [reader] = own
      if (!reader) return []
      const told = own.flatMap(({ familyId }) => {
        const all = byHome.get(familyId) ?? []
        const children = all.filter(({ childId }) => childId !== null && isTold(guardianId, childId))
        // For a debt, the home itself is concerned, without any child: its guardians are then told all the same.
        const isReached = children.length > 0 || all.every(({ childId }) => childId === null)
        return isReached ? [{ familyId, children }] : []
      })
      if (told.length === 0) return []
      const { fullName: name, phones } = reader
      const homes = told.map(({ familyId }) => familyId)
      const children = told.flatMap((one) => one.children)
      return [{ guardianId, name, phones, way: wayOf(reader, withSms), homes, children }]
    }),
  )
  const homeOf = homesOfMessages(people)
  return {
    people: people.map((one): SendingPerson => {
      const { guardianId, name, phones, way, children } = one
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
      const to = { guardianId, familyId: homeOf(one), name, values }
      return way.channel === 'call'
        ? { ...to, channel: way.channel, address: phones, why: way.why }
        : { ...to, channel: way.channel, address: way.address, why: null }
    }),
    children: childIds.length,
    families: [...byHome.keys()],
    surnames: [...surnames],
    ownNames: namesOfService(store),
  }
}

/**
 * The reader of one message (a guardian, or two who share an address), with the homes and children that it is about.
 */
type Reached = {
  readonly guardianId: number
  readonly name: string
  readonly phones: string
  readonly way: Way
  readonly homes: readonly number[]
  readonly children: readonly Concerned[]
}

/** Guardians of a home who share an address or a phone number get one message, about the children of both. */
const onceByAddress = (all: readonly Reached[]): Reached[] =>
  [
    ...Map.groupBy(all, ({ guardianId, homes, way }) =>
      way.channel === 'call' ? guardianId : `${Math.min(...homes)} ${way.channel} ${comparedAddress(way.address)}`,
    ).values(),
  ].flatMap((same) => {
    const [first] = same
    if (!first) return []
    return [
      {
        ...first,
        name: listed(same.map(({ name }) => name)),
        homes: [...new Set(same.flatMap(({ homes }) => homes))],
        children: same.flatMap(({ children }) => children),
      },
    ]
  })

/**
 * Chooses the home under which each message is filed. A guardian of several homes is filed under one that no other
 * message stands for, so that every home sees the notice on the portal.
 */
const homesOfMessages = (all: readonly Reached[]): ((one: Reached) => number) => {
  const homes = new Map<Reached, number>()
  const taken = new Set<number>()
  for (const one of all.toSorted((before, after) => before.homes.length - after.homes.length)) {
    const home = one.homes.find((id) => !taken.has(id)) ?? one.homes[0] ?? 0
    homes.set(one, home)
    taken.add(home)
  }
  return (one) => homes.get(one) ?? 0
}
