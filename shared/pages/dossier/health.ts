import type { HealthShown } from '../../contract/portal/papers.ts'
import {
  type DeclarableField,
  type DeclaredHealth,
  type Diet,
  dietName,
  diets,
  type Health,
  healthNames,
  healthText,
} from '../../rules/dossier/health.ts'
import { type HealthQuestion, questionsChanged } from '../../rules/dossier/health-questions.ts'
import type { Sex } from '../../rules/people/person.ts'
import { capitalised, counted, listed, shortDay } from '../../rules/text/french.ts'

/**
 * « Fiche sanitaire de Tao »: the words of the pages by which a parent reads, corrects and confirms a child's health
 * record.
 */

type Question = {
  /** Title with the child's name, and « il » or « elle ». */
  readonly title: (child: string, pronoun: string) => string
  readonly hint?: string
  /** The name of what a parent changes: « Vous changez une chose : l’allergie. » */
  readonly thing: string
}

export const questionWords: Readonly<Record<HealthQuestion, Question>> = {
  allergies: { title: (child, pronoun) => `${child} a-t-${pronoun} une allergie\u00a0?`, thing: 'l’allergie' },
  treatment: {
    title: (child, pronoun) => `${child} prend-${pronoun} un médicament pendant l’accueil\u00a0?`,
    hint: 'Un médicament n’est donné qu’avec son ordonnance, dans sa boîte, au nom de l’enfant.',
    thing: 'le médicament',
  },
  history: {
    title: (child, pronoun) => `${child} a-t-${pronoun} eu une maladie, un séjour à l’hôpital, une opération\u00a0?`,
    hint: 'Ce que l’équipe doit savoir pour l’accueillir, rien de plus.',
    thing: 'les maladies et opérations',
  },
  diet: { title: (_, pronoun) => `Que mange-t-${pronoun}\u00a0?`, thing: 'le régime' },
  pai: {
    title: (child, pronoun) => `${child} a-t-${pronoun} un projet d’accueil individualisé (PAI)\u00a0?`,
    hint: 'Le document lui-même s’envoie dans «\u00a0Mes pièces\u00a0».',
    thing: 'le PAI',
  },
  recommendations: {
    title: () => 'Avez-vous un conseil à donner à l’équipe\u00a0?',
    hint: 'Lunettes, sommeil, ce qui le ou la rassure…',
    thing: 'vos conseils',
  },
  doctor: { title: () => 'Quel est son médecin\u00a0?', thing: 'le médecin' },
  insurance: {
    title: (_, pronoun) => `Par qui est-${pronoun} assuré${pronoun === 'elle' ? 'e' : ''}\u00a0?`,
    hint: 'L’assurance qui couvre votre enfant à l’école et dans ses loisirs.',
    thing: 'l’assurance',
  },
}

/** « Tao a-t-il une allergie ? »; for a child whose sex is not recorded, « Votre enfant a-t-il une allergie ? ». */
export const questionTitle = (
  question: HealthQuestion,
  { firstName, sex }: { readonly firstName: string; readonly sex: Sex },
): string => questionWords[question].title(sex === '' ? 'Votre enfant' : firstName, sex === 'F' ? 'elle' : 'il')

/** What a parent types into a field: its label and an example. */
export const fieldWords: Readonly<Record<DeclarableField, { readonly label: string; readonly hint?: string }>> = {
  allergies: {
    label: 'À quoi, et que se passe-t-il\u00a0?',
    hint: 'Par exemple\u00a0: œuf, plaques sur la peau. Et ce qu’il faut faire.',
  },
  treatment: {
    label: 'Quel médicament, à quelle dose, à quelle heure\u00a0?',
    hint: 'Par exemple\u00a0: Ventoline, 2 bouffées à midi.',
  },
  prescriptionOn: {
    label: healthNames.prescriptionOn,
    hint: 'jj/mm/aaaa. L’ordonnance s’envoie dans «\u00a0Mes pièces\u00a0».',
  },
  history: { label: 'Quoi, et quand\u00a0?' },
  diet: { label: healthNames.diet },
  pai: { label: 'Que demande-t-il\u00a0?', hint: 'Par exemple\u00a0: stylo d’adrénaline dans sa trousse.' },
  paiUntil: { label: healthNames.paiUntil, hint: 'jj/mm/aaaa' },
  recommendations: { label: 'Lequel\u00a0?' },
  doctor: { label: healthNames.doctor, hint: 'Son nom, son téléphone.' },
  insurer: { label: healthNames.insurer },
  insuranceContract: { label: healthNames.insuranceContract },
  insuranceUntil: { label: healthNames.insuranceUntil, hint: 'jj/mm/aaaa' },
}

export const dietChoices: readonly { readonly value: Diet; readonly text: string }[] = diets.map((diet) => ({
  value: diet,
  text: diet === '' ? 'De tout' : capitalised(dietName(diet)),
}))

/** The known answer to a question, in words: « Piqûres de guêpe », « non ». */
export const knownText = (record: Health, fields: readonly DeclarableField[], isYesOrNo: boolean): string => {
  const texts = fields.flatMap((field) => {
    if (field === 'diet') return dietChoices.find(({ value }) => value === record.diet)?.text ?? ''
    const text = healthText(field, record[field])
    return text === '' ? [] : namedAfterFirst(fields, field, text)
  })
  return texts.length > 0 ? texts.join(', ') : isYesOrNo ? 'non' : ''
}

/**
 * A text of a question, named unless it is that of its first field: « MAE », « assurance valable jusqu’au 31/08/2027 »
 */
export const namedAfterFirst = (fields: readonly DeclarableField[], field: DeclarableField, text: string): string =>
  field === fields[0] ? text : `${healthNames[field].replace(/^./, (first) => first.toLowerCase())} ${text}`

/** « Vous changez une chose : l’allergie. » */
export const changeText = (told: DeclaredHealth): string => {
  const changed = questionsChanged(told)
  if (changed.length === 0) return 'Vous ne changez rien.'
  const things = listed(changed.map((question) => questionWords[question].thing))
  return `Vous ${changed.length === 1 ? 'changez une chose' : `changez ${counted(changed.length, 'chose')}`}\u00a0: ${things}. La direction le lira et vous répondra.`
}

/** Why the record is not shown, and what to do about it; null when it is shown, or when the town never shows it. */
export const notShownText = ({ state }: HealthShown): string | null => {
  switch (state) {
    case 'later':
      return 'Ce que la mairie sait déjà sera de nouveau visible après le prochain échange, cette nuit au plus tard. Vous pouvez répondre dès maintenant.'
    case 'logInAgain':
      return 'Pour relire ce que la mairie sait déjà, déconnectez-vous puis connectez-vous de nouveau.'
    case 'notShown':
      return 'Ce que la mairie sait déjà n’est montré qu’aux responsables dont elle a confirmé l’autorité parentale. Appelez-la pour le faire.'
    case 'off':
    case 'shown':
      return null
  }
}

/** Shown when the desk changed the record after the unsent answers were stored. */
export const changedMeanwhileText =
  'La mairie a changé cette fiche depuis vos dernières réponses\u00a0: relisez-les avant de les transmettre.'

/** Answers kept under the former password. */
export const answersLostText =
  'Vos réponses commencées avant le nouveau mot de passe n’ont pas pu être gardées\u00a0: elles étaient fermées avec l’ancien. Recommencez à la première question.'

/** Where the record is not shown, a parent may answer a single question. */
export const leftOutText = 'Une question laissée sans réponse ne change rien à ce que la mairie sait déjà.'

/** « Confirmée par un responsable le ven. 27 nov. 2026. » */
export const confirmedText = (confirmedOn: Parameters<typeof shortDay>[0] | null): string | null =>
  confirmedOn === null ? null : `Confirmée par un responsable le ${shortDay(confirmedOn)}.`
