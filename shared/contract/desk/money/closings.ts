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
  /** In the order of closing, from 1 for each régie. */
  number: z.int(),
  statement: Statement,
  /** The name that the régie gives each nature; empty when it has none. */
  natureLabels: z.record(z.string(), z.string()),
  /** The payments booked in the period, by their receipt numbers; null when there are none. */
  receipts: z.object({ count: z.int(), first: z.string(), last: z.string() }).nullable(),
})

/** The next period to close, with its statement as of now. */
export const OpenPeriod = Period.extend({
  /** Conditions for closing the period. */
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
  /** The next month and year that can be closed at a régie, and the closed ones, latest first. */
  read: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId) }))
    .output(z.object({ open: z.array(OpenPeriod), closed: z.array(Closing) })),
  /**
   * Closes a period permanently. `dueAfterCents` is the amount that the screen showed: refused when it has changed
   * since.
   */
  close: procedure('closing')
    .input(z.object({ regieId: Id.default(firstRegieId), kind: Kind, from: DayText, dueAfterCents: z.int() }))
    .output(Closing),
  /**
   * What a régie has to hand over since its last statement, until the end of a day; `refusal` says why no statement can
   * be made.
   */
  remittance: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId), to: DayText }))
    .output(RemittanceDraft.extend({ refusal: z.string().nullable() })),
  /** The remittance statements of a régie, latest first. */
  remittances: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId) }))
    .output(z.array(Remittance)),
  /**
   * Makes the statement permanently. `remittedCents` is the amount that the screen showed: refused when it has changed
   * since.
   */
  remit: procedure('closing')
    .input(z.object({ regieId: Id.default(firstRegieId), to: DayText, remittedCents: z.int() }))
    .output(Remittance),
  remittanceFile: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId), number: z.int() }))
    .output(z.instanceof(File)),
  /**
   * What each payer owes a régie, or has in advance, at the end of a day; payers with a balance of zero are left out.
   */
  balances: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId), on: DayText, format: Format }))
    .output(z.instanceof(File)),
  bookExport: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId) }))
    .output(BookExportShape),
  saveBookExport: procedure('closing')
    .input(BookExportShape.extend({ regieId: Id.default(firstRegieId) }))
    .output(BookExportShape),
  /** « Écritures »: what was received in a closed period, as a CSV file for the finance software. */
  bookFile: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId), kind: Kind, from: DayText }))
    .output(z.instanceof(File)),
  /** The statement of a closed period, or a provisional one for a period that is still open. */
  file: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId), kind: Kind, from: DayText, format: Format.default('pdf') }))
    .output(z.instanceof(File)),
}
