import { formatEuros } from '../money/money.ts'
import { type Deduction, groupsAsked, type Membership, type TariffVersion, type UnitName } from './tariff.ts'

/** Nouns for what a membership is due per: « par enfant » */
export const membershipPerNames: Readonly<Record<Membership['per'], string>> = { child: 'enfant', family: 'famille' }

/** Adjectives for the year of a membership: « année scolaire » */
export const yearNames: Readonly<Record<Membership['year'], string>> = { school: 'scolaire', civil: 'civile' }

/** Nouns for what an aid is deducted per: « par repas » */
export const deductionUnits: Readonly<Record<Deduction['per'], UnitName>> = {
  day: { one: 'jour', many: 'jours' },
  meal: { one: 'repas', many: 'repas' },
}

/** Nouns for the time over which a cap of aids applies: « par mois » */
export const capNames: Readonly<Record<NonNullable<Deduction['cap']>['per'], string>> = {
  month: 'mois',
  schoolYear: 'année scolaire',
}

/** Texts about costs that an estimate on the portal does not include under this version, one sentence each. */
export const notEstimatedTexts = ({ membership, deductions = [] }: TariffVersion): string[] => [
  ...homeCostTexts({ membership }),
  ...deductions.flatMap(({ label, cap }) =>
    cap?.per === 'schoolYear'
      ? [
          `«\u00a0${label}\u00a0» s’arrête à ${formatEuros(cap.cents)} par ${capNames[cap.per]}\u00a0: ce plafond n’est pas compté ici.`,
        ]
      : [],
  ),
]

/** What a parent reads of a forfait that has a price for each group. */
export const forfaitGroupTexts = ({ lines }: Pick<TariffVersion, 'lines'>): string[] =>
  groupsAsked({ lines: lines.filter(({ count }) => count.per === 'forfait') }).length === 0
    ? []
    : [
        'Un forfait a un seul prix\u00a0: celui du groupe de son premier jour, même si l’enfant change de groupe ensuite.',
      ]

/** Texts about costs of a whole home, which the price of one child does not include, one sentence each. */
export const homeCostTexts = ({ membership, minimum }: Pick<TariffVersion, 'membership' | 'minimum'>): string[] => [
  ...(membership
    ? [
        `«\u00a0${membership.label}\u00a0» s’ajoute une fois par an, par ${membershipPerNames[membership.per]}\u00a0: ce n’est pas compté ici.`,
      ]
    : []),
  ...(minimum ? [`Un mois facturé coûte au moins ${formatEuros(minimum.cents)}.`] : []),
]
