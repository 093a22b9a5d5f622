/** What a third party (« tiers payeur ») may be. */
export const thirdPartyKinds = ['ccas', 'ase', 'worksCouncil', 'caf', 'otherTown', 'other'] as const
export type ThirdPartyKind = (typeof thirdPartyKinds)[number]
