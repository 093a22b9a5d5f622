import type { Instant } from '../../shared/rules/day.ts'
import { type DaySheetPaper, daySheetPdf } from './day-sheet-pdf.ts'
import { type InvoicePaper, invoicePdf } from './invoice-pdf.ts'
import { type ReceiptPaper, receiptPdf } from './receipt-pdf.ts'

/** What makes one file: one paper, or several printed together. */
export type PaperFile =
  | { readonly invoices: readonly InvoicePaper[] }
  | { readonly daySheets: readonly DaySheetPaper[] }
  | { readonly receipts: readonly ReceiptPaper[] }

export const renderPaper = (file: PaperFile, createdAt: Instant): Promise<Uint8Array<ArrayBuffer>> => {
  if ('invoices' in file) return invoicePdf(file.invoices, { createdAt })
  return 'daySheets' in file ? daySheetPdf(file.daySheets, { createdAt }) : receiptPdf(file.receipts, { createdAt })
}
