import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { Write } from '../../store/acts/acts.ts'
import { CannotOpen } from '../../store/failures.ts'
import { photo } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

/*
 * The rows of photos and their sealed content: the only access to it. Whether a photo may be kept is decided in
 * `main/desk/photos`.
 */

/** The owner of a photo: exactly one of the three ids is set. */
export type PhotoOwner = {
  readonly childId?: number | undefined
  readonly guardianId?: number | undefined
  readonly pickupContactId?: number | undefined
}

export type PhotoRow = {
  readonly id: number
  readonly childId: number | null
  readonly guardianId: number | null
  readonly pickupContactId: number | null
  readonly takenAt: Instant
  readonly agreedOn: Day | null
}

const columnsSql = `photo.id, photo.child_id childId, photo.guardian_id guardianId, photo.pickup_contact_id pickupContactId,
  photo.taken_at takenAt, photo.agreed_on agreedOn`

/** The photos of these people. A row whose content is gone, which an undo may leave, does not count. */
export const photosOf = (
  store: Store,
  {
    childIds = [],
    guardianIds = [],
    pickupIds = [],
  }: {
    readonly childIds?: readonly number[]
    readonly guardianIds?: readonly number[]
    readonly pickupIds?: readonly number[]
  },
): PhotoRow[] =>
  store
    .statement(
      `select ${columnsSql} from photo join photo_content using (id)
      where child_id in (select value from json_each(:children)) or guardian_id in (select value from json_each(:guardians))
        or pickup_contact_id in (select value from json_each(:pickups))`,
    )
    .all({
      children: JSON.stringify(childIds),
      guardians: JSON.stringify(guardianIds),
      pickups: JSON.stringify(pickupIds),
    }) as PhotoRow[]

/** The JPEG of a photo; null while the data key is not available, and when the photo cannot be decrypted. */
export const jpegOf = (store: Store, id: number): Buffer | null => {
  const sealed = store.statement('select sealed from photo_content where id = ?').pluck().get(id) as string | undefined
  if (sealed === undefined) return null
  try {
    return Buffer.from(store.key.open(sealed, associatedDataOf(id)), 'base64')
  } catch (error) {
    if (error instanceof CannotOpen) return null
    throw error
  }
}

const ownRow = (store: Store, { childId, guardianId, pickupContactId }: PhotoOwner): { id: number } | undefined =>
  store
    .statement('select id from photo where child_id = ? or guardian_id = ? or pickup_contact_id = ?')
    .get(childId ?? null, guardianId ?? null, pickupContactId ?? null) as { id: number } | undefined

/** Writes the photo of a person within the caller's act. @throws CannotOpen while the data key is not available */
export const writePhoto = (store: Store, write: Write, owner: PhotoOwner, jpeg: Buffer, agreedOn: Day | null): void => {
  const facts = { takenAt: write.at, agreedOn }
  const known = ownRow(store, owner)
  const { id } = known ? write.update(photo, known.id, facts) : write.insert(photo, { ...owner, ...facts })
  store
    .statement('insert or replace into photo_content (id, sealed) values (?, ?)')
    .run(id, store.key.seal(jpeg.toString('base64'), associatedDataOf(id)))
}

/** Removes the photo of a person, if there is one, within the caller's act: its content goes with its row. */
export const dropPhoto = (store: Store, write: Write, owner: PhotoOwner): void => {
  const known = ownRow(store, owner)
  if (known) write.remove(photo, known.id)
}

/** Within a merge, removes the photo of the record that goes when the kept record has one. */
export const dropSecondPhoto = (
  store: Store,
  write: Write,
  of: 'childId' | 'guardianId',
  { keptId, goneId }: { readonly keptId: number; readonly goneId: number },
): void => {
  if (ownRow(store, { [of]: keptId })) dropPhoto(store, write, { [of]: goneId })
}

/**
 * Within the act by which a home leaves: removes the photos of its people, except those who belong to another home that
 * stays.
 */
export const dropPhotosWithoutHome = (store: Store, write: Write, familyId: number): void => {
  const ofNoOther = (link: string, column: string) =>
    store
      .statement(
        `select ${column} from ${link} own where family_id = ? and not exists (
          select 1 from ${link} other join family home on home.id = other.family_id and home.left_on is null
          where other.${column} = own.${column} and other.family_id <> own.family_id)`,
      )
      .pluck()
      .all(familyId) as number[]
  const children = ofNoOther('family_child', 'child_id')
  for (const childId of children) dropPhoto(store, write, { childId })
  for (const guardianId of ofNoOther('family_guardian', 'guardian_id')) dropPhoto(store, write, { guardianId })
  const pickups = store
    .statement('select id from pickup_contact where child_id in (select value from json_each(?))')
    .pluck()
    .all(JSON.stringify(children)) as number[]
  for (const pickupContactId of pickups) dropPhoto(store, write, { pickupContactId })
}

const associatedDataOf = (id: number): string => `photo ${id}`
