import type { PrintOrder } from '../../../../shared/contract/desk/money/invoicing.ts'
import { type Day, today } from '../../../../shared/rules/calendar/day.ts'
import { levels } from '../../../../shared/rules/people/schooling.ts'
import type { Store } from '../../../store/store.ts'
import type { Core } from '../../core.ts'

/**
 * The papers in the order in which they are handed out, and which of them must be printed: those of third parties, of
 * homes that asked for paper, and of homes where nobody reads the portal.
 */
export const papersToPrint = (
  { store, clock }: Core,
  { ids, order }: { readonly ids: readonly number[]; readonly order: PrintOrder },
): { ids: number[]; onPaper: number[] } => {
  const papers = printedPapers(store, ids, today(clock))
  const rank = new Map(ids.map((id, at) => [id, at]))
  const inOrder = {
    listed: () => papers.toSorted((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0)),
    name: () => papers.toSorted(byName),
    school: () => papers.toSorted((a, b) => byClass(a, b) || byName(a, b)),
  }[order]()
  return { ids: inOrder.map(({ id }) => id), onPaper: inOrder.flatMap(({ id, isOnPaper }) => (isOnPaper ? [id] : [])) }
}

type PrintedPaper = {
  readonly id: number
  readonly name: string
  readonly isOnPaper: 0 | 1
  /** The school of the home's eldest pupil, who takes the paper home; null for a home without a pupil. */
  readonly school: string | null
  readonly level: string | null
  readonly className: string | null
}

const byName = (a: PrintedPaper, b: PrintedPaper): number => a.name.localeCompare(b.name, 'fr') || a.id - b.id

/** By school, then level and class; papers that no pupil takes home come last. */
const byClass = (a: PrintedPaper, b: PrintedPaper): number => {
  if (a.school === null || b.school === null) return Number(a.school === null) - Number(b.school === null)
  const level = (one: PrintedPaper) => levels.findIndex((known) => known === one.level)
  return (
    a.school.localeCompare(b.school, 'fr') ||
    level(a) - level(b) ||
    (a.className ?? '').localeCompare(b.className ?? '', 'fr')
  )
}

const printedPapers = (store: Store, ids: readonly number[], on: Day): PrintedPaper[] =>
  store
    .statement(
      `with pupil as (
        select link.family_id, school.name as school, own.level, own.class_name,
          row_number() over (partition by link.family_id order by child.birth_day, child.id) as place
        from invoice
        join family_child link on link.family_id = invoice.family_id
        join child on child.id = link.child_id
        join schooling own on own.child_id = child.id and own.level <> ''
          and own.from_day = (select max(from_day) from schooling where child_id = child.id and from_day <= ?2)
        join school on school.id = own.school_id
        where invoice.id in (select value from json_each(?1)))
      select invoice.id, coalesce(family.name, third_party.name) as name, pupil.school, pupil.level, pupil.class_name as className,
        family.id is null or family.invoices_by = 'paper' or not exists (
          select 1 from family_guardian link join portal_account account on account.guardian_id = link.guardian_id
          where link.family_id = family.id and account.activated_at is not null and not account.blocked) as isOnPaper
      from invoice left join family on family.id = invoice.family_id
      left join third_party on third_party.id = invoice.third_party_id
      left join (select * from pupil where place = 1) pupil on pupil.family_id = family.id
      where invoice.id in (select value from json_each(?1))
      group by invoice.id`,
    )
    .all({ 1: JSON.stringify(ids), 2: on }) as PrintedPaper[]
