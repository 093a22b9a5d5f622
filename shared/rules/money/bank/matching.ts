import { ascending } from '../../../collections.ts'
import { addDays, type Day } from '../../calendar/day.ts'
import { wordsOf } from '../../people/names.ts'
import { briefDay, counted, listed, monthText } from '../../text/french.ts'
import { type Cents, sumOf } from '../money.ts'
import { type Allocated, allocateOldestFirst, type Debt, type PaymentMeans } from '../payment/payment.ts'
import type { BankMeans } from './bank-line.ts'
import { compactNumber, invoiceNumbersIn, type NumberLetters, namesDay, shortNumbersIn } from './references.ts'

/*
 * « Rapprochement »: finds out what a credit line of a bank statement is: new money, which becomes a payment by
 * transfer, or money already recorded that arrives. It is *sure* when the line names what it pays and brings exactly
 * what is left of it, or when exactly one expected batch has its amount and day. A name alone is never sure, nor is
 * money for an invoice at the Treasury.
 */

/** Exactly one of the two. */
export type PayerRef = { readonly familyId: number | null; readonly thirdPartyId: number | null }

/** A payer who may have sent the money. */
export type BankPayer = PayerRef & {
  readonly name: string
  /** Last names of its adults, in addition to its own name. */
  readonly lastNames: readonly string[]
  /** First names of its adults and children. */
  readonly firstNames: readonly string[]
}

export type BankDebt = PayerRef &
  Debt & {
    /** « 2026-000123 », « Solde repris au 31/08/2026 » */
    readonly number: string
    /** The first day that it bills; null for an opening balance. */
    readonly from: Day | null
    /** Whether it is at the Treasury: money for it is kept apart (« à reverser »). */
    readonly isAtTreasury?: true
  }

/** Money already recorded, in the amount that the account will receive at once. */
export type ExpectedBatch = {
  /** `card 2026-11-13`, `slip 12`, `collection 3`, `payment 88` */
  readonly key: string
  /** `transfer`: a single transfer that staff recorded by hand. */
  readonly means: PaymentMeans
  readonly on: Day
  readonly cents: Cents
  /** The number of payments in it. */
  readonly count: number
  /** For a transfer, the name of its payer; empty for other batches. */
  readonly payer: string
  /** For a slip, its printed number; for a collection, the name of its file; empty for others. */
  readonly number: string
}

/** A credit line that waits to be matched. */
export type WaitingLine = {
  readonly id: number
  readonly on: Day
  readonly cents: Cents
  readonly label: string
  readonly reference: string
  readonly payer: string
  readonly endToEndId: string
  readonly means: BankMeans
  /** A digest of the sender's account; empty when the account is not known. */
  readonly account: string
  /** The words that identify the sender, as found by `senderOf`; empty when there are none. */
  readonly sender: string
}

export type MatchingFacts = {
  readonly letters: NumberLetters
  readonly payers: readonly BankPayer[]
  readonly debts: readonly BankDebt[]
  /** Invoices at the Treasury. They are proposed only for a line that names their number. */
  readonly handedOver: readonly BankDebt[]
  readonly batches: readonly ExpectedBatch[]
  /** By digest of the account: the payers recorded for earlier money from that account. */
  readonly payersOfAccount: ReadonlyMap<string, readonly PayerRef[]>
  /** By the sender's words: the payers recorded for earlier money from that sender. */
  readonly payersOfSender: ReadonlyMap<string, readonly PayerRef[]>
}

/** Why a payer or a batch is proposed. */
export const proposalReasons = [
  'number',
  'handedOver',
  'shortNumber',
  'account',
  'sender',
  'name',
  'firstName',
  'amount',
  'balance',
  'batch',
] as const
export type ProposalReason = (typeof proposalReasons)[number]

/** A debt that the line would pay, with what was left of it before. */
export type ProposedPart = Allocated & Pick<BankDebt, 'number' | 'name' | 'from' | 'leftCents' | 'isAtTreasury'>

export type PaysProposal = PayerRef & {
  readonly kind: 'pays'
  readonly name: string
  readonly parts: readonly ProposedPart[]
  /** The amount that no debt needs, which becomes an advance. */
  readonly aheadCents: Cents
  readonly reasons: readonly ProposalReason[]
}
export type ArrivesProposal = {
  readonly kind: 'arrives'
  readonly batch: ExpectedBatch
  readonly reasons: readonly ProposalReason[]
}
export type Proposal = PaysProposal | ArrivesProposal

export type LineMatch = {
  /** `unknown`: nothing to propose, or too many payers with the same name. */
  readonly verdict: 'sure' | 'toConfirm' | 'unknown'
  /** The best first. */
  readonly proposals: readonly Proposal[]
  /** For an unknown line, the number of payers with the name in it. */
  readonly namesakes: number
}

/** Days after which recorded money is no longer expected on the account, by means of payment. */
const arrivesWithin: Readonly<Record<PaymentMeans, number>> = {
  cash: 30,
  cheque: 30,
  card: 7,
  transfer: 10,
  directDebit: 7,
  cesu: 60,
  holidayVouchers: 60,
  online: 7,
}

/** The words by which banks name each means of payment. */
const wordsOfMeans: Readonly<Partial<Record<PaymentMeans, ReadonlySet<string>>>> = {
  cash: new Set(['especes', 'versement', 'numeraire']),
  cheque: new Set(['chq', 'chqs', 'cheque', 'cheques']),
  card: new Set(['cb', 'carte', 'cartes', 'tpe', 'monetique']),
  directDebit: new Set(['prlv', 'prlvs', 'prelevement', 'prelevements', 'sdd']),
  cesu: new Set(['cesu', 'crcesu']),
  holidayVouchers: new Set(['ancv']),
  online: new Set(['payfip', 'tipi', 'dgfip']),
}

const mostProposals = 4
/** With more payers of the same name than this, the name proposes none of them. */
const mostNamesakes = 2
/** With more debts of the same amount than this, the amount alone proposes none of them. */
const mostOfAmount = 2

/** What each line is, in the order of the lines. No debt is surely paid twice, and no batch surely received twice. */
export const matchLines = (lines: readonly WaitingLine[], facts: MatchingFacts): LineMatch[] => {
  const steps = matchingSteps(lines, facts)
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value
}

/** Matches lines in steps of a few milliseconds, between which a program may serve other calls. */
export function* matchingSteps(lines: readonly WaitingLine[], facts: MatchingFacts): Generator<undefined, LineMatch[]> {
  const match = yield* matcherOf(facts)
  const found = new Map<number, LineMatch>()
  for (const line of lines.toSorted(ascending(({ on, id }) => `${on} ${String(id).padStart(12, '0')}`))) {
    found.set(line.id, match(line))
    if (found.size % itemsPerStep === 0) yield
  }
  const claims = new Map<string, number>()
  for (const { verdict, proposals } of found.values())
    if (verdict === 'sure') for (const key of batchesIn(proposals)) claims.set(key, (claims.get(key) ?? 0) + 1)
  return lines.map((line) => {
    const own = found.get(line.id) ?? noMatch
    const isContested = own.verdict === 'sure' && batchesIn(own.proposals).some((key) => (claims.get(key) ?? 0) > 1)
    return isContested ? { ...own, verdict: 'toConfirm' } : own
  })
}

const itemsPerStep = 100

/** The match of a line that resembles nobody's payment. */
export const noMatch: LineMatch = { verdict: 'unknown', proposals: [], namesakes: 0 }

const batchesIn = (proposals: readonly Proposal[]): string[] =>
  proposals.flatMap((one) => (one.kind === 'arrives' ? [one.batch.key] : []))

export const payerKey = ({ familyId, thirdPartyId }: PayerRef): string =>
  familyId === null ? `t${thirdPartyId}` : `f${familyId}`

const debtKey = ({ invoiceId, openingDebtId }: Debt): string =>
  invoiceId === null ? `o${openingDebtId}` : `i${invoiceId}`

/** `Map.groupBy` in steps. */
const addTo = <Key, Item>(groups: Map<Key, Item[]>, key: Key, item: Item): void => {
  const group = groups.get(key)
  if (group) group.push(item)
  else groups.set(key, [item])
}

/** Matches lines one after the other: what a line surely pays is not available to later ones. */
function* matcherOf({
  letters,
  payers,
  debts,
  handedOver,
  batches,
  payersOfAccount,
  payersOfSender,
}: MatchingFacts): Generator<undefined, (line: WaitingLine) => LineMatch> {
  const byNumber = new Map<string, BankDebt>()
  const byAmount = new Map<Cents, BankDebt[]>()
  const byPayer = new Map<string, BankDebt[]>()
  for (const [index, debt] of debts.entries()) {
    if (debt.invoiceId !== null) byNumber.set(compactNumber(debt.number), debt)
    addTo(byAmount, debt.leftCents, debt)
    addTo(byPayer, payerKey(debt), debt)
    if (index % itemsPerStep === 0) yield
  }
  const handedByNumber = new Map(handedOver.map((debt) => [compactNumber(debt.number), debt]))
  const payerByKey = new Map<string, BankPayer>()
  for (const [index, payer] of payers.entries()) {
    payerByKey.set(payerKey(payer), payer)
    if (index % itemsPerStep === 0) yield
  }
  const byBatchCents = Map.groupBy(batches, ({ cents }) => cents)
  const namesIn = yield* nameFinder(payers)
  const paid = new Map<string, Cents>()

  const leftOf = (debt: BankDebt): Cents => debt.leftCents - (paid.get(debtKey(debt)) ?? 0)

  const named = (line: WaitingLine) => {
    const numbers = invoiceNumbersIn(`${line.label} | ${line.reference}`, letters)
    const known = numbers.flatMap((number) => byNumber.get(number) ?? [])
    const ofPayer = invoiceNumbersIn(line.endToEndId, letters)
    const handed = [...numbers, ...ofPayer].flatMap((number) =>
      byNumber.has(number) ? [] : (handedByNumber.get(number) ?? []),
    )
    return {
      debts: [...new Set([...known, ...ofPayer.flatMap((number) => byNumber.get(number) ?? [])])],
      handed: [...new Set(handed)],
      hasUnknown: known.length < numbers.length,
    }
  }

  const surePayment = (line: WaitingLine, { debts: wanted, handed, hasUnknown }: ReturnType<typeof named>): boolean =>
    wanted.length > 0 &&
    handed.length === 0 &&
    !hasUnknown &&
    new Set(wanted.map(payerKey)).size === 1 &&
    wanted.every((debt) => leftOf(debt) > 0) &&
    wanted.reduce((sum, debt) => sum + leftOf(debt), 0) === line.cents

  /** The payers that something in the line points to, each with the reasons. */
  const evidenceOf = (
    line: WaitingLine,
    { debts: numbered, handed }: ReturnType<typeof named>,
    words: readonly string[],
  ) => {
    const found = new Map<string, Evidence>()
    const of = (ref: PayerRef): Evidence => {
      const key = payerKey(ref)
      const evidence = found.get(key) ?? { reasons: new Set(), wanted: [] }
      found.set(key, evidence)
      return evidence
    }
    for (const debt of numbered) {
      const evidence = of(debt)
      evidence.reasons.add('number')
      evidence.wanted.push(debt)
    }
    for (const debt of handed) {
      const evidence = of(debt)
      evidence.reasons.add('handedOver')
      evidence.wanted.push(debt)
    }
    for (const payer of line.account === '' ? [] : (payersOfAccount.get(line.account) ?? []))
      of(payer).reasons.add('account')
    const remembered = line.sender === '' ? [] : (payersOfSender.get(line.sender) ?? [])
    // A fund that pays for many homes identifies none of them.
    if (remembered.length <= mostNamesakes) for (const payer of remembered) of(payer).reasons.add('sender')
    const namesakes = namesIn(words)
    for (const payer of namesakes) of(payer).reasons.add('name')
    const ofAmount = (byAmount.get(line.cents) ?? []).filter((debt) => leftOf(debt) === line.cents)
    const short = shortNumbersIn(`${line.label} ${line.reference}`)
    for (const debt of ofAmount) {
      const isShort = debt.invoiceId !== null && short.has(Number(debt.number.slice(-6)))
      if (isShort) of(debt).reasons.add('shortNumber')
      if (!isShort && !found.has(payerKey(debt)) && ofAmount.length > mostOfAmount) continue
      const evidence = of(debt)
      evidence.reasons.add('amount')
      if (evidence.wanted.length === 0) evidence.wanted.push(debt)
    }
    for (const [key, { reasons }] of found) {
      const all = (byPayer.get(key) ?? []).map((debt) => ({ cents: leftOf(debt) }))
      if (!reasons.has('amount') && all.length > 1 && sumOf(all) === line.cents) reasons.add('balance')
      if (payerByKey.get(key)?.firstNames.some((name) => wordsOf(name).every((word) => words.includes(word))))
        reasons.add('firstName')
    }
    return { found, namesakes: namesakes.length }
  }

  const paysProposal = (line: WaitingLine, key: string, { reasons, wanted }: Evidence): PaysProposal | undefined => {
    const payer = payerByKey.get(key)
    if (!payer) return undefined
    const handed = wanted.filter(({ isAtTreasury }) => isAtTreasury)
    const own = [...(byPayer.get(key) ?? []), ...handed].map((debt) => ({ ...debt, leftCents: leftOf(debt) }))
    const first = own.filter((debt) => wanted.some((one) => debtKey(one) === debtKey(debt)))
    const others = own.filter((debt) => !first.includes(debt))
    const named = allocateOldestFirst(line.cents, first)
    const rest = allocateOldestFirst(named.creditCents, others)
    const { familyId, thirdPartyId, name } = payer
    return {
      kind: 'pays',
      familyId,
      thirdPartyId,
      name,
      parts: [...named.parts, ...rest.parts].map((part) => {
        const debt = own.find((one) => one.invoiceId === part.invoiceId && one.openingDebtId === part.openingDebtId)
        return {
          ...part,
          number: debt?.number ?? '',
          name: debt?.name ?? '',
          from: debt?.from ?? null,
          leftCents: debt?.leftCents ?? part.cents,
          ...(debt?.isAtTreasury && { isAtTreasury: debt.isAtTreasury }),
        }
      }),
      aheadCents: rest.creditCents,
      reasons: proposalReasons.filter((reason) => reasons.has(reason)),
    }
  }

  return (line: WaitingLine): LineMatch => {
    const words = wordsOf(`${line.label} ${line.payer} ${line.reference}`)
    const expected = (byBatchCents.get(line.cents) ?? []).filter((batch) => isDue(batch, line))
    const arriving = namedFirst(
      line,
      expected.filter((batch) => looksLike(batch, line, words)),
    )
    const numbers = named(line)
    const isSurePayment = surePayment(line, numbers)
    if (isSurePayment && arriving.length === 0) {
      const [debt] = numbers.debts
      const proposal =
        debt &&
        paysProposal(line, payerKey(debt), { reasons: new Set(['number', 'amount']), wanted: [...numbers.debts] })
      if (proposal) {
        for (const one of numbers.debts) paid.set(debtKey(one), one.leftCents)
        return { verdict: 'sure', proposals: [proposal], namesakes: 0 }
      }
    }
    const [batch] = arriving
    const namesNone = numbers.debts.length === 0 && numbers.handed.length === 0
    if (batch && arriving.length === 1 && namesNone && batch.means !== 'transfer')
      return { verdict: 'sure', proposals: arrivals([batch]), namesakes: 0 }
    const { found, namesakes } = evidenceOf(line, numbers, words)
    const isCrowd = namesakes > mostNamesakes
    const payments = [...found]
      .filter(([, { reasons }]) => !(isCrowd && isByNameOnly(reasons)))
      .toSorted(([, one], [, other]) => scoreOf(other) - scoreOf(one))
      .slice(0, mostProposals)
      .flatMap(([key, evidence]) => paysProposal(line, key, evidence) ?? [])
    const proposals = [
      ...arrivals(arriving),
      ...payments,
      ...arrivals(expected.filter((one) => !arriving.includes(one))),
    ]
    return {
      verdict: proposals.length > 0 ? 'toConfirm' : 'unknown',
      proposals: proposals.slice(0, mostProposals),
      namesakes,
    }
  }
}

const arrivals = (some: readonly ExpectedBatch[]): ArrivesProposal[] =>
  some.map((batch) => ({ kind: 'arrives', batch, reasons: ['batch'] }))

type Evidence = { readonly reasons: Set<ProposalReason>; readonly wanted: BankDebt[] }

/** A payer who sent money before ranks first, unless the line names an invoice. */
const scores: Readonly<Record<ProposalReason, number>> = {
  number: 200,
  handedOver: 190,
  account: 70,
  sender: 69,
  shortNumber: 35,
  name: 30,
  amount: 30,
  balance: 20,
  firstName: 8,
  batch: 0,
}

const scoreOf = ({ reasons }: Evidence): number => [...reasons].reduce((sum, reason) => sum + scores[reason], 0)

const isByNameOnly = (reasons: ReadonlySet<ProposalReason>): boolean =>
  [...reasons].every((reason) => reason === 'name' || reason === 'firstName')

const isDue = ({ means, on }: ExpectedBatch, line: WaitingLine): boolean =>
  line.on >= on && line.on <= addDays(on, arrivesWithin[means])

/** Whether a line with the right amount looks like such a batch, by the bank's code, its words or the slip's number. */
const looksLike = (batch: ExpectedBatch, line: WaitingLine, words: readonly string[]): boolean => {
  if (batch.means === 'transfer') return wordsOf(batch.payer).some((word) => word.length > 2 && words.includes(word))
  // A person's transfer is never a batch, whatever its words; but the State sends online payments by transfer.
  if (line.means === 'transfer' && batch.means !== 'online') return false
  if (line.means !== '' && line.means === batch.means) return true
  return words.some((word) => wordsOfMeans[batch.means]?.has(word) ?? false) || namesNumber(batch, line)
}

const namesNumber = ({ number }: ExpectedBatch, { label, reference, endToEndId }: WaitingLine): boolean =>
  number !== '' &&
  (endToEndId === number ||
    compactNumber(`${label} ${reference}`).includes(compactNumber(number)) ||
    (/\d{6}$/.test(number) && shortNumbersIn(`${label} ${reference}`).has(Number(number.slice(-6)))))

/** Among several batches, those whose number or day the line names, if it names any. */
const namedFirst = (line: WaitingLine, batches: readonly ExpectedBatch[]): readonly ExpectedBatch[] => {
  const named = batches.filter((batch) => namesNumber(batch, line))
  if (named.length > 0) return named
  const ofDay = batches.filter(({ on }) => namesDay(`${line.label} | ${line.reference}`, on))
  return ofDay.length > 0 ? ofDay : batches
}

/** @returns a function that finds the payers one of whose names occurs in a text, word for word */
function* nameFinder(payers: readonly BankPayer[]): Generator<undefined, (words: readonly string[]) => BankPayer[]> {
  const byFirstWord = new Map<string, { readonly words: readonly string[]; readonly payer: BankPayer }[]>()
  for (const [index, payer] of payers.entries()) {
    if (index % itemsPerStep === 0) yield
    for (const name of new Set([payer.name, ...payer.lastNames])) {
      const words = wordsOf(name)
      const [first] = words
      // A name of a single letter is skipped: it would occur in too many texts.
      if (first === undefined || words.join('').length < 2) continue
      addTo(byFirstWord, first, { words, payer })
    }
  }
  return (words: readonly string[]): BankPayer[] => [
    ...new Set(
      words.flatMap((word, at) =>
        (byFirstWord.get(word) ?? [])
          .filter((name) => name.words.every((part, index) => words[at + index] === part))
          .map(({ payer }) => payer),
      ),
    ),
  ]
}

// ---- In words

/** « En ligne, 5 règlements du ven. 13 nov. », « Bordereau B2026-000030, 9 chèques » */
export const batchText = ({ means, on, count, number, payer, key }: ExpectedBatch): string => {
  if (key.startsWith('slip')) return `Bordereau ${number}, ${counted(count, slipWords[means] ?? 'règlement')}`
  if (means === 'transfer') return `Virement de ${payer} déjà enregistré, ${briefDay(on)}`
  return `${batchNames[means] ?? ''}, ${counted(count, 'règlement')} du ${briefDay(on)}`
}

const slipWords: Readonly<Partial<Record<PaymentMeans, string>>> = { cheque: 'chèque' }

const batchNames: Readonly<Partial<Record<PaymentMeans, string>>> = {
  card: 'Carte',
  online: 'En ligne',
  directDebit: 'Prélèvement',
}

const reasonWords: Readonly<Record<ProposalReason, string>> = {
  number: 'référence',
  handedOver: 'facture à la Trésorerie',
  shortNumber: 'numéro sans son année',
  account: 'compte connu',
  sender: 'émetteur connu',
  name: 'nom',
  firstName: 'prénom',
  amount: 'montant exact',
  balance: 'tout le solde',
  batch: 'somme et jour',
}

/** What a line would pay, as the list shows it: « Aubry, 2026-001284 ». */
export const proposalText = (proposal: Proposal): string => {
  if (proposal.kind === 'arrives') return batchText(proposal.batch)
  const { name, parts } = proposal
  const [first] = parts
  if (!first) return `${name}, en avance`
  const what = parts.length === 1 ? first.number : counted(parts.length, 'facture')
  return `${name}, ${what}${parts.some(({ isAtTreasury }) => isAtTreasury) ? ', à reverser' : ''}`
}

/** Why a line is not sure: « montant exact et nom, référence absente ». */
export const matchText = ({ verdict, proposals, namesakes }: LineMatch, cents: Cents): string => {
  const [best, second] = proposals
  if (!best) {
    if (namesakes === 0) return 'aucune famille de ce nom'
    return `${namesakes} familles de ce nom, aucune dette égale`
  }
  if (verdict === 'sure') return ''
  if (best.kind === 'arrives')
    return second ? 'somme et jour, mais d’autres possibilités' : 'somme et jour, libellé d’autre chose'
  const isTied = second?.kind === 'pays' && namesakes > 1 && best.reasons.join() === second.reasons.join()
  if (isTied) return `${counted(namesakes, 'famille')} de ce nom${cents % 1000 === 0 ? ', montant rond' : ''}`
  const words = listed(best.reasons.map((reason) => reasonWords[reason]))
  if (best.reasons.includes('handedOver')) return `${words}\u00a0: à reverser`
  return best.reasons.includes('number') ? `${words}, montant différent` : `${words}, référence absente`
}

/** « octobre 2026 »; empty for an opening balance. */
export const partMonth = ({ from }: { readonly from: Day | null }): string => (from === null ? '' : monthText(from))

/** The reasons of a proposal as a sentence, for the panel. */
export const reasonsText = ({ reasons, kind }: Proposal): string => {
  if (kind === 'arrives') return 'La somme et le jour sont ceux de règlements déjà enregistrés.'
  const said = reasons.map((reason) => reasonSentences[reason])
  if (reasons.includes('handedOver')) return `${said.join(' ')} À vous de confirmer.`
  return reasons.includes('number')
    ? `${said.join(' ')} Le montant n’est pas ce qui reste à payer\u00a0: à vous de confirmer.`
    : `${said.join(' ')} La référence manque\u00a0: à vous de confirmer.`
}

const reasonSentences: Readonly<Record<ProposalReason, string>> = {
  number: 'Le numéro de la facture est dans le libellé.',
  handedOver: 'Le numéro est celui d’une facture à la Trésorerie\u00a0: la somme est gardée à part, à reverser.',
  shortNumber: 'La fin du numéro de la facture est dans le libellé.',
  account: 'Ce compte a déjà payé pour ce foyer.',
  sender: 'Un virement de même libellé a déjà payé pour ce foyer.',
  name: 'Le nom est dans le libellé.',
  firstName: 'Un prénom du foyer est dans le libellé.',
  amount: 'Le montant est exact.',
  balance: 'Le montant est tout ce qui reste dû.',
  batch: '',
}
