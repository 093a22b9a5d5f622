import * as z from 'zod'
import type { Day, Instant } from '../../../rules/calendar/day.ts'
import type { BankFormat } from '../../../rules/money/bank/bank-line.ts'
import { type BankColumns, bankFieldNames } from '../../../rules/money/bank/columns.ts'
import type { ExpectedBatch, Proposal } from '../../../rules/money/bank/matching.ts'
import { firstRegieId } from '../../../rules/money/regie.ts'
import { CentsNumber, Id, procedure, RequiredLine } from '../../procedure.ts'

const RegieId = Id.default(firstRegieId)

/** A debit that came back, known from its reference. */
export type ReturnsProposal = {
  readonly kind: 'returns'
  readonly debitId: number
  readonly payer: string
  readonly code: string
  /** What will follow. */
  readonly text: string
}

/**
 * `sure`, `toConfirm` and `unknown` wait; so does `aside`, « à identifier ». `matched`: all of it is known. `debit`: money
 * that left the account, only kept.
 */
export const bankLineStates = ['toConfirm', 'unknown', 'aside', 'sure', 'matched', 'debit'] as const
export type BankLineState = (typeof bankLineStates)[number]

export type BankLine = {
  readonly id: number
  readonly on: Day
  /** Negative for a debit. */
  readonly cents: number
  /** What nothing is known of yet: all of it, unless a payment made of a part was cancelled since. */
  readonly leftCents: number
  readonly label: string
  readonly reference: string
  readonly payer: string
  /** Of the other side's account; empty when not known. */
  readonly lastFour: string
  readonly state: BankLineState
  /** What it pays, and why it is not sure. */
  readonly what: string
  readonly why: string
  /** The best first. */
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

/** What waits at a régie, and what became of the lines of one statement. */
export type BankReading = {
  /** The last four signs of the account; empty when not known. */
  readonly lastFour: string
  /** Latest first. */
  readonly statements: readonly BankStatement[]
  /** The one whose lines are all shown; null before the first. */
  readonly statementId: number | null
  /** Those that wait, whatever their statement, and all lines of the statement that is shown. */
  readonly lines: readonly BankLine[]
}

/** A list whose columns a person must match, or what was read. */
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
      /** Lines that no statement had before, and those that one had. */
      readonly fresh: number
      readonly known: number
    }

const Columns = z.array(z.object({ field: z.enum(bankFieldNames), head: z.string().min(1).max(200) })).max(20)

const Payment = z.object({
  familyId: Id.nullable(),
  thirdPartyId: Id.nullable(),
  cents: CentsNumber,
  /** What it pays; null: the oldest debts first. What is left is an advance. */
  parts: z
    .array(z.object({ invoiceId: Id.nullable(), openingDebtId: Id.nullable(), cents: CentsNumber }))
    .max(200)
    .nullable(),
})

const Decision = z.object({
  lineId: Id,
  pays: z.array(Payment).max(50),
  /** Keys of the batches that arrived. */
  arrives: z.array(z.string().max(60)).max(60),
  /** The debit that came back. */
  debitId: Id.nullable(),
})
export type BankDecision = z.infer<typeof Decision>

export const bank = {
  read: procedure('bank')
    .input(z.object({ regieId: RegieId, statementId: Id.nullable().default(null) }))
    .output(z.custom<BankReading>((value) => typeof value === 'object')),
  /** Reads a file of the bank and records its lines that are not known; nothing is paid yet. */
  readFile: procedure('bank')
    .input(
      z.object({
        regieId: RegieId,
        file: z.instanceof(File),
        /** Of a list: which heading is which field, kept for the account; null: as kept. */
        columns: Columns.nullable().default(null),
      }),
    )
    .output(z.custom<ReadFileAnswer>((value) => typeof value === 'object')),
  /** The batches that may have arrived with a line, alone or together; the latest first. */
  batches: procedure('bank')
    .input(z.object({ lineId: Id }))
    .output(z.custom<readonly ExpectedBatch[]>((value) => Array.isArray(value))),
  /** What lines are, decided by a person or sure: payments are recorded, the others are marked. All of them, or none. */
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
        /** Receipts of the first and the last payment; empty without one. */
        first: z.string(),
        last: z.string(),
        /** Lines whose money was recorded already. */
        arrived: z.int(),
      }),
    ),
  /** « À identifier », or no more. */
  setAside: procedure('bank').input(z.object({ lineId: Id, aside: z.boolean() })),
  /** The money is not the régie's: the line waits no more. */
  dismiss: procedure('bank').input(z.object({ lineId: Id, reason: RequiredLine })),
  /** The line waits again: its payments are cancelled with the reason, what it marked is no more. */
  takeBack: procedure('bank').input(z.object({ lineId: Id, reason: RequiredLine })),
}
