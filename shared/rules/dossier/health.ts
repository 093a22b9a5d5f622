import { addDays, type Day } from '../calendar/day.ts'
import { listed, numericDay, shortDay } from '../text/french.ts'
import { type Doses, proofNames, type VaccinationProof, vaccineNames, vaccines } from './vaccinations.ts'

/** The diets that the kitchen needs to know, without their reasons. */
export const diets = ['', 'sans porc', 'sans viande', 'sans gluten', 'panier repas'] as const
export type Diet = (typeof diets)[number]

/**
 * A child's health record (« fiche sanitaire »), as the arrêté of 20 February 2003 and article R. 227-7 of the Code de
 * l’action sociale et des familles ask; empty or null where there is nothing to report.
 */
export type Health = {
  readonly allergies: string
  readonly diet: Diet
  /** The care plan (projet d’accueil individualisé): what to do for the child, agreed with a doctor. */
  readonly pai: string
  /** The last day of the care plan. */
  readonly paiUntil: Day | null
  /** The medicine that the child takes while it is here; it is never given without a prescription. */
  readonly treatment: string
  readonly prescriptionOn: Day | null
  /** « Antécédents »: illnesses, hospital stays, operations. */
  readonly history: string
  readonly recommendations: string
  readonly doctor: string
  readonly insurer: string
  readonly insuranceContract: string
  readonly insuranceUntil: Day | null
  /** Which proof of vaccination staff saw, and when; for a contra-indication, a doctor's statement. */
  readonly vaccinationProof: VaccinationProof
  readonly vaccinationSeenOn: Day | null
  readonly contraindication: string
  readonly doses: Doses
}

export const noHealth: Health = {
  allergies: '',
  diet: '',
  pai: '',
  paiUntil: null,
  treatment: '',
  prescriptionOn: null,
  history: '',
  recommendations: '',
  doctor: '',
  insurer: '',
  insuranceContract: '',
  insuranceUntil: null,
  vaccinationProof: '',
  vaccinationSeenOn: null,
  contraindication: '',
  doses: {},
}

export const healthNames = {
  allergies: 'Allergies',
  treatment: 'Traitement pendant l’accueil',
  prescriptionOn: 'Ordonnance du',
  history: 'Maladies, hospitalisations, opérations',
  diet: 'Régime alimentaire',
  pai: 'Projet d’accueil individualisé (PAI)',
  paiUntil: 'PAI valable jusqu’au',
  recommendations: 'Recommandations des parents',
  doctor: 'Médecin',
  insurer: 'Assureur',
  insuranceContract: 'Contrat n°',
  insuranceUntil: 'Assurance valable jusqu’au',
} as const satisfies Readonly<Partial<Record<keyof Health, string>>>

/** The fields that a parent may declare on the portal. Vaccinations are not among them: they need a paper. */
export type DeclarableField = keyof typeof healthNames
export const declarableFields = Object.keys(healthNames) as DeclarableField[]

/** The fields known to portals and desks of the first version. */
export const firstFields = ['allergies', 'diet', 'pai', 'doctor'] as const satisfies readonly DeclarableField[]
type FirstField = (typeof firstFields)[number]

/** What a parent declares on the portal: a field that is null or left out stays unchanged. */
export type DeclaredHealth = { readonly [Field in FirstField]: Health[Field] | null } & {
  readonly [Field in Exclude<DeclarableField, FirstField>]?: Health[Field] | null | undefined
}

export const dietName = (diet: Diet): string => (diet === '' ? 'aucun' : diet)

/** The fields that the parent declared, in the order of the record. */
export const declaredFields = (declared: DeclaredHealth): DeclarableField[] =>
  declarableFields.filter((field) => declared[field] !== null && declared[field] !== undefined)

const daysOfHealth: ReadonlySet<DeclarableField> = new Set(['prescriptionOn', 'paiUntil', 'insuranceUntil'])

/** A field in words; empty where there is nothing. */
export const healthText = (field: DeclarableField, value: string | null | undefined): string => {
  if (field === 'diet') return dietName((value ?? '') as Diet)
  return value && daysOfHealth.has(field) ? shortDay(value as Day) : (value ?? '')
}

export const withoutPrescription = 'sans ordonnance\u00a0: rien n’est donné'

/** Why a record cannot be written: a day without what it ends or prescribes; null when it can. */
export const whyNotHealth = ({
  pai,
  paiUntil,
  treatment,
  prescriptionOn,
}: Pick<Health, 'pai' | 'paiUntil' | 'treatment' | 'prescriptionOn'>): {
  readonly field: 'pai' | 'treatment'
  readonly sentence: string
} | null => {
  if (paiUntil !== null && pai === '') return { field: 'pai', sentence: 'Écrivez le PAI, ou retirez sa fin.' }
  if (prescriptionOn !== null && treatment === '')
    return { field: 'treatment', sentence: 'Écrivez le traitement, ou retirez son ordonnance.' }
  return null
}

const insuranceParts = {
  insurer: 'l’assureur',
  insuranceContract: 'le numéro du contrat',
  insuranceUntil: 'le jour où elle finit',
} as const
type InsurancePart = keyof typeof insuranceParts

type Lacking = Pick<Health, 'treatment' | 'prescriptionOn' | 'pai' | 'paiUntil' | 'doctor' | InsurancePart>

const insuranceLacks = (record: Lacking): string[] =>
  (Object.keys(insuranceParts) as InsurancePart[]).flatMap((part) => (record[part] ? [] : [insuranceParts[part]]))

/** What a record lacks on a day, in the order of its fields: a record that lacks something is not complete. */
export const lackingInHealth = (
  record: Lacking,
  on: Day,
): { readonly field: 'treatment' | 'pai' | 'doctor' | 'insurer'; readonly sentence: string }[] => {
  const { treatment, prescriptionOn, pai, paiUntil, doctor, insuranceUntil } = record
  const ofInsurance = insuranceLacks(record)
  return [
    ...(treatment !== '' && prescriptionOn === null
      ? [
          {
            field: 'treatment' as const,
            sentence: 'Il manque l’ordonnance du traitement\u00a0: sans elle, rien n’est donné.',
          },
        ]
      : []),
    ...(pai !== '' && paiUntil === null
      ? [{ field: 'pai' as const, sentence: 'Il manque le jour où le PAI finit.' }]
      : []),
    ...(paiUntil !== null && paiUntil < on
      ? [
          {
            field: 'pai' as const,
            sentence: `Le PAI a fini le ${shortDay(paiUntil)}\u00a0: il en faut un nouveau, ou aucun.`,
          },
        ]
      : []),
    ...(doctor === '' ? [{ field: 'doctor' as const, sentence: 'Il manque le médecin.' }] : []),
    ...(ofInsurance.length > 0
      ? [{ field: 'insurer' as const, sentence: `Assurance\u00a0: il manque ${listed(ofInsurance)}.` }]
      : []),
    ...(insuranceUntil !== null && insuranceUntil < on
      ? [
          {
            field: 'insurer' as const,
            sentence: `L’assurance a fini le ${shortDay(insuranceUntil)}\u00a0: il faut la nouvelle.`,
          },
        ]
      : []),
  ]
}

/**
 * The first day on which a record, as it was written on a day, lacks something; null when nothing of it ends. The
 * dossier knows this day alone, which tells nothing of the record.
 */
export const healthLacksFrom = (record: Lacking, writtenOn: Day): Day | null => {
  if (lackingInHealth(record, writtenOn).length > 0) return writtenOn
  const [first] = [record.paiUntil, record.insuranceUntil].filter((end) => end !== null).toSorted()
  return first === undefined ? null : addDays(first, 1)
}

/** A treatment with its prescription, without which nothing is given; empty without a treatment. */
export const treatmentText = ({ treatment, prescriptionOn }: Pick<Health, 'treatment' | 'prescriptionOn'>): string => {
  if (treatment === '') return ''
  return prescriptionOn === null
    ? `${treatment} (${withoutPrescription})`
    : `${treatment} (ordonnance du ${numericDay(prescriptionOn)})`
}

type Pai = Pick<Health, 'pai' | 'paiUntil'>
export const paiNames = ['', 'PAI', 'PAI fini'] as const
export type PaiName = (typeof paiNames)[number]

/** « PAI », or « PAI fini » once its end has passed: the child is still looked after, and a new one asked for. */
export const paiName = ({ pai, paiUntil }: Pai, on: Day): PaiName => {
  if (pai === '') return ''
  return hasEnded(paiUntil, on) ? 'PAI fini' : 'PAI'
}

/** « Trousse n° 4 », or « Trousse n° 4 (fini depuis le 01/09/2026) » once its end has passed; empty without a PAI. */
export const paiText = ({ pai, paiUntil }: Pai, on: Day): string =>
  pai !== '' && hasEnded(paiUntil, on) ? `${pai} (${paiEndText(paiUntil, on)})` : pai

/** « finit le 18/12/2026 », « fini depuis le 18/12/2026 »; empty without an end. */
export const paiEndText = (paiUntil: Day | null, on: Day): string =>
  paiUntil === null ? '' : `${hasEnded(paiUntil, on) ? 'fini depuis le' : 'finit le'} ${numericDay(paiUntil)}`

const hasEnded = (end: Day | null, on: Day): boolean => end !== null && end < on

/** What a list highlights: « Arachide · PAI : Trousse n° 4 ». */
export const healthAlertText = ({ allergies, pai }: { readonly allergies: string; readonly pai: string }): string =>
  [allergies, pai === '' ? '' : `PAI\u00a0: ${pai}`].filter((part) => part !== '').join(' · ')

/** The record with the declared fields replaced. A day is removed with the field that it belongs to. */
export const withDeclaredHealth = <Known extends Health>(current: Known, declared: DeclaredHealth): Known => ({
  ...current,
  ...(declared.treatment === '' && { prescriptionOn: null }),
  ...(declared.pai === '' && { paiUntil: null }),
  ...Object.fromEntries(declaredFields(declared).map((field) => [field, declared[field]])),
})

/** The fields known to the service that a parent declares empty. */
export const fieldsErasedBy = (known: Health, declared: DeclaredHealth): DeclarableField[] =>
  declaredFields(declared).filter((field) => declared[field] === '' && known[field] !== '' && known[field] !== null)

/**
 * The record that staff are proposed to write. A parent who was not shown the record erases nothing of it: only staff
 * can empty what such a parent declares empty.
 */
export const proposedHealth = <Known extends Health>(
  current: Known,
  declared: DeclaredHealth & { readonly shown?: string | undefined },
): Known => {
  if (declared.shown !== undefined) return withDeclaredHealth(current, declared)
  const kept = fieldsErasedBy(current, declared)
  return withDeclaredHealth(current, { ...declared, ...Object.fromEntries(kept.map((field) => [field, null])) })
}

/** The declared fields as text, one paragraph each: « Régime alimentaire : sans porc ». */
export const declaredHealthText = (declared: DeclaredHealth): string =>
  declaredFields(declared)
    .map((field) => `${healthNames[field]}\u00a0: ${healthText(field, declared[field])}`)
    .join('\n\n')

/** A whole record as text, a line for each field that is not empty. */
export const healthRecordText = (record: Health): string =>
  [
    ...declarableFields
      .filter((field) => field !== 'diet' || record.diet !== '')
      .map((field) => [healthNames[field], healthText(field, record[field])] as const),
    ['Preuve des vaccinations', record.vaccinationProof === '' ? '' : proofNames[record.vaccinationProof]] as const,
    ['Contre-indication', record.contraindication] as const,
    ...vaccines.map(
      (vaccine) =>
        [vaccineNames[vaccine], (record.doses[vaccine] ?? []).map((on) => numericDay(on)).join(', ')] as const,
    ),
  ]
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name}\u00a0: ${text}`)
    .join('\n')
