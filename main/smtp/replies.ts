import * as z from 'zod'

/** What nodemailer's errors tell of the server's reply. */
const SmtpError = z.object({
  code: z.string().default(''),
  /** Node's own code, where nodemailer replaced it by a code of its own. */
  originalCode: z.string().optional(),
  command: z.string().default(''),
  response: z.string().optional(),
  message: z.string().default(''),
})

/** `reply` is null when the server said nothing. */
export type SmtpReply = { readonly code: string; readonly command: string; readonly reply: string | null }

export const replyIn = (error: unknown): SmtpReply => {
  const { code, originalCode, command, response, message } = SmtpError.parse(error instanceof Error ? error : {})
  // After STARTTLS, nodemailer keeps only the text of what Node said of a certificate.
  const isCertificate = code === 'ETLS' && message.includes('certificate')
  return { code: isCertificate ? 'CERTIFICATE' : (originalCode ?? code), command, reply: response ?? null }
}

/** « RCPT TO 550 5.1.1 »: only codes, since servers quote the recipient's address, which is not written down. */
export const replyCodes = ({ code, command, reply }: SmtpReply): string => {
  const [status = '', enhanced = ''] = /^(\d{3})(?:[ -](\d\.\d{1,3}\.\d{1,3})\b)?/.exec(reply ?? '')?.slice(1) ?? []
  const parts = status === '' ? [code] : [command, status, enhanced]
  return parts.filter((part) => part !== '').join(' ')
}
