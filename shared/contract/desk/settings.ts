import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { cycleNames } from '../../rules/calendar/school-year-classes.ts'
import { catchmentSides } from '../../rules/people/catchment.ts'
import { CentsNumber, DayText, Id, Line, Note, procedure, RequiredLine } from '../procedure.ts'

const at = z.custom<Instant>((value) => typeof value === 'string')
const DayOut = z.custom<Day>((value) => typeof value === 'string')

const digitsOrNothing = (count: number, message: string) =>
  Line.transform((text) => text.replaceAll(/\s/g, '')).refine(
    (text) => text === '' || (text.length === count && /^\d+$/.test(text)),
    message,
  )

/** The organisation's own data, printed on papers and used by rules. */
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
  /** Days before this one are not billed; null: every day is. */
  billsFrom: DayOut.nullable(),
  /** Whether a month without cost gets an invoice of 0,00 €. */
  zeroInvoices: z.boolean(),
  tillFloatCents: z.int(),
  answerWorkingDays: z.int(),
  lockAfterMinutes: z.int(),
  /** Whether the service keeps photos of children and of the adults who fetch them. */
  photos: z.boolean(),
  /** Printed at the foot of letters, in one or two lines; may be empty. */
  letterFoot: z.string(),
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
  billsFrom: DayText.nullable(),
  zeroInvoices: z.boolean(),
  dueDays: z.int().min(0, 'De 0 à 120 jours.').max(120, 'De 0 à 120 jours.'),
  tillFloatCents: CentsNumber.min(0, 'Jamais négatif.').max(1_000_000, 'De 0 à 10 000 euros.'),
  answerWorkingDays: z.int().min(1, 'De 1 à 30 jours.').max(30, 'De 1 à 30 jours.'),
  lockAfterMinutes: z.int().min(1, 'De 1 à 120 minutes.').max(120, 'De 1 à 120 minutes.'),
  photos: z.boolean(),
  letterFoot: Note.max(200, 'Le pied des courriers\u00a0: 200 caractères au plus.').refine(
    (text) => text.split('\n').length <= 2,
    'Le pied des courriers\u00a0: deux lignes au plus.',
  ),
})
export type OrganisationInput = z.infer<typeof OrganisationInput>

/** An équipement: a building where activities take place. */
export const Site = z.object({ id: Id, name: z.string() })
export type Site = z.infer<typeof Site>

export const Facility = z.object({
  id: Id,
  siteId: Id,
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
  /** False for dates that the ministry has not confirmed: « à vérifier ». */
  certain: z.boolean(),
})
/** The school holidays in force: those shipped with the program, replaced by imported ones where there are some. */
export const SchoolCalendar = z.object({ zone: z.enum(['A', 'B', 'C']), holidays: z.array(SchoolHolidays) })
export type SchoolCalendar = z.infer<typeof SchoolCalendar>

const streetNumber = z.int('Un numéro.').min(1, 'De 1 à 9999.').max(9999, 'De 1 à 9999.').nullable()

/**
 * A part of a street that belongs to the catchment area of a school; null: from the beginning, or to the end, of the
 * street.
 */
const CatchmentInput = z.object({
  street: RequiredLine,
  fromNumber: streetNumber,
  toNumber: streetNumber,
  side: z.enum(catchmentSides),
})

export const School = z.object({
  id: Id,
  name: z.string(),
  children: z.int(),
  /** What it teaches, deduced from the levels of its pupils; empty without any. */
  cycles: z.array(z.enum(cycleNames)),
  catchment: z.array(CatchmentInput.extend({ street: z.string() })),
})
export type School = z.infer<typeof School>

/** What one act changed in one row. Health data is never part of it. */
const AuditChange = z.object({
  id: Id,
  entity: z.string(),
  entityId: Id.nullable(),
  operation: z.enum(['insert', 'update', 'remove', 'insertMany', 'updateMany', 'consult']),
  /** Worded for the screen, references by the name of their record. Empty for a batch, which `names` lists. */
  fields: z.array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  /** How many rows the entry is about: one, or a batch. */
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
  /** How many rows the act changed; `auditAct` lists them. */
  changes: z.int(),
})
export type AuditedAct = z.infer<typeof AuditedAct>

export const Backup = z.object({
  name: z.string(),
  at,
  /** `daily`: automatic; `asked`: on demand; `migration`: before a new version; `replaced`: before a restore. */
  reason: z.enum(['daily', 'asked', 'migration', 'replaced']),
  sizeBytes: z.int(),
  /** The backup was opened and checked after it was made, without any error found. */
  verified: z.boolean(),
})
export type Backup = z.infer<typeof Backup>

/**
 * What the check of the file found. `damage`: the file cannot be trusted; `fact`: two facts in it contradict each
 * other.
 */
export const Finding = z.object({
  kind: z.enum(['damage', 'fact']),
  sentence: z.string(),
  table: z.string(),
  id: z.int().nullable(),
})
export type Finding = z.infer<typeof Finding>

/** Whether sealed data can be opened on this computer, and which printed recovery phrase opens the data elsewhere. */
export const SealingState = z.object({
  /** The French sentence that says why health records can neither be read nor written; null when they can. */
  closed: z.string().nullable(),
  /** Some sealed data cannot be opened, and a recovery phrase would open them. */
  canOpen: z.boolean(),
  /** Sealed data are closed because the key is lost: staff may replace it with a new one. */
  canStartOver: z.boolean(),
  /** Number of health records that cannot be opened on this computer. */
  unreadable: z.int(),
  /** The printed recovery phrase in force; null until one was confirmed. */
  phrase: z.object({ number: z.string(), on: DayOut }).nullable(),
})
export type SealingState = z.infer<typeof SealingState>

/** A new recovery phrase, shown a single time. */
export const NewPhrase = z.object({
  number: z.string(),
  words: z.array(z.string()),
  /** Indexes, from 0, of the words to type again as a check. */
  asked: z.array(z.int()),
})
export type NewPhrase = z.infer<typeof NewPhrase>

/** Fifteen words, with room for extra spaces and typing errors. */
const TypedPhrase = z.string().max(1000)

export const settings = {
  organisation: procedure('loggedIn').output(Organisation),
  changeOrganisation: procedure('organisation').input(OrganisationInput).output(Organisation),
  /** PNG or JPEG, 1 MB at most; null removes the logo. */
  changeLogo: procedure('organisation')
    .input(z.object({ file: z.instanceof(Blob).nullable() }))
    .output(Organisation),
  logo: procedure('loggedIn').output(z.instanceof(Blob).nullable()),

  /** By name. A service has one site until staff add another; with one site, screens do not mention sites. */
  sites: procedure('loggedIn').output(z.array(Site)),
  /** Without an id, adds a site; with an id, renames it. */
  saveSite: procedure('organisation')
    .input(z.object({ id: Id.optional(), name: RequiredLine }))
    .output(Site),
  removeSite: procedure('organisation').input(z.object({ id: Id })),
  facilities: procedure('loggedIn').output(z.array(Facility)),
  /** Without an id, adds a facility; with an id, changes it. */
  saveFacility: procedure('activities')
    .input(
      z.object({
        id: Id.optional(),
        name: RequiredLine,
        address: Line,
        contact: Line,
        phone: Line,
        archived: z.boolean(),
        /**
         * Absent: the present site, or the person's first site for a new facility. Moving it needs the right
         * `organisation`.
         */
        siteId: Id.optional(),
      }),
    )
    .output(Facility),
  schoolCalendar: procedure('loggedIn').output(SchoolCalendar),
  schools: procedure('loggedIn').output(z.array(School)),
  saveSchool: procedure('activities')
    .input(
      z.object({
        id: Id.optional(),
        name: RequiredLine,
        /** The streets of its catchment area; absent: unchanged. */
        catchment: z.array(CatchmentInput).max(2000).optional(),
      }),
    )
    .output(School),
  removeSchool: procedure('activities').input(z.object({ id: Id })),

  /** Acts, newest first, in pages: `before` is the last act already shown. */
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

  /** Backups, newest first, and the path of their folder, for copying it elsewhere. */
  backups: procedure('backups').output(
    z.object({
      folder: z.string(),
      backups: z.array(Backup),
      /** Papers issued after the restored backup was made, which the restored file therefore lacks. */
      lostPapers: z.array(
        z.object({
          /** « Facture 2026-000012 » */
          name: z.string(),
          /**
           * Null, like the fields below, when the file was replaced outside the program: only the number is known then.
           */
          on: DayOut.nullable(),
          family: z.string().nullable(),
          amountCents: z.int().nullable(),
        }),
      ),
    }),
  ),
  /** Progress from 0 to 1; the last message contains the backup. */
  makeBackup: procedure('backups').output(eventIterator(z.object({ done: z.number(), backup: Backup.nullable() }))),
  /** Saves the current file as a backup first; everyone must log in again. */
  restoreBackup: procedure('backups')
    .input(
      z.union([
        z.object({ name: RequiredLine, phrase: TypedPhrase.optional() }),
        z.object({ file: z.instanceof(Blob), phrase: TypedPhrase.optional() }),
      ]),
    )
    .output(z.array(Finding)),
  sealing: procedure('loggedIn').output(SealingState),
  /** Generates a new recovery phrase. Nothing is stored before `confirmPhrase`. */
  makePhrase: procedure('backups').output(NewPhrase),
  /**
   * Generates a new key and phrase after the key was lost. Once confirmed, data sealed with the lost key are given up
   * for good.
   */
  startOver: procedure('backups').output(NewPhrase),
  /** A PDF sheet to print, with the phrase just generated. */
  phraseSheet: procedure('backups').output(z.instanceof(File)),
  /** Confirms the new phrase with the requested words, in their order; the phrase is valid from then on. */
  confirmPhrase: procedure('backups')
    .input(z.object({ words: z.array(Line).max(15) }))
    .output(SealingState),
  /** For a computer that lost the key: anyone who has the printed phrase may open the data. */
  openByPhrase: procedure('loggedIn')
    .input(z.object({ phrase: TypedPhrase }))
    .output(SealingState),
  check: procedure('backups').output(z.array(Finding)),
}
