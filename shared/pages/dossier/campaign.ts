import type { DossierShown, HomeConsentShown, StepShown } from '../../contract/portal/dossier.ts'
import { dayAt, type Instant, timeAt } from '../../rules/calendar/day.ts'
import { schoolYearName } from '../../rules/calendar/school-year.ts'
import { campaignDueText, isInPapersStep, stepsDoneText, stepText } from '../../rules/dossier/campaign.ts'
import { type ConsentAnswer, consentAnswerNames } from '../../rules/dossier/consent.ts'
import { formatNumber } from '../../rules/money/money.ts'
import { counted, instantText, listed, shortDay, timeText } from '../../rules/text/french.ts'
import { childLinks } from '../family.ts'
import type { PageLink } from '../page.ts'
import { portalPages } from '../portal-pages.ts'
import { fromDossier, isLacking } from './dossier.ts'

/** The steps of the annual campaign on « Mon dossier ». */

type Step = StepShown & {
  readonly key: string
  readonly title: string
  /** What was done, or what there is to do. */
  readonly note: string
}

export type CampaignPage = {
  readonly title: string
  readonly intro: string
  /** « 4 étapes faites sur 7. À finir avant le ven. 18 déc. 2026. » */
  readonly progress: string
  readonly steps: readonly Step[]
  readonly isSent: boolean
  /** The next step of the parent; null once everything is done. */
  readonly current: Step | null
}

/** Null when no campaign is open. */
export const campaignPage = (shown: DossierShown, now: Instant): CampaignPage | null => {
  const { campaign } = shown
  if (!campaign) return null
  const steps = shown.steps.map(
    (step): Step => ({
      ...step,
      key: `${step.kind} ${step.child}`,
      title: step.kind === 'sent' && !campaign.asksRules ? 'Envoi' : stepText(step.kind, step.firstName),
      note: noteOf(step, shown, now),
    }),
  )
  const left = steps.filter(({ state }) => state === 'toDo').length
  return {
    title: `Mon dossier ${schoolYearName(campaign.year)}`,
    intro: `Une fois par an, tout sur une page.${left === 0 ? '' : ` Encore ${counted(left, 'étape')}.`}`,
    progress: `${stepsDoneText(steps)}.${campaign.sentAt === null ? ` ${campaignDueText(campaign, dayAt(now))}.` : ''}`,
    steps,
    isSent: campaign.sentAt !== null,
    current: steps.find(({ state }) => state === 'toDo') ?? null,
  }
}

/** « aujourd’hui à 20 h 31 », « le mer. 25 nov. 2026 à 20 h 31 » */
const whenText = (at: Instant, now: Instant): string =>
  dayAt(at) === dayAt(now) ? `aujourd’hui à ${timeText(timeAt(at))}` : `le ${instantText(at)}`

const noteOf = (step: StepShown, shown: DossierShown, now: Instant): string => {
  const { details, quotient, items, consents, campaign } = shown
  const confirmed = step.at === null ? '' : `Confirmé ${whenText(step.at, now)}.`
  switch (step.kind) {
    case 'contact': {
      const changes = details.proposals.length
      const waiting = changes === 0 ? '' : ` ${counted(changes, 'changement')} à décider par la mairie.`
      return step.state === 'done' ? `${confirmed}${waiting}` : 'Votre adresse, vos téléphones.'
    }
    case 'benefits':
      if (quotient) {
        const source = quotient.source === '' ? '' : ` Source\u00a0: ${quotient.source}.`
        return `${formatNumber(quotient.value)}, depuis le ${shortDay(quotient.from)}.${source} Rien à faire.`
      }
      return step.state === 'later' ? withoutQuotientText : 'Nous n’avons pas de quotient à jour.'
    case 'health':
      if (step.state === 'done') return 'Transmise, merci.'
      return step.state === 'later' ? 'Laissée pour plus tard.' : 'La fiche à relire, ou à remplir.'
    case 'pickups':
      return step.state === 'done' ? confirmed : 'Ceux qui peuvent venir, en plus de vous.'
    case 'consents':
      return step.state === 'done'
        ? `Gardées ${step.at === null ? '' : whenText(step.at, now)}.`
        : consentsText(consents)
    case 'papers': {
      const missing = items.filter((item) => isInPapersStep(item.kind) && isLacking(item))
      if (missing.length === 0) return 'Aucun papier ne manque.'
      const firstNames = new Map(shown.pickups.map(({ child, firstName }) => [child, firstName]))
      const names = listed(
        [...Map.groupBy(missing, ({ name }) => name)].map(([name, rows]) => {
          const whose = rows.flatMap(({ child }) => (child === null ? [] : (firstNames.get(child) ?? [])))
          return whose.length === 0 ? name : `${name} (${listed(whose)})`
        }),
      )
      return `Il manque\u00a0: ${names}.${step.state === 'later' ? ' À envoyer plus tard.' : ' Une photo suffit.'}`
    }
    case 'sent':
      if (step.at !== null) return `Envoyé ${whenText(step.at, now)}.`
      return campaign?.asksRules ? 'Lire le règlement, puis envoyer le dossier.' : 'Envoyer le dossier.'
  }
}

const consentsText = (consents: readonly HomeConsentShown[]): string => {
  const awaited = consents.flatMap(({ children }) => children).filter(({ mine }) => mine?.isAwaited).length
  return awaited === 0 ? 'Vos réponses à relire.' : `${counted(awaited, 'réponse')} à donner.`
}

/** What a home leaves for later, before it sends its dossier without it; null when it leaves nothing. */
export const leftForLaterText = (steps: readonly StepShown[]): string | null => {
  const left = steps.filter(({ state }) => state === 'later').map(({ kind, firstName }) => stepText(kind, firstName))
  return left.length === 0
    ? null
    : `Laissé pour plus tard\u00a0: ${listed(left)}. Vous pouvez envoyer sans, et le donner ensuite sur cette page.`
}

export const withoutQuotientText = 'Sans quotient pour le moment\u00a0: le tarif le plus haut s’applique.'

/** The link to the page of a step; null for a step that is done on this page. */
export const stepLink = ({ kind, child }: Pick<StepShown, 'kind' | 'child'>): PageLink | null => {
  switch (kind) {
    case 'contact':
      return { path: '/mes-coordonnees/modifier', name: 'Changer mes coordonnées' }
    case 'benefits':
      return { path: fromDossier(`${portalPages.papers.path}?pour=quotient`), name: 'Envoyer mon attestation' }
    case 'health':
      return child === null
        ? null
        : { path: fromDossier(childLinks({ id: child, consentsAwaited: null }).health.path), name: 'Ouvrir la fiche' }
    case 'pickups':
      return { path: portalPages.family.path, name: 'Ajouter ou retirer une personne' }
    case 'consents':
    case 'papers':
    case 'sent':
      return null
  }
}

/** The text of the button that confirms a step. */
export const confirmText = (kind: StepShown['kind'] | 'rules', asksRules: boolean): string => {
  switch (kind) {
    case 'contact':
    case 'pickups':
      return 'Tout est juste'
    case 'benefits':
      return 'Continuer sans quotient'
    case 'health':
      return 'Plus tard'
    case 'consents':
      return 'Garder et continuer'
    case 'papers':
      return 'Envoyer le reste plus tard'
    case 'rules':
      return 'J’accepte le règlement'
    case 'sent':
      return asksRules ? 'J’accepte, et j’envoie mon dossier' : 'Envoyer mon dossier'
  }
}

/** The answer of a guardian for all these children; null when they have not answered, or not the same for all. */
export const commonAnswer = ({ children }: HomeConsentShown): ConsentAnswer | null => {
  const answers = new Set(children.flatMap(({ mine }) => (mine ? [mine.isFormer ? null : mine.answer] : [])))
  const [only] = answers
  return answers.size === 1 ? (only ?? null) : null
}

/** « Pour Noa et Tao. », with the former answer, or that of the other parent. */
export const consentHints = ({ children, asksAll }: HomeConsentShown): string[] => {
  const former = children.find(({ mine }) => mine?.isFormer)?.mine?.answer
  const others = children.filter(({ mine, state }) => mine?.answer === null && (state === 'yes' || state === 'no'))
  return [
    `Pour ${listed(children.map(({ firstName }) => firstName))}.`,
    ...(former ? [`Au texte d’avant, vous avez dit ${consentAnswerNames[former]}.`] : []),
    ...(asksAll ? ['Chaque parent répond.'] : []),
    ...(others[0] && !asksAll ? [`L’autre parent a dit ${consentAnswerNames[others[0].state as ConsentAnswer]}.`] : []),
  ]
}

/** Shown once the dossier is sent: what was requested for the school year. */
export const nextYearText = ({
  campaign,
}: Pick<DossierShown, 'campaign'>): { readonly title: string; readonly lines: readonly string[] } | null => {
  if (!campaign?.asksRegistrations || campaign.sentAt === null) return null
  const { registrations, year } = campaign
  return {
    title: `Les inscriptions ${schoolYearName(year)}`,
    lines:
      registrations.length === 0
        ? ['Vous n’avez encore rien demandé pour cette année.']
        : registrations.map(({ firstName, activity }) => `${firstName}\u00a0: ${activity}`),
  }
}

export const newRegistrationLink: PageLink = { path: '/nouvelle-inscription', name: 'Demander une inscription' }
