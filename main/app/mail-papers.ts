import { noticeFile } from '../desk/debits/debits.ts'
import type { MailPapers } from '../desk/mails/mails.ts'
import { letterFile } from '../desk/recovery/recovery.ts'

/** The papers that go with mails, made by the domains that have them. */
export const mailPapers: MailPapers = {
  reminder: (core, id) => letterFile(core, { id }),
  debitNotice: noticeFile,
}
