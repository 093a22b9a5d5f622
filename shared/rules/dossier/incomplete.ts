import type { DossierDemand } from './required-paper.ts'

/** Why a parent cannot book. What is missing is shown only on « Mon dossier ». */
export const incompleteDossierText =
  'Dossier incomplet\u00a0: il faut l’avoir rendu pour réserver. Voyez «\u00a0Mon dossier\u00a0».'

/**
 * What a period says above its calendar to a parent whose dossier is incomplete, beside the link to « Mon dossier ».
 */
export const incompleteDossierNotes: Readonly<Record<Exclude<DossierDemand, 'none'>, string>> = {
  warn: 'Le dossier n’est pas complet\u00a0: pensez à envoyer ce qui manque.',
  required: 'Le dossier n’est pas complet\u00a0: il faut l’avoir rendu pour réserver.',
}
