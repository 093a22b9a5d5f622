import { addMonths, type Day } from '../calendar/day.ts'
import { numericDay } from '../text/french.ts'

/*
 * Vaccinations that a child must have to be admitted (Code de la santé publique, articles L. 3111-2, R. 3111-2 and
 * R. 3111-8), by the day of its birth; `requirements` names the source of each.
 */

export const vaccines = [
  'dtp',
  'pertussis',
  'hib',
  'hepatitisB',
  'pneumococcus',
  'meningococcusC',
  'mmr',
  'meningococcusACWY',
  'meningococcusB',
] as const
export type Vaccine = (typeof vaccines)[number]

export const vaccineNames: Readonly<Record<Vaccine, string>> = {
  dtp: 'Diphtérie, tétanos, poliomyélite',
  pertussis: 'Coqueluche',
  hib: 'Haemophilus influenzae b',
  hepatitisB: 'Hépatite B',
  pneumococcus: 'Pneumocoque',
  meningococcusC: 'Méningocoque C',
  mmr: 'Rougeole, oreillons, rubéole',
  meningococcusACWY: 'Méningocoques A, C, W, Y',
  meningococcusB: 'Méningocoque B',
}

/** A vaccine that children born on these days must have. */
type Requirement = {
  readonly vaccine: Vaccine
  readonly bornFrom: string
  /** The last birth date. */
  readonly bornUntil?: string
  readonly source: string
  /** Whether the catch-up rule is uncertain for these children: staff are then shown « à vérifier ». */
  readonly isToVerify?: true
}

/** Diphtheria, tetanus and poliomyelitis, for everybody. */
const forAll = 'article L. 3111-2 du Code de la santé publique'
/** Eight more vaccines, which with diphtheria, tetanus and poliomyelitis make eleven. */
const since2018 = 'article R. 3111-2, décret n° 2018-42 du 25 janvier 2018'
/** ACWY replaces C, and B is added. */
const since2025 = 'article R. 3111-2, décret n° 2024-694 du 5 juillet 2024'
/** It also applied to children under 18 months when it came into force: those born from this day on. */
const caughtUpFrom = '2023-07-01'
const lastBefore2025 = '2024-12-31'

const requirements: readonly Requirement[] = [
  { vaccine: 'dtp', bornFrom: '0000-01-01', source: forAll },
  { vaccine: 'pertussis', bornFrom: '2018-01-01', source: since2018 },
  { vaccine: 'hib', bornFrom: '2018-01-01', source: since2018 },
  { vaccine: 'hepatitisB', bornFrom: '2018-01-01', source: since2018 },
  { vaccine: 'pneumococcus', bornFrom: '2018-01-01', source: since2018 },
  { vaccine: 'meningococcusC', bornFrom: '2018-01-01', bornUntil: lastBefore2025, source: since2018 },
  { vaccine: 'mmr', bornFrom: '2018-01-01', source: since2018 },
  ...(['meningococcusACWY', 'meningococcusB'] as const).flatMap((vaccine): Requirement[] => [
    { vaccine, bornFrom: caughtUpFrom, bornUntil: lastBefore2025, source: since2025, isToVerify: true },
    { vaccine, bornFrom: '2025-01-01', source: since2025 },
  ]),
]

export type RequiredVaccine = Pick<Requirement, 'vaccine' | 'source'> & { readonly isToVerify: boolean }

export const requiredVaccines = (birth: Day): RequiredVaccine[] =>
  requirements
    .filter(({ bornFrom, bornUntil }) => bornFrom <= birth && (bornUntil === undefined || birth <= bornUntil))
    .map(({ vaccine, source, isToVerify = false }) => ({ vaccine, source, isToVerify }))

/** « Sources : article L. 3111-2 … ; article R. 3111-2 … » for a child's list. */
export const sourcesText = (required: readonly RequiredVaccine[]): string =>
  `Sources\u00a0: ${[...new Set(required.map(({ source }) => source))].join('\u00a0; ')}.`

/**
 * What proves the vaccinations: a copy of the health book, a doctor's certificate that they were done, or one against
 * them.
 */
export const vaccinationProofs = ['', 'copy', 'attestation', 'contraindication'] as const
export type VaccinationProof = (typeof vaccinationProofs)[number]

export const proofNames: Readonly<Record<VaccinationProof, string>> = {
  '': 'pas encore reçue',
  copy: 'copie du carnet de santé',
  attestation: 'attestation d’un médecin',
  contraindication: 'contre-indication d’un médecin',
}

/** The days of each vaccine's doses; recording them is optional. */
export type Doses = Readonly<Partial<Record<Vaccine, Day[]>>>

/** Why the doses cannot be recorded, with the vaccine concerned; null when they can. */
export const whyNotDoses = (
  doses: Doses,
  birth: Day,
  today: Day,
): { readonly vaccine: Vaccine; readonly sentence: string } | null => {
  for (const vaccine of vaccines) {
    for (const on of doses[vaccine] ?? []) {
      const refused = (why: string) => ({
        vaccine,
        sentence: `${vaccineNames[vaccine]}\u00a0: le ${numericDay(on)} est ${why}.`,
      })
      if (on < birth) return refused(`avant la naissance, le ${numericDay(birth)}`)
      if (on > today) return refused('encore à venir')
    }
  }
  return null
}

const provisionalMonths = 3

/**
 * The status of a child without proof of vaccination: admitted for three months from its first day (article R. 3111-8),
 * never refused here.
 */
export type VaccinationStanding =
  | { readonly state: 'proved' }
  | { readonly state: 'provisional' | 'late'; readonly until: Day }
  | { readonly state: 'missing' }

/** @param admittedOn the first day of the child's registrations; null without any */
export const vaccinationStanding = (
  proof: VaccinationProof,
  admittedOn: Day | null,
  today: Day,
): VaccinationStanding => {
  if (proof !== '') return { state: 'proved' }
  if (admittedOn === null) return { state: 'missing' }
  const until = addMonths(admittedOn, provisionalMonths)
  return { state: today <= until ? 'provisional' : 'late', until }
}

/** « admis provisoirement jusqu’au 01/12/2026 »; empty with a proof. */
export const standingText = (standing: VaccinationStanding): string => {
  if (standing.state === 'proved') return ''
  if (standing.state === 'missing') return 'Aucune preuve de vaccination\u00a0: demandez-la à la famille.'
  return standing.state === 'provisional'
    ? `Aucune preuve de vaccination\u00a0: l’enfant est admis provisoirement jusqu’au ${numericDay(standing.until)}.`
    : `Aucune preuve de vaccination\u00a0: l’admission provisoire a fini le ${numericDay(standing.until)}, la direction décide.`
}
