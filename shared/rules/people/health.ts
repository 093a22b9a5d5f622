/** What the kitchen needs to know, never why. */
export const diets = ['', 'sans porc', 'sans viande', 'sans gluten', 'panier repas'] as const
export type Diet = (typeof diets)[number]

/** What is known of a child's health; empty where there is nothing to know. */
export type Health = {
  readonly allergies: string
  readonly diet: Diet
  /** Projet d’accueil individualisé: the protocol. */
  readonly pai: string
  readonly doctor: string
}

/** What a parent tells of it: null where nothing is said, which changes nothing. */
export type HealthTold = { readonly [Field in keyof Health]: Health[Field] | null }

export const healthNames: Readonly<Record<keyof Health, string>> = {
  allergies: 'Allergies',
  diet: 'Régime alimentaire',
  pai: 'Projet d’accueil individualisé (PAI)',
  doctor: 'Médecin',
}

export const dietName = (diet: Diet): string => (diet === '' ? 'aucun' : diet)

const fields = Object.keys(healthNames) as (keyof Health)[]

/** Those that were told, in the order of the record. */
export const toldFields = (told: HealthTold): (keyof Health)[] => fields.filter((field) => told[field] !== null)

/** The record, with what was told in its place. */
export const withTold = (known: Health, told: HealthTold): Health => ({
  allergies: told.allergies ?? known.allergies,
  diet: told.diet ?? known.diet,
  pai: told.pai ?? known.pai,
  doctor: told.doctor ?? known.doctor,
})

/** What was told, to read; « Régime alimentaire : sans porc », a field a paragraph. */
export const toldText = (told: HealthTold): string =>
  toldFields(told)
    .map((field) => `${healthNames[field]}\u00a0: ${field === 'diet' ? dietName(told.diet ?? '') : told[field]}`)
    .join('\n\n')
