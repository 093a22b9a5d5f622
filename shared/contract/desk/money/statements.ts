import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { firstRegieId } from '../../../rules/money/regie.ts'
import { DayText, Id, procedure } from '../../procedure.ts'
import { TypicalWeek } from '../registrations.ts'

const Cents = z.int()
const Year = z.int().min(2000, 'Cette année n’est pas gérée.').max(2100, 'Cette année n’est pas gérée.')

/** The amounts that one payer may declare for a year. */
export const CertificateRow = z.object({
  familyId: Id,
  family: z.string(),
  payer: z.string(),
  /** True when receipts name no payer: the home's first guardian then counts as the payer. */
  isHome: z.boolean(),
  children: z.array(z.object({ name: z.string(), cents: Cents, ceilingCents: Cents, isShared: z.boolean() })),
  careCents: Cents,
  /** The part of `careCents` paid by CESU vouchers. */
  cesuCents: Cents,
  onlineCents: Cents,
  /** Received in the year without settling a debt yet: no certificate includes it. */
  unspentCents: Cents,
})
export type CertificateRow = z.infer<typeof CertificateRow>

export const FamilyYear = z.object({
  year: z.int(),
  isClosed: z.boolean(),
  openingCents: Cents,
  closingCents: Cents,
  /** Payments received in the year, less the cancelled ones. */
  paidCents: Cents,
  certificates: z.array(CertificateRow),
})
export type FamilyYear = z.infer<typeof FamilyYear>

/** Both days are included. */
const Span = z.object({ from: DayText, to: DayText }).refine(({ from, to }) => from <= to, {
  message: 'La fin précède le début.',
  path: ['to'],
})
const OfFamily = z.object({ familyId: Id, year: Year })

export const statements = {
  /** What a régie received between two days, by nature and means of payment. Both days are included. */
  byNature: procedure('invoices.read')
    .input(
      z.object({
        regieId: Id.default(firstRegieId),
        from: DayText,
        to: DayText,
        format: z.enum(['pdf', 'xlsx', 'csv']).default('xlsx'),
      }),
    )
    .output(z.instanceof(File)),
  /** The years of a family's account, latest first. */
  years: procedure('invoices.read')
    .input(z.object({ familyId: Id }))
    .output(z.array(FamilyYear)),
  /** « Relevé de l'année ». */
  statement: procedure('invoices.read').input(OfFamily).output(z.instanceof(File)),
  /** « Attestation de présence »: the days and hours of a child, as booked by this home. */
  presence: procedure('families.read')
    .input(Span.safeExtend({ familyId: Id, childId: Id }))
    .output(z.instanceof(File)),
  /** « Attestation d'inscription »: the registrations of a home's children. */
  registered: procedure('families.read')
    .input(Span.safeExtend({ familyId: Id, childId: Id }))
    .output(z.instanceof(File)),
  /** « Attestation de paiement »: the payments of a home. */
  paid: procedure('invoices.read')
    .input(Span.safeExtend({ familyId: Id }))
    .output(z.instanceof(File)),
  /**
   * « Devis »: what a home will still be billed for the months of these days, according to its bookings; with a plan,
   * also for the days of a week that children would come and have not booked.
   */
  quote: procedure('invoices.read')
    .input(
      Span.safeExtend({
        familyId: Id,
        plan: z
          .object({
            childIds: z.array(Id).min(1, 'Choisissez un enfant.').max(50),
            week: TypicalWeek.min(1, 'Cochez les jours prévus.'),
          })
          .optional(),
      }),
    )
    .output(z.instanceof(File)),
  /** « Attestation fiscale », at least one page per payer. */
  certificate: procedure('invoices.read').input(OfFamily).output(z.instanceof(File)),
  /** All certificates of a year, by family. */
  certificates: procedure('invoices.read')
    .input(z.object({ year: Year }))
    .output(z.array(CertificateRow)),
  /** The certificates of a year as a spreadsheet. */
  list: procedure('invoices.read')
    .input(z.object({ year: Year, format: z.enum(['csv', 'xlsx']) }))
    .output(z.instanceof(File)),
  /** Prints all certificates, as one file or as an archive with one file per family. Closing the stream stops it. */
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
  /** Returns the file that `print` made, once: a stream of progress cannot carry a file. */
  printed: procedure('invoices.read')
    .input(z.object({ ticket: z.string() }))
    .output(z.instanceof(File)),
}
