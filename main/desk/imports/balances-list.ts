import { today } from '../../../shared/rules/calendar/day.ts'
import { refuseClosedPeriod } from '../../../shared/rules/money/closing.ts'
import { type Cents, formatEuros } from '../../../shared/rules/money/money.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { longDate } from '../../../shared/rules/text/french.ts'
import { readAllPeople } from '../families/families.ts'
import { mapInTurns } from '../in-turns.ts'
import { accountKey, openingBalances, spendCredits, writeOpeningBalance } from '../invoicing/invoicing.ts'
import { closedThrough, regieName, regiesOf } from '../regies/regies.ts'
import { familyReferenceOf, homeOfLine } from './home-of-line.ts'
import {
  type ImportRequest,
  type Plan,
  type PlannedLine,
  plannedLine,
  skipped,
  upToDate,
  type Weight,
} from './lines.ts'
import { parseAmountCell, parseChoiceCell, parseDayCell } from './list-values.ts'
import { type LineReader, lineReader } from './table.ts'
import { signNote } from './takeover/owed-sign.ts'
import { weighed } from './takeover/totals.ts'

/** Imports opening balances: what each family owed, or had as an advance, in the program that the town used before. */
export const balancesPlan = async (asked: ImportRequest): Promise<Plan> => {
  const { core, table, mapping, words, fromDay, decisions } = asked
  const { store } = core
  const read = lineReader(table, mapping, words, asked.takeProposals)
  const people = await readAllPeople(store)
  const homeOf = homeOfLine(people)
  const regies = regiesOf(store)
  const hasSeveral = regies.length > 1
  const choices = regies.flatMap((one) => [
    { id: one.id, name: regieName(one) },
    ...(one.prefix ? [{ id: one.id, name: one.prefix }] : []),
  ])
  const existingBalances = Map.groupBy(
    openingBalances(
      store,
      people.homes.map(({ id }) => id),
    ),
    accountKey,
  )
  const field = 'balanceBelowZero' in mapping ? 'balanceBelowZero' : 'balance'
  const owed = (cents: Cents): Cents => (field === 'balance' ? cents : 0 - cents)
  const seen = new Map<string, number>()
  const changed = new Set<number>()
  const expected = new Map<string, Cents>()
  const atRegie = (id: number): string => {
    const found = hasSeveral ? regies.find((one) => one.id === id) : undefined
    return found ? ` (${regieName(found)})` : ''
  }
  const line = (reader: LineReader): PlannedLine => {
    const decision = decisions.get(reader.line)
    if (decision?.choice === 'skip') return plannedLine(reader, skipped)
    const who = familyReferenceOf(reader)
    const stated = reader.needed(field, parseAmountCell, 'Le solde manque.')
    const onDay = reader.read('asOf', parseDayCell) ?? fromDay
    // A town with one régie may import the list of a program that had others.
    const regieId =
      (hasSeveral && reader.read('regie', (text) => parseChoiceCell(text, choices, 'Régie inconnue'))) || firstRegieId
    if (onDay > today(core.clock)) reader.wrong('asOf', 'Cette date n’est pas encore passée.')
    const refused = refuseClosedPeriod(onDay, closedThrough(store, regieId))
    if (refused !== undefined) reader.wrong('asOf', refused)
    const [problem] = reader.problems
    if (problem || stated === null) return plannedLine(reader, { state: 'error', said: problem?.sentence ?? '' })
    const amountCents = owed(stated)
    const here = balanceWeights(amountCents)
    const found = homeOf(who, decision)
    if (found.kind !== 'existing') return found.toPlannedLine(reader)
    const { home } = found
    const account = accountKey({ familyId: home.id, regieId })
    const earlierLine = seen.get(account)
    if (earlierLine !== undefined)
      return plannedLine(reader, { state: 'error', said: `Même famille qu’à la ligne ${earlierLine}.` })
    seen.set(account, reader.line)
    const own = existingBalances.get(account) ?? []
    const familyBalances = own.filter(({ reference }) => reference === '')
    if (amountCents > 0 && own.some(({ reference }) => reference !== ''))
      return plannedLine(reader, {
        state: 'error',
        said: `Les factures restant dues de cette famille ont été reprises${atRegie(regieId)}\u00a0: son solde les compterait deux fois.`,
      })
    const sameDay = familyBalances.find((row) => row.onDay === onDay)
    const [otherBalance] = familyBalances
    if (!sameDay && otherBalance)
      return plannedLine(reader, {
        state: 'error',
        said: `Le solde de cette famille a déjà été repris${atRegie(regieId)}, au ${longDate(otherBalance.onDay)}.`,
      })
    if (sameDay?.amountCents === amountCents) return plannedLine(reader, { ...upToDate, here })
    expected.set(account, amountCents)
    return plannedLine(reader, {
      state: sameDay ? 'update' : 'new',
      here,
      said: `famille ${home.name}, ${amountCents < 0 ? `avance de ${formatEuros(0 - amountCents)}` : `doit ${formatEuros(amountCents)}`} au ${longDate(onDay)}${atRegie(regieId)}`,
      write: (into) => {
        changed.add(home.id)
        writeOpeningBalance(store, into, { familyId: home.id, regieId, onDay, amountCents })
      },
    })
  }
  return {
    lines: await mapInTurns(table.lines, (one) => line(read(one))),
    settle: (into) => spendCredits(store, into, [...changed]),
    weights: await weighed(table, read, ({ text }) => {
      const stated = parseAmountCell(text(field))
      return balanceWeights('value' in stated ? owed(stated.value) : 0)
    }),
    notes: signNote(table, mapping, field),
    whyNotWhole: () => {
      const rows = store
        .statement(
          `select family_id as familyId, regie_id as regieId, amount_cents as amountCents from opening_balance
          where reference = '' and family_id in (select value from json_each(?))`,
        )
        .all(JSON.stringify([...changed])) as { familyId: number; regieId: number; amountCents: Cents }[]
      const written = new Map(rows.map((row) => [accountKey(row), row.amountCents]))
      return [...expected].every(([account, cents]) => written.get(account) === cents)
        ? null
        : 'Un solde écrit ne serait pas celui du fichier.'
    },
    leavers: [],
    familiesMade: () => 0,
  }
}

/** Debts and credits of homes have a total each: their sum would hide a wrong sign. */
const balanceWeights = (cents: Cents): Weight[] =>
  cents === 0
    ? []
    : [
        cents > 0
          ? { what: 'Dû par les familles', of: '', unit: 'cents', amount: cents }
          : { what: 'Avances des familles', of: '', unit: 'cents', amount: 0 - cents },
      ]
