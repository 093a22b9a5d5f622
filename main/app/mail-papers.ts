import { noticeFile } from '../desk/debits/debits.ts'
import type { MailPapers } from '../desk/mails/mails.ts'
import { letterFile } from '../desk/recovery/recovery.ts'
import { filesOfSending } from '../desk/sendings/sendings.ts'

/** The papers that go with mails, made by the domains that have them. */
export const mailPapers: MailPapers = {
  reminder: async (core, id) => [await letterFile(core, { id })],
  debitNotice: async (core, id) => [await noticeFile(core, id)],
  sending: filesOfSending,
}
