import type { Network } from '../../shared/contract/desk/exchange.ts'
import type { Replacement } from '../../shared/contract/exchange/replaced.ts'
import { counted, instantText } from '../../shared/rules/text/french.ts'

/** An exchange failed. The message says in French what happened and what to do. The next exchange resumes it. */
export class ExchangeFailed extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause })
  }
}

const pairAgain = 'reliez de nouveau le portail dans «\u00a0Portail, Liaison\u00a0», avec un code qu’il affiche.'

export const failureTexts = {
  noKey: `La clé du bureau n’est pas sur cette machine\u00a0: ${pairAgain}`,
  unknownKey: `Le portail ne reconnaît pas la clé du bureau\u00a0: ${pairAgain}`,
  revokedPortal: `La clé de ce portail est révoquée ici, rien de lui n’est pris\u00a0: ${pairAgain}`,
  otherPortal: `La réponse ne vient pas du portail relié, rien n’en a été pris. S’il a été réinstallé, ${pairAgain}`,
  damaged: 'La réponse du portail est abîmée\u00a0: rien n’en a été pris. L’échange sera repris.',
  portalIsOlder:
    'Le portail est d’une version trop ancienne pour échanger avec ce poste\u00a0: faites mettre à jour le portail.',
  portalIsNewer:
    'Le portail est d’une version plus récente que ce poste\u00a0: mettez Espace Jeunesse à jour sur ce poste.',
  unreachable:
    'Le portail ne répond pas. Vérifiez la connexion à Internet de ce poste\u00a0; l’échange sera repris de lui-même.',
  noPortalHere:
    'À cette adresse, ce n’est pas le portail qui répond. Vérifiez l’adresse, puis reliez-le de nouveau dans «\u00a0Portail, Liaison\u00a0».',
  endless: 'L’échange ne se termine pas. Il sera repris\u00a0; si cela dure, prévenez votre prestataire.',
  cutOff: 'Cet échange a été interrompu. Rien n’est perdu\u00a0: le prochain reprend où il s’est arrêté.',
  unforeseen: 'Une erreur imprévue a interrompu l’échange. Rien n’est perdu\u00a0: il sera repris.',
} as const

/** Message when the desk calls a portal that another portal has replaced. */
export const replacedSentence = ({ replacedBy, at }: Replacement): string =>
  `Ce portail a été remplacé par ${replacedBy} le ${instantText(at)}. Rien n’a été échangé\u00a0: reliez le bureau au nouveau dans «\u00a0Portail, Liaison\u00a0», avec un code qu’il affiche.`

const networkSettingsPlace = 'dans «\u00a0Portail, Liaison\u00a0», «\u00a0Réseau de la mairie\u00a0»'

/** Message when the portal cannot be reached at all. */
export const connectionSentence = (error: unknown, { proxy }: Network): string => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === 'ERR_PROXY_TUNNEL')
    return `Le proxy ${proxy} ne mène pas au portail. Demandez à qui tient le réseau de la mairie de lui ouvrir ce passage\u00a0; l’échange sera repris de lui-même.`
  // A proxy reports an unreachable portal itself: these errors mean that the proxy does not answer.
  if (proxy !== '' && /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/.test(code))
    return `Le proxy ${proxy} ne répond pas. Vérifiez son adresse ${networkSettingsPlace}\u00a0; l’échange sera repris de lui-même.`
  if (/^(UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)/.test(code))
    return `Le certificat du portail est signé par une autorité que ce poste ne connaît pas. Si c’est celle de la ville, donnez son certificat ${networkSettingsPlace}\u00a0; sinon, prévenez l’hébergeur du portail.`
  return /^(CERT_|ERR_TLS|ERR_SSL|EPROTO)/.test(code)
    ? 'La connexion au portail n’est pas sûre\u00a0: son certificat n’est pas valable. Prévenez l’hébergeur du portail\u00a0; l’échange sera repris.'
    : failureTexts.unreachable
}

/** Message when the HTTP status is not 200: the response is none of the exchange's protocol. */
export const httpSentence = (status: number): string => {
  if (status === 413) return 'Le portail refuse un envoi de cette taille. Prévenez l’hébergeur du portail.'
  if (status === 429 || status >= 500)
    return 'Le portail a un problème en ce moment. L’échange sera repris de lui-même.'
  return failureTexts.noPortalHere
}

/**
 * Message when one side refused the other's signature.
 * @param signer whose signature was refused
 * @param refused the code of the reason, from `crypto/signature.ts`
 * @param skew seconds by which the signer's clock is ahead of the verifier's
 */
export const refusalSentence = (signer: 'desk' | 'portal', refused: string, skew: number | null): string => {
  if ((refused === 'notYetValid' || refused === 'expired') && skew !== null) {
    const ahead = signer === 'desk' ? skew : -skew
    return `L’horloge de ce poste est décalée de ${lengthText(Math.abs(ahead))}, en ${ahead > 0 ? 'avance' : 'retard'}\u00a0: mettez-la à l’heure, puis échangez de nouveau. Si elle est juste, c’est celle du portail qui ne l’est pas.`
  }
  if (refused === 'replayed') return failureTexts.damaged
  if (signer === 'portal') return refused === 'revokedKey' ? failureTexts.revokedPortal : failureTexts.otherPortal
  if (refused === 'unknownKey' || refused === 'retiredKey' || refused === 'revokedKey') return failureTexts.unknownKey
  if (refused === 'signature') {
    return 'Le portail se connaît sous une autre adresse que celle qui est enregistrée ici. Vérifiez-la, puis reliez-le de nouveau dans «\u00a0Portail, Liaison\u00a0».'
  }
  return failureTexts.damaged
}

const lengthText = (seconds: number): string => {
  if (seconds < 90) return counted(seconds, 'seconde')
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? counted(minutes, 'minute') : counted(Math.round(minutes / 60), 'heure')
}
