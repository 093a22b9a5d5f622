import { today } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { longDate } from '../../../shared/rules/text/french.ts'
import { mapInTurns, readAllPeople } from '../families/families.ts'
import { openingBalances, spendCredits, writeOpeningBalance } from '../invoicing/invoicing.ts'
import { familyReferenceOf, homeOfLine } from './home-of-line.ts'
import { type ImportRequest, type Plan, type PlannedLine, plannedLine, skipped, upToDate } from './lines.ts'
import { parseAmountCell, parseDayCell } from './list-values.ts'
import { type LineReader, lineReader } from './table.ts'

/** Imports opening balances: what each family owed, or had ahead, in the program that the town used before. */
export const balancesPlan = async (asked: ImportRequest): Promise<Plan> => {
  const { core, table, mapping, words, fromDay, decisions } = asked
  const { store } = core
  const read = lineReader(table, mapping, words, asked.takeProposals)
  const people = await readAllPeople(store)
  const homeOf = homeOfLine(people)
  const existingBalances = Map.groupBy(
    openingBalances(
      store,
      people.homes.map(({ id }) => id),
    ),
    ({ familyId }) => familyId,
  )
  const seen = new Map<number, number>()
  const changed = new Set<number>()
  const line = (reader: LineReader): PlannedLine => {
    const decision = decisions.get(reader.line)
    if (decision?.choice === 'skip') return plannedLine(reader, skipped)
    const who = familyReferenceOf(reader)
    const amountCents = reader.needed('balance', parseAmountCell, 'Le solde manque.')
    const onDay = reader.read('asOf', parseDayCell) ?? fromDay
    if (onDay > today(core.clock)) reader.wrong('asOf', 'Cette date n’est pas encore passée.')
    const [problem] = reader.problems
    if (problem || amountCents === null) return plannedLine(reader, { state: 'error', said: problem?.sentence ?? '' })
    const found = homeOf(who, decision)
    if (found.kind !== 'existing') return found.toPlannedLine(reader)
    const { home } = found
    const earlierLine = seen.get(home.id)
    if (earlierLine !== undefined)
      return plannedLine(reader, { state: 'error', said: `Même famille qu’à la ligne ${earlierLine}.` })
    seen.set(home.id, reader.line)
    const familyBalances = existingBalances.get(home.id) ?? []
    const sameDay = familyBalances.find((row) => row.onDay === onDay)
    const [otherBalance] = familyBalances
    if (!sameDay && otherBalance)
      return plannedLine(reader, {
        state: 'error',
        said: `Le solde de cette famille a déjà été repris, au ${longDate(otherBalance.onDay)}.`,
      })
    if (sameDay?.amountCents === amountCents) return plannedLine(reader, upToDate)
    return plannedLine(reader, {
      state: sameDay ? 'update' : 'new',
      said: `famille ${home.name}, ${formatEuros(amountCents)} au ${longDate(onDay)}`,
      write: (into) => {
        changed.add(home.id)
        writeOpeningBalance(store, into, { familyId: home.id, onDay, amountCents })
      },
    })
  }
  return {
    lines: await mapInTurns(table.lines, (one) => line(read(one))),
    settle: (into) => spendCredits(store, into, [...changed]),
    leavers: [],
    familiesMade: () => 0,
  }
}
