/** Marks about a family's debts, in the list of families and on the family's page. */
export const debtMarks = ['treasury', 'planBroken', 'planKept', 'suspended'] as const
export type DebtMark = (typeof debtMarks)[number]

export const debtMarkTexts: Readonly<Record<DebtMark, string>> = {
  treasury: 'à la Trésorerie',
  planBroken: 'échéancier rompu',
  planKept: 'échéancier',
  suspended: 'réservations suspendues',
}

/** Marks that require an action of staff. */
export const isUrgentMark = (mark: DebtMark): boolean => mark === 'planBroken' || mark === 'suspended'
