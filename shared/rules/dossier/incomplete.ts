import type { DossierDemand } from './required-paper.ts'

/** Why a parent cannot book; what is missing is told on « Mon dossier » only. */
export const incompleteDossierText =
  'Dossier incomplet\u00a0: il faut l’avoir rendu pour réserver. Voyez «\u00a0Mon dossier\u00a0».'

/** What a period says to a parent of an incomplete dossier, above its calendar, beside the link to « Mon dossier ». */
export const incompleteDossierNotes: Readonly<Record<Exclude<DossierDemand, 'none'>, string>> = {
  warn: 'Le dossier n’est pas complet\u00a0: pensez à envoyer ce qui manque.',
  required: 'Le dossier n’est pas complet\u00a0: il faut l’avoir rendu pour réserver.',
}
