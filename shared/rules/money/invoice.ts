import { ascending } from '../../collections.ts'
import { addDays, addMonths, type Day, lastOfMonth } from '../calendar/day.ts'
import type { Fiscal } from '../price/tariff.ts'
import { counted, shortDay } from '../text/french.ts'
import { type Cents, formatEuros } from './money.ts'

/** One line of a paper: child, activity and product, quantity × unit price. */
export type InvoiceLine = {
  readonly child: string
  readonly activity: string
  readonly label: string
  /** Negative on a credit note. */
  readonly quantity: number
  readonly unitCents: Cents
  readonly totalCents: Cents
  readonly fiscal: Fiscal
  readonly explanation: string
  readonly days: readonly Day[]
}

export type PaperKind = 'invoice' | 'creditNote'

/** Something that the run says of a draft; `cause` tells a screen where it is put right. */
export type JournalEntry = {
  readonly level: 'warning' | 'error' | 'stale'
  readonly sentence: string
  readonly cause?: 'noFamilyQuotient' | 'notPointed' | 'noResidence' | 'noAddress' | 'noTariff' | 'noPrice'
  /** The first day it is about, and where: what puts it right opens there. */
  readonly day?: Day
  readonly activityId?: number
}

/** Why a draft with a negative total is not issued: only a credit note gives money back. */
export const negativeText = (totalCents: Cents): string =>
  `Le total serait négatif (${formatEuros(totalCents)})\u00a0: une facture ne rend pas d’argent. Corrigez par un avoir la facture déjà émise, puis recalculez.`

/**
 * A warning before days that are not over are billed.
 * @param staying such cells of drafts that are not issued now
 */
export const aheadText = ({
  cells,
  from,
  to,
  staying = 0,
}: {
  cells: number
  from: Day
  to: Day
  staying?: number
}): string => {
  const when = from === to ? `le ${shortDay(from)}` : `du ${shortDay(from)} au ${shortDay(to)}`
  const what = `${counted(cells, 'plage réservée', 'plages réservées')} ${when}`
  const warning =
    cells < 2
      ? `${what} n’est pas encore passée\u00a0: elle est facturée d’avance.`
      : `${what} ne sont pas encore passées\u00a0: elles sont facturées d’avance.`
  if (staying === 0) return warning
  return `${warning} ${counted(staying, 'autre reste', 'autres restent')} en brouillon.`
}

/** Why nothing is numbered on a file brought back from a copy, until the portal or a director tells the last numbers. */
export const numbersUnknownText =
  'Cette base vient d’une sauvegarde\u00a0: les derniers numéros donnés ne sont pas connus. Échangez avec le portail, ou faites confirmer les derniers numéros par un directeur.'

/** How a draft stands: the worst of its journal. */
export type Verdict = 'ready' | 'warning' | 'error' | 'stale'

export const verdictOf = (journal: readonly JournalEntry[]): Verdict => {
  for (const level of ['stale', 'error', 'warning'] as const) {
    if (journal.some((entry) => entry.level === level)) return level
  }
  return 'ready'
}

/** All that is printed on a paper beside its lines and figures, as it was on the day: an issued paper never changes. */
export type PaperFacts = {
  readonly organisation: {
    readonly name: string
    readonly town: string
    readonly addressLines: readonly string[]
    readonly phone: string
    readonly email: string
    readonly siret: string
    readonly cashDesk: string
    readonly logoId: number | null
  }
  /** « F-00418 » */
  readonly familyNumber: string
  readonly debtor: { readonly name: string; readonly addressLines: readonly string[] }
  readonly children: readonly { readonly id: number; readonly name: string }[]
  readonly activities: readonly { readonly id: number; readonly name: string }[]
  /** Quotients used for the days, oldest first; `value` is null when none was known. Empty when none ever was. */
  readonly familyQuotients: readonly { readonly value: number | null; readonly from: Day }[]
  readonly explanations: readonly string[]
  /** « jeu. 8 oct. : absence justifiée, non comptée » */
  readonly remarks: readonly { readonly childId: number; readonly activityId: number; readonly text: string }[]
  /** What earlier papers leave, which makes the previous balance: above zero owed. */
  readonly carriedOver: readonly { readonly label: string; readonly amount: Cents }[]
  readonly payment: {
    /** Empty without online payment. */
    readonly payfipNumber: string
    readonly atTheDesk: readonly string[]
    /** Empty when cheques are not taken. */
    readonly chequePayableTo: string
  }
  readonly complaints: { readonly contact: string; readonly within: string }
  /** The number of the paper that a credit note corrects; empty on an invoice. */
  readonly corrects: string
}

type Totals = {
  readonly totalCents: Cents
  /** The part of each nature: the tax certificate asks for « garde » alone. */
  readonly byFiscal: Readonly<Record<Fiscal, Cents>>
}

export const totalsOf = (lines: readonly Pick<InvoiceLine, 'fiscal' | 'totalCents'>[]): Totals => {
  const byFiscal = { garde: 0, repas: 0, autre: 0 }
  for (const { fiscal, totalCents } of lines) byFiscal[fiscal] += totalCents
  return { totalCents: byFiscal.garde + byFiscal.repas + byFiscal.autre, byFiscal }
}

/** Why these lines cannot be issued as that paper; undefined when they can. */
export const refusePaper = (kind: PaperKind, lines: readonly InvoiceLine[]): string | undefined => {
  if (lines.length === 0) return 'Il n’y a rien à facturer.'
  const wrong = lines.find(
    ({ quantity, unitCents, totalCents }) => quantity * unitCents !== totalCents || !Number.isSafeInteger(totalCents),
  )
  if (wrong) return `${titleOf(wrong)}\u00a0: le montant n’est pas la quantité multipliée par le prix.`
  const { totalCents } = totalsOf(lines)
  if (kind === 'invoice' && totalCents < 0) return 'Le total est négatif\u00a0: établissez un avoir.'
  if (kind === 'creditNote' && totalCents >= 0) return 'Un avoir doit diminuer ce que la famille doit.'
  return undefined
}

/** What some days of a line make. @param days one for each unit */
export const ofDays = <Line extends Pick<InvoiceLine, 'unitCents'>>(line: Line, days: Day[]) => ({
  ...line,
  days,
  quantity: days.length,
  totalCents: days.length * line.unitCents,
})

/** What undoes `lines`, to the cent. Taken from 0: a free line must not become −0. */
export const creditLines = <Line extends Pick<InvoiceLine, 'quantity' | 'totalCents'>>(
  lines: readonly Line[],
): Line[] => lines.map((line) => ({ ...line, quantity: 0 - line.quantity, totalCents: 0 - line.totalCents }))

/**
 * What changed in a draft since it was made, one sentence each; none: it may be issued as it stands, else it is marked
 * « à recalculer ».
 */
export const draftChanges = (before: readonly InvoiceLine[], now: readonly InvoiceLine[]): string[] => {
  const left = new Map(grouped(before))
  const changes: string[] = []
  for (const [title, lines] of grouped(now)) {
    const old = left.get(title) ?? []
    left.delete(title)
    changes.push(...productChanges(title, old, lines))
  }
  for (const [title, lines] of left) changes.push(...productChanges(title, lines, []))
  return changes
}

/** « 2026-000123 »: continuous per series and year. */
export const numberText = (year: number, number: number): string => `${year}-${String(number).padStart(6, '0')}`

/** « 2026-A00012 »: credit notes have their own series. */
export const creditNumberText = (year: number, number: number): string => `${year}-A${String(number).padStart(5, '0')}`

/** The amount asked for with an invoice, with what the family owed before. */
export const amountDue = (invoice: { readonly previousCents: Cents; readonly totalCents: Cents }): Cents =>
  invoice.previousCents + invoice.totalCents

/** « F-00418 »: how a family's file is named on papers. */
export const familyNumberText = (familyId: number): string => `F-${String(familyId).padStart(5, '0')}`

/**
 * The `refdet` of PayFiP: letters and figures only, 6 to 30.
 * @throws RangeError when the number leaves too few or too many
 */
export const payfipReference = (number: string): string => {
  const reference = number.replace(/[^A-Za-z0-9]/g, '')
  if (reference.length < 6 || reference.length > 30)
    throw new RangeError(`«\u00a0${number}\u00a0» makes no reference of 6 to 30 signs`)
  return reference
}

/** When a paper must be paid: some days after its date, or at the end of that month or of a later one. */
type DueRule =
  | { readonly unit: 'days'; readonly amount: number }
  | { readonly unit: 'endOfMonth'; readonly monthsLater: number }

export const dueDate = (issuedOn: Day, rule: DueRule): Day =>
  rule.unit === 'days' ? addDays(issuedOn, rule.amount) : lastOfMonth(addMonths(issuedOn, rule.monthsLater))

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** Hexadecimal digest of a UTF-8 text: SHA-256, handed in so that the rule runs anywhere. */
type Hash = (text: string) => string

/** An issued paper in its series. */
export type SealedPaper = {
  readonly year: number
  readonly number: number
  /** Everything printed on it, its number included. */
  readonly content: Json
  /** null: the first of its series. */
  readonly previousHash: string | null
  readonly hash: string
}

/** The seal of an issued paper: its content and the seal before it, so that none can be changed or taken out unseen. */
export const sealOf = (content: Json, previousHash: string | null, hash: Hash): string =>
  hash(canonical({ content, previousHash }))

/**
 * The first thing wrong with a series, in the order of issue, as one sentence; undefined when nothing is.
 * @param isLost a number given to a paper that a restore is known to have lost
 */
export const brokenSeries = (
  papers: readonly SealedPaper[],
  hash: Hash,
  isLost: (year: number, number: number) => boolean = () => false,
): string | undefined => {
  let before: SealedPaper | undefined
  for (const paper of papers) {
    const name = numberText(paper.year, paper.number)
    let expected = before?.year === paper.year ? before.number + 1 : 1
    while (expected < paper.number && isLost(paper.year, expected)) expected += 1
    if (before && paper.year < before.year)
      return `Le numéro ${name} vient après ${numberText(before.year, before.number)}.`
    if (paper.number !== expected) return `Le numéro ${numberText(paper.year, expected)} manque avant ${name}.`
    if (paper.previousHash !== (before?.hash ?? null))
      return `La facture ${name} n’est plus liée à celle qui la précède.`
    if (paper.hash !== sealOf(paper.content, paper.previousHash, hash))
      return `La facture ${name} a été modifiée après son émission.`
    before = paper
  }
  return undefined
}

/** One text for one content: keys in order, absent ones left out, no space. */
export const canonical = (value: Json): string => {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).toSorted(ascending(([a]) => a))
  return `{${entries.flatMap(([key, held]) => (held === undefined ? [] : [`${JSON.stringify(key)}:${canonical(held)}`])).join(',')}}`
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

const titleOf = ({ child, activity, label }: InvoiceLine): string =>
  `${child}, ${activity}, ${label.toLocaleLowerCase('fr')}`

/** Lines by child, activity and product. */
const grouped = (lines: readonly InvoiceLine[]): Map<string, InvoiceLine[]> => Map.groupBy(lines, titleOf)

const productChanges = (title: string, before: readonly InvoiceLine[], now: readonly InvoiceLine[]): string[] => {
  const gone = [...before]
  const come = now.filter((line) => {
    const same = gone.findIndex((old) => exactly(old) === exactly(line))
    if (same >= 0) gone.splice(same, 1)
    return same < 0
  })
  const said: string[] = []
  for (const line of come) {
    const place = gone.findIndex(({ unitCents }) => unitCents === line.unitCents)
    const old = place < 0 ? gone.shift() : gone.splice(place, 1)[0]
    said.push(`${title}\u00a0: ${old ? difference(old, line) : `ajouté, ${timesText(line)}`}`)
  }
  return [...said, ...gone.map((line) => `${title}\u00a0: retiré, ${timesText(line)}`)]
}

const exactly = (line: InvoiceLine): string =>
  [line.quantity, line.unitCents, line.totalCents, line.fiscal, line.explanation, ...line.days].join('|')

const difference = (old: InvoiceLine, line: InvoiceLine): string => {
  if (old.quantity !== line.quantity || old.unitCents !== line.unitCents)
    return `${timesText(old)} → ${timesText(line)}`
  if (old.days.join() !== line.days.join()) return 'les jours ont changé'
  return `le calcul du prix a changé\u00a0: ${line.explanation}`
}

/** « 8 × 2,95 € » */
const timesText = ({ quantity, unitCents }: InvoiceLine): string => `${quantity} × ${formatEuros(unitCents)}`
