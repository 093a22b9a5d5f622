import type { BankDecision, BankLine, ReturnsProposal } from '../../../shared/contract/desk/money/bank.ts'
import { type PayerRef, type Proposal, proposalText, reasonsText } from '../../../shared/rules/money/bank/matching.ts'

/** What staff may confirm about a line: a proposal, or another use of the same payer's money. */
export type Choice =
  | Proposal
  | ReturnsProposal
  | (PayerRef & { readonly kind: 'oldestFirst'; readonly name: string })
  | (PayerRef & { readonly kind: 'ahead'; readonly name: string })

/** Best choice first. */
export const choicesOf = ({ proposals }: BankLine): Choice[] => {
  const [best] = proposals
  if (best?.kind !== 'pays') return [...proposals]
  const { familyId, thirdPartyId, name, parts } = best
  const same = { familyId, thirdPartyId, name }
  return [
    ...proposals,
    ...(parts.length > 0
      ? [
          { kind: 'oldestFirst' as const, ...same },
          { kind: 'ahead' as const, ...same },
        ]
      : []),
  ]
}

export const choiceText = (choice: Choice): string => {
  if (choice.kind === 'oldestFirst') return `${choice.name}, la plus ancienne d’abord`
  if (choice.kind === 'ahead') return `${choice.name}, garder en avance`
  return choice.kind === 'returns' ? `Rejet de prélèvement, ${choice.payer}` : proposalText(choice)
}

/** The reason of a choice as a sentence; for a sure one, what makes it sure. */
export const choiceReason = (choice: Choice, { state }: BankLine): string => {
  if (choice.kind === 'oldestFirst') return 'Ce virement paie d’abord ses dettes les plus anciennes.'
  if (choice.kind === 'ahead') return 'Ce virement ne paie rien encore\u00a0: il reste en avance, à son compte.'
  if (choice.kind === 'returns') return choice.text
  if (state !== 'sure') return reasonsText(choice)
  return choice.kind === 'pays'
    ? 'La référence est dans le libellé, et le montant est tout ce qu’il en reste à payer.'
    : 'La somme et le jour sont ceux d’un seul lot attendu\u00a0: il est seulement marqué arrivé.'
}

export const decisionOf = ({ id, leftCents }: BankLine, choice: Choice): BankDecision => {
  const nothing: BankDecision = { lineId: id, pays: [], arrives: [], debitId: null }
  if (choice.kind === 'returns') return { ...nothing, debitId: choice.debitId }
  if (choice.kind === 'arrives') return { ...nothing, arrives: [choice.batch.key] }
  const { familyId, thirdPartyId } = choice
  const parts =
    choice.kind === 'pays'
      ? choice.parts.map(({ invoiceId, openingDebtId, cents }) => ({ invoiceId, openingDebtId, cents }))
      : choice.kind === 'ahead'
        ? []
        : null
  return { ...nothing, pays: [{ familyId, thirdPartyId, cents: leftCents, parts }] }
}
