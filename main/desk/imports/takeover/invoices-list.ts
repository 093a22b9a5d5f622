import { type Day, monthOf, today, yearOf } from '../../../../shared/rules/calendar/day.ts'
import { dueDate } from '../../../../shared/rules/money/invoice.ts'
import { type Cents, formatEuros } from '../../../../shared/rules/money/money.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { folded } from '../../../../shared/rules/people/names.ts'
import { daysText, longDate, monthText } from '../../../../shared/rules/text/french.ts'
import { openingsDebited } from '../../debits/debits.ts'
import { readAllPeople } from '../../families/families.ts'
import { mapInTurns } from '../../in-turns.ts'
import {
  accountKey,
  correctFormerInvoice,
  type FormerInvoice,
  formerInvoiceKey,
  formerInvoices,
  openingBalances,
  spendCredits,
  whyNotCorrected,
  writeFormerInvoice,
} from '../../invoicing/invoicing.ts'
import { bookedDay, regieName, regiesOf } from '../../regies/regies.ts'
import { familyReferenceOf, homeOfLine } from '../home-of-line.ts'
import {
  type ImportRequest,
  type Plan,
  type PlannedLine,
  plannedLine,
  skipped,
  upToDate,
  type Weight,
} from '../lines.ts'
import { parseAmountCell, parseChoiceCell, parseDayCell, parseMonthOrDayCell, parseTextCell } from '../list-values.ts'
import { type LineReader, lineReader } from '../table.ts'
import { signNote } from './owed-sign.ts'
import { weighed } from './totals.ts'

/**
 * Takes over the invoices of another program of which something is left to pay. The rest becomes what the home owes,
 * under the number that it knows: it is paid here, never billed again and never printed as one of ours.
 */
export const invoicesPlan = async (asked: ImportRequest): Promise<Plan> => {
  const { core, table, mapping, words, decisions } = asked
  const { store } = core
  const read = lineReader(table, mapping, words, asked.takeProposals)
  const people = await readAllPeople(store)
  const homeOf = homeOfLine(people)
  const regies = regiesOf(store)
  const hasSeveral = regies.length > 1
  const dueDaysOf = new Map(regies.map(({ id, dueDays }) => [id, dueDays]))
  const choices = regies.map((one) => ({ id: one.id, name: regieName(one) }))
  const known = formerInvoices(store)
  const balances = new Map(
    openingBalances(
      store,
      people.homes.map(({ id }) => id),
    )
      .filter(({ reference, amountCents }) => reference === '' && amountCents > 0)
      .map((one) => [accountKey(one), one]),
  )
  const seen = new Map<string, number>()
  const namesOfNumbers = new Map<string, { readonly line: number; readonly name: string }>()
  /** Staff, or the profile, say with the column how the file writes what a home owes. */
  const restField = 'restBelowZero' in mapping ? 'restBelowZero' : 'rest'
  const changed = new Set<number>()
  let expected = { invoices: 0, cents: 0 }
  const corrections = new Map<number, Cents>()

  /** What the line says of the money; with a problem on the line where it cannot be so. */
  const moneyOf = (reader: LineReader) => {
    const invoiced = reader.needed('invoiced', parseAmountCell, 'Le montant de la facture manque.')
    const paid = reader.read('paid', parseAmountCell)
    const stated = reader.read(restField, parseAmountCell)
    const rest = stated === null || restField === 'rest' ? stated : 0 - stated
    if (invoiced === null) return null
    if (invoiced < 0)
      reader.wrong(
        'invoiced',
        'Une facture n’est pas négative\u00a0: un avoir se reprend dans «\u00a0Soldes de départ\u00a0».',
      )
    if (paid !== null && paid < 0) reader.wrong('paid', 'Ce qui est payé ne peut pas être négatif.')
    if (paid !== null && paid > invoiced)
      reader.wrong(
        'paid',
        `Payé ${formatEuros(paid)} pour une facture de ${formatEuros(invoiced)}\u00a0: plus que son montant.`,
      )
    if (rest !== null && rest < 0)
      reader.wrong(
        restField,
        restField === 'rest'
          ? 'Trop-perçu\u00a0: une avance se reprend dans «\u00a0Soldes de départ\u00a0». Si ce fichier écrit ainsi ce que les familles doivent, choisissez «\u00a0Solde, négatif si la famille doit\u00a0» dans «\u00a0Colonnes\u00a0».'
          : 'Trop-perçu\u00a0: ce solde est lu négatif quand la famille doit, et une avance se reprend dans «\u00a0Soldes de départ\u00a0».',
      )
    if (rest !== null && rest > invoiced)
      reader.wrong(
        restField,
        `Il resterait ${formatEuros(rest)} d’une facture de ${formatEuros(invoiced)}\u00a0: plus que son montant.`,
      )
    if (paid !== null && rest !== null && invoiced - paid !== rest)
      reader.wrong(
        restField,
        `${formatEuros(invoiced)} moins ${formatEuros(paid)} payés font ${formatEuros(invoiced - paid)}, et non ${formatEuros(rest)}.`,
      )
    const leftCents = rest ?? (paid === null ? null : invoiced - paid)
    if (leftCents === null && reader.problems.length === 0)
      reader.wrong(restField in mapping ? restField : 'paid', 'Ce qui reste à payer manque.')
    return leftCents === null ? null : { invoicedCents: invoiced, leftCents }
  }

  /** A family number with two different family names is a mistake in the file. */
  const refuseTwoNames = (reader: LineReader): void => {
    const [number, name] = [reader.text('formerNumber'), reader.text('familyName')]
    if (number === '' || name === '') return
    const earlier = namesOfNumbers.get(folded(number))
    if (!earlier) namesOfNumbers.set(folded(number), { line: reader.line, name })
    else if (folded(earlier.name) !== folded(name))
      reader.wrong(
        'formerNumber',
        `Le numéro ${number} est celui de «\u00a0${earlier.name}\u00a0», ligne ${earlier.line}\u00a0: deux familles ne peuvent pas avoir le même.`,
      )
  }

  const line = (reader: LineReader): PlannedLine => {
    const decision = decisions.get(reader.line)
    if (decision?.choice === 'skip') return plannedLine(reader, skipped)
    refuseTwoNames(reader)
    const who = familyReferenceOf(reader)
    const reference = reader.needed('invoiceNumber', parseTextCell, 'Le numéro de la facture manque.')
    const issuedOn = reader.needed('issuedOn', parseDayCell, 'La date de la facture manque.')
    const regieId =
      (hasSeveral
        ? reader.needed('regie', (text) => parseChoiceCell(text, choices, 'Régie inconnue'), 'La régie manque.')
        : null) ?? firstRegieId
    const money = moneyOf(reader)
    const period = periodOf(reader)
    const to = reader.read('periodTo', parseDayCell)
    const billsFrom = regies.find(({ id }) => id === regieId)?.billsFrom ?? null
    if (to !== null && billsFrom !== null && to >= billsFrom)
      reader.wrong(
        'periodTo',
        `La régie facture ici depuis le ${longDate(billsFrom)}\u00a0: ces jours seraient facturés deux fois.`,
      )
    if (issuedOn !== null && issuedOn > today(core.clock))
      reader.wrong('issuedOn', 'Cette date n’est pas encore passée.')
    const statedDueOn = reader.read('dueOn', parseDayCell)
    if (statedDueOn !== null && issuedOn !== null && statedDueOn < issuedOn)
      reader.wrong('dueOn', 'L’échéance ne vient pas avant la date de la facture.')
    const [problem] = reader.problems
    if (problem || reference === null || issuedOn === null || money === null)
      return plannedLine(reader, { state: 'error', said: problem?.sentence ?? '' })
    const key = formerInvoiceKey({ regieId, reference, issuedOn })
    const earlierLine = seen.get(key)
    if (earlierLine !== undefined)
      return plannedLine(reader, { state: 'error', said: `Même numéro de facture qu’à la ligne ${earlierLine}.` })
    seen.set(key, reader.line)
    const before = known.get(key)
    if (money.leftCents === 0 && !before)
      return plannedLine(reader, { state: 'same', said: 'payée\u00a0: rien à reprendre' })
    const found = homeOf(who, decision)
    if (found.kind !== 'existing') return found.toPlannedLine(reader)
    const { home } = found
    if (before) {
      const here = invoiceWeights(before.invoicedCents, money.leftCents)
      if (before.familyId === home.id && before.leftCents === money.leftCents)
        return plannedLine(reader, { ...upToDate, here })
      const corrected = { familyId: home.id, leftCents: money.leftCents }
      const debitOn = openingsDebited(store, [before.id]).get(before.id)
      const why =
        debitOn === undefined
          ? whyNotCorrected(store, before, corrected)
          : `Facture déjà reprise, et un prélèvement la prend le ${longDate(debitOn)}\u00a0: attendez qu’il soit passé.`
      if (why !== null) return plannedLine(reader, { state: 'error', said: why })
      corrections.set(before.id, money.leftCents)
      return plannedLine(reader, {
        state: 'update',
        here,
        said: `famille ${home.name}, reste ${formatEuros(money.leftCents)} au lieu de ${formatEuros(before.leftCents)}`,
        write: (into) => {
          changed.add(home.id)
          correctFormerInvoice(store, into, before, corrected)
        },
      })
    }
    const balance = balances.get(accountKey({ familyId: home.id, regieId }))
    if (balance)
      return plannedLine(reader, {
        state: 'error',
        said: `Le solde de cette famille a été repris (${formatEuros(balance.amountCents)})\u00a0: annulez cet import-là, ou laissez ses factures dans l’ancien logiciel.`,
      })
    const dueOn = statedDueOn ?? dueDate(issuedOn, { unit: 'days', amount: dueDaysOf.get(regieId) ?? 0 })
    const invoice: FormerInvoice = { familyId: home.id, regieId, reference, issuedOn, dueOn, period, ...money }
    const bookedOn = bookedDay(store, regieId, issuedOn)
    const booked = bookedOn === issuedOn ? '' : `, comptée le ${longDate(bookedOn)}\u00a0: son mois est clôturé`
    expected = { invoices: expected.invoices + 1, cents: expected.cents + money.leftCents }
    return plannedLine(reader, {
      state: 'new',
      here: invoiceWeights(invoice.invoicedCents, invoice.leftCents),
      said: `famille ${home.name}, reste ${formatEuros(money.leftCents)} du ${longDate(issuedOn)}, à payer avant le ${longDate(dueOn)}${booked}`,
      write: (into) => {
        changed.add(home.id)
        writeFormerInvoice(store, into, invoice)
      },
    })
  }
  const lines = await mapInTurns(table.lines, (one) => line(read(one)))
  return {
    lines,
    weights: await weighed(table, read, weightsOf),
    notes: signNote(table, mapping, restField),
    settle: (into) => spendCredits(store, into, [...changed]),
    whyNotWhole: (into) => {
      const written = store
        .statement(
          'select count(*) as invoices, coalesce(sum(amount_cents), 0) as cents from opening_balance where act_id = ?',
        )
        .get(into.actId) as { invoices: number; cents: number }
      if (written.invoices !== expected.invoices || written.cents !== expected.cents)
        return `${formatEuros(written.cents)} seraient repris, et non ${formatEuros(expected.cents)}.`
      const left = new Map([...formerInvoices(store).values()].map(({ id, leftCents }) => [id, leftCents]))
      return [...corrections].every(([id, cents]) => left.get(id) === cents)
        ? null
        : 'Le reste d’une facture corrigée ne serait pas celui du fichier.'
    },
    leavers: [],
    familiesMade: () => 0,
  }
}

const firstDays = (stated: string): Day[] => {
  const read = parseMonthOrDayCell(stated)
  return 'value' in read ? [read.value] : []
}

/** The month that words of the file tell; null without any. The words themselves may name a child. */
const monthIn = (text: string): string | null => {
  const words = text.split(/[\s,;:()]+/).filter((word) => word !== '')
  const stated = words.flatMap((word, at) => [...firstDays(word), ...firstDays(`${word} ${words[at + 1] ?? ''}`)])
  const months = new Set(stated.map(monthText))
  // « septembre et octobre 2026 » is not October.
  const named = words.filter((word) => firstDays(`${word} 2000`).length > 0)
  const [month] = months
  return month !== undefined && months.size === 1 && named.length <= 1 ? month : null
}

/** « octobre 2026 », « du 1er octobre au 15 novembre 2026 »; empty when the file has no day. */
const periodOf = (reader: LineReader): string => {
  const stated = monthIn(reader.text('invoicePeriod'))
  if (stated !== null) return stated
  const from = reader.read('periodFrom', parseDayCell)
  const to = reader.read('periodTo', parseDayCell) ?? from
  if (from === null || to === null) return ''
  return yearOf(from) === yearOf(to) && monthOf(from) === monthOf(to) ? monthText(from) : daysText(from, to)
}

const centsIn = (text: string): number => {
  const read = parseAmountCell(text)
  return 'value' in read ? read.value : 0
}

/** Counts what the file says, whether the line can be taken over or not. */
const weightsOf = ({ text }: LineReader): Weight[] => {
  const invoiced = centsIn(text('invoiced'))
  const left =
    text('restBelowZero') !== ''
      ? 0 - centsIn(text('restBelowZero'))
      : text('rest') === ''
        ? invoiced - centsIn(text('paid'))
        : centsIn(text('rest'))
  return invoiceWeights(invoiced, left)
}

const invoiceWeights = (invoicedCents: Cents, leftCents: Cents): Weight[] =>
  leftCents === 0
    ? []
    : [
        { what: 'Factures restant dues', of: '', unit: 'count', amount: 1 },
        { what: 'Montant de ces factures', of: '', unit: 'cents', amount: invoicedCents },
        { what: 'Reste à payer', of: '', unit: 'cents', amount: leftCents },
      ]
