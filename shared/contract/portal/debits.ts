import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { Id, Line, procedure } from '../procedure.ts'
import { RequestId } from './demandes.ts'
import { MoneyDocument } from './documents.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const capitals = (text: string): string => text.replaceAll(/\s/g, '').toUpperCase()

const Creditor = z.object({
  regie: Id,
  name: z.string(),
  creditorId: z.string(),
  /** The lines of the creditor's postal address. */
  address: z.array(z.string()),
  noticeDays: z.int(),
})
export type Creditor = z.infer<typeof Creditor>

/** A mandate as its parent signs it. */
export const SigningShown = z.object({
  id: z.string(),
  regie: Id,
  reference: z.string(),
  debtor: z.string(),
  lastFour: z.string(),
  /** The day of the mandate. */
  on: DayOut,
  /** The code sent by mail can sign the mandate until this instant. */
  codeUntil: InstantOut,
})
export type SigningShown = z.infer<typeof SigningShown>

/** How the home pays by direct debit, including what its parents did since the last exchange. */
export const DebitsShown = z.object({
  /** The régies that collect by direct debit. */
  creditors: z.array(Creditor),
  /**
   * Proposed data of the signature: the holder of the account, the address of the home, and the mail address that gets
   * the code.
   */
  debtor: z.string(),
  address: z.array(z.string()),
  email: z.string(),
  mandates: z.array(
    MoneyDocument.shape.debits.unwrap().shape.mandates.element.extend({
      /** Whether parents can stop it on the portal. */
      isStoppable: z.boolean(),
      /** Whether the portal has its PDF, which exists for mandates signed on the portal. */
      hasPaper: z.boolean(),
      /** It was stopped on the portal, and the service learns of it at the next exchange. */
      isStopping: z.boolean(),
    }),
  ),
  /**
   * Mandates signed on the portal, newest first: those that the service has not received yet, and refused ones until
   * another is signed.
   */
  signed: z.array(
    z.object({
      reference: z.string(),
      lastFour: z.string(),
      at: InstantOut,
      /** The service's refusal; null while it has not answered. */
      refusal: z.string().nullable(),
      isStopping: z.boolean(),
    }),
  ),
  /** Régies that ask for an account, unless a mandate signed on the portal for them waits for the service. */
  asked: z.array(MoneyDocument.shape.accountAsked.unwrap().element),
  /** The mandate that this guardian has begun to sign. */
  signing: SigningShown.nullable(),
  /** Debits that will still be collected although the mandate is stopped or replaced. */
  announced: MoneyDocument.shape.debits.unwrap().shape.announced,
})
export type DebitsShown = z.infer<typeof DebitsShown>

export const debits = {
  /**
   * Seals the account for the desk, makes the mandate, and sends a code by mail. A repeated request changes nothing.
   */
  begin: procedure('loggedIn')
    .input(
      z.object({
        request: RequestId,
        regie: Id,
        debtor: Line,
        iban: Line.transform(capitals),
        bic: Line.transform(capitals),
      }),
    )
    .output(SigningShown),
  /** Sends another code by mail; the previous one no longer works. */
  anotherCode: procedure('loggedIn')
    .input(z.object({ id: z.string() }))
    .output(SigningShown),
  /** Signs with the code from the mail. A repeated request changes nothing. */
  sign: procedure('loggedIn').input(z.object({ id: z.string(), code: Line })),
  /** Deletes the mandate that this guardian has begun to sign. */
  giveUp: procedure('loggedIn'),
  stop: procedure('loggedIn').input(z.object({ reference: z.string().max(35) })),
  /** A mandate signed on the portal, as PDF. */
  paper: procedure('loggedIn')
    .input(z.object({ reference: z.string().max(35) }))
    .output(z.instanceof(Blob)),
}
