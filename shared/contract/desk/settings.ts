import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { CentsNumber, DayText, Id, Line, Note, procedure, RequiredLine } from '../procedure.ts'

const at = z.custom<Instant>((value) => typeof value === 'string')
const DayOut = z.custom<Day>((value) => typeof value === 'string')

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
  tillFloatCents: z.int(),
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
  tillFloatCents: CentsNumber.min(0, 'Jamais négatif.').max(1_000_000, 'De 0 à 10 000 euros.'),
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

const HolidayDay = z.custom<Day>((value) => typeof value === 'string')
export const SchoolHolidays = z.object({
  name: z.string(),
  zones: z.array(z.enum(['A', 'B', 'C'])),
  /** First and last day without school. */
  from: HolidayDay,
  to: HolidayDay,
  /** False: « à vérifier ». */
  certain: z.boolean(),
})
/** The holidays that the town lives by: the shipped ones, and in their place those that were imported. */
export const SchoolCalendar = z.object({ zone: z.enum(['A', 'B', 'C']), holidays: z.array(SchoolHolidays) })
export type SchoolCalendar = z.infer<typeof SchoolCalendar>

export const School = z.object({ id: Id, name: z.string(), children: z.int() })
export type School = z.infer<typeof School>

/** What one act changed in one row. Health data is never shown here. */
const AuditChange = z.object({
  id: Id,
  entity: z.string(),
  entityId: Id.nullable(),
  operation: z.enum(['insert', 'update', 'remove', 'insertMany', 'updateMany', 'consult']),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  /** How many rows the entry covers: one, or a batch. */
  rows: z.int(),
  /** Names of the rows that still exist, twenty at most: « Louison Marchand, 09/12/2026, Matin ». */
  names: z.array(z.string()),
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

/** Whether what is sealed opens on this machine, and the sheet whose phrase opens it elsewhere. */
export const Sealing = z.object({
  /** Why health records neither open nor are written, as a sentence; null when all is well. */
  closed: z.string().nullable(),
  /** Something does not open, and the phrase of a sheet would open it. */
  canOpen: z.boolean(),
  /** Closed because the key is lost: a new one may take its place. */
  canStartOver: z.boolean(),
  /** Health records that do not open here. */
  unreadable: z.int(),
  /** Null until a phrase was confirmed. */
  phrase: z.object({ number: z.string(), on: DayOut }).nullable(),
})
export type Sealing = z.infer<typeof Sealing>

/** Shown once. */
export const NewPhrase = z.object({
  number: z.string(),
  words: z.array(z.string()),
  /** Which to retype, from 0. */
  asked: z.array(z.int()),
})
export type NewPhrase = z.infer<typeof NewPhrase>

/** Fifteen words, with room for what a hand adds. */
const TypedPhrase = z.string().max(1000)

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
  schoolCalendar: procedure('loggedIn').output(SchoolCalendar),
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

  /** Newest first, and the folder they lie in, to be copied elsewhere. */
  backups: procedure('backups').output(
    z.object({
      folder: z.string(),
      backups: z.array(Backup),
      /** Papers handed out after the backup that was restored, which does not hold them. */
      lostPapers: z.array(
        z.object({
          /** « Facture 2026-000012 » */
          name: z.string(),
          /** Null, like all that follows, when a file was replaced by hand: only the number is known. */
          on: DayOut.nullable(),
          family: z.string().nullable(),
          amountCents: z.int().nullable(),
        }),
      ),
    }),
  ),
  /** Progress from 0 to 1; the last word carries the backup. */
  makeBackup: procedure('backups').output(eventIterator(z.object({ done: z.number(), backup: Backup.nullable() }))),
  /** The current file is kept among the backups; everyone logs in again. */
  restoreBackup: procedure('backups')
    .input(
      z.union([
        z.object({ name: RequiredLine, phrase: TypedPhrase.optional() }),
        z.object({ file: z.instanceof(Blob), phrase: TypedPhrase.optional() }),
      ]),
    )
    .output(z.array(Finding)),
  sealing: procedure('loggedIn').output(Sealing),
  /** A new recovery phrase, of which nothing is kept before it is confirmed. */
  makePhrase: procedure('backups').output(NewPhrase),
  /** The same with a new key, where the key is lost: confirmed, what the lost one sealed is given up. */
  startOver: procedure('backups').output(NewPhrase),
  /** The sheet of the phrase that was just made, as PDF. */
  phraseSheet: procedure('backups').output(z.instanceof(File)),
  /** The words that were asked for, in their order: from then on the phrase opens. */
  confirmPhrase: procedure('backups')
    .input(z.object({ words: z.array(Line).max(15) }))
    .output(Sealing),
  /** On a machine that lost the key: whoever holds the sheet may open. */
  openByPhrase: procedure('loggedIn')
    .input(z.object({ phrase: TypedPhrase }))
    .output(Sealing),
  check: procedure('backups').output(z.array(Finding)),
}
