import type { Deduction, Membership, Unit } from './tariff.ts'

/** Nouns for what a membership is due per: « par enfant » */
export const membershipPerNames: Readonly<Record<Membership['per'], string>> = { child: 'enfant', family: 'famille' }

/** Adjectives for the year of a membership: « année scolaire » */
export const yearNames: Readonly<Record<Membership['year'], string>> = { school: 'scolaire', civil: 'civile' }

/** Nouns for what an aid is deducted per: « par repas » */
export const deductionUnits: Readonly<Record<Deduction['per'], Unit>> = {
  day: { one: 'jour', many: 'jours' },
  meal: { one: 'repas', many: 'repas' },
}

/** Nouns for the time over which a cap of aids applies: « par mois » */
export const capNames: Readonly<Record<NonNullable<Deduction['cap']>['per'], string>> = {
  month: 'mois',
  schoolYear: 'année scolaire',
}
