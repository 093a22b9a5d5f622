import { compareTexts } from '../../collections.ts'
import { addDays, addMonths, type Day, lastOfMonth } from '../calendar/day.ts'
import type { Fiscal } from '../price/tariff.ts'
import { counted, shortDay } from '../text/french.ts'
import type { TransferAccount } from './iban.ts'
import { type Cents, formatEuros } from './money.ts'

/** One line of an invoice or credit note: child, activity and product, quantity × unit price. */
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

/**
 * A remark of the invoicing run about a draft; `cause` tells the screen which page to open to correct it. A note asks
 * for no action: its draft can still be issued.
 */
export type JournalEntry = {
  readonly level: 'note' | 'warning' | 'error' | 'stale'
  readonly sentence: string
  readonly cause?: 'noFamilyQuotient' | 'notPointed' | 'noResidence' | 'noAddress' | 'noTariff' | 'noPrice'
  /** The first day concerned, and the activity: the page that corrects the problem opens there. */
  readonly day?: Day
  readonly activityId?: number
}

/**
 * Warns that days still to come are billed.
 * @param staying how many such cells are in drafts that this act does not issue
 */
export const billedAheadText = ({
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

/**
 * Why no invoice is numbered after a backup was restored, until the portal or a director gives the last numbers issued.
 */
export const numbersUnknownText =
  'Cette base vient d’une sauvegarde\u00a0: les derniers numéros donnés ne sont pas connus. Échangez avec le portail, ou faites confirmer les derniers numéros par un directeur.'

/** The state of a draft: the most serious level in its journal. */
export type Verdict = 'ready' | 'warning' | 'error' | 'stale'

export const worstLevelOf = (journal: readonly JournalEntry[]): Verdict => {
  for (const level of ['stale', 'error', 'warning'] as const) {
    if (journal.some((entry) => entry.level === level)) return level
  }
  return 'ready'
}

/** « Régularisation »: a credit note that is issued with an invoice. */
export type Regularised = {
  /** « 2 jours rendus : mer. 9 et 16 déc. » */
  readonly label: string
  /** The credit note's number; empty on a draft. */
  readonly number: string
  /** Negative. */
  readonly amount: Cents
}

/** « Régularisation, avoir n° 2026-A00012 » */
export const regularisedText = ({ number }: Pick<Regularised, 'number'>): string =>
  number === '' ? 'Régularisation' : `Régularisation, avoir n°\u00a0${number}`

/** « jeu. 8 oct. : absence justifiée, non comptée » */
export type PaperRemark = {
  /**
   * Null: about the whole home, printed beside the total. Older papers also print remarks about a child there, and keep
   * them.
   */
  readonly childId: number | null
  readonly activityId: number
  readonly text: string
  /** The aid that the remark is about; absent for other remarks. */
  readonly aid?: number | undefined
}

/** The remarks of a paper about the whole home. */
export const homeRemarks = (remarks: readonly PaperRemark[]): string[] =>
  remarks.flatMap(({ childId, text }) => (childId === null ? [text] : []))

/**
 * The index of the line below which a child's remark is printed: the last line of its aid for the child in the
 * activity, else the first line of the activity. -1: none.
 */
export const lineOfRemark = (
  { childId, activityId, aid }: PaperRemark,
  lines: readonly {
    readonly childId: number | null
    readonly activityId: number | null
    readonly basis: { readonly aid?: number | undefined }
  }[],
): number => {
  if (childId === null) return -1
  const isOfPart = (line: (typeof lines)[number]) => line.childId === childId && line.activityId === activityId
  const ofAid = aid === undefined ? -1 : lines.findLastIndex((line) => isOfPart(line) && line.basis.aid === aid)
  return ofAid < 0 ? lines.findIndex(isOfPart) : ofAid
}

/**
 * Everything printed on an invoice apart from its lines and figures, as of the day of issue: an issued paper never
 * changes.
 */
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
  /**
   * Quotients that priced the days, oldest first; `value` is null for days without one. Empty if there never was one.
   */
  readonly familyQuotients: readonly { readonly value: number | null; readonly from: Day }[]
  readonly explanations: readonly string[]
  readonly remarks: readonly PaperRemark[]
  /** Amounts carried over from earlier papers, which add up to the previous balance; positive when owed. */
  readonly carriedOver: readonly { readonly label: string; readonly amount: Cents }[]
  /** Credit notes issued with an invoice, deducted from its amount to pay; absent when there are none. */
  readonly regularised?: readonly Regularised[] | undefined
  readonly payment: {
    /** Empty without online payment. */
    readonly payfipNumber: string
    readonly atTheDesk: readonly string[]
    /** Empty when the régie does not accept cheques. */
    readonly chequePayableTo: string
    /** A smaller amount to pay is carried over to the next invoice; absent when the régie has no such threshold. */
    readonly carryBelowCents?: Cents | undefined
    /**
     * The day of the final balance of the school year whose equal parts pay the home's invoices; absent for other
     * homes.
     */
    readonly balanceOn?: Day | undefined
    /** The texts of the barcodes and QR codes of the paper; absent on papers older than these codes. */
    readonly codes?: {
      /** The address of the portal where invoices are paid, without a final slash; absent without online payment. */
      readonly portal?: string | undefined
      readonly transfer?: TransferAccount | undefined
    }
  }
  /** What a third party's accounting department needs to pay the invoice; absent on a home's papers. */
  readonly thirdParty?: ThirdPartyFacts | undefined
  readonly complaints: { readonly contact: string; readonly within: string }
  /** The number of the invoice that a credit note corrects; empty on an invoice. */
  readonly corrects: string
}

export type ThirdPartyFacts = {
  /** The SIRET of a public body; empty otherwise. */
  readonly siret: string
  readonly serviceCode: string
  readonly orderNumber: string
  /**
   * « À titrer »: the public accountant collects it once the town has issued its order (« titre de recettes »), and the
   * régie takes no money for it.
   */
  readonly toTitle: boolean
}

type Totals = {
  readonly totalCents: Cents
  /** The total of each fiscal category: the tax statement counts « garde » only. */
  readonly byFiscal: Readonly<Record<Fiscal, Cents>>
}

export const totalsOf = (lines: readonly Pick<InvoiceLine, 'fiscal' | 'totalCents'>[]): Totals => {
  const byFiscal = { garde: 0, repas: 0, autre: 0 }
  for (const { fiscal, totalCents } of lines) byFiscal[fiscal] += totalCents
  return { totalCents: byFiscal.garde + byFiscal.repas + byFiscal.autre, byFiscal }
}

/** Why these lines cannot be issued as an invoice or a credit note; undefined when they can. */
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

/**
 * The line for some of its days only.
 * @param days one entry per unit billed
 */
export const lineForDays = <Line extends Pick<InvoiceLine, 'unitCents'>>(line: Line, days: Day[]) => ({
  ...line,
  days,
  quantity: days.length,
  totalCents: days.length * line.unitCents,
})

/** Lines that cancel `lines` to the cent. Subtracted from 0, so that a free line does not become −0. */
export const creditLines = <Line extends Pick<InvoiceLine, 'quantity' | 'totalCents'>>(
  lines: readonly Line[],
): Line[] => lines.map((line) => ({ ...line, quantity: 0 - line.quantity, totalCents: 0 - line.totalCents }))

/**
 * The differences between a draft and its recalculation, one sentence each. Without any, the draft can be issued; else
 * it is marked « à recalculer ».
 */
export const draftChanges = (previous: readonly InvoiceLine[], now: readonly InvoiceLine[]): string[] => {
  const unmatched = new Map(linesByProduct(previous))
  const changes: string[] = []
  for (const [title, lines] of linesByProduct(now)) {
    const old = unmatched.get(title) ?? []
    unmatched.delete(title)
    changes.push(...productChanges(title, old, lines))
  }
  for (const [title, lines] of unmatched) changes.push(...productChanges(title, lines, []))
  return changes
}

/** « 2026-000123 »: numbers are continuous within a series and a year. */
export const numberText = (year: number, number: number): string => `${year}-${String(number).padStart(6, '0')}`

/** « 2026-A00012 »: credit notes have their own series. */
export const creditNumberText = (year: number, number: number): string => `${year}-A${String(number).padStart(5, '0')}`

/**
 * Whether the amount to pay is too small to be paid alone: the invoice then has no due day, and the next one includes
 * the amount.
 */
export const isCarriedToNext = (
  due: Cents,
  { carryBelowCents = 0 }: { carryBelowCents?: Cents | undefined },
): boolean => 0 < due && due < carryBelowCents

/** The amount to pay on an invoice: the previous balance, its total, and the credit notes issued with it (negative). */
export const amountDue = (invoice: {
  readonly previousCents: Cents
  readonly totalCents: Cents
  readonly regularisedCents: Cents
}): Cents => invoice.previousCents + invoice.totalCents + invoice.regularisedCents

/** « F-00418 »: the family's number printed on papers. */
export const familyNumberText = (familyId: number): string => `F-${String(familyId).padStart(5, '0')}`

/**
 * The `refdet` field of PayFiP: 6 to 30 letters and digits.
 * @throws RangeError when the invoice number gives fewer or more
 */
export const payfipReference = (number: string): string => {
  const reference = number.replace(/[^A-Za-z0-9]/g, '')
  if (reference.length < 6 || reference.length > 30)
    throw new RangeError(`«\u00a0${number}\u00a0» makes no reference of 6 to 30 signs`)
  return reference
}

/** The due date rule: some days after the date of issue, or the end of that month or of a later one. */
type DueRule =
  | { readonly unit: 'days'; readonly amount: number }
  | { readonly unit: 'endOfMonth'; readonly monthsLater: number }

export const dueDate = (issuedOn: Day, rule: DueRule): Day =>
  rule.unit === 'days' ? addDays(issuedOn, rule.amount) : lastOfMonth(addMonths(issuedOn, rule.monthsLater))

/**
 * The last day to pay an invoice: by the delay of the régie or, when all its lines have a day of their own that has not
 * passed, the last of these days.
 */
export const lastDayToPay = (
  issuedOn: Day,
  rule: DueRule,
  lines: readonly { readonly totalCents: Cents; readonly basis: { readonly dueOn?: Day | undefined } }[],
): Day => {
  const own = lines.filter(({ totalCents }) => totalCents > 0).map(({ basis }) => basis.dueOn)
  const days = own.flatMap((dueOn) => (dueOn !== undefined && dueOn >= issuedOn ? [dueOn] : [])).toSorted()
  const last = days.at(-1)
  return last !== undefined && days.length === own.length ? last : dueDate(issuedOn, rule)
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** Hexadecimal SHA-256 digest of a UTF-8 text, passed as a parameter so that the rule runs in Node and in browsers. */
type Hash = (text: string) => string

/** An issued invoice or credit note in its numbered series. */
export type SealedPaper = {
  readonly year: number
  readonly number: number
  /** Everything printed on the paper, including its number. */
  readonly content: Json
  /** Null for the first paper of its series. */
  readonly previousHash: string | null
  readonly hash: string
}

/**
 * The hash of an issued paper: covers its content and the hash of the paper before it, so that changing or removing one
 * is detected.
 */
export const sealOf = (content: Json, previousHash: string | null, hash: Hash): string =>
  hash(canonical({ content, previousHash }))

/**
 * The first error in a series, in the order of issue, as a sentence; undefined when there is none.
 * @param isLost whether a number was given to a paper that a restored backup is known to have lost
 */
export const brokenSeries = (
  papers: readonly SealedPaper[],
  hash: Hash,
  isLost: (year: number, number: number) => boolean = () => false,
): string | undefined => {
  let previous: SealedPaper | undefined
  for (const paper of papers) {
    const name = numberText(paper.year, paper.number)
    let expected = previous?.year === paper.year ? previous.number + 1 : 1
    while (expected < paper.number && isLost(paper.year, expected)) expected += 1
    if (previous && paper.year < previous.year)
      return `Le numéro ${name} vient après ${numberText(previous.year, previous.number)}.`
    if (paper.number !== expected) return `Le numéro ${numberText(paper.year, expected)} manque avant ${name}.`
    if (paper.previousHash !== (previous?.hash ?? null))
      return `La facture ${name} n’est plus liée à celle qui la précède.`
    if (paper.hash !== sealOf(paper.content, paper.previousHash, hash))
      return `La facture ${name} a été modifiée après son émission.`
    previous = paper
  }
  return undefined
}

/** Canonical JSON: sorted keys, absent keys left out, no spaces; equal contents give equal texts. */
export const canonical = (value: Json): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  // The engine's own `JSON.stringify` writes the many lists of days and ids far faster.
  if (isList(value)) return value.some(isNested) ? `[${value.map(canonical).join(',')}]` : JSON.stringify(value)
  let text = ''
  for (const key of Object.keys(value).toSorted(compareTexts)) {
    const item = value[key]
    if (item !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonical(item)}`
  }
  return `{${text}}`
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
const isNested = (value: Json): boolean => typeof value === 'object' && value !== null

const titleOf = ({ child, activity, label }: InvoiceLine): string =>
  `${child}, ${activity}, ${label.toLocaleLowerCase('fr')}`

/** Groups lines by child, activity and product. */
const linesByProduct = (lines: readonly InvoiceLine[]): Map<string, InvoiceLine[]> => Map.groupBy(lines, titleOf)

const productChanges = (title: string, previous: readonly InvoiceLine[], now: readonly InvoiceLine[]): string[] => {
  const removed = [...previous]
  const added = now.filter((line) => {
    const same = removed.findIndex((old) => lineKey(old) === lineKey(line))
    if (same >= 0) removed.splice(same, 1)
    return same < 0
  })
  const sentences: string[] = []
  for (const line of added) {
    const place = removed.findIndex(({ unitCents }) => unitCents === line.unitCents)
    const old = place < 0 ? removed.shift() : removed.splice(place, 1)[0]
    sentences.push(`${title}\u00a0: ${old ? difference(old, line) : `ajouté, ${quantityText(line)}`}`)
  }
  return [...sentences, ...removed.map((line) => `${title}\u00a0: retiré, ${quantityText(line)}`)]
}

const lineKey = (line: InvoiceLine): string =>
  [line.quantity, line.unitCents, line.totalCents, line.fiscal, line.explanation, ...line.days].join('|')

const difference = (old: InvoiceLine, line: InvoiceLine): string => {
  if (old.quantity !== line.quantity || old.unitCents !== line.unitCents)
    return `${quantityText(old)} → ${quantityText(line)}`
  if (old.days.join() !== line.days.join()) return 'les jours ont changé'
  return `le calcul du prix a changé\u00a0: ${line.explanation}`
}

/** « 8 × 2,95 € » */
const quantityText = ({ quantity, unitCents }: InvoiceLine): string => `${quantity} × ${formatEuros(unitCents)}`
