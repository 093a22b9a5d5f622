import { ascending } from '../../../shared/collections.ts'
import { addDays, type Day, dayAt, daysFrom, isDay, isInstant, weekday } from '../../../shared/rules/calendar/day.ts'
import { holidayNames, type SchoolHoliday, type Zone } from '../../../shared/rules/calendar/school-holidays.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { counted } from '../../../shared/rules/text/french.ts'

/** Holidays of the zones A, B and C read from a file of the ministry; or why the file cannot be used, as a sentence. */
type CalendarFile =
  | { readonly holidays: readonly SchoolHoliday[]; readonly remarks: readonly string[] }
  | { readonly sentence: string }

/**
 * Reads the ministry's calendar: `fr-en-calendrier-scolaire` as JSON, in any of the shapes that data.education.gouv.fr
 * has used, or its ICS. A date in it is midnight in Paris, written in UTC.
 * @param fileName gives the zone of an ICS that does not name it: « Zone-B.ics »
 */
export const readCalendarFile = (text: string, fileName: string): CalendarFile => {
  const content = text.replace(/^\uFEFF/, '').trim()
  if (content === '') return { sentence: 'Ce fichier est vide.' }
  if (/^BEGIN:VCALENDAR/i.test(content)) return holidaysFrom(eventsIn(content, fileName))
  if (content.startsWith('[') || content.startsWith('{')) {
    const entries = recordsIn(content)
    return entries === null
      ? { sentence: 'Ce fichier JSON est abîmé ou coupé\u00a0: téléchargez-le à nouveau.' }
      : holidaysFrom(entries)
  }
  return {
    sentence: 'Ce fichier n’est pas un calendrier scolaire\u00a0: choisissez le fichier JSON ou ICS du ministère.',
  }
}

/** One line of the ministry's calendar. */
type CalendarLine = {
  readonly what: string
  readonly zones: readonly Zone[]
  readonly population: string
  /** Last day of class: pupils leave at its end. */
  readonly departure: Day
  /** Day of return, in the morning; null when the line does not say. */
  readonly back: Day | null
}

/** Explore 2.1 gives the fields directly, in an array or under `results`; earlier versions wrapped each in a record. */
const recordsIn = (content: string): CalendarLine[] | null => {
  let found: unknown
  try {
    found = JSON.parse(content)
  } catch {
    return null
  }
  const list = Array.isArray(found) ? found : (listIn(found, 'results') ?? listIn(found, 'records') ?? [])
  return list.flatMap((one): CalendarLine[] => {
    const fields = unwrapped(one)
    const { description, population, zones, start_date, end_date } = fields as MinistryFields
    const departure = dayIn(start_date)
    if (typeof description !== 'string' || departure === null) return []
    return [
      {
        what: description,
        zones: zonesIn([zones].flat().join(' ')),
        population: typeof population === 'string' ? population : '',
        departure,
        back: dayIn(end_date),
      },
    ]
  })
}

/** The ministry's field names. */
type MinistryFields = Partial<Record<'description' | 'population' | 'zones' | 'start_date' | 'end_date', unknown>>
type Fields = Readonly<Record<string, unknown>>

const isFields = (found: unknown): found is Fields => typeof found === 'object' && found !== null

const unwrapped = (one: unknown): Fields => {
  const outer = isFields(one) && isFields(one['record']) ? one['record'] : one
  const inner = isFields(outer) && isFields(outer['fields']) ? outer['fields'] : outer
  return isFields(inner) ? inner : {}
}

const listIn = (found: unknown, name: string): readonly unknown[] | null => {
  const list = isFields(found) ? found[name] : null
  return Array.isArray(list) ? list : null
}

const dayIn = (text: unknown): Day | null => {
  if (typeof text !== 'string') return null
  if (isDay(text)) return text
  // Without a time zone, JavaScript would read the time in this computer's zone.
  const at = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? new Date(text) : null
  if (!at || Number.isNaN(at.getTime())) return null
  const moment = at.toISOString()
  return isInstant(moment) ? dayAt(moment) : null
}

const zonesIn = (text: string): Zone[] => {
  const letters = new Set(
    Array.from(text.matchAll(/\bzones?[\s_-]*((?:[abc](?:[\s,/&_-]|et\b)*)+)(?![a-z])/gi), ([, found = '']) =>
      found.toUpperCase().replaceAll('ET', ''),
    ).join(''),
  )
  return (['A', 'B', 'C'] as const).filter((zone) => letters.has(zone))
}

/** RFC 5545: long lines are folded; a line that begins with a blank continues the previous line. */
const eventsIn = (content: string, fileName: string): CalendarLine[] => {
  const lines = content.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/)
  const head = lines.slice(0, Math.max(0, lines.indexOf('BEGIN:VEVENT'))).join(' ')
  const events = lines.join('\n').split('BEGIN:VEVENT').slice(1)
  return events.flatMap((event): CalendarLine[] => {
    const value = (name: string) =>
      new RegExp(`^${name}(?:;[^:\\n]*)?:(.*)$`, 'm')
        .exec(event)?.[1]
        ?.replaceAll(/\\([,;\\])/g, '$1')
        .trim() ?? ''
    const what = value('SUMMARY') || value('DESCRIPTION')
    const departure = icsDay(value('DTSTART'))
    if (departure === null) return []
    const zones = [`${what} ${value('LOCATION')}`, head, fileName].map(zonesIn).find((zones) => zones.length > 0)
    return [{ what, zones: zones ?? [], population: '', departure, back: icsDay(value('DTEND')) }]
  })
}

const icsDay = (value: string): Day | null => {
  const [, year, month, date, time = ''] = /^(\d{4})(\d\d)(\d\d)(T\d{6}Z?)?$/.exec(value) ?? []
  if (year === undefined) return null
  const on = `${year}-${month}-${date}`
  return time.endsWith('Z') ? dayIn(`${on}T${time.slice(1, 3)}:${time.slice(3, 5)}:${time.slice(5, 7)}Z`) : dayIn(on)
}

const holidaysFrom = (entries: readonly CalendarLine[]): CalendarFile => {
  if (entries.length === 0)
    return {
      sentence: 'Ce fichier ne contient aucune ligne de calendrier scolaire\u00a0: choisissez celui du ministère.',
    }
  const named = entries.flatMap((entry) => {
    const name = nameOf(entry.what)
    return name === null || isForTeachers(entry) ? [] : [{ ...entry, name }]
  })
  if (named.length === 0) return { sentence: 'Ce fichier ne contient pas de vacances scolaires.' }
  const ours = named.filter(({ zones }) => zones.length > 0)
  if (ours.length === 0) return { sentence: 'Ce fichier ne parle ni de la zone A, ni de la B, ni de la C.' }
  const spans = ours.map((entry) => spanOf(entry))
  const wrong = spans.find(({ from, to }) => to < from || daysFrom(from, to) > maxDays)
  if (wrong)
    return {
      sentence: `Les dates de «\u00a0${wrong.name}\u00a0» ne se suivent pas\u00a0: ce fichier ne peut pas servir.`,
    }
  const merged = (['A', 'B', 'C'] as const).flatMap((zone) =>
    [
      ...Map.groupBy(
        spans.filter(({ zones }) => zones.includes(zone)),
        ({ name, from }) => `${name} ${schoolYearStart(from)}`,
      ).values(),
    ].map((same) => ({ ...mostFrequent(same), zones: [zone] })),
  )
  const clash = merged.find((one) =>
    merged.some(
      (other) => other !== one && other.zones[0] === one.zones[0] && one.from <= other.from && other.from <= one.to,
    ),
  )
  if (clash) {
    return {
      sentence: `Deux vacances de la zone ${clash.zones[0]} se chevauchent dans ce fichier\u00a0: «\u00a0${clash.name}\u00a0».`,
    }
  }
  const others = named.length - ours.length
  return {
    holidays: merged.toSorted(ascending(({ from }) => from)),
    remarks: others > 0 ? [`${counted(others, 'ligne d’une autre zone', 'lignes d’autres zones')} sans effet.`] : [],
  }
}

/** In days: the longest holidays, in summer, last eight to ten weeks. */
const maxDays = 90

const isForTeachers = ({ what, population }: CalendarLine): boolean =>
  folded(`${what} ${population}`).includes('enseignants') || folded(what).includes('prerentree')

const nameOf = (what: string): string | null => {
  const words = folded(what)
  if (words.includes('ascension')) return holidayNames.bridge
  if (!words.includes('vacances')) return null
  const found = marks.find(([mark]) => words.split(' ').includes(mark))
  return found ? found[1] : null
}

const marks = [
  ['toussaint', holidayNames.allSaints],
  ['noel', holidayNames.christmas],
  ['hiver', holidayNames.winter],
  ['printemps', holidayNames.spring],
  ['ete', holidayNames.summer],
] as const

const spanOf = ({ name, zones, departure, back, what }: CalendarLine & { readonly name: string }): SchoolHoliday => {
  const isBegun = folded(what).startsWith('debut')
  const from = name === holidayNames.bridge ? departure : firstWithoutSchool(departure)
  // « Début des vacances d’été » does not give the rentrée.
  if (back === null || isBegun || back <= departure) {
    const to = name === holidayNames.bridge ? addDays(from, 7 - weekday(from)) : lastOfSummer(from)
    return { name, zones, from, to, certain: false }
  }
  const eve = addDays(back, -1)
  const sunday = addDays(from, 7 - weekday(from))
  return { name, zones, from, to: name === holidayNames.bridge && eve < sunday ? sunday : eve, certain: true }
}

/** « Le départ a lieu après la classe »: holidays begin the day after, except where there is no class on that day. */
const firstWithoutSchool = (departure: Day): Day =>
  weekday(departure) === 6 || weekday(departure) === 3 ? departure : addDays(departure, 1)

const lastOfSummer = (from: Day): Day => `${from.slice(0, 4)}-08-31` as Day

/**
 * Each académie of a zone repeats the line: choose the most frequent variant, and one with an end before one without.
 */
const mostFrequent = (same: readonly SchoolHoliday[]): SchoolHoliday => {
  const variants = [...Map.groupBy(same, ({ from, to, certain }) => `${from} ${to} ${certain}`).values()]
  const [chosen] = variants.toSorted(
    ([one, ...more], [other, ...others]) =>
      Number(other?.certain ?? false) - Number(one?.certain ?? false) || others.length - more.length,
  )
  return (chosen?.[0] ?? same[0]) as SchoolHoliday
}
