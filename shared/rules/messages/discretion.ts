import { diets } from '../dossier/health.ts'
import { vaccineNames } from '../dossier/vaccinations.ts'

/*
 * What a message never says. An SMS is read on a locked screen by whoever holds the telephone, a mail crosses servers of
 * others: health (GDPR, article 9) is in neither, and an SMS tells no debt and no surname.
 */

/** Words of the health record, as a person writes them: each with its endings. */
const healthWords: readonly string[] = [
  'allergi\\p{L}*',
  'asthm\\p{L}*',
  'antecedents? medica\\p{L}*',
  'autis\\p{L}*',
  'certificats? medica\\p{L}*',
  'contre-indicati\\p{L}*',
  'diabet\\p{L}*',
  'diagnosti\\p{L}*',
  'epileps\\p{L}*|epilepti\\p{L}*',
  'handicap\\p{L}*',
  'hospitalis\\p{L}*',
  'intoleran\\p{L}*',
  'malad\\p{L}*',
  'medecins?',
  'medicament\\p{L}*',
  'ordonnances?',
  'regimes? alimentaires?',
  'fiches? sanitaires?',
  'traitements? medica\\p{L}*',
  'vaccin\\p{L}*',
  ...diets.filter((diet) => diet.startsWith('sans ')),
  ...Object.values(vaccineNames)
    .flatMap((name) => name.split(','))
    .map((name) => name.trim())
    .filter((name) => name.length > 2),
]

const debtWords: readonly string[] = [
  'arrieres?',
  'creances?',
  'dettes?',
  'factures?',
  'huissiers?',
  'impayes?',
  'mises? en demeure',
  'poursuites?',
  'recouvrement',
  'relances?',
  'retards? de paiement',
  'saisies?',
  'soldes?',
  'tresor public',
]

/** Without accents and capitals, so that « Allergie » and « ALLERGIE » are one word. */
const plain = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/[’ʼ]/g, "'").toLowerCase()

const anyOf = (words: readonly string[]): RegExp =>
  new RegExp(`(?<!\\p{L})(?:${words.map(plainPattern).join('|')})(?!\\p{L})`, 'u')
const plainPattern = (word: string): string =>
  word.includes('\\p') ? word : plain(word).replaceAll(/[.*+^${}()[\]\\]/g, '\\$&')

const healthPattern = anyOf(healthWords)
const debtPattern = anyOf(debtWords)
/** Written in capitals: « pai » in small letters is no word of health. */
const carePlan = /(?<!\p{L})P\.?A\.?I\.?(?!\p{L})/u

const healthWordIn = (text: string): string | null =>
  carePlan.exec(text)?.[0] ?? healthPattern.exec(plain(text))?.[0] ?? null

/** The surname that a text writes with a capital, such as « Petit »; « petit » is a word like another. */
const surnameIn = (text: string, surnames: ReadonlySet<string>): string | null => {
  const known = new Set([...surnames].map(plain))
  const words = text.matchAll(/\p{Lu}[\p{L}’'-]*/gu)
  return [...words].map(([word]) => word).find((word) => known.has(plain(word))) ?? null
}

export type Told = {
  readonly subject: string
  /** As it is written, before any field is filled. */
  readonly text: string
  readonly hasSms: boolean
  /** Of the audience's children and guardians. */
  readonly surnames: ReadonlySet<string>
}

/** Why a message may not be sent as it is written; null when it may. */
export const whyNotDiscreet = ({ subject, text, hasSms, surnames }: Told): string | null => {
  const health = healthWordIn(text) ?? healthWordIn(subject)
  if (health !== null)
    return `«\u00a0${health}\u00a0» parle de santé\u00a0: écrivez «\u00a0un document du dossier\u00a0», avec le lien du portail. Rien n’est parti.`
  if (!hasSms) return null
  const debt = debtPattern.exec(plain(text))?.[0]
  if (debt !== undefined)
    return `«\u00a0${debt}\u00a0» parle d’argent dû, qu’un SMS ne dit jamais\u00a0: changez ce mot, ou n’envoyez pas de SMS. Rien n’est parti.`
  const surname = surnameIn(text, surnames)
  return surname === null
    ? null
    : `«\u00a0${surname}\u00a0» est un nom de famille, qu’un SMS ne dit jamais\u00a0: le prénom suffit. Rien n’est parti.`
}
