import { hash } from 'node:crypto'
import { canonical, type Json } from '../../shared/rules/money/invoice.ts'
import type { invoice, invoiceLine } from './schema/index.ts'

type Issued = Pick<
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
>
type Line = Omit<typeof invoiceLine.$inferSelect, 'id' | 'invoiceId' | 'actId'>

/**
 * What the seal of an issued paper covers, from its row and its lines: invoicing seals with it, `check` judges by it.
 * A column added to it later would break every seal made before.
 */
export const sealedContent = (paper: Omit<Issued, 'paper'>, body: string): Json => ({
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
})

/** Hexadecimal. */
export const sha256 = (text: string): string => hash('sha256', text)

/** The digest of words and lines, the longest part of a seal: an issue makes it before its closing transaction. */
export const sealedBody = (paper: Issued['paper'], lines: readonly Line[]): string =>
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
        })),
    }),
  )

// As the file keeps it: what JSON leaves out is not sealed.
const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json
