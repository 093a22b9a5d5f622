import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import type { ResolvedDocument } from '../../../rules/templates/resolved-document.ts'
import { typedWords } from '../../../rules/templates/template-fields.ts'
import { letterKinds, templateKinds } from '../../../rules/templates/template-kinds.ts'
import { Id, Line, procedure, RequiredLine } from '../../procedure.ts'
import { Whom } from './sendings.ts'
import { TemplateDocumentInput } from './templates.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Key = z.string().min(1).max(20)

/** Letters to an audience: in one act, and in one PDF. */
export const maxLetters = 500
/** Homes and guardians that are named one by one. */
const maxRecipients = 20

/** A home, the child or the registration that the letter is about, and the guardian who reads it; null: the first who may. */
const LetterTo = z.object({
  familyId: Id,
  childId: Id.nullable(),
  guardianId: Id.nullable(),
  registrationId: Id.nullable(),
})
export type LetterTo = z.infer<typeof LetterTo>

const Written = {
  key: Key,
  /** What is filled in at the moment of writing, by the ids of its fields. */
  typed: z
    .record(z.string().max(30), z.string().max(4000, 'Texte trop long\u00a0: 4\u00a0000 caractères au plus.'))
    .refine((all) => Object.keys(all).length <= 20, 'Trop de champs à remplir.')
    .overwrite(typedWords),
}
const recipients = z
  .array(LetterTo)
  .min(1, 'Choisissez à qui vous écrivez.')
  .max(maxRecipients, `${maxRecipients} lettres au plus à la fois.`)

const Digest = z.string().max(64)

const by = z.enum(['print', 'mail'])
/** `mailFirst`: a mail to whom one reaches, a printed letter to the others. */
export const letterWays = ['print', 'mail', 'mailFirst'] as const
export type LetterWay = (typeof letterWays)[number]

const LetterChoice = z.object({
  key: Key,
  kind: z.enum(letterKinds),
  name: z.string(),
  subject: z.string(),
  /** What is to be filled in. */
  typed: z.array(z.object({ id: z.string(), label: z.string(), isLong: z.boolean() })),
  needsChild: z.boolean(),
  needsRegistration: z.boolean(),
  /** Why it cannot be used now; null when it can. */
  problem: z.string().nullable(),
})
export type LetterChoice = z.infer<typeof LetterChoice>

const PreparedLetter = LetterTo.extend({
  /** « Mme Camille Marchand » */
  name: z.string(),
  /** Where a mail reaches them; null where none does. */
  email: z.string().nullable(),
  /** The fields that hold it back, by their French names; empty where nothing does. */
  missing: z.array(z.string()),
  /** Whether its address is whole: without, it is not printed. */
  hasAddress: z.boolean(),
  /** Of its template, reader, addresses and words: `make` makes these only. */
  digest: Digest,
})
export type PreparedLetter = z.infer<typeof PreparedLetter>

/** The letter of one home of an audience. */
const AudienceLetter = PreparedLetter.omit({ guardianId: true }).extend({
  guardianId: Id.nullable(),
  /** The name of the family. */
  home: z.string(),
  /** Why this home has no letter at all; null where it has one. */
  why: z.string().nullable(),
})
export type AudienceLetter = z.infer<typeof AudienceLetter>

/** « Courrier… »: letters to homes, made from templates. */
export const letters = {
  choices: procedure('messages').output(z.array(LetterChoice)),
  /** The letters of a home, the newest first. */
  ofFamily: procedure('messages')
    .input(z.object({ familyId: Id }))
    .output(z.array(z.object({ id: Id, subject: z.string(), to: z.string(), by, madeOn: DayOut, author: z.string() }))),
  /** Who would get it, and what holds whom back. Nothing is recorded. */
  prepare: procedure('messages')
    .input(z.object({ ...Written, recipients }))
    .output(
      z.object({
        recipients: z.array(PreparedLetter),
        /** Why it does not leave by mail; null when it may. */
        onPaperOnly: z.string().nullable(),
        /** What the first of them reads. */
        shown: z.object({
          subject: z.string(),
          body: z.custom<ResolvedDocument>((value) => Array.isArray(value)),
        }),
      }),
    ),
  /** One letter as it would be, marked « Projet ». Nothing is recorded. */
  draft: procedure('messages')
    .input(z.object({ ...Written, to: LetterTo }))
    .output(z.file()),
  /** Makes a letter for each recipient who is not held back, prints or queues it. */
  make: procedure('messages')
    .input(
      z.object({
        ...Written,
        recipients,
        by,
        /** The letters that were seen, by their digests: for others, nothing is made. */
        announced: z.array(Digest).max(maxLetters),
      }),
    )
    .output(z.object({ actId: Id, letters: z.int() })),
  /** The letters of an audience, as `prepare`; whatever is filled in when it is made. */
  prepareForAudience: procedure('sendings')
    .input(z.object({ key: Key, whom: Whom }))
    .output(z.object({ letters: z.array(AudienceLetter), onPaperOnly: z.string().nullable() })),
  /** Makes a letter for each of them who is not held back, all or none. */
  makeForAudience: procedure('sendings')
    .input(
      z.object({
        ...Written,
        whom: Whom,
        by: z.enum(letterWays),
        /** The letters that were seen, by their digests: for others, nothing is made. */
        announced: z.array(Digest).min(1).max(maxLetters),
      }),
    )
    .output(
      eventIterator(
        z.discriminatedUnion('step', [
          z.object({ step: z.literal('working'), done: z.int(), total: z.int() }),
          z.object({
            step: z.literal('done'),
            result: z.object({ actId: Id, printed: z.int(), mailed: z.int() }),
          }),
        ]),
      ),
    ),
  /** The last letters to several homes, the newest first. */
  runs: procedure('messages').output(
    z.array(
      z.object({
        actId: Id,
        subject: z.string(),
        madeOn: DayOut,
        author: z.string(),
        printed: z.int(),
        mailed: z.int(),
        /** Whether the person may read them, and print them again. */
        isRead: z.boolean(),
      }),
    ),
  ),
  file: procedure('messages')
    .input(z.object({ id: Id }))
    .output(z.file()),
  /** The printed letters of one act, one after the other. */
  run: procedure('messages')
    .input(z.object({ actId: Id }))
    .output(z.file()),
  /** An unsaved template, filled for a home or with the examples of its fields. */
  preview: procedure('templates')
    .input(
      z.object({
        kind: z.enum(templateKinds),
        subject: Line,
        document: TemplateDocumentInput,
        familyId: Id.nullable(),
        childId: Id.nullable(),
      }),
    )
    .output(
      z.object({
        subject: z.string(),
        body: z.custom<ResolvedDocument>((value) => Array.isArray(value)),
        /** Fields that would hold this home back, by their names. */
        missing: z.array(z.string()),
        onPaperOnly: z.string().nullable(),
      }),
    ),
  /** The same on paper. */
  previewFile: procedure('templates')
    .input(
      z.object({
        kind: z.enum(templateKinds),
        subject: RequiredLine,
        document: TemplateDocumentInput,
        familyId: Id.nullable(),
        childId: Id.nullable(),
      }),
    )
    .output(z.file()),
}
