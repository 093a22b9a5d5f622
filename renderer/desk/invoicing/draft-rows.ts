import type { Draft, TakenOver } from '../../../shared/contract/desk/money/invoicing.ts'
import { type Day, monthKey } from '../../../shared/rules/calendar/day.ts'
import { worstLevelOf } from '../../../shared/rules/money/invoice.ts'
import { counted } from '../../../shared/rules/text/french.ts'

/** A row of the list: papers that staff leave out or issue together, shown as the first of them. */
export type DraftRow = Draft & {
  /** The other papers of the row: credit notes of the same month. */
  readonly creditNotes: readonly Draft[]
}

/**
 * The drafts of a family's month at a régie in one row: its invoice and the credit notes issued with it, or credit
 * notes alone. A draft without a month is a row of its own. Rows come in the order of their first draft in the list.
 */
export const draftRows = (drafts: readonly Draft[]): DraftRow[] =>
  [
    ...Map.groupBy(drafts, ({ id, familyId, month, regieId }) =>
      month === null ? id : `${familyId} ${month} ${regieId}`,
    ).values(),
  ].map((together) => {
    const shown = together.find(({ kind }) => kind === 'invoice') ?? together[0]
    if (!shown) throw new RangeError('a group has a draft')
    return {
      ...shown,
      journal: [
        ...new Map(together.flatMap(({ journal }) => journal.map((entry) => [entry.sentence, entry]))).values(),
      ],
      verdict: worstVerdictOf(together),
      setAside: together.some(({ setAside }) => setAside),
      children: Math.max(...together.map(({ children }) => children)),
      creditNotes: together.filter((draft) => draft !== shown),
    }
  })

/** A row of issued papers: each has a number, so each is a row. */
export const issuedRow = (paper: Draft): DraftRow => ({ ...paper, creditNotes: [] })

const worstVerdictOf = (drafts: readonly Draft[]): Draft['verdict'] =>
  worstLevelOf(drafts.flatMap(({ verdict }) => (verdict === 'ready' ? [] : [{ level: verdict, sentence: '' }])))

/** The papers of a row, the shown one first. */
export const papersOf = ({ creditNotes, ...shown }: DraftRow): Draft[] => [shown, ...creditNotes]

export const idsOf = (row: DraftRow): number[] => papersOf(row).map(({ id }) => id)

/** The amount that a row shows: of its invoice alone, or of its credit notes where it has no invoice. */
export const shownAmountOf = (row: DraftRow): number =>
  row.kind === 'invoice' ? row.totalCents : papersOf(row).reduce((sum, { totalCents }) => sum + totalCents, 0)

/** The amount of all papers of a row: of its invoice less its credit notes. */
export const netOf = (row: DraftRow): number => papersOf(row).reduce((sum, { totalCents }) => sum + totalCents, 0)

/** Groups in the order of the list: « À corriger » prevents issuing, « À vérifier » only warns. */
export const groupNames = { toCorrect: 'À corriger', toVerify: 'À vérifier', ready: 'Prêts à émettre' } as const
export type Group = keyof typeof groupNames

export const groupOf = (verdict: Draft['verdict']): Group =>
  verdict === 'ready' ? 'ready' : verdict === 'warning' ? 'toVerify' : 'toCorrect'

/** Whether the months of papers have to be told apart: they are not all those of a run of one month. */
export const showsMonths = (drafts: readonly Pick<Draft, 'month'>[], run: { readonly from: Day; readonly to: Day }) => {
  const months = new Set(drafts.flatMap(({ month }) => month ?? []))
  return months.size > 1 || [...months].some((month) => month !== monthKey(run.from) || month !== monthKey(run.to))
}

/** Tells before a run which drafts of other runs it takes, one sentence each. */
export const toTakeOverTexts = (found: readonly TakenOver[]): string[] =>
  found.map(
    ({ label, drafts }) =>
      `${counted(drafts, 'brouillon')} de la facturation «\u00a0${label}\u00a0» ${drafts < 2 ? 'peut être repris' : 'peuvent être repris'} par celle-ci\u00a0: une famille n’a qu’un brouillon par mois.`,
  )

/** « 12 brouillons repris de la facturation « Novembre 2026 ». »; empty when the run took none. */
export const takenOverText = (found: readonly TakenOver[]): string =>
  found
    .map(
      ({ label, drafts }) =>
        `${counted(drafts, 'brouillon repris', 'brouillons repris')} de la facturation «\u00a0${label}\u00a0».`,
    )
    .join(' ')
