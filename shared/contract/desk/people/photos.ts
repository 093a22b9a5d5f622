import * as z from 'zod'
import type { Day, Instant } from '../../../rules/calendar/day.ts'
import { DayText, Id, procedure } from '../../procedure.ts'

/** Whose photo: a child, a guardian, or another person who fetches a child. Exactly one of the three. */
const Owner = z.object({ childId: Id.optional(), guardianId: Id.optional(), pickupId: Id.optional() })
const isOfOne = ({ childId, guardianId, pickupId }: z.output<typeof Owner>) =>
  [childId, guardianId, pickupId].filter((id) => id !== undefined).length === 1
const ofOneText = { message: 'Choisissez une personne, et une seule.' }
export type PhotoOwner = z.output<typeof Owner>

/** The bytes of a JPEG, in base64; null without a photo, or with one that cannot be read here. */
const Jpeg = z.string().nullable()

export const PhotoOfPerson = Owner.extend({
  name: z.string(),
  jpeg: Jpeg,
  takenAt: z.custom<Instant>((value) => typeof value === 'string').nullable(),
  /** When an adult agreed; null for a child. */
  agreedOn: z.custom<Day>((value) => typeof value === 'string').nullable(),
  /** Why the service keeps no photo of this person, as a sentence; null when it may. */
  whyNot: z.string().nullable(),
})
export type PhotoOfPerson = z.infer<typeof PhotoOfPerson>

/** Photos of a child expected on a day and of the adults who may fetch it, as far as the service has them. */
export const PhotosOfDayChild = z.object({
  childId: Id,
  jpeg: Jpeg,
  adults: z.array(z.object({ name: z.string(), relation: z.string(), jpeg: z.string() })),
})
export type PhotosOfDayChild = z.infer<typeof PhotosOfDayChild>

/** Photos of people, when the service keeps any (`settings.organisation`). */
export const photos = {
  /** The photos of a home's children, of its guardians and of the other people who fetch the children. */
  ofFamily: procedure('photos')
    .input(z.object({ familyId: Id }))
    .output(z.array(PhotoOfPerson)),
  /** The photos of the children on a day sheet. Without the right `photos`, only those of today. */
  ofDay: procedure('photos.day')
    .input(z.object({ activityId: Id, day: DayText }))
    .output(z.array(PhotosOfDayChild)),
  /** Replaces the photo. @param agreedOn when an adult agreed; null for a child */
  save: procedure('photos').input(
    Owner.extend({ file: z.instanceof(Blob), agreedOn: DayText.nullable() }).refine(isOfOne, ofOneText),
  ),
  remove: procedure('photos').input(Owner.refine(isOfOne, ofOneText)),
  /**
   * « Trombinoscope »: the children registered in an activity, one page per group; or all children expected on a day,
   * at one site or at all sites of this person, one page per activity.
   */
  board: procedure('photos')
    .input(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('activity'), activityId: Id, day: DayText }),
        z.object({ kind: z.literal('day'), siteId: Id.nullable(), day: DayText }),
      ]),
    )
    .output(z.instanceof(File)),
}
