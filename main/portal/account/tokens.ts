import { randomBytes } from 'node:crypto'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import type { OutgoingMail } from '../mails/mail.ts'
import { sha256 } from '../store/store.ts'

/** A 256-bit secret; only its hash is stored. */
export const newSecret = (): { secret: string; hash: string } => {
  const secret = randomBytes(32).toString('base64url')
  return { secret, hash: sha256(secret) }
}

type Addressee = { readonly name: string; readonly email: string }
/** `until`: when the link expires. */
export type Link = { readonly secret: string; readonly until: Instant }

export const activationMail = (address: string, { name, email, secret, until }: Addressee & Link): OutgoingMail => ({
  to: email,
  linkUntil: until,
  subject: 'Votre compte sur le Portail de la Famille',
  body: `Bonjour ${name},

L’Espace Jeunesse a ouvert votre compte sur le Portail de la Famille.
Votre identifiant est votre adresse mail\u00a0: ${email}

Choisissez votre mot de passe ici, dans les 48 heures\u00a0:
${address}/activation?jeton=${secret}

Ce lien ne sert qu’une fois. Passé ce délai, demandez-en un autre à l’Espace Jeunesse, ou touchez «\u00a0Mot de passe oublié\u00a0?\u00a0» sur la page de connexion.

Si vous n’attendiez pas ce message, ne faites rien.
`,
})

export const resetMail = (address: string, { name, email, secret, until }: Addressee & Link): OutgoingMail => ({
  to: email,
  linkUntil: until,
  subject: 'Nouveau mot de passe',
  body: `Bonjour ${name},

Vous avez demandé un nouveau mot de passe pour le Portail de la Famille. Choisissez-le ici, dans l’heure\u00a0:
${address}/nouveau-mot-de-passe?jeton=${secret}

Ce lien ne sert qu’une fois. Si vous n’avez rien demandé, ne faites rien\u00a0: votre mot de passe reste le même.
`,
})

export const passwordChangedMail = ({ name, email }: Addressee): OutgoingMail => ({
  to: email,
  subject: 'Votre mot de passe a changé',
  body: `Bonjour ${name},

Le mot de passe de votre compte sur le Portail de la Famille vient d’être changé. Les autres appareils connectés ont été déconnectés.

Si ce n’est pas vous, prévenez tout de suite l’Espace Jeunesse.
`,
})
