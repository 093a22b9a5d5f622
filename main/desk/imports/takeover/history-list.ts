import { type Month, today } from '../../../../shared/rules/calendar/day.ts'
import { capitalised, monthText } from '../../../../shared/rules/text/french.ts'
import { mapInTurns } from '../../families/families.ts'
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
  let expected = 0
  const line = (reader: LineReader): PlannedLine => {
    if (decisions.get(reader.line)?.choice === 'skip') return plannedLine(reader, skipped)
    const month = reader.needed('month', parseMonthCell, 'Le mois manque.')
    const activity = reader.needed('formerActivity', parseTextCell, 'L’activité manque.')
    const siteId = reader.read('site', (text) => parseChoiceCell(text, sites, 'Site inconnu'))
    const source = (reader.read('source', parseTextCell) ?? asked.source) || 'l’ancien logiciel'
    const counts = {
      minutes: reader.read('hours', parseHoursCell),
      meals: reader.read('meals', parseMealsCell),
      invoicedCents: reader.read('invoiced', parsePositiveAmountCell),
      paidCents: reader.read('paid', parsePositiveAmountCell),
    }
    if (month !== null && month > thisMonth) reader.wrong('month', 'Ce mois n’est pas encore venu.')
    const [problem] = reader.problems
    if (problem || month === null || activity === null)
      return plannedLine(reader, { state: 'error', said: problem?.sentence ?? '' })
    const figure: FormerFigure = { source, month, activity, siteId, ...counts }
    const key = formerFigureKey(figure)
    const earlierLine = seen.get(key)
    if (earlierLine !== undefined)
      return plannedLine(reader, { state: 'error', said: `Même mois et même activité qu’à la ligne ${earlierLine}.` })
    seen.set(key, reader.line)
    const before = known.get(key)
    const isSame =
      before !== undefined &&
      (['minutes', 'meals', 'invoicedCents', 'paidCents'] as const).every((name) => before[name] === counts[name])
    if (isSame) return plannedLine(reader, upToDate)
    expected += 1
    return plannedLine(reader, {
      state: before ? 'update' : 'new',
      said: `${activity}, ${monthText(`${month}-01` as Parameters<typeof monthText>[0])}, source\u00a0: ${source}`,
      write: (into) => writeFormerFigure(into, before?.id ?? null, figure),
    })
  }
  const lines = await mapInTurns(table.lines, (one) => line(read(one)))
  return {
    lines,
    weights: await weighed(table, read, weightsOf),
    whyNotWhole: (into) => {
      const written = store
        .statement('select count(*) from former_figure where act_id = ?')
        .pluck()
        .get(into.actId) as number
      return written === expected ? null : `Chiffres écrits\u00a0: ${written}, et non ${expected}.`
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

const weightsOf = ({ text }: LineReader): Weight[] => {
  const year = /\d{4}/.exec(text('month'))?.[0] ?? ''
  const activity = capitalised(text('formerActivity'))
  const of = [activity, year].filter((part) => part !== '').join(', ')
  const told = (
    field: string,
    what: string,
    unit: Weight['unit'],
    reading: (cell: string) => { readonly value: number } | { readonly sentence: string },
  ): Weight[] => {
    const read = text(field) === '' ? null : reading(text(field))
    return read && 'value' in read ? [{ what, of, unit, amount: read.value }] : []
  }
  return [
    ...told('hours', 'Heures', 'minutes', parseHoursCell),
    ...told('meals', 'Repas', 'count', parseMealsCell),
    ...told('invoiced', 'Facturé', 'cents', parseAmountCell),
    ...told('paid', 'Payé', 'cents', parseAmountCell),
  ]
}
