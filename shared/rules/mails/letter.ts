/** How the connection to the mail server is protected: TLS from its first byte, or after a greeting (STARTTLS). */
export const mailSecurities = ['tls', 'startTls'] as const
export type MailSecurity = (typeof mailSecurities)[number]

export const mailSecurityNames: Readonly<Record<MailSecurity, string>> = {
  tls: 'TLS (port 465)',
  startTls: 'STARTTLS (port 587)',
}

/** RFC 8314 3.3 and RFC 6409 3.1. */
export const usualPorts: Readonly<Record<MailSecurity, number>> = { tls: 465, startTls: 587 }

/** What goes with a mail, by its id: a paper that is made when the mail is sent, or the files of a sending. */
export type MailPaper = { readonly kind: 'reminder' | 'debitNotice' | 'sending' | 'letter'; readonly id: number }
