import { type Month, today } from '../../../../shared/rules/calendar/day.ts'
import { capitalised, monthText } from '../../../../shared/rules/text/french.ts'
import { mapInTurns } from '../../in-turns.ts'
import { sitesOf } from '../../settings/settings.ts'
import {
  type ImportRequest,
  type Plan,
  type PlannedLine,
  plannedLine,
  skipped,
  upToDate,
  type Weight,
} from '../lines.ts'
import {
  parseAmountCell,
  parseChoiceCell,
  parseHoursCell,
  parseMonthCell,
  parsePositiveAmountCell,
  parseTextCell,
} from '../list-values.ts'
import { type LineReader, lineReader } from '../table.ts'
import { type FormerFigure, formerFigureKey, formerFigures, writeFormerFigure } from './former-figures.ts'
import { weighed } from './totals.ts'

/** Takes over the figures of months that another program counted: they are read in « Chiffres », and change nothing. */
export const historyPlan = async (asked: ImportRequest): Promise<Plan> => {
  const { core, table, mapping, words, decisions } = asked
  const { store } = core
  const read = lineReader(table, mapping, words, asked.takeProposals)
  const sites = sitesOf(store)
  const known = formerFigures(store)
  const seen = new Map<string, number>()
  const thisMonth = today(core.clock).slice(0, 7) as Month
  const written: FormerFigure[] = []
  const line = (reader: LineReader): PlannedLine => {
    if (decisions.get(reader.line)?.choice === 'skip') return plannedLine(reader, skipped)
    const month = reader.needed('month', parseMonthCell, 'Le mois manque.')
    const activity = reader.needed('formerActivity', parseTextCell, 'L’activité manque.')
    const siteId = reader.read('site', (text) => parseChoiceCell(text, sites, 'Site inconnu'))
    const source = (reader.read('source', parseTextCell) ?? asked.source) || 'l’ancien logiciel'
    const stated = {
      minutes: reader.read('hours', parseHoursCell),
      meals: reader.read('meals', parseMealsCell),
      invoicedCents: reader.read('invoiced', parsePositiveAmountCell),
      paidCents: reader.read('paid', parsePositiveAmountCell),
    }
    if (month !== null && month > thisMonth) reader.wrong('month', 'Ce mois n’est pas encore venu.')
    const [problem] = reader.problems
    if (problem || month === null || activity === null)
      return plannedLine(reader, { state: 'error', said: problem?.sentence ?? '' })
    const key = formerFigureKey({ month, activity, siteId })
    const earlierLine = seen.get(key)
    if (earlierLine !== undefined)
      return plannedLine(reader, { state: 'error', said: `Même mois et même activité qu’à la ligne ${earlierLine}.` })
    seen.set(key, reader.line)
    const before = known.get(key)
    // Figures without a column in this file keep the values of an earlier file.
    const kept = (name: keyof typeof stated) => (columnOf[name] in mapping ? stated[name] : (before?.[name] ?? null))
    const counts = {
      minutes: kept('minutes'),
      meals: kept('meals'),
      invoicedCents: kept('invoicedCents'),
      paidCents: kept('paidCents'),
    }
    const figure: FormerFigure = { source, month, activity, siteId, ...counts }
    const here = figureWeights(reader, stated)
    const isSame = before !== undefined && countNames.every((name) => before[name] === counts[name])
    if (isSame) return plannedLine(reader, { ...upToDate, here })
    written.push(figure)
    return plannedLine(reader, {
      state: before ? 'update' : 'new',
      here,
      said: `${activity}, ${monthText(`${month}-01` as Parameters<typeof monthText>[0])}, source\u00a0: ${source}`,
      write: (into) => writeFormerFigure(into, before?.id ?? null, figure),
    })
  }
  const lines = await mapInTurns(table.lines, (one) => line(read(one)))
  return {
    lines,
    weights: await weighed(table, read, weightsOf),
    whyNotWhole: () => {
      const now = formerFigures(store)
      return written.every((one) => countNames.every((name) => now.get(formerFigureKey(one))?.[name] === one[name]))
        ? null
        : 'Un chiffre écrit ne serait pas celui du fichier.'
    },
    leavers: [],
    familiesMade: () => 0,
  }
}

/** « 1 234 »: a month of a large town has more than four digits. */
const parseMealsCell = (text: string) => {
  const digits = text.replaceAll(/[\s\u00a0\u202f]/g, '')
  return /^\d{1,7}$/.test(digits)
    ? { value: Number(digits) }
    : { sentence: 'Écrivez un nombre entier.', proposal: null }
}

type Counts = Pick<FormerFigure, 'minutes' | 'meals' | 'invoicedCents' | 'paidCents'>

const columnOf = {
  minutes: 'hours',
  meals: 'meals',
  invoicedCents: 'invoiced',
  paidCents: 'paid',
} as const satisfies Record<keyof Counts, string>

const countNames = ['minutes', 'meals', 'invoicedCents', 'paidCents'] as const satisfies readonly (keyof Counts)[]

const figureWeights = ({ text }: LineReader, counts: Counts): Weight[] => {
  const year = /\d{4}/.exec(text('month'))?.[0] ?? ''
  const of = [capitalised(text('formerActivity')), year].filter((part) => part !== '').join(', ')
  const stated = (what: string, unit: Weight['unit'], amount: number | null): Weight[] =>
    amount === null ? [] : [{ what, of, unit, amount }]
  return [
    ...stated('Heures', 'minutes', counts.minutes),
    ...stated('Repas', 'count', counts.meals),
    ...stated('Facturé', 'cents', counts.invoicedCents),
    ...stated('Payé', 'cents', counts.paidCents),
  ]
}

const weightsOf = (reader: LineReader): Weight[] => {
  const stated = (
    field: string,
    reading: (cell: string) => { readonly value: number } | { readonly sentence: string },
  ): number | null => {
    const cell = reader.text(field)
    const read = cell === '' ? null : reading(cell)
    return read && 'value' in read ? read.value : null
  }
  return figureWeights(reader, {
    minutes: stated('hours', parseHoursCell),
    meals: stated('meals', parseMealsCell),
    invoicedCents: stated('invoiced', parseAmountCell),
    paidCents: stated('paid', parseAmountCell),
  })
}
