import * as z from 'zod'
import type { Day, Instant, TimeOfDay } from '../../rules/calendar/day.ts'
import { isLastingSeries, isSeries } from '../../rules/money/series.ts'
import { Id, Line, procedure, RequiredLine, TimeText } from '../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const TimeOut = z.custom<TimeOfDay>((value) => typeof value === 'string')

/** One exchange with the portal, successful or not. */
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
  /** What failed and what to do; empty after a success. */
  sentence: z.string(),
})
export type ExchangeRun = z.infer<typeof ExchangeRun>

export const ExchangeState = z.object({
  /** Null until a portal is paired. */
  portal: z
    .object({
      address: z.string(),
      pairedAt: InstantOut,
      /** Fingerprints of both keys, for two people to compare aloud. */
      deskKey: z.string(),
      /** Empty once the key is revoked. */
      portalKey: z.string(),
      /** Whether the private key of `deskKey` is on this computer. */
      hasKey: z.boolean(),
    })
    .nullable(),
  /**
   * An exported portal, paired automatically if it answers before `until`. It never replaces a linked portal without
   * confirmation.
   */
  awaited: z
    .object({
      address: z.string(),
      until: InstantOut,
      /** Address of the linked portal that staff must agree to replace; null when none is linked. */
      replaces: z.string().nullable(),
      /** The exported portal answers, and staff must confirm. */
      isReady: z.boolean(),
    })
    .nullable(),
  running: z.boolean(),
  /** The last successful exchange with the linked portal; null before the first one. */
  lastDone: ExchangeRun.nullable(),
  /** The last exchange, when it failed. */
  failure: ExchangeRun.nullable(),
  nextAt: InstantOut.nullable(),
  continuous: z.boolean(),
  /** Number of papers still to send in the background. */
  papersWaiting: z.int(),
  /** The portal is older than this desk and stores what it does not understand: « portail à mettre à jour ». */
  portalIsOlder: z.boolean(),
  /** After a restore, desk and portal compare their logs: nothing else is exchanged meanwhile. */
  comparing: z.boolean(),
  /**
   * False after a restore, until the portal or a director confirms the last numbers used: nothing is issued meanwhile.
   */
  knowsNumbers: z.boolean(),
  /**
   * Whether a director may enter the last numbers used; also in a copy of the file on another computer, where no portal
   * is linked.
   */
  mayConfirmNumbers: z.boolean(),
  /** « Les demandes enregistrées sur le portail entre le … et le … ont pu être perdues. » */
  lost: z.array(z.string()),
  /** Number of papers that this desk had lost and the portal returned. */
  recoveredPapers: z.int(),
})
export type ExchangeState = z.infer<typeof ExchangeState>

/** A paper that this desk had lost and the portal returned. */
export const RecoveredPaper = z.object({
  id: z.string(),
  /** The day it was issued. */
  on: DayOut,
  familyId: Id,
  family: z.string(),
})
export type RecoveredPaper = z.infer<typeof RecoveredPaper>

/** What the next exchange would carry; nothing is sent. */
export const ExchangePreview = z.object({
  /** « 4 réponses », « 12 familles », « le calendrier de 3 périodes »… */
  toSend: z.array(z.string()),
  /** Null when the portal cannot be reached; `sentence` says why. */
  toCollect: z.int().nullable(),
  sentence: z.string(),
})
export type ExchangePreview = z.infer<typeof ExchangePreview>

/** How this desk reaches the portal; empty fields are unused. */
export const Network = z.object({
  /** « http://proxy.exemple.fr:3128 » */
  proxy: z.string(),
  /** PEM certificate of the authority that signed the portal's certificate. */
  certificateAuthority: z.string(),
})
export type Network = z.infer<typeof Network>

export const exchange = {
  state: procedure('loggedIn').output(ExchangeState),
  /** The last hundred exchanges, newest first. */
  history: procedure('portal').output(z.array(ExchangeRun)),
  /** Pairs with the portal, by the code that it shows. */
  pair: procedure('portal')
    .input(z.object({ address: RequiredLine, code: RequiredLine }))
    .output(ExchangeState),
  /** The portal as an archive to install on a Linux computer, ready to pair automatically. */
  exportPortal: procedure('portal')
    .input(z.object({ address: RequiredLine }))
    .output(z.instanceof(File)),
  /** Pairs with the exported portal. Refused with a reason while it does not answer. */
  pairExported: procedure('portal').output(ExchangeState),
  /** Switches from the linked portal to the exported one, after a last exchange if the old one answers. */
  passToExported: procedure('portal').output(ExchangeState),
  /** « Échanger maintenant »: returns when the exchange has succeeded or failed. */
  now: procedure('portal').output(ExchangeState),
  dryLook: procedure('portal').output(ExchangePreview),
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
  /** Makes a new key pair for the desk; the old key stays valid for a week. */
  rotateKey: procedure('portal').output(ExchangeState),
  /** Refuses the key with this fingerprint from the next exchange on. */
  revokeKey: procedure('portal')
    .input(z.object({ keyid: RequiredLine }))
    .output(ExchangeState),
  /** A director confirms, from the papers themselves, the last numbers used; recorded in the audit trail. */
  confirmNumbers: procedure('override')
    .input(
      z.object({
        statement: RequiredLine,
        /** Names of series (`shared/rules/money/series.ts`). Numbering continues after these. */
        last: z
          .array(
            z
              .object({
                series: z.string(),
                /** Null for a series that goes on through the years. */
                year: z.int().min(2000).max(2999).nullable(),
                number: z.int().min(0).max(999_999),
              })
              .refine(({ series, year }) => (year === null ? isLastingSeries(series) : isSeries(series))),
          )
          .max(100)
          .default([]),
      }),
    )
    .output(ExchangeState),
  /** Papers that families have and this desk lost: read them before billing anything again. */
  recoveredPapers: procedure('invoices.read').output(z.array(RecoveredPaper)),
  recoveredPaper: procedure('invoices.read')
    .input(z.object({ id: Line }))
    .output(z.instanceof(File)),
  /** Enters a demande that was lost in a restore again, from the family's receipt, at its original instant. */
  enterReceipt: procedure('portal')
    .input(z.object({ text: z.string().max(100_000), signature: Line }))
    .output(z.object({ number: z.string(), entered: z.int(), known: z.int() })),
}
