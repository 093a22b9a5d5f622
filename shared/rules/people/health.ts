/** The diets that the kitchen needs to know, never the reasons. */
export const diets = ['', 'sans porc', 'sans viande', 'sans gluten', 'panier repas'] as const
export type Diet = (typeof diets)[number]

/** A child's health record; empty where there is nothing to report. */
export type Health = {
  readonly allergies: string
  readonly diet: Diet
  /** The care plan (projet d’accueil individualisé): what to do for the child, agreed with a doctor. */
  readonly pai: string
  readonly doctor: string
}

/** What a parent declares on the portal: null for a field left out, which stays unchanged. */
export type DeclaredHealth = { readonly [Field in keyof Health]: Health[Field] | null }

export const healthNames: Readonly<Record<keyof Health, string>> = {
  allergies: 'Allergies',
  diet: 'Régime alimentaire',
  pai: 'Projet d’accueil individualisé (PAI)',
  doctor: 'Médecin',
}

export const dietName = (diet: Diet): string => (diet === '' ? 'aucun' : diet)

const fields = Object.keys(healthNames) as (keyof Health)[]

/** The fields that the parent declared, in the order of the record. */
export const declaredFields = (declared: DeclaredHealth): (keyof Health)[] =>
  fields.filter((field) => declared[field] !== null)

/** The record, with the declared fields replaced. */
export const withDeclaredHealth = (current: Health, declared: DeclaredHealth): Health => ({
  allergies: declared.allergies ?? current.allergies,
  diet: declared.diet ?? current.diet,
  pai: declared.pai ?? current.pai,
  doctor: declared.doctor ?? current.doctor,
})

/** The declared fields as text, one paragraph each: « Régime alimentaire : sans porc ». */
export const declaredHealthText = (declared: DeclaredHealth): string =>
  declaredFields(declared)
    .map(
      (field) => `${healthNames[field]}\u00a0: ${field === 'diet' ? dietName(declared.diet ?? '') : declared[field]}`,
    )
    .join('\n\n')
