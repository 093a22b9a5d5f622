import { type Instant, timeAt } from '../../../shared/rules/calendar/day.ts'
import { instantText, timeText } from '../../../shared/rules/text/french.ts'
import type { OutgoingMail } from '../mails/mail.ts'

/**
 * Mails about mandates of direct debit. They quote nothing of the account number, since other people may read a
 * mailbox.
 */

type Reader = { readonly name: string; readonly email: string }

export const codeMail = (
  { name, email }: Reader,
  { code, creditor, reference, until }: { code: string; creditor: string; reference: string; until: Instant },
): OutgoingMail => ({
  to: email,
  linkUntil: until,
  subject: 'Votre code pour signer un mandat de prélèvement',
  body: `Bonjour ${name},

Votre code pour signer le mandat de prélèvement ${reference} (${creditor})\u00a0: ${code.replace(/(...)(?=.)/, '$1 ')}
Il est valable jusqu’à ${timeText(timeAt(until))}. Tapez-le sur le Portail de la Famille.

Si vous n’avez rien demandé, ne donnez ce code à personne et changez votre mot de passe\u00a0: sans lui, rien n’est signé.
`,
})

export const signedMail = (
  { name, email }: Reader,
  { creditor, reference, at, address }: { creditor: string; reference: string; at: Instant; address: string },
): OutgoingMail => ({
  to: email,
  subject: `Mandat de prélèvement ${reference} signé`,
  body: `Bonjour ${name},

Vous avez signé un mandat de prélèvement le ${instantText(at)}.
Qui est payé\u00a0: ${creditor}
Référence du mandat (RUM)\u00a0: ${reference}

Gardez ce mail\u00a0: c’est votre reçu. Vous pouvez arrêter quand vous voulez, sans frais, dans « Mon compte »\u00a0:
${address}/mon-compte/prelevement

Si ce n’est pas vous, prévenez tout de suite l’Espace Jeunesse.
`,
})

export const stoppedMail = (
  { name, email }: Reader,
  { reference, at }: { reference: string; at: Instant },
): OutgoingMail => ({
  to: email,
  subject: `Mandat de prélèvement ${reference} arrêté`,
  body: `Bonjour ${name},

Vous avez arrêté le mandat de prélèvement ${reference} le ${instantText(at)}. L’Espace Jeunesse le reçoit au prochain échange, cette nuit au plus tard. Un prélèvement déjà annoncé part encore\u00a0; ensuite, vous payez vos factures vous-même.

Si ce n’est pas vous, prévenez tout de suite l’Espace Jeunesse.
`,
})

export const refusedMail = (
  { name, email }: Reader,
  { reference, reason, address }: { reference: string; reason: string; address: string },
): OutgoingMail => ({
  to: email,
  subject: `Mandat de prélèvement ${reference}\u00a0: rien n’est prélevé par lui`,
  body: `Bonjour ${name},

Le mandat de prélèvement ${reference} que vous avez signé n’est pas enregistré par l’Espace Jeunesse.
${reason}

Le détail est dans « Mon compte »\u00a0:
${address}/mon-compte/prelevement
`,
})
