import type { PhotoOfPerson, PhotoOwner, PhotosOfDayChild } from '../../../shared/contract/desk/people/photos.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import type { ChildConsents } from '../../../shared/rules/dossier/consent.ts'
import { type PhotoFacts, whyNoPhoto, whyNoPhotoKept, whyNotAgreed } from '../../../shared/rules/dossier/photo.ts'
import type { Store } from '../../store/store.ts'
import { childrenOfSheet } from '../attendance/attendance.ts'
import { consentsOn } from '../consents/consents.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { childrenOfFamily, fetchingOn, requireFamily } from '../families/families.ts'
import { dropPhoto, jpegOf, type PhotoRow, photosOf, writePhoto } from '../families/photos.ts'
import { organisationOf } from '../settings/settings.ts'
import { adultsOf, type PersonRow, peopleOf, photosAfter } from './photos-store.ts'

/*
 * Photos by which the team recognises children and the adults who fetch them. Each reading checks whether the photo may
 * still be kept: without the consent, or once the home has left, it is not shown and is due for erasure.
 */

type Facts = { readonly person: PersonRow; readonly whyNot: string | null }

/** For each of these people, why no photo of them may be kept on a day. */
const judged = (store: Store, people: readonly PersonRow[], on: Day): Facts[] => {
  const isOn = organisationOf(store).photos
  const children = people.flatMap(({ childId }) => childId ?? [])
  const consents = consentsOn(store, children, on)
  const isFetching = fetchingOn(
    store,
    people.flatMap(({ guardianId, childIds }) => (guardianId === null ? [] : childIds)),
    on,
  )
  return people.map((person) => ({
    person,
    whyNot: whyNoPhotoKept({ isOn, isHere: person.isHere, ...factsOf(person, consents, isFetching) }),
  }))
}

type OwnFacts = PhotoFacts extends infer Known
  ? Known extends unknown
    ? Omit<Known, 'isOn' | 'isHere'>
    : never
  : never

const factsOf = (
  person: PersonRow,
  consents: ReadonlyMap<number, ChildConsents>,
  isFetching: ReturnType<typeof fetchingOn>,
): OwnFacts => {
  const { childId, childIds } = person
  if (childId !== null) return { of: 'child', consent: consents.get(childId)?.teamPhoto ?? null }
  return { of: 'adult', fetches: childIds.some((id) => fetches(isFetching, person, id)) }
}

/**
 * Whether an adult fetches the child, or may come for it. For a pick-up person `peopleOf` has already left out a child whom they may not
 * fetch.
 */
const fetches = (
  isFetching: ReturnType<typeof fetchingOn>,
  { guardianId, name }: PersonRow,
  childId: number,
): boolean => guardianId === null || isFetching(childId, { guardianId, name }) !== 'no'

const keyOf = ({ childId, guardianId, pickupContactId }: PhotoRow | PersonRow): string =>
  `${childId} ${guardianId} ${pickupContactId}`

const peopleOfChildren = (store: Store, childIds: readonly number[], on: Day): PersonRow[] =>
  peopleOf(store, { children: childIds, ...adultsOf(store, childIds) }, on)

const rowsOf = (store: Store, people: readonly PersonRow[]): ReadonlyMap<string, PhotoRow> =>
  new Map(
    photosOf(store, {
      childIds: people.flatMap(({ childId }) => childId ?? []),
      guardianIds: people.flatMap(({ guardianId }) => guardianId ?? []),
      pickupIds: people.flatMap(({ pickupContactId }) => pickupContactId ?? []),
    }).map((row) => [keyOf(row), row]),
  )

// ---- Reading --------------------------------------------------------------------------------------------------------

const ownerOf = ({ childId, guardianId, pickupContactId }: PersonRow): PhotoOwner => ({
  ...(childId !== null && { childId }),
  ...(guardianId !== null && { guardianId }),
  ...(pickupContactId !== null && { pickupId: pickupContactId }),
})

const base64Of = (store: Store, row: PhotoRow | undefined): string | null =>
  (row && jpegOf(store, row.id)?.toString('base64')) ?? null

export const photosOfFamily = ({ store, clock }: Core, familyId: number): PhotoOfPerson[] => {
  requireFamily(store, familyId)
  const on = today(clock)
  const childIds = childrenOfFamily(store, familyId).map(({ id }) => id)
  const people = peopleOfChildren(store, childIds, on)
  const rows = rowsOf(store, people)
  return judged(store, people, on).map(({ person, whyNot }) => {
    const row = whyNot === null ? rows.get(keyOf(person)) : undefined
    return {
      ...ownerOf(person),
      name: person.name,
      jpeg: base64Of(store, row),
      takenAt: row?.takenAt ?? null,
      agreedOn: row?.agreedOn ?? null,
      whyNot,
    }
  })
}

/** @throws Refused for any day but today, when the person may only see the photos of the day */
export const photosOfDay = (
  { store, clock }: Core,
  person: Person,
  { activityId, day }: { readonly activityId: number; readonly day: Day },
): PhotosOfDayChild[] => {
  const on = today(clock)
  if (day !== on && !may(person.roles, 'photos'))
    throw new Refused(
      'Les photos se voient le jour même\u00a0: un autre jour demande le rôle Directeur ou Agent d’accueil.',
    )
  return photosOfChildren(
    store,
    [...new Set(childrenOfSheet(store, activityId, day).map(({ childId }) => childId))],
    on,
  )
}

/** The photos that the service has of these children, and of the adults who may fetch them. */
const photosOfChildren = (store: Store, childIds: readonly number[], on: Day): PhotosOfDayChild[] => {
  if (!organisationOf(store).photos) return []
  const people = peopleOfChildren(store, childIds, on)
  const rows = rowsOf(store, people)
  const isFetching = fetchingOn(store, childIds, on)
  const shown = judged(store, people, on).flatMap(({ person, whyNot }) => {
    const jpeg = whyNot === null ? base64Of(store, rows.get(keyOf(person))) : null
    return jpeg === null ? [] : [{ ...person, jpeg }]
  })
  const children = new Map(shown.map((one) => [one.childId, one.jpeg]))
  const adults = shown.filter(({ childId }) => childId === null)
  return childIds.flatMap((childId) => {
    const jpeg = children.get(childId) ?? null
    const own = adults.filter((one) => one.childIds.includes(childId) && fetches(isFetching, one, childId))
    return jpeg === null && own.length === 0
      ? []
      : [{ childId, jpeg, adults: own.map(({ name, relation, jpeg: photo }) => ({ name, relation, jpeg: photo })) }]
  })
}

/** The photos of these children as JPEGs, where one may be kept and can be decrypted. */
export const jpegsOfChildren = (store: Store, childIds: readonly number[], on: Day): ReadonlyMap<number, Buffer> => {
  const people = peopleOf(store, { children: childIds, guardians: [], pickups: [] }, on)
  const rows = rowsOf(store, people)
  return new Map(
    judged(store, people, on).flatMap(({ person, whyNot }) => {
      const row = rows.get(keyOf(person))
      const jpeg = whyNot === null && row ? jpegOf(store, row.id) : null
      return jpeg && person.childId !== null ? [[person.childId, jpeg]] : []
    }),
  )
}

// ---- Keeping and removing -------------------------------------------------------------------------------------------

const goneText = 'Cette personne n’est plus dans la famille\u00a0: rien n’a été enregistré.'

/** The id as a list, empty when undefined. */
const listOf = (id: number | undefined): number[] => (id === undefined ? [] : [id])

const requirePerson = (store: Store, { childId, guardianId, pickupId }: PhotoOwner, on: Day): PersonRow => {
  const asked = { children: listOf(childId), guardians: listOf(guardianId), pickups: listOf(pickupId) }
  const [person] = peopleOf(store, asked, on)
  if (!person) throw new Refused(goneText)
  return person
}

const storedOwner = ({ pickupId, ...owner }: PhotoOwner) => ({ ...owner, pickupContactId: pickupId })

/** @throws Refused for a file that is not such a JPEG, and for a person of whom no photo may be kept */
export const savePhoto = async (
  { store, clock }: Core,
  person: Person,
  { file, agreedOn, ...owner }: PhotoOwner & { readonly file: Blob; readonly agreedOn: Day | null },
): Promise<void> => {
  const jpeg = Buffer.from(await file.arrayBuffer())
  const wrong = whyNoPhoto(jpeg)
  if (wrong !== null) throw new Refused(wrong, 'file')
  const on = today(clock)
  const { name, childId } = requirePerson(store, owner, on)
  store.act(person, 'photos.save', `Photo enregistrée\u00a0: ${name}`, (write) => {
    const [facts] = judged(store, [requirePerson(store, owner, on)], on)
    const whyNot = facts?.whyNot ?? (childId === null ? whyNotAgreed(agreedOn, on) : null)
    if (whyNot !== null) throw new Refused(whyNot, facts?.whyNot == null ? 'agreedOn' : undefined)
    writePhoto(store, write, storedOwner(owner), jpeg, childId === null ? agreedOn : null)
  })
}

export const removePhoto = ({ store, clock }: Core, person: Person, owner: PhotoOwner): void => {
  const { name } = requirePerson(store, owner, today(clock))
  store.act(person, 'photos.remove', `Photo retirée\u00a0: ${name}`, (write) =>
    dropPhoto(store, write, storedOwner(owner)),
  )
}

// ---- For retention and for the copy of a family's data --------------------------------------------------------------

const photosPerRange = 200

/**
 * Photos due for erasure, a range of ids at a time: those that may no longer be kept, and those whose children have had
 * no registration since a day.
 */
export function* photosDue(
  store: Store,
  before: Day,
): Generator<{ id: number; name: string; since: Day }[], void, void> {
  const on = today(store.clock)
  for (let after = 0; ; ) {
    const rows = photosAfter(store, after, photosPerRange)
    const last = rows.at(-1)
    if (!last) return
    const of = (key: 'childId' | 'guardianId' | 'pickupContactId') => rows.flatMap((row) => row[key] ?? [])
    const people = peopleOf(
      store,
      { children: of('childId'), guardians: of('guardianId'), pickups: of('pickupContactId') },
      on,
    )
    const facts = new Map(judged(store, people, on).map((one) => [keyOf(one.person), one]))
    yield rows.flatMap(({ id, takenOn, ...owner }) => {
      const { person, whyNot } = facts.get(keyOf(owner as PersonRow)) ?? {}
      if (!person) return []
      const since = person.lastDay ?? takenOn
      return whyNot !== null || since <= before ? [{ id, name: person.name, since: since < on ? since : on }] : []
    })
    after = last.id
  }
}

/** The photos of a home's people, as files with their names. */
export const photoFilesOf = ({ store, clock }: Core, familyId: number): { name: string; jpeg: Buffer }[] => {
  const childIds = childrenOfFamily(store, familyId).map(({ id }) => id)
  const people = peopleOfChildren(store, childIds, today(clock))
  const rows = rowsOf(store, people)
  return people.flatMap((person) => {
    const row = rows.get(keyOf(person))
    const jpeg = row && jpegOf(store, row.id)
    return jpeg ? [{ name: person.name, jpeg }] : []
  })
}
