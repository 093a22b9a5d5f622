import type {
  Address,
  ChildInput,
  DatedAddress,
  HomeInput,
  MoveInput,
  QuotientInput,
  SchoolingInput,
} from '../../../shared/contract/desk/people/families.ts'
import { type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import type { PostalAddress } from '../../../shared/rules/people/person.ts'
import { type FamilyQuotientRow, familyQuotientOn } from '../../../shared/rules/price/family-quotient.ts'
import type { DeclaredFacts } from '../../../shared/rules/price/price-terms.ts'
import { quotientsByRule, type RecordedQuotient } from '../../../shared/rules/quotient/validity.ts'
import { addressLines, longDate } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { family, familyAddress } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { quotientRuleOf } from '../settings/settings.ts'
import type { NewHome } from './bulk-writing.ts'
import { writeChild, writeChildLink } from './children.ts'
import { writeMove, writeQuotient } from './dated.ts'
import { addressesOf, categoriesOf, familiesIn, guardiansIn, quotientsOf } from './families-store.ts'
import { type GuardianChoice, linkGuardian } from './guardians.ts'
import { dropPhotosWithoutHome } from './photos.ts'
import { requireFamily, requireFound } from './required.ts'

/* Homes through time: address, quotient, and who is billed. */

/** All addresses of a home, oldest first, and the days on which each of its quotients prices under the present rule. */
export type HomeHistory = {
  readonly familyId: number
  readonly addresses: readonly DatedAddress[]
  readonly quotients: readonly FamilyQuotientRow[]
  readonly declared: DeclaredFacts
}

/** Address and quotient of a home on a given day. */
type Home = {
  readonly address: Address | null
  readonly resident: boolean
  /** Null when none was recorded for that day; without a value when it has ended. The highest price applies to both. */
  readonly quotient: FamilyQuotientRow | null
}

/** Histories by family id. */
export const homeHistories = (store: Store, familyIds: readonly number[]): ReadonlyMap<number, HomeHistory> => {
  const addresses = homeAddresses(store, familyIds)
  const quotients = recordedQuotients(store, familyIds)
  const rule = quotientRuleOf(store)
  const rows = new Map(familiesIn(store, familyIds).map((row) => [row.id, row]))
  const categories = Map.groupBy(categoriesOf(store, familyIds), ({ homeId }) => homeId)
  return new Map(
    familyIds.map((familyId) => [
      familyId,
      {
        familyId,
        addresses: addresses.get(familyId)?.addresses ?? [],
        quotients: quotientsByRule(rule, quotients.get(familyId) ?? []),
        declared: declaredBy(rows.get(familyId), categories.get(familyId) ?? []),
      },
    ]),
  )
}

const homeAddresses = (
  store: Store,
  familyIds: readonly number[],
): ReadonlyMap<number, Pick<HomeHistory, 'addresses'>> =>
  new Map(
    [...Map.groupBy(addressesOf(store, familyIds), (row) => row.familyId)].map(([id, rows]) => [
      id,
      { addresses: rows.map(toDatedAddress).toReversed() },
    ]),
  )

/** The values, besides quotient and address, on which tariffs may depend; empty ones are left out. */
const declaredBy = (
  home: Pick<typeof family.$inferSelect, 'benefitScheme' | 'dependentChildren'> | undefined,
  categories: ReturnType<typeof categoriesOf>,
): DeclaredFacts => ({
  ...(categories.length > 0 && {
    categories: categories.map(({ childId, category, fromDay, toDay }) => ({
      childId,
      category,
      from: fromDay,
      ...(toDay !== null && { to: toDay }),
    })),
  }),
  ...(home && home.benefitScheme !== '' && { scheme: home.benefitScheme }),
  ...(home && home.dependentChildren !== null && { dependentChildren: home.dependentChildren }),
})

/** The recorded quotients of each home, oldest first. */
export const recordedQuotients = (
  store: Store,
  familyIds: readonly number[],
): ReadonlyMap<number, readonly RecordedQuotient[]> =>
  Map.groupBy(quotientsOf(store, familyIds).toReversed(), ({ familyId }) => familyId)

/** Address and quotient of a home on a day. */
export const homeOn = (home: HomeHistory, day: Day): Home => {
  const found = addressOn(home, day)
  return {
    address: found ? plainAddress(found) : null,
    resident: found?.resident ?? false,
    quotient: familyQuotientOn(home.quotients, day) ?? null,
  }
}

/**
 * A day before the first recorded address has that address: a family recorded in November did live somewhere in
 * September.
 */
const addressOn = ({ addresses }: Pick<HomeHistory, 'addresses'>, day: Day): DatedAddress | undefined =>
  addresses.findLast((row) => row.fromDay <= day) ?? addresses[0]

/** @throws Refused when the family is unknown */
export const familyOnDay = (store: Store, familyId: number, day: Day): Home => {
  requireFamily(store, familyId)
  const history = homeHistories(store, [familyId]).get(familyId)
  return homeOn(history ?? { familyId, addresses: [], quotients: [], declared: {} }, day)
}

export type Debtor = {
  readonly familyId: number
  /** « Marchand » */
  readonly familyName: string
  /** « Mme Camille Marchand », parent 1 */
  readonly name: string
  readonly email: string
  readonly addressLines: readonly string[]
  /** Parent 1 and the address in their parts; null when unknown. */
  readonly person: { readonly civility: string; readonly firstName: string; readonly lastName: string } | null
  readonly address: PostalAddress | null
}

/**
 * Name and address on the papers of each family, on a day.
 * @param homes the histories of these families, if they were read already
 */
export const debtorsOf = (
  store: Store,
  familyIds: readonly number[],
  day: Day,
  homes?: ReadonlyMap<number, HomeHistory>,
): ReadonlyMap<number, Debtor> =>
  new Map(homesWithDebtors(store, familyIds, day, homes).map(({ home, debtor }) => [home.id, debtor]))

/** Homes with their guardians, parent 1 first, and the name and address on their papers. */
export const homesWithDebtors = (
  store: Store,
  familyIds: readonly number[],
  day: Day,
  homes: ReadonlyMap<number, Pick<HomeHistory, 'addresses'>> = homeAddresses(store, familyIds),
) => {
  const guardians = Map.groupBy(guardiansIn(store, familyIds), (row) => row.familyId)
  return familiesIn(store, familyIds).map((home) => {
    const people = (guardians.get(home.id) ?? []).map(({ guardian }) => guardian)
    const [first] = people
    const found = addressOn(homes.get(home.id) ?? { addresses: [] }, day)
    const address = first?.ownAddress ?? (found ? plainAddress(found) : null)
    const debtor: Debtor = {
      familyId: home.id,
      familyName: home.name,
      name: first ? `${first.civility} ${first.firstName} ${first.lastName}`.trim() : `Famille ${home.name}`,
      email: first?.email ?? '',
      addressLines: address ? addressLines(address) : [],
      person: first ? { civility: first.civility, firstName: first.firstName, lastName: first.lastName } : null,
      address,
    }
    return { home, people, debtor }
  })
}

/** @throws Refused when the family is unknown */
export const debtorOf = (store: Store, familyId: number, day: Day): Debtor =>
  requireFound(debtorsOf(store, [familyId], day).get(familyId), 'Cette famille n’existe plus.')

export type NewFamily = {
  home: HomeInput
  guardians: readonly GuardianChoice[]
  move: MoveInput | null
  quotient: QuotientInput | null
  /** An existing child gets this home as its second one. */
  children: readonly ({ existingId: number } | (ChildInput & { schooling: SchoolingInput | null }))[]
}

export const createFamily = (core: Core, person: Person, input: NewFamily): { id: number } =>
  core.store.act(person, 'families.create', `Famille créée\u00a0: ${input.home.name}`, (write) =>
    writeFamily(core, write, input),
  )

/** Creates a family within the caller's act, such as an import or the example town. */
export const writeFamily = (core: Core, write: Write, input: NewFamily): { id: number } => {
  const { store } = core
  if (input.guardians.length === 0) throw new Refused('Il faut au moins un responsable.', 'guardians')
  const { id } = write.insert(family, input.home)
  for (const [position, one] of input.guardians.entries()) {
    linkGuardian(store, write, id, one, position + 1, `guardians.${position}`)
  }
  if (input.move) writeMove(store, write, id, input.move)
  if (input.quotient) writeQuotient(store, write, id, input.quotient)
  for (const [position, one] of input.children.entries()) {
    if ('existingId' in one) writeChildLink(store, write, id, one.existingId)
    else {
      const { schooling: classes, ...typed } = one
      writeChild(core, write, id, typed, classes, `children.${position}.birthDay`)
    }
  }
  return { id }
}

export const changeFamily = ({ store }: Core, person: Person, { id, ...home }: HomeInput & { id: number }): void => {
  store.act(person, 'families.change', `Foyer modifié\u00a0: ${home.name}`, (write) => {
    requireFamily(store, id)
    write.update(family, id, home)
  })
}

/** Removes the family's day of departure. Registrations that the departure ended stay ended. */
export const returnFamily = ({ store }: Core, person: Person, { id }: { id: number }): void => {
  store.act(person, 'families.leave', `Famille de retour\u00a0: ${requireFamily(store, id).name}`, (write) =>
    write.update(family, id, { leftOn: null }),
  )
}

/** « Famille partie le 27 novembre 2026 : Marchand ». @throws Refused when the family is unknown */
export const departureLabel = (store: Store, id: number, on: Day): string =>
  `Famille partie le ${longDate(on)}\u00a0: ${requireFamily(store, id).name}`

/**
 * Writes a departure within the act that also ends the family's registrations (`reservations/taking-away.ts`).
 * @param on the first day of absence
 */
export const writeDeparture = (store: Store, write: Write, id: number, on: Day): void => {
  write.update(family, id, { leftOn: on })
  if (on <= dayAt(write.at)) dropPhotosWithoutHome(store, write, id)
}

/** Changes fields of an existing home within the caller's act, for an import. */
export const writeHomeFields = (write: Write, id: number, fields: NewHome['fields']): void => {
  write.update(family, id, fields)
}

const plainAddress = ({ line1, line2, postcode, town }: Address): Address => ({ line1, line2, postcode, town })

export const toDatedAddress = ({
  actId: _act,
  familyId: _family,
  ...row
}: typeof familyAddress.$inferSelect): DatedAddress => row
