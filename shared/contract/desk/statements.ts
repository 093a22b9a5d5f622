import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { Id, procedure } from '../procedure.ts'

const Cents = z.int()
const Year = z.int().min(2000, 'Cette année n’est pas gérée.').max(2100, 'Cette année n’est pas gérée.')

/** What one payer declares for a year. */
export const CertificateRow = z.object({
  familyId: Id,
  family: z.string(),
  payer: z.string(),
  /** Whether receipts name nobody: the first parent of the home stands for it. */
  isHome: z.boolean(),
  children: z.array(z.object({ name: z.string(), cents: Cents, ceilingCents: Cents, isShared: z.boolean() })),
  careCents: Cents,
  /** Of `careCents`. */
  cesuCents: Cents,
  onlineCents: Cents,
  /** Received in the year, and settling nothing yet: in no certificate. */
  unspentCents: Cents,
})
export type CertificateRow = z.infer<typeof CertificateRow>

export const FamilyYear = z.object({
  year: z.int(),
  isClosed: z.boolean(),
  openingCents: Cents,
  closingCents: Cents,
  /** Received in the year, cancelled payments taken off. */
  paidCents: Cents,
  certificates: z.array(CertificateRow),
})
export type FamilyYear = z.infer<typeof FamilyYear>

const OfFamily = z.object({ familyId: Id, year: Year })

export const statements = {
  /** Years of a family's account, latest first. */
  years: procedure('invoices.read')
    .input(z.object({ familyId: Id }))
    .output(z.array(FamilyYear)),
  /** « Relevé de l'année ». */
  statement: procedure('invoices.read').input(OfFamily).output(z.instanceof(File)),
  /** « Attestation fiscale », one page or more a payer. */
  certificate: procedure('invoices.read').input(OfFamily).output(z.instanceof(File)),
  /** Every certificate of a year, by family. */
  certificates: procedure('invoices.read')
    .input(z.object({ year: Year }))
    .output(z.array(CertificateRow)),
  /** The same as a sheet. */
  list: procedure('invoices.read')
    .input(z.object({ year: Year, format: z.enum(['csv', 'xlsx']) }))
    .output(z.instanceof(File)),
  /** Prints them all, in one file or in an archive of one a family. Stop listening to stop it. */
  print: procedure('invoices.read')
    .input(z.object({ year: Year, how: z.enum(['together', 'apart']) }))
    .output(
      eventIterator(
        z.discriminatedUnion('step', [
          z.object({ step: z.literal('working'), done: z.int(), total: z.int() }),
          z.object({ step: z.literal('done'), result: z.object({ ticket: z.string(), papers: z.int() }) }),
        ]),
      ),
    ),
  /** What `print` made, once: a stream of progress carries no file. */
  printed: procedure('invoices.read')
    .input(z.object({ ticket: z.string() }))
    .output(z.instanceof(File)),
}
