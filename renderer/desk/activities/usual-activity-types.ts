/** Types that most towns use, proposed for a new activity; a type is only created once it is chosen. */
export const usualActivityTypes = ['ALSH', 'Périscolaire', 'Restauration', 'Vacances', 'Séjours'] as const

/** The usual slots of a whole day, proposed for a new activity. */
export const usualDay = [
  { name: 'Matin', shortName: 'mat.', start: '08:00', end: '12:00', isMeal: false },
  { name: 'Repas', shortName: 'rep.', start: '12:00', end: '13:30', isMeal: true },
  { name: 'Après-midi', shortName: 'apr.', start: '13:30', end: '18:00', isMeal: false },
] as const
