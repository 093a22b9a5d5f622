import { oc } from '@orpc/contract'
import * as z from 'zod'
import type { Right } from '../rules/access/roles.ts'
import { type Day, day, type Instant, type Month, type TimeOfDay, timeOfDay } from '../rules/calendar/day.ts'
import { singleLineText, withoutBidiControls } from '../rules/text/typed.ts'

/**
 * Who may make a call: people with a right from the table of roles, anyone logged in, or anyone who reaches the desk.
 */
type Access = Right | 'loggedIn' | 'anyone'

type Meta = { readonly access: Access }

/** A rule forbids what a person requested. Nothing was changed. */
export const Refusal = z.object({
  /** The message in French: what happened, and what can be done. */
  sentence: z.string(),
  /** The form field to correct, as a path in the input such as `guardians.0.email`. */
  field: z.string().optional(),
  /** All fields to correct, when there are several. */
  wrong: z.array(z.object({ field: z.string(), sentence: z.string() })).optional(),
})
export type Refusal = z.infer<typeof Refusal>

/** A conflict: two people changed the same fields. */
export const Overwritten = Refusal.extend({
  entity: z.string(),
  id: z.int(),
  by: z.string(),
  /** The basis for the next try: the author has now been shown the changes up to this audit row. */
  revision: z.int(),
  /** Null when the call would have removed the record. */
  clashes: z.array(z.object({ field: z.string(), theirs: z.unknown(), yours: z.unknown() })).nullable(),
})
export type Overwritten = z.infer<typeof Overwritten>

const Issues = z.object({
  issues: z
    .array(z.object({ message: z.string(), path: z.array(z.union([z.string(), z.number()])).optional() }))
    .min(1),
})

/** Converts zod's issues, for an input that the contract refuses, into a refusal that names the fields to correct. */
export const shapeRefusal = (found: unknown): Refusal => {
  const issues = Issues.safeParse(found).data?.issues ?? []
  const [first, ...others] = issues
  return {
    sentence: first?.message ?? 'Cette saisie n’est pas valable.',
    ...(first?.path && { field: first.path.join('.') }),
    ...(others.length > 0 && {
      wrong: issues.map(({ message, path = [] }) => ({ field: path.join('.'), sentence: message })),
    }),
  }
}

/** Declares a call, with who may make it and the errors that every call shares. */
export const procedure = (access: Access) =>
  oc.$meta<Meta>({ access }).errors({
    REFUSED: { status: 422, data: Refusal },
    /** The person lacks the right: the sentence names the roles that have it. */
    FORBIDDEN: { status: 403, data: Refusal },
    /** Nobody is logged in on this connection. */
    LOGIN_NEEDED: { status: 401, data: Refusal },
    /** The session was locked after inactivity: the password unlocks it, nothing is lost. */
    LOCKED: { status: 423, data: Refusal },
    /** The call would overwrite a change that its author has not seen. Nothing was changed. */
    OVERWRITES: { status: 409, data: Overwritten },
    /** The same call was already executed, and its answer was lost. What it requested is done. */
    ALREADY_DONE: { status: 409, data: Refusal },
    /** An unforeseen error, logged under this id. */
    UNEXPECTED: { status: 500, data: Refusal.extend({ id: z.string() }) },
  })

export const DayText = z.string().transform((text, context): Day => {
  try {
    return day(text)
  } catch {
    const message = text === '' ? 'La date manque.' : 'Cette date n’existe pas.'
    // `continue` makes a union of two shapes report this sentence, instead of saying that neither shape fits.
    context.addIssue({ code: 'custom', message, continue: true })
    return z.NEVER
  }
})
export const MonthText = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'Ce mois n’existe pas.')
  .transform((text) => text as Month)
export const TimeText = z.string().transform((text, context): TimeOfDay => {
  try {
    return timeOfDay(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'Cette heure n’existe pas. Exemple\u00a0: 08:30.' })
    return z.NEVER
  }
})
export const InstantText = z.iso.datetime({ precision: 3 }).transform((text) => text as Instant)
export const Id = z.int().positive()
/** In euro cents. */
export const CentsNumber = z.int()
/** A single line of typed text: trimmed, at most 200 characters. */
export const Line = z
  .string()
  .overwrite(singleLineText)
  .trim()
  .max(200, 'Texte trop long\u00a0: 200 caractères au plus.')
export const RequiredLine = Line.min(1, 'À remplir.')
/** Free text, at most 4,000 characters. */
export const Note = z
  .string()
  .overwrite(withoutBidiControls)
  .trim()
  .max(4000, 'Texte trop long\u00a0: 4 000 caractères au plus.')
