import * as z from 'zod'
import type { Day, Instant } from '../../../rules/calendar/day.ts'
import { bookColumns, bookSeparators, decimalSigns } from '../../../rules/money/book-export.ts'
import type { ClosingStatement } from '../../../rules/money/closing.ts'
import { firstRegieId } from '../../../rules/money/regie.ts'
import type { RemittanceContent } from '../../../rules/money/remittance.ts'
import { DayText, Id, procedure } from '../../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Statement = z.custom<ClosingStatement>((value) => typeof value === 'object')
const Kind = z.enum(['month', 'year'])

const Period = z.object({
  kind: Kind,
  from: DayOut,
  to: DayOut,
  /** In the order of closing, from 1 at each régie. */
  number: z.int(),
  statement: Statement,
  /** What the régie calls each nature; empty when it has no name for it. */
  natureLabels: z.record(z.string(), z.string()),
  /** The payments booked in it, by the numbers of their receipts; null without any. */
  receipts: z.object({ count: z.int(), first: z.string(), last: z.string() }).nullable(),
})

/** A period that can be closed next, with its statement as it is now. */
export const OpenPeriod = Period.extend({
  /** What must be true before it is closed. */
  checks: z.array(
    z.object({
      what: z.enum(['before', 'over', 'till', 'bank']),
      isDone: z.boolean(),
      title: z.string(),
      detail: z.string(),
    }),
  ),
})
export type OpenPeriod = z.infer<typeof OpenPeriod>

export const Closing = Period.extend({
  id: Id,
  closedAt: z.custom<Instant>((value) => typeof value === 'string'),
  closedBy: z.string(),
  hash: z.string(),
  previousHash: z.string().nullable(),
})
export type Closing = z.infer<typeof Closing>

/** « Relevé de versement » */
const RemittanceDraft = z.object({
  from: DayOut,
  to: DayOut,
  number: z.int(),
  content: z.custom<RemittanceContent>((value) => typeof value === 'object'),
  natureLabels: z.record(z.string(), z.string()),
})

export const Remittance = RemittanceDraft.extend({
  id: Id,
  madeAt: z.custom<Instant>((value) => typeof value === 'string'),
  madeBy: z.string(),
})
export type Remittance = z.infer<typeof Remittance>

/** How entries for the finance software are written; see `BookExport`. */
const BookExportShape = z.object({
  columns: z.array(z.enum(bookColumns)).readonly(),
  separator: z.enum(bookSeparators),
  decimal: z.enum(decimalSigns),
})

const Format = z.enum(['pdf', 'xlsx', 'csv'])

export const closings = {
  /** The next month, and year, to close at a régie, and those that are closed, latest first. */
  read: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId) }))
    .output(z.object({ open: z.array(OpenPeriod), closed: z.array(Closing) })),
  /** Closes a period for good. `dueAfterCents` is what the screen showed: refused when it changed since. */
  close: procedure('closing')
    .input(z.object({ regieId: Id.default(firstRegieId), kind: Kind, from: DayText, dueAfterCents: z.int() }))
    .output(Closing),
  /** What a régie has to hand over since its last statement, until the end of a day; `refusal` says why not. */
  remittance: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId), to: DayText }))
    .output(RemittanceDraft.extend({ refusal: z.string().nullable() })),
  /** The statements of what a régie handed over, latest first. */
  remittances: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId) }))
    .output(z.array(Remittance)),
  /** Makes the statement for good. `remittedCents` is what the screen showed: refused when it changed since. */
  remit: procedure('closing')
    .input(z.object({ regieId: Id.default(firstRegieId), to: DayText, remittedCents: z.int() }))
    .output(Remittance),
  remittanceFile: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId), number: z.int() }))
    .output(z.instanceof(File)),
  /** What each payer owes a régie, or has ahead, at the end of a day; payers who owe nothing are left out. */
  balances: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId), on: DayText, format: Format }))
    .output(z.instanceof(File)),
  bookExport: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId) }))
    .output(BookExportShape),
  saveBookExport: procedure('closing')
    .input(BookExportShape.extend({ regieId: Id.default(firstRegieId) }))
    .output(BookExportShape),
  /** « Écritures »: what a closed period received, as a CSV file for the finance software. */
  bookFile: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId), kind: Kind, from: DayText }))
    .output(z.instanceof(File)),
  /** The statement of a closed period, or the provisional one of a period to close. */
  file: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId), kind: Kind, from: DayText, format: Format.default('pdf') }))
    .output(z.instanceof(File)),
}
