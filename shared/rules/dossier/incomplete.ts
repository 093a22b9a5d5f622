/** Why a parent cannot book; what is missing is told on « Mon dossier » only. */
export const incompleteDossierText =
  'Dossier incomplet\u00a0: il faut l’avoir rendu pour réserver. Voyez «\u00a0Mon dossier\u00a0».'
