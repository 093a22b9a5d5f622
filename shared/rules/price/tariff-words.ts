import type { Deduction, Membership, Unit } from './tariff.ts'

/** What a membership is due for: « par enfant » */
export const membershipPerNames: Readonly<Record<Membership['per'], string>> = { child: 'enfant', family: 'famille' }

/** Of what kind its year is: « année scolaire » */
export const yearNames: Readonly<Record<Membership['year'], string>> = { school: 'scolaire', civil: 'civile' }

/** What an aid is taken off for: « par repas » */
export const deductionUnits: Readonly<Record<Deduction['per'], Unit>> = {
  day: { one: 'jour', many: 'jours' },
  meal: { one: 'repas', many: 'repas' },
}

/** The time that a ceiling of aids holds for: « par mois » */
export const capNames: Readonly<Record<NonNullable<Deduction['cap']>['per'], string>> = {
  month: 'mois',
  schoolYear: 'année scolaire',
}
