import { noticeFile } from '../desk/debits/debits.ts'
import { mailOfLetter } from '../desk/letters/letters.ts'
import type { MailPapers } from '../desk/mails/mails.ts'
import { mailOfReminder } from '../desk/recovery/recovery.ts'
import { filesOfSending } from '../desk/sendings/sendings.ts'

/** The papers that go with mails, made by the domains that have them. */
export const mailPapers: MailPapers = {
  reminder: mailOfReminder,
  debitNotice: async (core, id) => ({ files: [await noticeFile(core, id)] }),
  sending: async (core, id) => ({ files: await filesOfSending(core, id) }),
  letter: mailOfLetter,
}
