import type { ConsentShown } from '../../contract/portal/home.ts'
import { type ConsentAnswer, consentAnswerText } from '../../rules/dossier/consent.ts'
import { ofName, shortDay } from '../../rules/text/french.ts'
import type { PageHead } from '../page.ts'
import { portalPages } from '../portal-pages.ts'

/** « Autorisations » of a child. */

export const consentsHead = (child: { readonly firstName: string } | undefined): PageHead => ({
  title: child ? `Autorisations ${ofName(child.firstName)}` : 'Autorisations',
  parents: [portalPages.family],
  intro: 'Vos réponses comptent dès le prochain échange avec la mairie, et se changent à tout moment.',
})

export const noConsentText = 'L’Espace Jeunesse ne demande rien pour cet enfant.'

export const notHolderText =
  'La réponse revient à ceux qui ont l’autorité parentale. Si c’est votre cas, appelez l’Espace Jeunesse.'

/** What the guardian reads below a question: their own answer, and the result together with the answers of others. */
export const consentLines = ({ kind, asksAll, state, mine }: ConsentShown): string[] => {
  if (!mine) return [notHolderText]
  const { answer, on, isFormer } = mine
  const said = answer && consentAnswerText(kind, answer)
  return [
    ...(answer === null || on === null ? [] : [`Votre réponse\u00a0: ${said}, le ${shortDay(on)}.`]),
    ...(isFormer ? ['Le texte a changé depuis\u00a0: relisez-le, et répondez de nouveau.'] : []),
    ...(answer === 'yes' && state === 'waiting' && asksAll ? ['La réponse d’un autre responsable est attendue.'] : []),
    ...(answer !== state && (state === 'no' || state === 'withdrawn')
      ? ['Un autre responsable a dit non\u00a0: pour l’accueil, c’est non.']
      : []),
    ...(answer === null && state === 'yes'
      ? ['Un autre responsable a dit oui\u00a0: vous pouvez répondre aussi.']
      : []),
  ]
}

/** The answers that a guardian can give now, with the texts of their buttons. */
export const consentChoices = ({
  kind,
  mine,
}: ConsentShown): readonly { readonly answer: ConsentAnswer; readonly name: string }[] => {
  if (!mine) return []
  const { answer, isFormer } = mine
  if (kind === 'emergencyCare')
    return answer === 'yes' && !isFormer ? [] : [{ answer: 'yes', name: 'J’ai lu ce texte' }]
  const yes = { answer: 'yes', name: 'Oui, j’accepte' } as const
  if (answer === 'yes' && !isFormer) return [{ answer: 'withdrawn', name: 'Retirer mon accord' }]
  return answer === null || isFormer ? [yes, { answer: 'no', name: 'Non' }] : [yes]
}
