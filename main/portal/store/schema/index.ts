/** Ids of guardians, families, children, registrations, periods and slots are the desk's. */

export * from './accounts.ts'
export * from './debits.ts'
export * from './demandes.ts'
export * from './exchange.ts'
export * from './messages.ts'
export * from './papers.ts'
export * from './payments.ts'
export * from './published.ts'
export * from './sign-ups.ts'
