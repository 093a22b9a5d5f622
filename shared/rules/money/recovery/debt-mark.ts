/** What the list of families and a family's page say at a glance of its debts. */
export const debtMarks = ['treasury', 'planBroken', 'planKept', 'suspended'] as const
export type DebtMark = (typeof debtMarks)[number]

export const debtMarkTexts: Readonly<Record<DebtMark, string>> = {
  treasury: 'à la Trésorerie',
  planBroken: 'échéancier rompu',
  planKept: 'échéancier',
  suspended: 'réservations suspendues',
}

/** Marks at which staff should look. */
export const isUrgentMark = (mark: DebtMark): boolean => mark === 'planBroken' || mark === 'suspended'
