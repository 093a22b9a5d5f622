import { portalPlaces } from './portal-places.ts'

/** What a home that has never had a child registered still lacks, as its parents see it. */
type NewHome = {
  readonly children: readonly {
    readonly id: number
    /** Of this child a screen says « Lana ». */
    readonly firstName: string
    readonly hasSchool: boolean
    readonly hasToldHealth: boolean
    /** Or asked for. */
    readonly isRegistered: boolean
  }[]
  readonly hasQuotient: boolean
  /** The town takes papers on its portal, health among them. */
  readonly takesPapers: boolean
}

export type FirstStep = { readonly path: string; readonly title: string; readonly why: string }

/** « À faire » on the first evening, in the order in which one does it: the home, then each child, then the days. */
export const firstSteps = ({ children, hasQuotient, takesPapers }: NewHome): FirstStep[] => [
  ...(takesPapers && !hasQuotient
    ? [
        {
          path: '/mes-pieces?pour=quotient',
          title: 'Envoyer votre attestation CAF ou MSA',
          why: 'Sans quotient familial, le tarif le plus haut s’applique.',
        },
      ]
    : []),
  ...children.flatMap(({ id, firstName, hasSchool, hasToldHealth }) => [
    ...(hasSchool
      ? []
      : [
          {
            path: `${portalPlaces.family.path}/${id}`,
            title: `${firstName}\u00a0: dire son école et sa classe`,
            why: 'Certaines activités en dépendent.',
          },
        ]),
    ...(takesPapers && !hasToldHealth
      ? [
          {
            path: `${portalPlaces.family.path}/${id}/sante`,
            title: `${firstName}\u00a0: remplir les informations de santé`,
            why: 'Allergies, régime, PAI, médecin\u00a0: demandés avant le premier jour.',
          },
        ]
      : []),
  ]),
  ...children.flatMap(({ id, firstName, isRegistered }) =>
    isRegistered
      ? []
      : [
          {
            path: `/nouvelle-inscription?enfant=${id}`,
            title: `${firstName}\u00a0: demander une inscription`,
            why: 'Ensuite, vous pourrez réserver ses jours.',
          },
        ],
  ),
]
