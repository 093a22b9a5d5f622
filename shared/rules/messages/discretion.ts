import { diets } from '../dossier/health.ts'
import { vaccineNames } from '../dossier/vaccinations.ts'

/*
 * What a message must never say. An SMS shows on a locked screen to whoever holds the phone, and a mail passes through
 * other people's servers: neither may be about health (GDPR, article 9), and an SMS may name neither a debt nor a
 * surname.
 */

/** The text as typed, each accented letter one character, and spaces single. */
const typed = (text: string): string => text.normalize('NFC').replaceAll(/\s+/g, ' ')

/** The text without accents; capitals stay. Each character keeps its place in the text as typed. */
const bare = (text: string): string =>
  typed(text)
    .replaceAll(/\P{ASCII}/gu, (letter) => {
      const base = letter.normalize('NFD').replaceAll(/\p{M}/gu, '')
      return base.length === letter.length ? base : letter
    })
    .replaceAll(/[’ʼ]/g, "'")

/** The text without accents and capitals, so that « Allergie » and « ALLERGIE » are one word. */
const plain = (text: string): string => bare(text).toLowerCase()

/** The words of a plain text that match a pattern, as they were typed. */
const typedMatch = (pattern: RegExp, text: string): string | null => {
  const match = pattern.exec(plain(text))
  return match && typed(text).slice(match.index, match.index + match[0].length)
}

/** Words about health as people write them, without accents, as patterns with their endings. */
const healthWords: readonly string[] = [
  'allergi\\p{L}*|allergen\\p{L}*',
  'anaphyla\\p{L}*',
  'asthm\\p{L}*',
  'autis\\p{L}*',
  'contre-indicati\\p{L}*',
  'diabet\\p{L}*',
  'diagnosti\\p{L}*',
  'epileps\\p{L}*|epilepti\\p{L}*',
  'gale|gastros?|gastro-enterites?|hepatites?|meningites?|varicelles?',
  'handicap\\p{L}*',
  'hospitalis\\p{L}*',
  'insuline|ventoline',
  'intoleran\\p{L}*',
  'malad(?:es?|ies?|if\\p{L}*)',
  'mdph|tdah',
  // Not after these nouns, with which the word names a place.
  '(?<!(?:cabinet|centre|maison|pole) )medica(?:le?s?|ux)',
  '(?<!(?:allee|avenue|impasse|place|rue) des )medecins?',
  'medicament\\p{L}*',
  'ordonnances?',
  "projets? d'accueil individualises?",
  'regimes? alimentaires?',
  'fiches? sanitaires?',
  // That of a demande, of data or of waste is no medicine.
  "traitements? de fond|(?<!(?:cours|delai) de |(?<!\\p{L})en )(?:(?:leur|son|votre) )?traitements?(?! (?:d'|(?:automatises?|de|des|du|en|informatiques?)(?!\\p{L})))",
  '(?:sans|pas de|ni) (?:gluten|lactose)',
  'vaccin\\p{L}*',
  ...[
    ...diets.filter((diet) => diet.startsWith('sans ')),
    ...Object.values(vaccineNames)
      .flatMap((name) => name.split(','))
      .map((name) => name.trim())
      .filter((name) => name.length > 2),
  ].map((name) => RegExp.escape(plain(name))),
]

const amount = '\\d[\\d ,.]*(?:€|euros?)'

const paying = '(?:acquitt|honor|pay|regl|sold)(?:er|ez)'

const debtWords: readonly string[] = [
  'arrieres?',
  'avis de saisie|saisies? (?:a tiers|administratives?|sur)',
  'creances?',
  'dettes?',
  'echeances? (?:depassees?|passees?)',
  // An invoice by itself is only a document: it is a debt with what is said of it.
  'factures? (?:\\p{L}+ ){0,3}(?:a (?:payer|regler)|attend(?:ent)?|echues?|en (?:attente|retard|souffrance)|non (?:payee|reglee|soldee)s?)',
  `factures? [^.!?]{0,40}?${amount}`,
  // That parents may pay their invoices online says nothing of what they owe.
  `(?<!(?:peut|peuvent|pouvez|possible de) )${paying} (?:\\p{L}+ ){0,3}factures?`,
  'huissiers?',
  `il (?:vous )?reste ${amount}`,
  'impayee?s?',
  'mises? en demeure',
  '(?:paiement|reglement)s? en retard|retards? de paiement',
  'des poursuites',
  'recouvrement',
  'prelevements? rejetes?|rejets? (?:de|du) (?:votre )?prelevement',
  'relances?',
  'restes? a (?:payer|regler)',
  'solde',
  'sommes? dues?',
  'tresor public',
  `vous (?:devez|devrez|restez devoir) (?:encore )?${amount}`,
]

/** Words that reveal a debt when the audience is people who owe. */
const owedWords: readonly string[] = [
  amount,
  'dev(?:ez|oir|rez)|doit|doivent',
  'factures?',
  'paiements?|pay(?:e|er|ez)',
  'reglements?|regl(?:e|er|ez)',
]

const anyOf = (patterns: readonly string[]): RegExp => new RegExp(`(?<!\\p{L})(?:${patterns.join('|')})(?!\\p{L})`, 'u')

const healthPattern = anyOf(healthWords)
const debtPattern = anyOf(debtWords)
const owedPattern = anyOf(owedWords)
/** Matched with accents: « reste dû » is about a debt, « le reste du groupe » is not. */
const duePattern = /(?<!\p{L})(?:restes?|montants?) dûs?(?!\p{L})/iu
/** Matched in capitals: « pai » in small letters is no word of health. */
const carePlan = /(?<!\p{L})P\.?A\.?I\.?(?!\p{L})/u

/** The first word of a text that reveals something about health; null when there is none. */
export const healthWordIn = (text: string): string | null => carePlan.exec(text)?.[0] ?? typedMatch(healthPattern, text)

const debtWordIn = (text: string, isOwed: boolean): string | null =>
  typedMatch(debtPattern, text) ?? duePattern.exec(typed(text))?.[0] ?? (isOwed ? typedMatch(owedPattern, text) : null)

const wordsOf = (name: string): string[] => bare(name).match(/\p{L}+/gu) ?? []

/** Particles are no surname by themselves: « Le Goff » is recognised by « Goff ». */
const particles = new Set(
  'ait al ben bel da das de del della den der di do dos du el la le les mac mc saint sainte st ste van von'.split(' '),
)

/** The words by which a surname is recognised, as written: each part of a double name is one. */
const partsOf = (surname: string): string[] => {
  const words = typed(surname).match(/\p{L}+/gu) ?? []
  const own = words.filter((word) => word.length > 1 && !particles.has(plain(word)))
  return own.length > 0 ? own : words
}

/**
 * Whether a word is written as one of these surnames: « Noel » stands for « Noël », « Noël » is not the name « Noel ».
 * Capitals, as many files keep names, leave out accents.
 */
const isOneOf = (surnames: Iterable<string>): ((word: string) => boolean) => {
  const parts = [...surnames].flatMap(partsOf)
  const withoutAccents = new Set(parts.map(plain))
  const written = new Set(parts.map((part) => part.toLowerCase()))
  const inCapitals = new Set(parts.flatMap((part) => (part === bare(part).toUpperCase() ? plain(part) : [])))
  return (word) =>
    word === bare(word) || inCapitals.has(plain(word))
      ? withoutAccents.has(plain(word))
      : written.has(word.toLowerCase())
}

/** Feasts that are surnames too. */
const feasts: ReadonlySet<string> = new Set(['ascension', 'noel', 'paques', 'pentecote', 'toussaint'])

/** What stands right before a feast that is a surname: a title or a first name, which no wish is. */
const namedBefore =
  /(?<!\p{L})(?:familles?|[Mm]adame|[Mm]onsieur|M\.|Mlle|Mme|(?!(?:Bon|Joyeux|Vacances|Vive) )\p{Lu}\p{L}*) $/u

/** The service's own names, also without their first word: « Jean-Ruel » for « École Jean-Ruel ». */
const namesPattern = (names: readonly string[]): RegExp | null => {
  const written = names.flatMap((name) => {
    const words = wordsOf(name)
    return words.flatMap((_, from) => (from === 0 || from < words.length - 1 ? [words.slice(from)] : []))
  })
  const longestFirst = written.toSorted((one, other) => other.length - one.length)
  return longestFirst.length === 0
    ? null
    : new RegExp(`(?<!\\p{L})(?:${longestFirst.map((words) => words.join("[ '-]+")).join('|')})(?!\\p{L})`, 'giu')
}

/**
 * What stands before a word that begins a sentence: nothing, the end of another sentence, a colon or the dash of a
 * list. The full stop of « M. », of « Mme. » or of an initial ends no sentence.
 */
const sentenceBegins = /(?:^|[!?…:;]|(?<!(?<!\p{L})(?:\p{Lu}|M(?:lle|me|r)|Dr|[Ff]am))\.|(?:^|\s)[-–—•*])\s*["«]?\s*$/u

/**
 * Whether a word with a capital is a name because of where it stands. Inside a sentence it is (« voir Petit », « la
 * famille Petit »). At the beginning of one the capital says nothing (« Petit goûter ce soir », « Menu : Poisson »),
 * unless another capital follows (« Petit Noa ») or the word alone is in capitals (« PETIT est absent »).
 */
const isWrittenAsName = (line: string, word: string, at: number): boolean => {
  if (feasts.has(plain(word)) && !/^-\p{Lu}/u.test(line.slice(at + word.length)))
    return namedBefore.test(line.slice(0, at))
  if (!sentenceBegins.test(line.slice(0, at))) return true
  const isAllCapitals = !/\p{Ll}/u.test(line)
  const isInCapitals = word.length > 1 && word === word.toUpperCase()
  return !isAllCapitals && (isInCapitals || /^[ -]\p{Lu}/u.test(line.slice(at + word.length)))
}

/**
 * The first surname of the audience, or part of one, that the text writes as a name. The names of the service itself do
 * not count.
 */
const surnameIn = (text: string, surnames: Iterable<string>, ownNames: readonly string[]): string | null => {
  const isSurname = isOneOf(surnames)
  const pattern = namesPattern(ownNames)
  for (const line of text.split('\n').map(typed)) {
    // A name of the service leaves its place, so that what follows it begins no sentence.
    const read = pattern ? bare(line).replaceAll(pattern, (name) => '_'.repeat(name.length)) : bare(line)
    for (const { 0: found, index } of read.matchAll(/(?<!\p{L})\p{Lu}\p{L}*/gu)) {
      const word = line.slice(index, index + found.length)
      if (isSurname(word) && isWrittenAsName(read, found, index)) return word
    }
  }
  return null
}

export type Told = {
  readonly subject: string
  /** The text as staff wrote it, before fields are filled. */
  readonly text: string
  readonly hasSms: boolean
  /** Whether the audience is people who owe money: an amount alone then reveals a debt. */
  readonly isOwed: boolean
  /** The surnames of the children and guardians of the audience. */
  readonly surnames: readonly string[]
  /** Names of the service, its places, activities and schools: allowed even when a family has the same name. */
  readonly ownNames: readonly string[]
  /** The names of the attached files. */
  readonly files: readonly string[]
}

/** Why a message may not be sent as it is; null when it may. */
export const whyNotDiscreet = ({ subject, text, hasSms, isOwed, surnames, ownNames, files }: Told): string | null => {
  const health = [text, subject, ...files].map(healthWordIn).find((word) => word !== null) ?? null
  if (health !== null)
    return `«\u00a0${health}\u00a0» parle de santé\u00a0: écrivez «\u00a0un document du dossier\u00a0», avec le lien du portail.`
  if (!hasSms) return null
  const debt = debtWordIn(text, isOwed)
  if (debt !== null)
    return `«\u00a0${debt}\u00a0» parle d’argent dû, qu’un SMS ne dit jamais\u00a0: changez ce mot, ou n’envoyez pas de SMS.`
  const surname = surnameIn(text, surnames, ownNames)
  return surname === null
    ? null
    : `«\u00a0${surname}\u00a0» est un nom de famille, qu’un SMS ne dit jamais\u00a0: le prénom suffit. Si c’est un mot, écrivez-le sans majuscule.`
}
