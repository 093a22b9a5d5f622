import { pick } from '../../../shared/collections.ts'
import type { SignUpAttaching, SignUpComparison } from '../../../shared/contract/desk/requests.ts'
import type { SignUpEntry } from '../../../shared/contract/portal/entries.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { askedAtSignUp, guardianFields, guardianPhones } from '../../../shared/rules/people/fields.ts'
import {
  type Person as Likeness,
  likenessKeys,
  likenessOf,
  minDoubleScore,
} from '../../../shared/rules/people/likeness.ts'
import { bornWord } from '../../../shared/rules/people/names.ts'
import { isProposable } from '../../../shared/rules/people/proposal.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { type Core, type Person, Refused } from '../core.ts'
import {
  currentValue,
  fillGuardian,
  normalisedValue,
  type ProposedField,
  proposedLabel,
  readAllPeople,
  readFamily,
  writeChild,
  writeGuardian,
  writeProposed,
} from '../families/families.ts'
import { mapInTurns } from '../in-turns.ts'
import { childInputOf, guardianInputOf, refuseSecondLogin, waitingSignUpBody } from './sign-ups.ts'

// ---- homes that the newcomers may already belong to -----------------------------------------------------------------

const maxShown = 5
/** More people than this under one likeness key (a school's phone, a block of flats) make the key meaningless. */
const maxPeoplePerKey = 40

const guardianPerson = (body: SignUpEntry, one: SignUpEntry['guardians'][number]): Likeness => ({
  lastName: one.lastName,
  firstName: one.firstName,
  birthDay: null,
  phones: [...guardianPhones(one), body.homePhone],
  email: one.email,
  address: `${body.address.line1}, ${body.address.postcode}`,
})

const childPerson = (body: SignUpEntry, one: SignUpEntry['children'][number]): Likeness => ({
  lastName: one.lastName,
  firstName: one.firstName,
  birthDay: one.birth,
  phones: [body.homePhone, ...body.guardians.map(({ mobilePhone }) => mobilePhone)],
  email: '',
  address: `${body.address.line1}, ${body.address.postcode}`,
})

/**
 * Likeness score of a guardian who has the sign-up's e-mail: the newcomer has proved that they read this mailbox, so
 * the e-mail counts more than name and street.
 */
const sameMailboxScore = 95

type LikelyHome = { readonly id: number; readonly name: string; readonly score: number; readonly why: string }

/** Homes that may be the newcomers': first those with the checked e-mail address, then the likeliest. Staff choose. */
export const likelyHomes = async ({ store }: Core, signUpId: number): Promise<LikelyHome[]> => {
  const body = waitingSignUpBody(store, signUpId)
  if (!body) return []
  const asked = [
    ...body.guardians.map((one) => guardianPerson(body, one)),
    ...body.children.map((one) => childPerson(body, one)),
  ]
  const wanted = new Set(asked.flatMap(likenessKeys))
  const { homes, guardians, children } = await readAllPeople(store)
  const homeOf = new Map(homes.map((home) => [home.id, home]))
  const guardianOf = new Map(guardians.map((one) => [one.id, one]))
  const addressOf = (familyId: number | undefined) => {
    const address = homeOf.get(familyId ?? 0)?.address
    return address ? `${address.line1}, ${address.postcode}` : ''
  }
  const existing = [
    ...guardians.map(({ familyIds, ...one }) => ({
      familyIds,
      person: {
        lastName: one.lastName,
        firstName: one.firstName,
        birthDay: null,
        phones: [...guardianPhones(one), homeOf.get(familyIds[0] ?? 0)?.homePhone ?? ''],
        email: one.email,
        address: one.ownAddress ? `${one.ownAddress.line1}, ${one.ownAddress.postcode}` : addressOf(familyIds[0]),
      },
    })),
    ...children.map(({ families, ...one }) => ({
      familyIds: families.map(({ id }) => id),
      person: {
        lastName: one.lastName,
        firstName: one.firstName,
        birthDay: one.birthDay,
        phones: families.flatMap(({ id }) => [
          homeOf.get(id)?.homePhone ?? '',
          ...(homeOf.get(id)?.guardianIds ?? []).map((guardian) => guardianOf.get(guardian)?.mobilePhone ?? ''),
        ]),
        email: '',
        address: addressOf(families[0]?.id),
      },
    })),
  ]
  const met = new Map<string, (typeof existing)[number][]>()
  await mapInTurns(existing, (one) => {
    for (const key of likenessKeys(one.person)) if (wanted.has(key)) met.set(key, [...(met.get(key) ?? []), one])
  })
  const near = new Set([...met.values()].filter((same) => same.length <= maxPeoplePerKey).flat())
  const found = new Map<number, LikelyHome & { readonly hasMail: boolean }>()
  for (const { familyIds, person } of existing) {
    if (person.email.trim().toLowerCase() !== body.email) continue
    const why = `${person.firstName} ${person.lastName}\u00a0: même adresse e-mail, celle qui vient d’être vérifiée`
    for (const id of familyIds)
      found.set(id, { id, name: homeOf.get(id)?.name ?? '', score: sameMailboxScore, why, hasMail: true })
  }
  for (const { person, familyIds } of near)
    for (const one of asked) {
      // A child and an adult with the same name are not doubles.
      if ((one.birthDay === null) !== (person.birthDay === null)) continue
      const { score, reasons } = likenessOf(one, person)
      if (score < minDoubleScore) continue
      for (const id of familyIds) {
        if ((found.get(id)?.score ?? 0) >= score) continue
        const why = `${person.firstName} ${person.lastName}\u00a0: ${reasons.join(', ')}`
        const hasMail = found.get(id)?.hasMail ?? false
        found.set(id, { id, name: homeOf.get(id)?.name ?? '', score, why, hasMail })
      }
    }
  return [...found.values()]
    .toSorted(
      (one, other) =>
        Number(other.hasMail) - Number(one.hasMail) ||
        other.score - one.score ||
        one.name.localeCompare(other.name, 'fr'),
    )
    .slice(0, maxShown)
    .map(({ id, name, score, why }) => ({ id, name, score, why }))
}

// ---- attaching a sign-up to an existing home ------------------------------------------------------------------------

/** Minimum likeness to suggest a match within the home that staff chose: lower than across the whole town. */
const minLikenessInHome = 45

type Match = { readonly guardians: readonly (number | null)[]; readonly children: readonly (number | null)[] }

/** Compares a sign-up with the chosen home: who is who, and which fields would change. Changes nothing. */
export const compareSignUp = (
  core: Core,
  person: Person,
  { signUpId, familyId, match }: { signUpId: number; familyId: number; match: Match | null },
): SignUpComparison | null => {
  const body = waitingSignUpBody(core.store, signUpId)
  if (!body) return null
  const family = readFamily(core, person, familyId)
  const address = family.address ? `${family.address.line1}, ${family.address.postcode}` : ''
  const phones = [family.homePhone, ...family.guardians.map(({ mobilePhone }) => mobilePhone)]
  const taken = new Set<number>()
  const likeliest = (asked: Likeness, there: readonly { id: number; person: Likeness }[]): number | null => {
    const [best] = there
      .filter(({ id }) => !taken.has(id))
      .map(({ id, person: one }) => ({ id, score: likenessOf(asked, one).score }))
      .toSorted((one, other) => other.score - one.score)
    if (!best || best.score < minLikenessInHome) return null
    taken.add(best.id)
    return best.id
  }
  const guardiansThere = family.guardians.map((one) => ({
    id: one.id,
    person: { ...one, birthDay: null, phones: [...guardianPhones(one), family.homePhone], address },
  }))
  const childrenThere = family.children.map((one) => ({
    id: one.id,
    person: { ...one, phones, email: '', address },
  }))
  const guardians =
    match?.guardians.slice(0, body.guardians.length) ??
    body.guardians.map((one) => likeliest(guardianPerson(body, one), guardiansThere))
  taken.clear()
  const children =
    match?.children.slice(0, body.children.length) ??
    body.children.map((one) => likeliest(childPerson(body, one), childrenThere))
  return {
    family: { id: family.id, name: family.name },
    there: {
      guardians: family.guardians.map(({ id, firstName, lastName }) => ({ id, name: `${firstName} ${lastName}` })),
      children: family.children.map(({ id, firstName, lastName, birthDay, sex }) => ({
        id,
        name: `${firstName} ${lastName}, ${bornWord[sex]} le ${numericDay(birthDay)}`,
      })),
    },
    match: { guardians: [...guardians], children: [...children] },
    changes: changesOf(core, body, familyId, { guardians, children }),
  }
}

type Change = { readonly proposed: ProposedField; readonly after: string; readonly whose: string }

/** The fields of the sign-up form that parents may also propose to change. */
const proposedGuardianFields = askedAtSignUp(guardianFields).filter((name) => isProposable('guardian', name))

/** The sign-up's values for the home and its matched people, as proposed changes. */
const proposedValues = (body: SignUpEntry, familyId: number, { guardians, children }: Match): Change[] => {
  const of = (subject: ProposedField['subject'], subjectId: number, whose: string, values: Record<string, string>) =>
    Object.entries(values).map(([field, after]) => ({
      proposed: { familyId, subject, subjectId, field },
      after,
      whose,
    }))
  return [
    ...of('family', familyId, 'Foyer', {
      'address.line1': body.address.line1,
      'address.line2': body.address.line2,
      'address.postcode': body.address.postcode,
      'address.town': body.address.town,
      homePhone: body.homePhone,
    }),
    ...body.guardians.flatMap((one, at) => {
      const id = guardians[at] ?? null
      return id === null
        ? []
        : of('guardian', id, `${one.firstName} ${one.lastName}`, pick(one, proposedGuardianFields))
    }),
    ...body.children.flatMap(({ birth, sex, school, schoolClass, firstName, lastName }, at) => {
      const id = children[at] ?? null
      const values = { firstName, lastName, birth, sex, school, schoolClass }
      return id === null ? [] : of('child', id, `${firstName} ${lastName}`, values)
    }),
  ]
}

const keyOf = ({ subject, subjectId, field }: ProposedField): string => `${subject}.${subjectId}.${field}`

const changesOf = (core: Core, body: SignUpEntry, familyId: number, match: Match): SignUpComparison['changes'] => {
  const on = today(core.clock)
  return [
    ...emailChange(core, body, match),
    ...proposedValues(body, familyId, match).flatMap(({ proposed, after, whose }): SignUpComparison['changes'] => {
      const shown = { key: keyOf(proposed), whose, label: proposedLabel(proposed), after }
      try {
        const before = currentValue(core.store, proposed, on)
        // An empty field of the sign-up is no change.
        if (after === '' || after === before) return []
        normalisedValue(core, proposed, after)
        return [{ ...shown, before, isProposed: before === '', obstacle: null }]
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        return [{ ...shown, before: '', isProposed: false, obstacle: error.sentence }]
      }
    }),
  ]
}

const emailKey = 'guardian.email'

/**
 * The e-mail is the parent's login. If the guardian has another, somebody may be impersonating a parent: staff decide.
 */
const emailChange = ({ store }: Core, { email, guardians }: SignUpEntry, match: Match): SignUpComparison['changes'] => {
  const [id = null] = match.guardians
  const [first] = guardians
  if (id === null || !first) return []
  const before = emailOf(store, id)
  if (before === email) return []
  const whose = `${first.firstName} ${first.lastName}`
  return [{ key: emailKey, whose, label: 'Email', before, after: email, isProposed: before === '', obstacle: null }]
}

const emailOf = (store: Core['store'], guardianId: number): string =>
  (store.statement('select email from guardian where id = ?').pluck().get(guardianId) as string | undefined) ?? ''

/**
 * Part of an act: adds the unmatched people to the home and writes the chosen fields as accepted proposals.
 * @throws Refused
 */
export const writeAttached = (
  core: Core,
  write: Write,
  body: SignUpEntry,
  { familyId, match, fields }: SignUpAttaching,
): { familyId: number; guardianId: number } => {
  const { store } = core
  const on: Day = today(core.clock)
  if (store.statement('select 1 from family where id = ?').get(familyId) === undefined) {
    throw new Refused('Cette famille n’existe plus.', 'familyId')
  }
  if (match.guardians.length !== body.guardians.length || match.children.length !== body.children.length) {
    throw new Refused('Dites de chaque personne qui elle est.', 'match')
  }
  for (const ids of [match.guardians, match.children]) {
    const matched = ids.filter((id) => id !== null)
    if (new Set(matched).size < matched.length)
      throw new Refused('Deux personnes ne peuvent pas être la même.', 'match')
  }
  refusePeopleOutsideHome(core, familyId, match)
  const asker = match.guardians[0] ?? null
  if (asker === null || fields.includes(emailKey))
    refuseSecondLogin(core, body, 'dites que c’est cette personne, ou corrigez d’abord l’adresse sur sa fiche.', asker)
  const chosen = new Set(fields)
  const guardianIds = body.guardians.map(
    (one, at) => match.guardians[at] ?? writeGuardian(core.store, write, familyId, guardianInputOf(one)),
  )
  for (const [at, one] of body.children.entries()) {
    if ((match.children[at] ?? null) !== null) continue
    const { schooling, ...fields } = childInputOf(core, one, on, body.address)
    writeChild(core, write, familyId, fields, schooling, 'match')
  }
  for (const { proposed, after } of proposedValues(body, familyId, match)) {
    if (after === '' || !chosen.has(keyOf(proposed))) continue
    writeProposed(core, write, proposed, normalisedValue(core, proposed, after))
  }
  const [guardianId] = guardianIds
  if (guardianId === undefined) throw new RangeError('a sign-up of nobody')
  if (chosen.has(emailKey) && (match.guardians[0] ?? null) !== null) {
    fillGuardian(core, write, guardianId, () => ({ email: body.email }))
  }
  return { familyId, guardianId }
}

const containsAll = (ids: ReadonlySet<unknown>, wanted: readonly (number | null)[]): boolean =>
  wanted.every((id) => id === null || ids.has(id))

const refusePeopleOutsideHome = ({ store }: Core, familyId: number, { guardians, children }: Match): void => {
  const idsInHome = (table: 'guardian' | 'child') =>
    new Set(store.statement(`select ${table}_id from family_${table} where family_id = ?`).pluck().all(familyId))
  if (!containsAll(idsInHome('guardian'), guardians) || !containsAll(idsInHome('child'), children)) {
    throw new Refused('Cette personne n’est plus dans ce foyer.', 'match')
  }
}
