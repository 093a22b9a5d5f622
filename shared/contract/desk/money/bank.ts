import * as z from 'zod'
import type { Day, Instant } from '../../../rules/calendar/day.ts'
import type { BankFormat } from '../../../rules/money/bank/bank-line.ts'
import { type BankColumns, bankFieldNames } from '../../../rules/money/bank/columns.ts'
import type { ExpectedBatch, Proposal } from '../../../rules/money/bank/matching.ts'
import { firstRegieId } from '../../../rules/money/regie.ts'
import { CentsNumber, Id, procedure, RequiredLine } from '../../procedure.ts'

const RegieId = Id.default(firstRegieId)

/** A debit that came back, recognised by its reference. */
export type ReturnsProposal = {
  readonly kind: 'returns'
  readonly debitId: number
  readonly payer: string
  readonly code: string
  /** What will follow, as a sentence. */
  readonly text: string
}

/**
 * `sure`, `toConfirm`, `unknown` and `aside` (« à identifier ») wait for a decision. `matched`: all of the money is
 * matched. `debit`: money that left the account, stored for information only.
 */
export const bankLineStates = ['toConfirm', 'unknown', 'aside', 'sure', 'matched', 'debit'] as const
export type BankLineState = (typeof bankLineStates)[number]

export type BankLine = {
  readonly id: number
  readonly on: Day
  /** Negative for a debit. */
  readonly cents: number
  /** The part that no match explains: the whole amount, unless a part was matched already. */
  readonly leftCents: number
  readonly label: string
  readonly reference: string
  readonly payer: string
  /** The last four signs of the other account; empty when unknown. */
  readonly lastFour: string
  readonly state: BankLineState
  /** What the money would pay, and why that is not certain. */
  readonly what: string
  readonly why: string
  /** The most likely first. */
  readonly proposals: readonly (Proposal | ReturnsProposal)[]
}

export type BankStatement = {
  readonly id: number
  readonly fileName: string
  readonly format: BankFormat
  readonly from: Day
  readonly to: Day
  readonly lineCount: number
  readonly creditCents: number
  readonly debitCents: number
  readonly openingCents: number | null
  readonly closingCents: number | null
  readonly readAt: Instant
  readonly readBy: string
}

/** The lines that wait at a régie, and the lines of one statement. */
export type BankReading = {
  /** The last four signs of the account; empty when not known. */
  readonly lastFour: string
  /** Latest first. */
  readonly statements: readonly BankStatement[]
  /** The statement whose lines are all shown; null before the first statement. */
  readonly statementId: number | null
  /** The waiting lines of all statements, and all lines of the statement shown. */
  readonly lines: readonly BankLine[]
}

/** Either a list whose columns a person must match, or the result of the reading. */
export type ReadFileAnswer =
  | {
      readonly step: 'columns'
      readonly heads: readonly string[]
      readonly rows: readonly (readonly string[])[]
      readonly guess: BankColumns
    }
  | {
      readonly step: 'read'
      readonly statementId: number
      /** The number of lines that are new, and of those that an earlier statement had. */
      readonly fresh: number
      readonly known: number
    }

const Columns = z.array(z.object({ field: z.enum(bankFieldNames), head: z.string().min(1).max(200) })).max(20)

const Payment = z.object({
  familyId: Id.nullable(),
  thirdPartyId: Id.nullable(),
  cents: CentsNumber,
  /** What the money pays; null: the oldest debts first. The rest becomes an advance. */
  parts: z
    .array(z.object({ invoiceId: Id.nullable(), openingDebtId: Id.nullable(), cents: CentsNumber }))
    .max(200)
    .nullable(),
})

const Decision = z.object({
  lineId: Id,
  pays: z.array(Payment).max(50),
  /** Keys of the batches of payments that arrived with the line. */
  arrives: z.array(z.string().max(60)).max(60),
  /** The debit that came back. */
  debitId: Id.nullable(),
})
export type BankDecision = z.infer<typeof Decision>

export const bank = {
  read: procedure('bank')
    .input(z.object({ regieId: RegieId, statementId: Id.nullable().default(null) }))
    .output(z.custom<BankReading>((value) => typeof value === 'object')),
  /** Reads a file of the bank and stores its new lines. Records no payment. */
  readFile: procedure('bank')
    .input(
      z.object({
        regieId: RegieId,
        file: z.instanceof(File),
        /** For a list: which heading is which field, stored for the account; null: as stored. */
        columns: Columns.nullable().default(null),
      }),
    )
    .output(z.custom<ReadFileAnswer>((value) => typeof value === 'object')),
  /** The batches of payments that may have arrived with a line, alone or together, latest first. */
  batches: procedure('bank')
    .input(z.object({ lineId: Id }))
    .output(z.custom<readonly ExpectedBatch[]>((value) => Array.isArray(value))),
  /**
   * Records what lines are, as a person decided or as the desk is sure: payments are recorded, other lines are marked.
   * All of them, or none.
   */
  record: procedure('bank')
    .input(
      z.object({
        regieId: RegieId,
        decisions: z.array(Decision).min(1, 'Aucune ligne à enregistrer.').max(10_000),
      }),
    )
    .output(
      z.object({
        payments: z.int(),
        cents: z.int(),
        /** Receipt numbers of the first and the last payment; empty when there are none. */
        first: z.string(),
        last: z.string(),
        /** Number of lines whose payments had been recorded already. */
        arrived: z.int(),
      }),
    ),
  /** Marks a line as « À identifier », or removes that mark. */
  setAside: procedure('bank').input(z.object({ lineId: Id, aside: z.boolean() })),
  /** Records that the money is not the régie's: the line no longer waits. */
  dismiss: procedure('bank').input(z.object({ lineId: Id, reason: RequiredLine })),
  /**
   * Undoes the matching of a line, which waits again: its payments are cancelled for this reason, and its marks are
   * removed.
   */
  takeBack: procedure('bank').input(z.object({ lineId: Id, reason: RequiredLine })),
}
