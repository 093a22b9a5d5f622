import { addMonths, type Day } from '../calendar/day.ts'
import { numericDay } from '../text/french.ts'

/*
 * Vaccinations that a child must have to be admitted (Code de la santé publique, articles L. 3111-2, R. 3111-2 and
 * R. 3111-8): diphtheria, tetanus and poliomyelitis for everybody; eight more for those born from 2018 on; since 2025
 * meningococcus ACWY in the place of C, and meningococcus B (décret n° 2024-694 of 5 July 2024).
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

/** A vaccine that children born in these years must have. */
type Requirement = {
  readonly vaccine: Vaccine
  readonly bornFrom: string
  readonly bornUntil?: string
  /** Whether a rule for catching up asks it of these children is not certain: staff read « à vérifier ». */
  readonly isToVerify?: true
}

const requirements: readonly Requirement[] = [
  { vaccine: 'dtp', bornFrom: '0000' },
  { vaccine: 'pertussis', bornFrom: '2018' },
  { vaccine: 'hib', bornFrom: '2018' },
  { vaccine: 'hepatitisB', bornFrom: '2018' },
  { vaccine: 'pneumococcus', bornFrom: '2018' },
  { vaccine: 'meningococcusC', bornFrom: '2018', bornUntil: '2024' },
  { vaccine: 'mmr', bornFrom: '2018' },
  { vaccine: 'meningococcusACWY', bornFrom: '2023', bornUntil: '2024', isToVerify: true },
  { vaccine: 'meningococcusB', bornFrom: '2023', bornUntil: '2024', isToVerify: true },
  { vaccine: 'meningococcusACWY', bornFrom: '2025' },
  { vaccine: 'meningococcusB', bornFrom: '2025' },
]

export const requiredVaccines = (birth: Day): { readonly vaccine: Vaccine; readonly isToVerify: boolean }[] => {
  const year = birth.slice(0, 4)
  return requirements
    .filter(({ bornFrom, bornUntil }) => bornFrom <= year && (bornUntil === undefined || year <= bornUntil))
    .map(({ vaccine, isToVerify = false }) => ({ vaccine, isToVerify }))
}

/** What proves the vaccinations: a copy of the health book, a doctor's word for them, or against them. */
export const vaccinationProofs = ['', 'copy', 'attestation', 'contraindication'] as const
export type VaccinationProof = (typeof vaccinationProofs)[number]

export const proofNames: Readonly<Record<VaccinationProof, string>> = {
  '': 'pas encore reçue',
  copy: 'copie du carnet de santé',
  attestation: 'attestation d’un médecin',
  contraindication: 'contre-indication d’un médecin',
}

/** The days of each vaccine's doses, which nobody has to give. */
export type Doses = Readonly<Partial<Record<Vaccine, Day[]>>>

/** Why the doses cannot be recorded, beside which vaccine; null when they can. */
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

/** How a child stands without proof: admitted for three months from its first day (article R. 3111-8), never refused. */
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
