import type { ConsentKind } from './consent.ts'

/**
 * Texts that a town can start from: it reads and changes them before it asks. A question that the town adds has no such
 * text.
 */
export const proposedTexts: Readonly<Record<Exclude<ConsentKind, 'other'>, string>> = {
  emergencyCare:
    'J’ai lu qu’en cas d’urgence, le responsable de l’accueil appelle les secours (15), prévient les responsables de l’enfant, et que l’enfant peut être conduit à l’hôpital et y recevoir les soins que son état demande.',
  image:
    'J’accepte que mon enfant soit photographié ou filmé pendant les activités, et que ces images paraissent dans les publications de la commune. Elles ne sont pas données à d’autres, et je peux retirer mon accord à tout moment.',
  teamPhoto:
    'J’accepte que le service garde une photo de mon enfant, pour que l’équipe le reconnaisse. Elle est chiffrée, vue seulement de l’équipe qui l’accueille, jamais publiée ni donnée, et effacée dès que je retire mon accord ou qu’il n’est plus inscrit.',
  transport: 'J’accepte que mon enfant soit conduit en car ou en minibus pour les sorties de l’accueil.',
  swimming: 'J’accepte que mon enfant prenne part aux baignades, surveillées comme la réglementation le demande.',
  leavesAlone: 'J’accepte que mon enfant quitte seul l’accueil à la fin de sa journée, et rentre sans adulte.',
}
