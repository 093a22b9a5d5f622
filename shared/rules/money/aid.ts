/** What the amount of an aid is given for; `rest`: a share of what the aids before it leave, day by day. */
export const aidUnits = ['day', 'halfDay', 'meal', 'hour', 'week', 'month', 'rest'] as const
export type AidUnit = (typeof aidUnits)[number]
