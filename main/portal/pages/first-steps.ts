import { portalPages } from '../../../shared/pages/portal-pages.ts'

/** A home that has never had a child registered. */
type NewHome = {
  readonly children: readonly {
    readonly id: number
    /** The name that parents see: « Lana ». */
    readonly firstName: string
    readonly hasSchool: boolean
    readonly hasSentHealth: boolean
    /** Also true when a registration was requested. */
    readonly isRegistered: boolean
  }[]
  readonly hasQuotient: boolean
  /** Whether the town accepts papers, health ones included, through its portal. */
  readonly acceptsPapers: boolean
}

export type FirstStep = { readonly path: string; readonly title: string; readonly why: string }

/** The first « À faire » of a new home, in order: the home's papers, then each child, then days to book. */
export const firstSteps = ({ children, hasQuotient, acceptsPapers }: NewHome): FirstStep[] => [
  ...(acceptsPapers && !hasQuotient
    ? [
        {
          path: '/mes-pieces?pour=quotient',
          title: 'Envoyer votre attestation CAF ou MSA',
          why: 'Sans quotient familial, le tarif le plus haut s’applique.',
        },
      ]
    : []),
  ...children.flatMap(({ id, firstName, hasSchool, hasSentHealth }) => [
    ...(hasSchool
      ? []
      : [
          {
            path: `${portalPages.family.path}/${id}`,
            title: `${firstName}\u00a0: dire son école et sa classe`,
            why: 'Certaines activités en dépendent.',
          },
        ]),
    ...(acceptsPapers && !hasSentHealth
      ? [
          {
            path: `${portalPages.family.path}/${id}/sante`,
            title: `${firstName}\u00a0: remplir la fiche sanitaire`,
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
