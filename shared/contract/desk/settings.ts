import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import type { Instant } from '../../rules/day.ts'
import { DayText, Id, Line, Note, procedure, RequiredLine } from '../procedure.ts'

const at = z.custom<Instant>((value) => typeof value === 'string')

const digitsOrNothing = (count: number, message: string) =>
  Line.transform((text) => text.replaceAll(/\s/g, '')).refine(
    (text) => text === '' || (text.length === count && /^\d+$/.test(text)),
    message,
  )

/** The service itself, as papers and rules know it. */
export const Organisation = z.object({
  name: z.string(),
  authority: z.string(),
  address: z.string(),
  postcode: z.string(),
  town: z.string(),
  phone: z.string(),
  email: z.string(),
  siret: z.string(),
  regie: z.string(),
  cashier: z.string(),
  complaints: z.string(),
  waysToPay: z.string(),
  payfipNumber: z.string(),
  residentTown: z.string(),
  schoolZone: z.enum(['A', 'B', 'C']),
  dueDays: z.int(),
  answerWorkingDays: z.int(),
  lockAfterMinutes: z.int(),
  hasLogo: z.boolean(),
})
export type Organisation = z.infer<typeof Organisation>

export const OrganisationInput = z.object({
  name: RequiredLine,
  authority: RequiredLine,
  address: RequiredLine,
  postcode: Line.regex(/^\d{5}$/, 'Un code postal a cinq chiffres.'),
  town: RequiredLine,
  phone: Line,
  email: Line.refine(
    (text) => text === '' || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text),
    'Cette adresse e-mail n’est pas valable.',
  ),
  siret: digitsOrNothing(14, 'Un SIRET a quatorze chiffres.'),
  regie: Line,
  cashier: Line,
  complaints: Note,
  waysToPay: Note,
  payfipNumber: digitsOrNothing(6, 'Un numéro client PayFiP a six chiffres.'),
  residentTown: RequiredLine,
  schoolZone: z.enum(['A', 'B', 'C']),
  dueDays: z.int().min(0, 'De 0 à 120 jours.').max(120, 'De 0 à 120 jours.'),
  answerWorkingDays: z.int().min(1, 'De 1 à 30 jours.').max(30, 'De 1 à 30 jours.'),
  lockAfterMinutes: z.int().min(1, 'De 1 à 120 minutes.').max(120, 'De 1 à 120 minutes.'),
})
export type OrganisationInput = z.infer<typeof OrganisationInput>

/** An équipement: where activities take place. */
export const Facility = z.object({
  id: Id,
  name: z.string(),
  address: z.string(),
  contact: z.string(),
  phone: z.string(),
  archived: z.boolean(),
})
export type Facility = z.infer<typeof Facility>

export const School = z.object({ id: Id, name: z.string(), children: z.int() })
export type School = z.infer<typeof School>

/** What one act changed in one row. Health data is never shown here. */
export const AuditChange = z.object({
  id: Id,
  entity: z.string(),
  entityId: Id.nullable(),
  operation: z.enum(['insert', 'update', 'remove', 'insertMany', 'updateMany', 'consult']),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
})
export const AuditedAct = z.object({
  id: Id,
  at,
  kind: z.string(),
  label: z.string(),
  person: z.string(),
  actor: z.enum(['staff', 'rule', 'system', 'guardian']),
  state: z.enum(['open', 'closed', 'takenBack']),
  /** How many rows it changed: `auditAct` shows them. */
  changes: z.int(),
})
export type AuditedAct = z.infer<typeof AuditedAct>

export const Backup = z.object({
  name: z.string(),
  at,
  /** Each day, when asked for, before a new version, before another file took its place. */
  reason: z.enum(['daily', 'asked', 'migration', 'replaced']),
  sizeBytes: z.int(),
  /** Opened after it was made, and found without fault. */
  verified: z.boolean(),
})
export type Backup = z.infer<typeof Backup>

/** What the judge of the file found: `damage`, it cannot be trusted; `fact`, two things in it contradict each other. */
export const Finding = z.object({
  kind: z.enum(['damage', 'fact']),
  sentence: z.string(),
  table: z.string(),
  id: z.int().nullable(),
})
export type Finding = z.infer<typeof Finding>

export const settings = {
  organisation: procedure('loggedIn').output(Organisation),
  changeOrganisation: procedure('organisation').input(OrganisationInput).output(Organisation),
  /** PNG or JPEG, 1 MB at most; null takes the logo away. */
  changeLogo: procedure('organisation')
    .input(z.object({ file: z.instanceof(Blob).nullable() }))
    .output(Organisation),
  logo: procedure('loggedIn').output(z.instanceof(Blob).nullable()),

  facilities: procedure('loggedIn').output(z.array(Facility)),
  /** Adds one without an id, changes the one of this id. */
  saveFacility: procedure('activities')
    .input(
      z.object({
        id: Id.optional(),
        name: RequiredLine,
        address: Line,
        contact: Line,
        phone: Line,
        archived: z.boolean(),
      }),
    )
    .output(Facility),
  schools: procedure('loggedIn').output(z.array(School)),
  saveSchool: procedure('activities')
    .input(z.object({ id: Id.optional(), name: RequiredLine }))
    .output(School),
  removeSchool: procedure('activities').input(z.object({ id: Id })),

  /** Newest first, in pages: `before` is the last act already shown. */
  audit: procedure('audit')
    .input(
      z.object({
        entity: Line.optional(),
        staffId: Id.optional(),
        from: DayText.optional(),
        to: DayText.optional(),
        before: Id.optional(),
      }),
    )
    .output(z.object({ acts: z.array(AuditedAct), hasMore: z.boolean() })),
  auditAct: procedure('audit')
    .input(z.object({ id: Id }))
    .output(z.array(AuditChange)),
  /** All that was done to one row, newest first. */
  history: procedure('audit')
    .input(z.object({ entity: RequiredLine, id: Id }))
    .output(z.array(AuditedAct)),

  /** Newest first, and the folder they lie in, to be copied elsewhere. */
  backups: procedure('backups').output(z.object({ folder: z.string(), backups: z.array(Backup) })),
  /** Progress from 0 to 1; the last word carries the backup. */
  makeBackup: procedure('backups').output(eventIterator(z.object({ done: z.number(), backup: Backup.nullable() }))),
  /** The current file is kept among the backups; everyone logs in again. */
  restoreBackup: procedure('backups')
    .input(z.union([z.object({ name: RequiredLine }), z.object({ file: z.instanceof(Blob) })]))
    .output(z.array(Finding)),
  check: procedure('backups').output(z.array(Finding)),
}
