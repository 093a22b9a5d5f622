import { isEmail } from '../people/sign-up.ts'

/** The kinds of third parties (« tiers payeurs »). */
export const thirdPartyKinds = ['ccas', 'ase', 'worksCouncil', 'caf', 'otherTown', 'other'] as const
export type ThirdPartyKind = (typeof thirdPartyKinds)[number]

export const thirdPartyKindNames: Readonly<Record<ThirdPartyKind, string>> = {
  ccas: 'CCAS',
  ase: 'Aide sociale à l’enfance',
  worksCouncil: 'Comité d’entreprise',
  caf: 'CAF ou MSA',
  otherTown: 'Autre commune',
  other: 'Autre',
}

type Identity = {
  readonly name: string
  readonly email: string
  readonly isPublic: boolean
  readonly siret: string
}

/** Why a third party cannot be saved, with the wrong field; undefined when it can. */
export const refuseThirdParty = ({
  name,
  email,
  isPublic,
  siret,
}: Identity): { readonly sentence: string; readonly field: keyof Identity } | undefined => {
  if (name.trim() === '') return { field: 'name', sentence: 'Donnez un nom au tiers payeur.' }
  if (email !== '' && !isEmail(email)) return { field: 'email', sentence: 'Cette adresse mail n’est pas complète.' }
  if (siret !== '' && !/^\d{14}$/.test(siret.replaceAll(/\s/g, '')))
    return { field: 'siret', sentence: 'Un SIRET a quatorze chiffres.' }
  if (isPublic && siret === '')
    return { field: 'siret', sentence: 'Un organisme public reçoit ses factures par son SIRET\u00a0: indiquez-le.' }
  return undefined
}
