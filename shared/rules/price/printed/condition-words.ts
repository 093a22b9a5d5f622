import type { Day } from '../../calendar/day.ts'
import { counted, numericDay, quoted, typedDay } from '../../text/french.ts'
import { type CountingPeriod, type PriceCondition, type Range, slotCode } from '../tariff.ts'

/*
 * The condition of a price as a council writes it, « 2ᵉ enfant, hors commune »: what the grid shows is what staff type.
 */

/** « 2ᵉ enfant, hors commune »: for a row of the grid and for a step of « Pourquoi ce prix ». */
export const conditionText = (when: PriceCondition): string =>
  [
    ...(when.resident === undefined ? [] : [when.resident ? 'commune' : 'hors commune']),
    ...(when.category === undefined ? [] : [isBareCategory(when) ? when.category : `catégorie ${when.category}`]),
    ...(when.scheme === undefined ? [] : [`régime ${when.scheme}`]),
    ...(when.group === undefined ? [] : [`groupe ${when.group.replaceAll(/\s*,\s*/g, ' ')}`]),
    ...(when.rank ? [rangeText(when.rank, rankText, ' et suivants')] : []),
    ...(when.children ? [rangeText(when.children, (many) => counted(many, 'enfant'), ' et plus')] : []),
    ...(when.weekdays ? [`inscrit ${daysText(when.weekdays)} par semaine`] : []),
    ...(when.slots ? [combinationText(when.slots)] : []),
    ...(when.dates ? [datesText(when.dates)] : []),
    ...(when.nth ? [`${nthText(when.nth)} ${periodNames[when.nth.per]}`] : []),
    ...(when.days ? [`${daysText(when.days)} ${inPeriodNames[when.days.per]}`] : []),
  ].join(', ')

export const rankText = (rank: number): string => (rank === 1 ? '1ᵉʳ enfant' : `${rank}ᵉ enfant`)

/** « 2 enfants », « 3 enfants et plus », « de 2 à 4 jours » */
const rangeText = ({ from, to }: Range, text: (value: number) => string, more: string): string => {
  if (from === to) return text(from)
  return to === null ? `${text(from)}${more}` : `de ${from} à ${text(to)}`
}

const daysText = (range: Range): string => rangeText(range, (many) => counted(many, 'jour'), ' et plus')

const nthText = ({ from, to }: Range): string => {
  const first = from === 1 ? '1ᵉʳ' : `${from}ᵉ`
  if (from === to) return `${first} jour`
  return to === null ? `à partir du ${first} jour` : `du ${first} au ${to}ᵉ jour`
}

const datesText = ({ from, to }: NonNullable<PriceCondition['dates']>): string =>
  from === to ? `le ${numericDay(from)}` : `du ${numericDay(from)} au ${numericDay(to)}`

const periodNames: Readonly<Record<CountingPeriod, string>> = {
  week: 'de la semaine',
  month: 'du mois',
  period: 'de la période',
}

const inPeriodNames: Readonly<Record<CountingPeriod, string>> = {
  week: 'dans la semaine',
  month: 'dans le mois',
  period: 'dans la période',
}

/** « dans la semaine » */
export const inPeriodText = (per: CountingPeriod): string => inPeriodNames[per]

/**
 * Whether the condition names a price category without the word « catégorie »: a name that could be read as another
 * condition (« CAF ») has it, and one that is also a group’s.
 */
export const isBareCategory = ({ category, isCategory }: PriceCondition): boolean =>
  category !== undefined && !isCategory && isReadAsCategory(category)

const isReadAsCategory = (name: string): boolean => {
  const read = parsePart(name)
  return 'part' in read && read.part.category === name
}

/** Writes « plages » before slots whose names could be read as another condition (« groupe matin + repas »). */
const combinationText = (slots: readonly string[]): string => {
  const text = slots.join(' + ')
  const read = parsePart(text)
  return 'part' in read && read.part.slots?.join(' + ') === text ? text : `plages ${text}`
}

type ConditionResult = { readonly when: PriceCondition } | { readonly refusal: string }

/** Reads a condition from its parts, separated by commas. Words that are no other condition name a price category. */
export const parseCondition = (text: string): ConditionResult => {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (parts.length === 0) return { refusal: 'Écrivez pour qui est le prix, par exemple «\u00a02ᵉ enfant\u00a0».' }
  let when: PriceCondition = {}
  for (const written of parts) {
    const read = parsePart(written)
    if ('refusal' in read) return read
    const [key] = Object.keys(read.part) as (keyof PriceCondition)[]
    if (key !== undefined && when[key] !== undefined)
      return {
        refusal: `${quoted(text)} demande deux choses qui se contredisent\u00a0: une seule par prix.`,
      }
    when = { ...when, ...read.part }
  }
  return { when }
}

type PartResult = { readonly part: PriceCondition } | { readonly refusal: string }

const resident = /^(?:la )?(?:commune|ville|residents?|habitants?)$/
const nonResident =
  /^(?:hors[ -]?(?:de la )?(?:commune|ville)|hors|exterieurs?|enfants? (?:de l.)?exterieurs?|non[ -]residents?)$/
const scheme = /^(?:regime|allocataires?)(?: (?:de la|du))? (.+)$/
const andMore = String.raw`(?: (?:et plus|et suivants|et \+)|\+)?`
const rank = new RegExp(String.raw`^(\d+) ?(?:er|ere|e|eme|nd|nde) enf(?:ant|\.)?(${andMore})$`)
const ranks = /^de (\d+) a (\d+) ?(?:e|eme) enf(?:ant|\.)?$/
const children = new RegExp(String.raw`^(\d+) enfants?(${andMore})$`)
const someChildren = /^de (\d+) a (\d+) enfants?$/
const registered = new RegExp(String.raw`^inscrits? (?:de (\d+) a )?(\d+) jours?(${andMore}) par semaine$`)
const spanWords = String.raw`(?:de |dans |par )?(?:la |le |du )?(semaine|mois|periode)`
const nth = new RegExp(
  String.raw`^(?:(a partir du) )?(?:du (\d+) ?(?:er|e|eme)? au )?(\d+) ?(?:er|e|eme) jour ${spanWords}$`,
)
const days = new RegExp(String.raw`^(?:de (\d+) a )?(\d+) jours?(${andMore}) ${spanWords}$`)
const onDay = /^le (\S+)$/
const fromTo = /^du (\S+\/\S+) au (\S+)$/
const category = /^categorie (.+)$/
const group = /^groupe (.+)$/
const combination = /^plages? (.+\+.+)$/

const periodByWord: Readonly<Record<string, CountingPeriod>> = { semaine: 'week', mois: 'month', periode: 'period' }

/** @param more the words « et plus », if they follow */
const rangeOf = (from: string | undefined, to: string | undefined, more: string | undefined): Range => {
  if (from !== undefined) return { from: Number(from), to: Number(to) }
  return { from: Number(to), to: more ? null : Number(to) }
}

const parsePart = (written: string): PartResult => {
  const text = plainWords(written)
  const found = <Part>(pattern: RegExp, read: (...groups: (string | undefined)[]) => Part): Part | undefined => {
    const match = pattern.exec(text)
    return match ? read(...match.slice(1)) : undefined
  }
  const part: PriceCondition | undefined =
    found(resident, () => ({ resident: true })) ??
    found(nonResident, () => ({ resident: false })) ??
    found(rank, (one, more) => ({ rank: rangeOf(undefined, one, more) })) ??
    found(ranks, (from, to) => ({ rank: rangeOf(from, to, '') })) ??
    found(children, (one, more) => ({ children: rangeOf(undefined, one, more) })) ??
    found(someChildren, (from, to) => ({ children: rangeOf(from, to, '') })) ??
    found(registered, (from, to, more) => ({ weekdays: rangeOf(from, to, more) })) ??
    found(nth, (open, from, to, per = '') => ({
      nth: { ...rangeOf(from, to, open), per: periodByWord[per] ?? 'week' },
    })) ??
    found(days, (from, to, more, per = '') => ({
      days: { ...rangeOf(from, to, more), per: periodByWord[per] ?? 'week' },
    }))
  if (part) return { part }
  const dated =
    found(onDay, (on) => datesPart(written, on, on)) ?? found(fromTo, (from, to) => datesPart(written, from, to))
  if (dated) return dated
  const words = written.trim()
  const named = words.replace(/^\S+\s+/, '')
  // What these words name is taken whole: a group may be called « 11 ans + ».
  if (group.test(text)) return { part: { group: named } }
  if (category.test(text)) return { part: { category: named, ...(isReadAsCategory(named) && { isCategory: true }) } }
  if (scheme.test(text)) return { part: { scheme: words.replace(/^\S+\s+(?:de la\s+|du\s+)?/i, '') } }
  if (/^(?:caf|msa)$/.test(text)) return { part: { scheme: words } }
  if (combination.test(text)) return { part: { slots: named.split('+').map(slotCode) } }
  if (words.includes('+')) return { part: { slots: words.split('+').map(slotCode) } }
  return { part: { category: words } }
}

const datesPart = (written: string, from = '', to = ''): PartResult => {
  const [first, last]: (Day | null)[] = [typedDay(from), typedDay(to)]
  if (!first || !last)
    return {
      refusal: `${quoted(written)} n’est pas une date\u00a0: écrivez par exemple «\u00a0le 14/07/2026\u00a0».`,
    }
  return first <= last
    ? { part: { dates: { from: first, to: last } } }
    : { refusal: `${quoted(written)}\u00a0: la date de fin est avant la date de début.` }
}

/** Without accents, capitals, raised letters (« 2ᵉ ») and double spaces. */
const plainWords = (written: string): string =>
  slotCode(written.normalize('NFKD'))
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ')
    .replaceAll('’', "'")
