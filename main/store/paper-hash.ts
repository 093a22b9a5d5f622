import { hash } from 'node:crypto'
import { canonical, type Json } from '../../shared/rules/money/invoice.ts'
import { firstRegieId } from '../../shared/rules/money/regie.ts'
import type { invoice, invoiceLine } from './schema/index.ts'

type IssuedPaper = Pick<
  typeof invoice.$inferSelect,
  | 'kind'
  | 'series'
  | 'year'
  | 'number'
  | 'familyId'
  | 'fromDay'
  | 'toDay'
  | 'issuedOn'
  | 'dueOn'
  | 'totalCents'
  | 'previousBalanceCents'
  | 'paper'
  | 'correctsId'
  | 'reason'
  | 'sealVersion'
  | 'month'
  | 'thirdPartyId'
  | 'regieId'
>
type InvoiceLine = Omit<typeof invoiceLine.$inferSelect, 'id' | 'invoiceId' | 'actId'>

/**
 * The content that the hash of an issued paper covers, from its row and lines: invoicing computes the hash, `check`
 * verifies it. A paper keeps the version of its seal. Version 1 covers exactly the columns named here. Version 2 adds
 * others, each left out when it is null: a column that comes later is added to version 2 and is null on papers issued
 * before it, so that their hash stays.
 */
export const hashedContent = (paper: Omit<IssuedPaper, 'paper'>, body: string): Json => ({
  kind: paper.kind,
  series: paper.series,
  year: paper.year,
  number: paper.number,
  familyId: paper.familyId,
  fromDay: paper.fromDay,
  toDay: paper.toDay,
  issuedOn: paper.issuedOn,
  dueOn: paper.dueOn,
  totalCents: paper.totalCents,
  previousBalanceCents: paper.previousBalanceCents,
  correctsId: paper.correctsId,
  reason: paper.reason,
  body,
  ...(paper.sealVersion >= 2 &&
    withoutNulls({
      version: paper.sealVersion,
      month: paper.month,
      thirdPartyId: paper.thirdPartyId,
      // Papers of the first régie were sealed before the file had several régies, so its id is left out.
      regieId: paper.regieId === firstRegieId ? null : paper.regieId,
    })),
})

/** In hexadecimal. */
export const sha256 = (text: string): string => hash('sha256', text)

/** Digest of a paper's texts and lines, the slow part of the hash: issuing computes it before its last transaction. */
export const bodyDigest = (
  { paper, sealVersion }: Pick<IssuedPaper, 'paper' | 'sealVersion'>,
  lines: readonly InvoiceLine[],
): string =>
  sha256(
    canonical({
      paper: asJson(paper),
      lines: lines
        .toSorted((a, b) => a.position - b.position)
        .map((line) => ({
          position: line.position,
          childId: line.childId,
          activityId: line.activityId,
          label: line.label,
          quantity: line.quantity,
          unit: asJson(line.unit),
          unitCents: line.unitCents,
          totalCents: line.totalCents,
          fiscal: line.fiscal,
          explanation: line.explanation,
          basis: asJson(line.basis),
          days: line.days,
          reservationIds: line.reservationIds,
          ...(sealVersion >= 2 &&
            withoutNulls({
              correctsLineId: line.correctsLineId,
              nature: line.nature,
              productCode: line.productCode,
            })),
        })),
    }),
  )

// The value as the file stores it, so that `undefined` fields are not part of the hash.
const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json

const withoutNulls = (columns: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> =>
  Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null))
