import * as z from 'zod'
import type { Day, Instant, TimeOfDay } from '../../rules/calendar/day.ts'
import { Id, Line, procedure, RequiredLine, TimeText } from '../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const TimeOut = z.custom<TimeOfDay>((value) => typeof value === 'string')

/** One exchange with the portal, or an attempt. */
export const ExchangeRun = z.object({
  id: z.int(),
  cause: z.enum(['night', 'asked', 'continuous', 'start', 'retry']),
  startedAt: InstantOut,
  endedAt: InstantOut.nullable(),
  outcome: z.enum(['running', 'done', 'failed']),
  collected: z.int(),
  answers: z.int(),
  documents: z.int(),
  papers: z.int(),
  bytes: z.int(),
  /** What went wrong and what to do; empty when all went well. */
  sentence: z.string(),
})
export type ExchangeRun = z.infer<typeof ExchangeRun>

export const ExchangeState = z.object({
  /** Null until a portal is paired. */
  portal: z
    .object({
      address: z.string(),
      pairedAt: InstantOut,
      /** The fingerprint of each key, to be read out. */
      deskKey: z.string(),
      /** Empty once it is revoked. */
      portalKey: z.string(),
      /** The private key that goes with `deskKey` is on this machine. */
      hasKey: z.boolean(),
    })
    .nullable(),
  /** A portal that was exported. It is paired by itself once it answers, until then; never in the place of another. */
  awaited: z
    .object({
      address: z.string(),
      until: InstantOut,
      /** The address of the portal that is linked, when it is another: staff confirm that this one takes its place. */
      replaces: z.string().nullable(),
      /** It answers there, and waits for staff. */
      isReady: z.boolean(),
    })
    .nullable(),
  running: z.boolean(),
  /** With the portal that is linked: null until the first one. */
  lastDone: ExchangeRun.nullable(),
  /** The last one, when it failed. */
  failure: ExchangeRun.nullable(),
  nextAt: InstantOut.nullable(),
  continuous: z.boolean(),
  /** Papers still to be sent in the background. */
  papersWaiting: z.int(),
  /** The portal is older than this desk, and keeps what it does not understand: « portail à mettre à jour ». */
  portalIsOlder: z.boolean(),
  /** The two compare after a restore: nothing else is exchanged. */
  comparing: z.boolean(),
  /** False after a restore, until the portal or a director tells the last numbers: nothing is issued meanwhile. */
  knowsNumbers: z.boolean(),
  /** « Les demandes enregistrées sur le portail entre le … et le … ont pu être perdues. » */
  lost: z.array(z.string()),
  /** Papers that this desk had lost and the portal gave back. */
  recoveredPapers: z.int(),
})
export type ExchangeState = z.infer<typeof ExchangeState>

/** A paper that this desk had lost and the portal gave back. */
export const RecoveredPaper = z.object({
  id: z.string(),
  /** When it was issued. */
  on: DayOut,
  familyId: Id,
  family: z.string(),
})
export type RecoveredPaper = z.infer<typeof RecoveredPaper>

/** What the next exchange would carry, without carrying it. */
export const DryLook = z.object({
  /** « 4 réponses », « 12 familles », « le calendrier de 3 périodes »… */
  toSend: z.array(z.string()),
  /** Null when the portal could not be asked; why is in `sentence`. */
  toCollect: z.int().nullable(),
  sentence: z.string(),
})
export type DryLook = z.infer<typeof DryLook>

/** How this desk reaches the portal; a field is empty when it needs none. */
export const Network = z.object({
  /** « http://proxy.exemple.fr:3128 » */
  proxy: z.string(),
  /** PEM certificate of the authority that signed the portal's certificate. */
  certificateAuthority: z.string(),
})
export type Network = z.infer<typeof Network>

export const exchange = {
  state: procedure('loggedIn').output(ExchangeState),
  /** The last ones first, a hundred. */
  history: procedure('portal').output(z.array(ExchangeRun)),
  /** With the code that the portal shows. */
  pair: procedure('portal')
    .input(z.object({ address: RequiredLine, code: RequiredLine }))
    .output(ExchangeState),
  /** The portal as an archive to put on a Linux machine, ready to pair by itself. */
  exportPortal: procedure('portal')
    .input(z.object({ address: RequiredLine }))
    .output(z.instanceof(File)),
  /** Refused, saying why, while the exported portal does not answer. */
  pairExported: procedure('portal').output(ExchangeState),
  /** From the portal that is linked to the exported one, after a last exchange where the old one answers. */
  passToExported: procedure('portal').output(ExchangeState),
  /** « Échanger maintenant »: returns once it is done, or failed. */
  now: procedure('portal').output(ExchangeState),
  dryLook: procedure('portal').output(DryLook),
  network: procedure('portal').output(Network),
  saveNetwork: procedure('portal')
    .input(
      z.object({
        proxy: Line,
        certificateAuthority: z.string().trim().max(40_000, 'Texte trop long\u00a0: 40\u00a0000 caractères au plus.'),
      }),
    )
    .output(Network),
  schedule: procedure('portal')
    .input(z.object({ nightAt: TimeText, continuous: z.boolean() }))
    .output(z.object({ nightAt: TimeOut, continuous: z.boolean() })),
  /** A new key pair for the desk; the old one is taken for a week more. */
  rotateKey: procedure('portal').output(ExchangeState),
  /** The key of this fingerprint is refused from the next exchange on. */
  revokeKey: procedure('portal')
    .input(z.object({ keyid: RequiredLine }))
    .output(ExchangeState),
  /** A director confirms, from the papers themselves, the last numbers that were given; written to the audit trail. */
  confirmNumbers: procedure('override')
    .input(
      z.object({
        statement: RequiredLine,
        /** F: invoices, A: credit notes, Q: receipts, B: deposit slips. The next number follows. */
        last: z
          .array(
            z.object({
              series: z.enum(['F', 'A', 'Q', 'B']),
              year: z.int().min(2000).max(2999),
              number: z.int().min(0).max(999_999),
            }),
          )
          .max(30)
          .default([]),
      }),
    )
    .output(ExchangeState),
  /** Families have them: they are read before anything is billed again. */
  recoveredPapers: procedure('invoices.read').output(z.array(RecoveredPaper)),
  recoveredPaper: procedure('invoices.read')
    .input(z.object({ id: Line }))
    .output(z.instanceof(File)),
  /** A demande lost in a restore, entered again from the family's receipt, with its first instant. */
  enterReceipt: procedure('portal')
    .input(z.object({ text: z.string().max(100_000), signature: Line }))
    .output(z.object({ number: z.string(), entered: z.int(), known: z.int() })),
}
