import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import type { ResolvedDocument } from '../../../rules/templates/resolved-document.ts'
import { typedInputs, typedWords } from '../../../rules/templates/template-fields.ts'
import { letterKinds, templateKinds } from '../../../rules/templates/template-kinds.ts'
import { Id, Line, procedure, RequiredLine } from '../../procedure.ts'
import { Whom } from './sendings.ts'
import { TemplateDocumentInput } from './templates.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Key = z.string().min(1).max(20)

/** Maximum number of letters to an audience, in one act and in one PDF. */
export const maxLetters = 500
/** Maximum number of recipients when homes and guardians are chosen one by one. */
const maxRecipients = 20

/**
 * The home, the child or registration that the letter is about, and the guardian who reads it; null: the first one who
 * may read it.
 */
const LetterTo = z.object({
  familyId: Id,
  childId: Id.nullable(),
  guardianId: Id.nullable(),
  registrationId: Id.nullable(),
})
export type LetterTo = z.infer<typeof LetterTo>

const Written = {
  key: Key,
  /** The texts that staff type when they write the letter, by field id. */
  typed: z
    .record(z.string().max(30), z.string().max(4000, 'Texte trop long\u00a0: 4\u00a0000 caractères au plus.'))
    .refine((all) => Object.keys(all).length <= 20, 'Trop de champs à remplir.')
    .transform((all, context) =>
      Object.fromEntries(
        Object.entries(all).map(([id, text]) => {
          const read = typedWords(id, text)
          if ('words' in read) return [id, read.words]
          context.addIssue({ code: 'custom', message: read.why, path: [id] })
          return [id, '']
        }),
      ),
    ),
}
const recipients = z
  .array(LetterTo)
  .min(1, 'Choisissez à qui vous écrivez.')
  .max(maxRecipients, `${maxRecipients} lettres au plus à la fois.`)

const Digest = z.string().max(64)

const by = z.enum(['print', 'mail'])
/** `mailFirst`: a mail to those whom a mail can reach, a printed letter to the others. */
export const letterWays = ['print', 'mail', 'mailFirst'] as const
export type LetterWay = (typeof letterWays)[number]

const LetterChoice = z.object({
  key: Key,
  kind: z.enum(letterKinds),
  name: z.string(),
  subject: z.string(),
  /** The fields that staff must fill in. */
  typed: z.array(z.object({ id: z.string(), label: z.string(), input: z.enum(typedInputs) })),
  needsChild: z.boolean(),
  needsRegistration: z.boolean(),
  /** Why the template cannot be used now; null when it can. */
  problem: z.string().nullable(),
})
export type LetterChoice = z.infer<typeof LetterChoice>

const PreparedLetter = LetterTo.extend({
  /** « Mme Camille Marchand » */
  name: z.string(),
  /** The mail address of the reader; null when no mail can reach them. */
  email: z.string().nullable(),
  /**
   * The French names of the fields without a value, because of which no letter can be made; empty when there are none.
   */
  missing: z.array(z.string()),
  /** Whether the postal address is complete: without one, the letter is not printed. */
  hasAddress: z.boolean(),
  /** Digest of the template, the reader, the addresses and the text: `make` only makes letters with these digests. */
  digest: Digest,
})
export type PreparedLetter = z.infer<typeof PreparedLetter>

/** The letter of one home of an audience. */
const AudienceLetter = PreparedLetter.omit({ guardianId: true }).extend({
  guardianId: Id.nullable(),
  /** The name of the family. */
  home: z.string(),
  /** Why this home gets no letter; null when it gets one. */
  why: z.string().nullable(),
})
export type AudienceLetter = z.infer<typeof AudienceLetter>

/** « Courrier… »: letters to homes, made from templates. */
export const letters = {
  choices: procedure('messages').output(z.array(LetterChoice)),
  /** The letters of a home, newest first. */
  ofFamily: procedure('messages')
    .input(z.object({ familyId: Id }))
    .output(z.array(z.object({ id: Id, subject: z.string(), to: z.string(), by, madeOn: DayOut, author: z.string() }))),
  /** The recipients, and what prevents a letter to some of them. Records nothing. */
  prepare: procedure('messages')
    .input(z.object({ ...Written, recipients }))
    .output(
      z.object({
        recipients: z.array(PreparedLetter),
        /** Why the letters cannot leave by mail; null when they can. */
        onPaperOnly: z.string().nullable(),
        /** The letter of the first recipient. */
        shown: z.object({
          subject: z.string(),
          body: z.custom<ResolvedDocument>((value) => Array.isArray(value)),
        }),
      }),
    ),
  /** One letter as it would be made, marked « Projet ». Records nothing. */
  draft: procedure('messages')
    .input(z.object({ ...Written, to: LetterTo }))
    .output(z.file()),
  /** Makes a letter for each recipient who can have one, and prints or queues it. */
  make: procedure('messages')
    .input(
      z.object({
        ...Written,
        recipients,
        by,
        /** Digests of the letters that the person has seen: no letter is made for others. */
        announced: z.array(Digest).max(maxLetters),
      }),
    )
    .output(z.object({ actId: Id, letters: z.int() })),
  /** The letters of an audience, like `prepare`; staff fill in the fields later, when they make the letters. */
  prepareForAudience: procedure('sendings')
    .input(z.object({ key: Key, whom: Whom }))
    .output(z.object({ letters: z.array(AudienceLetter), onPaperOnly: z.string().nullable() })),
  /** Makes a letter for each home of the audience that can have one: all of them, or none. */
  makeForAudience: procedure('sendings')
    .input(
      z.object({
        ...Written,
        whom: Whom,
        by: z.enum(letterWays),
        /** Digests of the letters that the person has seen: no letter is made for others. */
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
  /** The last letters to several homes, newest first. */
  runs: procedure('messages').output(
    z.array(
      z.object({
        actId: Id,
        subject: z.string(),
        madeOn: DayOut,
        author: z.string(),
        printed: z.int(),
        mailed: z.int(),
        /** Whether the person may read these letters and print them again. */
        isRead: z.boolean(),
      }),
    ),
  ),
  file: procedure('messages')
    .input(z.object({ id: Id }))
    .output(z.file()),
  /** The printed letters of one act, in one file. */
  run: procedure('messages')
    .input(z.object({ actId: Id }))
    .output(z.file()),
  /** An unsaved template, filled in for a home or with the examples of its fields. */
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
        /** French names of the fields without a value, because of which this home would get no letter. */
        missing: z.array(z.string()),
        onPaperOnly: z.string().nullable(),
      }),
    ),
  /** The same preview as a PDF. */
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
