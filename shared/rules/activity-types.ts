/** The types that most towns use: proposed with a new activity, made only once one is chosen. */
export const usualActivityTypes = ['ALSH', 'Périscolaire', 'Restauration', 'Vacances', 'Séjours'] as const
