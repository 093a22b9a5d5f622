import { today } from '../../../shared/rules/calendar/day.ts'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { isQuotientKnown, knownQuotientText } from '../../../shared/rules/quotient/validity.ts'
import { longDate } from '../../../shared/rules/text/french.ts'
import { readAllPeople, writeQuotient } from '../families/families.ts'
import { mapInTurns } from '../in-turns.ts'
import { quotientRuleOf } from '../settings/settings.ts'
import { familyReferenceOf, homeOfLine } from './home-of-line.ts'
import { type ImportRequest, type Plan, type PlannedLine, plannedLine, skipped, upToDate } from './lines.ts'
import { parseMonthOrDayCell, parseQuotientCell } from './list-values.ts'
import { type LineReader, lineReader } from './table.ts'
import { weighed } from './takeover/totals.ts'

/** What importing quotients from a list of the CAF or the MSA would do; each is valid from a day on. */
export const quotientsPlan = async (asked: ImportRequest): Promise<Plan> => {
  const { core, table, mapping, words, fromDay, decisions } = asked
  const read = lineReader(table, mapping, words, asked.takeProposals)
  const homeOf = homeOfLine(await readAllPeople(core.store))
  const rule = quotientRuleOf(core.store)
  const seen = new Map<string, number>()
  const line = (reader: LineReader): PlannedLine => {
    const decision = decisions.get(reader.line)
    if (decision?.choice === 'skip') return plannedLine(reader, skipped)
    const who = familyReferenceOf(reader)
    const value = reader.needed('quotient', parseQuotientCell, 'Le quotient familial manque.')
    const from = reader.read('quotientFrom', parseMonthOrDayCell) ?? fromDay
    const [problem] = reader.problems
    if (problem || value === null) return plannedLine(reader, { state: 'error', said: problem?.sentence ?? '' })
    const found = homeOf(who, decision)
    if (found.kind !== 'existing') return found.toPlannedLine(reader)
    const { home } = found
    const earlierLine = seen.get(`${home.id} ${from}`)
    if (earlierLine !== undefined)
      return plannedLine(reader, { state: 'error', said: `Même famille qu’à la ligne ${earlierLine}.` })
    seen.set(`${home.id} ${from}`, reader.line)
    const known = home.quotients.find((row) => row.fromDay <= from)
    if (isQuotientKnown(rule, known, { fromDay: from, value })) return plannedLine(reader, upToDate)
    const take = decision?.take['quotient'] ?? 'file'
    const difference = {
      field: 'quotient',
      title: `QF au ${longDate(from)}`,
      here: knownQuotientText(rule, known),
      file: formatNumber(value),
      take,
    }
    if (take === 'here') return plannedLine(reader, { ...upToDate, differences: [difference] })
    return plannedLine(reader, {
      state: 'update',
      said: `famille ${home.name}, QF ${formatNumber(value)} au ${longDate(from)}`,
      differences: [difference],
      write: (into) =>
        writeQuotient(core.store, into, home.id, {
          fromDay: from,
          value,
          source: 'import',
          updatedOn: today(core.clock),
        }),
    })
  }
  return {
    lines: await mapInTurns(table.lines, (one) => line(read(one))),
    weights: await weighed(table, read, () => [{ what: 'Quotients', of: '', unit: 'count', amount: 1 }]),
    leavers: [],
    familiesMade: () => 0,
  }
}
