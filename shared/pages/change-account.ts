import type { MailChoices } from '../contract/portal/messages.ts'
import type { Instant } from '../rules/calendar/day.ts'
import { mailNames } from '../rules/requests/mails.ts'
import { instantText } from '../rules/text/french.ts'
import { changeAccountLink } from './money/account.ts'
import type { PageHead } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Modifier mon compte ? »: what a parent chooses for their own account. */

export const changeAccountHead: PageHead = { title: changeAccountLink.name, parents: [portalPages.account] }

export const quotientTexts = {
  title: 'Quotient familial et revenus',
  text: 'Votre quotient a changé\u00a0? Envoyez l’attestation de la CAF ou de la MSA\u00a0: le service la lit, puis l’applique.',
}

/** « Mails que je reçois »: a box for each kind. Mails about the account itself cannot be switched off. */
export const mailsShown = ({ email, isRefused, kinds }: MailChoices) => ({
  /** Null while mails reach the parent. */
  refused: isRefused
    ? `Nos mails n’arrivent pas à ${email}\u00a0: ce n’est peut-être plus votre adresse. Donnez la bonne à l’Espace Jeunesse.`
    : null,
  legend: `À ${email}. Ce qu’un mail dit est toujours aussi sur le portail.`,
  boxes: kinds.map(({ kind, wanted }) => ({ kind, wanted, name: mailNames[kind] })),
  always: 'Les mails sur votre compte (accès, mot de passe) arrivent toujours.',
})

export const mailsTitle = 'Mails que je reçois'

export const feedTexts = {
  title: 'Mon agenda',
  text: 'Les jours confirmés de vos enfants dans l’agenda de votre téléphone, tenus à jour. Qui connaît l’adresse lit ces jours\u00a0: ne la donnez qu’à vos proches.',
}

export const devicesTexts = {
  title: 'Appareils connectés',
  intro: 'Un appareil que vous ne connaissez pas\u00a0? Déconnectez-le, puis changez votre mot de passe.',
  current: 'Cet appareil',
}

type Session = {
  readonly id: string
  readonly device: string
  readonly createdAt: Instant
  readonly seenAt: Instant
  readonly current: boolean
}

/** The devices that are logged in, this one first. */
export const devicesShown = (sessions: readonly Session[]) =>
  sessions
    .toSorted((one, other) => Number(other.current) - Number(one.current))
    .map(({ id, device, createdAt, seenAt, current }) => ({
      id,
      device,
      isCurrent: current,
      connected: `Connecté le ${instantText(createdAt)}`,
      used: `Utilisé le ${instantText(seenAt)}`,
    }))

export const backToAccount = { path: portalPages.account.path, name: 'Revenir à mon compte' }
