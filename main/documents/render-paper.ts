import type { Instant } from '../../shared/rules/calendar/day.ts'
import { type CalendarPaper, calendarPdf } from './calendar-pdf.ts'
import { type DaySheetPaper, daySheetPdf } from './day-sheet-pdf.ts'
import { type DossierLetter, dossierLettersPdf } from './dossier/dossier-letter-pdf.ts'
import { type AttestationPaper, attestationPdf } from './letters/attestation-pdf.ts'
import { type LetterPaper, lettersPdf } from './letters/letter-pdf.ts'
import { type PortalLetterPaper, portalLetterPdf } from './letters/portal-letter.ts'
import {
  type TaxCertificatePaper,
  taxCertificatePdf,
  type YearStatementPaper,
  yearStatementPdf,
} from './letters/year-papers-pdf.ts'
import { type ListPaper, listPdf } from './list-pdf.ts'
import { type DebitNotice, debitNoticePdf } from './money/debit-notice-pdf.ts'
import { type InvoicePaper, invoicePdf } from './money/invoice-pdf.ts'
import { mandatesPdf, type SignedMandate } from './money/mandate-pdf.ts'
import { type PaymentPlanPaper, paymentPlansPdf } from './money/payment-plan-pdf.ts'
import { type ReceiptPaper, receiptPdf } from './money/receipt-pdf.ts'
import { type ReminderLetter, reminderLettersPdf } from './money/reminder-letter-pdf.ts'
import { type YearPlanPaper, yearPlansPdf } from './money/year-plan-pdf.ts'
import { type PhraseSheet, phraseSheetPdf } from './phrase-sheet.ts'

/** The content of one PDF file: one paper, or several of one kind. */
export type PaperFile =
  | { readonly attestation: AttestationPaper }
  | { readonly invoices: readonly InvoicePaper[] }
  | { readonly calendar: CalendarPaper }
  | { readonly debitNotices: readonly DebitNotice[] }
  | { readonly dossierLetters: readonly DossierLetter[] }
  | { readonly letters: readonly LetterPaper[] }
  | { readonly list: ListPaper }
  | { readonly daySheets: readonly DaySheetPaper[] }
  | { readonly mandates: readonly SignedMandate[] }
  | { readonly paymentPlans: readonly PaymentPlanPaper[] }
  | { readonly receipts: readonly ReceiptPaper[] }
  | { readonly portalLetters: readonly PortalLetterPaper[] }
  | { readonly reminderLetters: readonly ReminderLetter[] }
  | { readonly phraseSheet: PhraseSheet }
  | { readonly taxCertificates: readonly TaxCertificatePaper[] }
  | { readonly yearPlans: readonly YearPlanPaper[] }
  | { readonly yearStatements: readonly YearStatementPaper[] }

export const renderPaper = (file: PaperFile, createdAt: Instant): Promise<Uint8Array<ArrayBuffer>> => {
  if ('invoices' in file) return invoicePdf(file.invoices, { createdAt })
  if ('attestation' in file) return attestationPdf(file.attestation, { createdAt })
  if ('taxCertificates' in file) return taxCertificatePdf(file.taxCertificates, { createdAt })
  if ('yearStatements' in file) return yearStatementPdf(file.yearStatements, { createdAt })
  if ('debitNotices' in file) return debitNoticePdf(file.debitNotices, { createdAt })
  if ('dossierLetters' in file) return dossierLettersPdf(file.dossierLetters, { createdAt })
  if ('letters' in file) return lettersPdf(file.letters, { createdAt })
  if ('list' in file) return listPdf(file.list)
  if ('calendar' in file) return calendarPdf(file.calendar)
  if ('phraseSheet' in file) return phraseSheetPdf(file.phraseSheet, { createdAt })
  if ('reminderLetters' in file) return reminderLettersPdf(file.reminderLetters, { createdAt })
  if ('mandates' in file) return mandatesPdf(file.mandates, { createdAt })
  if ('paymentPlans' in file) return paymentPlansPdf(file.paymentPlans, { createdAt })
  if ('yearPlans' in file) return yearPlansPdf(file.yearPlans, { createdAt })
  if ('portalLetters' in file) return portalLetterPdf(file.portalLetters, { createdAt })
  return 'daySheets' in file ? daySheetPdf(file.daySheets, { createdAt }) : receiptPdf(file.receipts, { createdAt })
}
