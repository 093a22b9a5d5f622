import * as z from 'zod'
import type { Day, Instant } from '../../../rules/calendar/day.ts'
import type { ClosingStatement } from '../../../rules/money/closing.ts'
import { firstRegieId } from '../../../rules/money/regie.ts'
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
})

/** A period that can be closed next, with its statement as it is now. */
export const OpenPeriod = Period.extend({
  /** What must be true before it is closed. */
  checks: z.array(
    z.object({ what: z.enum(['before', 'over', 'till']), isDone: z.boolean(), title: z.string(), detail: z.string() }),
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
  /** The statement of a closed period, or the provisional one of a period to close. */
  file: procedure('invoices.read')
    .input(z.object({ regieId: Id.default(firstRegieId), kind: Kind, from: DayText, format: Format.default('pdf') }))
    .output(z.instanceof(File)),
}
