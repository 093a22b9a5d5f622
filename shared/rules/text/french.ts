import {
  type Age,
  type Day,
  dayAt,
  dayOfMonth,
  firstOfMonth,
  type Instant,
  isDay,
  lastOfMonth,
  type TimeOfDay,
  timeAt,
  weekday,
} from '../calendar/day.ts'
import type { PostalAddress } from '../people/person.ts'

/** « mercredi 25 novembre 2026 » */
export const longDay = (on: Day): string => `${weekdayName(weekday(on))} ${longDate(on)}`

/** « 25 novembre 2026 », « 1ᵉʳ décembre 2026 » */
export const longDate = (on: Day): string => `${dateNumber(on)} ${formatted(on, 'monthOfYear')}`

/** « mer. 25 nov. 2026 » */
export const shortDay = (on: Day): string => `${briefDay(on)} ${on.slice(0, 4)}`

/** « mer. 25 nov. », when the year is obvious */
export const briefDay = (on: Day): string => `${formatted(on, 'weekday')} ${dateNumber(on)} ${formatted(on, 'month')}`

/**
 * Repeats month and year only if they differ: « 23 → 29 nov. 2026 », « 28 déc. 2026 → 3 janv. 2027 »; a single day is «
 * mer. 25 nov. 2026 ».
 */
export const daysText = (from: Day, to: Day): string => {
  if (from === to) return shortDay(from)
  const isSameYear = from.slice(0, 4) === to.slice(0, 4)
  const begins = [
    dateNumber(from),
    ...(from.slice(0, 7) === to.slice(0, 7) ? [] : [formatted(from, 'month')]),
    ...(isSameYear ? [] : [from.slice(0, 4)]),
  ]
  return `${begins.join(' ')} → ${dateNumber(to)} ${formatted(to, 'month')} ${to.slice(0, 4)}`
}

/**
 * All days, grouped by month: « 7 et 14 oct. », « 30 déc. 2026, 6 janv. 2027 ».
 * @param days a repeated day gets its count: « 1ᵉʳ ×2 et 5 oct. »
 */
export const datesText = (days: readonly Day[]): string => {
  const months = [...Map.groupBy([...new Set(days)].toSorted(), (on) => on.slice(0, 7)).values()]
  const years = months.map(([first = '']) => first.slice(0, 4))
  return months
    .map((ofMonth, index) => {
      const [first] = ofMonth
      const isLastOfYear = new Set(years).size > 1 && years[index + 1] !== years[index]
      const month = first ? formatted(first, 'month') : ''
      return `${listed(ofMonth.map(dateNumber))}\u00a0${month}${isLastOfYear ? `\u00a0${years[index]}` : ''}`
    })
    .join(', ')
}

/** The days of a line, in which a day is repeated for each unit: « 7 et 14 oct., deux fois les 5 et 12 oct. ». */
export const unitDatesText = (units: readonly Day[]): string =>
  [...Map.groupBy(new Set(units), (on) => units.filter((unit) => unit === on).length)]
    .toSorted(([one], [other]) => one - other)
    .map(([times, days]) => {
      const dates = datesText(days)
      if (times === 1) return dates
      return `${times === 2 ? 'deux' : times}\u00a0fois ${days.length === 1 ? 'le' : 'les'} ${dates}`
    })
    .join(', ')

/** « novembre 2026 », « juin à août 2025 », « novembre 2025 à janvier 2026 », « du 1/11/2026 au 15/11/2026 » */
export const spanText = (from: Day, to: Day): string => {
  if (from !== firstOfMonth(from) || to !== lastOfMonth(to)) return `du ${numericDay(from)} au ${numericDay(to)}`
  if (from.slice(0, 7) === to.slice(0, 7)) return monthText(from)
  const begins = from.slice(0, 4) === to.slice(0, 4) ? (monthText(from).split(' ')[0] ?? '') : monthText(from)
  return `${begins} à ${monthText(to)}`
}

const maxNamedDays = 8

/** « mer. 2 déc., mer. 9 déc. »; for many days, the first ones and « et 12 autres ». */
export const briefDays = (days: readonly Day[]): string => {
  const each = [...new Set(days)].toSorted()
  const named = each.slice(0, maxNamedDays).map(briefDay).join(', ')
  return each.length > maxNamedDays ? `${named} et ${each.length - maxNamedDays} autres` : named
}

/** « 25/11/2026 » */
export const numericDay = (on: Day): string => `${on.slice(8)}/${on.slice(5, 7)}/${on.slice(0, 4)}`

const writtenDay = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{2})$|^(\d{2})(\d{2})(\d{4}|\d{2})$/

/**
 * Parses a day as typed in France: « 3/5/2021 », « 03.05.21 », « 03052021 », or in ISO format; null for an invalid or
 * incomplete one.
 */
export const typedDay = (text: string): Day | null => {
  const line = text.trim()
  if (isDay(line)) return line
  const match = writtenDay.exec(line)
  if (!match) return null
  const [date = '', month = '', year = ''] = match.slice(1).filter((part) => part !== undefined)
  // Years with two digits: births and papers here are never before 1950.
  const full = year.length === 4 ? year : `${Number(year) < 50 ? 20 : 19}${year}`
  const isoDay = `${full}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
  return isDay(isoDay) ? isoDay : null
}

/** Why what was typed is no day: it is not in the calendar, or it is not written as a whole day. */
export const notADayText = (typed: string): string =>
  writtenDay.test(typed)
    ? `${typed}\u00a0: cette date n’existe pas.`
    : `${typed}\u00a0: écrivez le jour, le mois et l’année, comme 25/11/2026.`

/** « novembre 2026 » */
export const monthText = (on: Day): string => formatted(on, 'monthOfYear')

/** « déc. 2026 », for a column */
export const briefMonth = (on: Day): string => `${formatted(on, 'month')}\u00a0${on.slice(0, 4)}`

/** « nov. et déc. 2026 », « déc. 2026 et janv. 2027 » */
export const monthSpanText = (from: Day, to: Day): string => {
  const year = from.slice(0, 4) === to.slice(0, 4) ? '' : ` ${from.slice(0, 4)}`
  return `${formatted(from, 'month')}${year} et ${formatted(to, 'month')} ${to.slice(0, 4)}`
}

/** Monday 1 … Sunday 7: « mercredi ». */
export const weekdayName = (number: number): string => weekdays[number - 1] ?? ''

/** « 8 h 05 » */
export const timeText = (time: TimeOfDay): string => `${Number(time.slice(0, 2))}\u00a0h\u00a0${time.slice(3)}`

/** « mar. 24 nov. 2026 à 2 h 00 », on clocks in France */
export const instantText = (at: Instant): string => `${shortDay(dayAt(at))} à ${timeText(timeAt(at))}`

/** « 4 ans »; with months under three years: « 2 ans 5 mois », « 8 mois ». */
export const ageText = ({ years, months }: Age): string => {
  const yearsText = counted(years, 'an')
  if (years >= 3 || (years > 0 && months === 0)) return yearsText
  return years === 0 ? `${months}\u00a0mois` : `${yearsText} ${months}\u00a0mois`
}

/** « séances » for « séance », « repas » unchanged. Irregular plurals must be given by the caller. */
export const pluralOf = (one: string): string => (/[sxz]$/.test(one) ? one : `${one}s`)

/** « 0 place », « 1 place », « 2 places ». In French the plural begins at two. */
export const counted = (count: number, one: string, many = pluralOf(one)): string =>
  `${groupedNumber.format(count)}\u00a0${Math.abs(count) < 2 ? one : many}`

/**
 * Keeps numbers, and an interval of hours, on one line: « Grand-mère, 06 39 98 27 15 », « 16 h 30 – 18 h 30 ». A line may
 * break after a dash, whatever the space that follows.
 */
export const withUnbrokenNumbers = (text: string): string =>
  text.replaceAll(/(?<=\d) (?=\d)/g, '\u00a0').replaceAll('–\u00a0', '–\u2060\u00a0')

/** « 1ʳᵉ », « 2ᵉ »: the feminine form, for « place » and « demande ». */
export const ordinal = (rank: number): string => (rank === 1 ? '1ʳᵉ' : `${rank}ᵉ`)

const feminineLabels = ['Adresse', 'École', 'Classe']

/** « Non renseigné(e) » for an empty field, in the gender of its label. */
export const notProvidedText = (label: string): string =>
  feminineLabels.includes(label) ? 'Non renseignée' : 'Non renseigné'

/** « lundi, mardi et jeudi » */
export const listed = (words: readonly string[], link: 'et' | 'ou' = 'et'): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${link} ${words.at(-1)}`

/**
 * « d’Ambre », « de Basile », « d’Yves », « de Yann ». No rule tells which names have a silent « h »: all with « h »
 * get « de ».
 */
export const ofName = (name: string): string => {
  const unaccented = name.normalize('NFD').replace(/\p{M}/gu, '')
  return /^([aeiouœæ]|y[^aeiou])/i.test(unaccented) ? `d’${name}` : `de ${name}`
}

/** Ends a sentence with a full stop, unless an abbreviation already ends it: « … le lun. 30 nov. » */
export const withFullStop = (text: string): string => (text.endsWith('.') ? text : `${text}.`)

/**
 * « Mar. 8 déc., repas. Cette case est déjà réservée. »: puts the subject before a sentence. A colon would leave a
 * wrong capital after it.
 */
export const sentenceWithSubject = (subject: string, sentence: string): string =>
  `${withFullStop(capitalised(subject))} ${capitalised(sentence)}`

/** « Le matin est fermé » from « le matin est fermé » */
/** « text »: what somebody typed, in a sentence. The end of a text that is pasted by mistake is cut off. */
export const quoted = (typed: string): string => {
  const text = typed.trim()
  return `«\u00a0${text.length > 60 ? `${text.slice(0, 60)}…` : text}\u00a0»`
}

export const capitalised = (text: string): string => text.charAt(0).toLocaleUpperCase('fr') + text.slice(1)

const weekdays = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche']
const groupedNumber = new Intl.NumberFormat('fr-FR')

// Intl has these words in every browser: a date library's own would be a tenth of the JavaScript of the first page.
const formatter = (words: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('fr-FR', { ...words, timeZone: 'UTC' })
const formatters = {
  weekday: formatter({ weekday: 'short' }),
  month: formatter({ month: 'short' }),
  monthOfYear: formatter({ month: 'long', year: 'numeric' }),
}

// Cached: the texts of an invoicing run name the same few hundred days thousands of times.
const formattedDays = new Map<string, string>()
const formatted = (on: Day, pattern: keyof typeof formatters): string => {
  const cached = formattedDays.get(on + pattern)
  if (cached !== undefined) return cached
  const text = formatters[pattern].format(new Date(`${on}T00:00Z`))
  formattedDays.set(on + pattern, text)
  return text
}
const dateNumber = (on: Day): string => (dayOfMonth(on) === 1 ? '1ᵉʳ' : String(dayOfMonth(on)))

/** « 31 décembre », « 1ᵉʳ septembre »: a date that comes back each year. */
export const datedText = ({ month, date }: { readonly month: number; readonly date: number }): string =>
  `${date === 1 ? '1ᵉʳ' : date} ${monthNames.format(Date.UTC(2001, month - 1, date))}`

const monthNames = formatter({ month: 'long' })

/** The lines of an address as on an envelope, without empty ones. */
export const addressLines = ({ line1, line2, postcode, town }: PostalAddress): string[] =>
  [line1, line2, `${postcode} ${town}`.trim()].filter((line) => line !== '')

/** Whether a letter reaches it: a street, and a town with its postcode. */
export const isWholeAddress = (lines: readonly string[]): boolean =>
  lines.length >= 2 && lines[0] !== '' && /\d.*\s\p{L}/u.test(lines.at(-1) ?? '')
