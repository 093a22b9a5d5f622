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
  /** The lines of its address. */
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
  /** Until when the code of the mail signs it. */
  codeUntil: InstantOut,
})
export type SigningShown = z.infer<typeof SigningShown>

/** How the home pays by direct debit, with what its parents did since the last exchange. */
export const DebitsShown = z.object({
  /** The régies that offer it. */
  creditors: z.array(Creditor),
  /** Who signs: a proposal of the holder of the account, the address of the home, and the mail that gets the code. */
  debtor: z.string(),
  address: z.array(z.string()),
  email: z.string(),
  mandates: z.array(
    MoneyDocument.shape.debits.unwrap().shape.mandates.element.extend({
      /** Whether it may be stopped here. */
      isStoppable: z.boolean(),
      /** Whether its PDF is here: of a mandate signed on the portal. */
      hasPaper: z.boolean(),
      /** Stopped here: the service gets it at the next exchange. */
      isStopping: z.boolean(),
    }),
  ),
  /** Signed here, newest first: those that the service has not yet, and refused ones until another is signed. */
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
  /** Régies that ask for an account, while nothing that was signed here waits for them. */
  asked: z.array(MoneyDocument.shape.accountAsked.unwrap().element),
  /** What this guardian has begun to sign. */
  signing: SigningShown.nullable(),
  /** What will still be debited although the mandate is stopped or replaced. */
  announced: MoneyDocument.shape.debits.unwrap().shape.announced,
})
export type DebitsShown = z.infer<typeof DebitsShown>

export const debits = {
  /** Seals the account for the desk, makes the mandate, and mails a code. A repeated request changes nothing. */
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
  /** Mails another code; the former one signs nothing any more. */
  anotherCode: procedure('loggedIn')
    .input(z.object({ id: z.string() }))
    .output(SigningShown),
  /** Signs with the code of the mail. Repeated, it changes nothing. */
  sign: procedure('loggedIn').input(z.object({ id: z.string(), code: Line })),
  /** Forgets what this guardian has begun to sign. */
  giveUp: procedure('loggedIn'),
  stop: procedure('loggedIn').input(z.object({ reference: z.string().max(35) })),
  /** A mandate as it was signed here, as PDF. */
  paper: procedure('loggedIn')
    .input(z.object({ reference: z.string().max(35) }))
    .output(z.instanceof(Blob)),
}
