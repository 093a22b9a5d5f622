import type { AskedPaper, ReceivedPaper } from '../../../shared/contract/desk/papers.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { PaperKind } from '../../../shared/rules/requests/paper.ts'
import type { Store } from '../../store/store.ts'

type AskedRow = Omit<AskedPaper, 'isLate'>
type ReceivedRow = Omit<ReceivedPaper, 'isForOthers' | 'quotientNow' | 'isForDossier'> & {
  readonly requiredId: number | null
}

const selectAsked = `select asked.id, asked.family_id familyId, home.name family, asked.child_id childId,
    coalesce(child.first_name, '') child, asked.kind, asked.note, asked.due_on dueOn, asked.asked_at askedAt, asked.state
  from asked_paper asked join family home on home.id = asked.family_id left join child on child.id = asked.child_id`

const selectReceived = `select paper.id, paper.family_id familyId, home.name family, paper.child_id childId,
    coalesce(child.first_name, '') child, paper.asked_id askedId, paper.required_id requiredId, paper.sender, paper.kind, paper.name, paper.type,
    paper.pages, paper.quotient, paper.income_cents incomeCents, paper.recorded_at recordedAt, paper.content, paper.state,
    paper.reason, paper.decided_at decidedAt
  from received_paper paper join family home on home.id = paper.family_id left join child on child.id = paper.child_id`

/** Papers still asked of this family, soonest due first. */
export const askedOf = (store: Store, familyId: number): AskedRow[] =>
  store
    .statement(`${selectAsked} where asked.family_id = ? and asked.state = 'open' order by asked.due_on, asked.id`)
    .all(familyId) as AskedRow[]

/** Papers asked whose due day has passed and for which nothing waits to be read, longest overdue first. */
export const askedLate = (store: Store, today: Day, limit: number): AskedRow[] =>
  store
    .statement(`${selectAsked} where asked.state = 'open' and asked.due_on < ?
        and not exists (select 1 from received_paper where asked_id = asked.id and state = 'waiting')
      order by asked.due_on, asked.id limit ?`)
    .all(today, limit) as AskedRow[]

/** Papers received from a family, newest first. */
export const receivedOf = (store: Store, familyId: number): ReceivedRow[] =>
  store
    .statement(`${selectReceived} where paper.family_id = ? order by paper.recorded_at desc, paper.id desc`)
    .all(familyId) as ReceivedRow[]

export const receivedWaiting = (store: Store, limit: number): ReceivedRow[] =>
  store
    .statement(`${selectReceived} where paper.state = 'waiting' order by paper.recorded_at, paper.id limit ?`)
    .all(limit) as ReceivedRow[]

/** How many papers wait to be read, by kind. */
export const countWaiting = (store: Store): { kind: PaperKind; count: number }[] =>
  store.statement(`select kind, count(*) as count from received_paper where state = 'waiting' group by kind`).all() as {
    kind: PaperKind
    count: number
  }[]

/** The paper's sealed bytes stored so far. */
export const contentOf = (store: Store, paperId: number): Buffer =>
  Buffer.concat(
    store
      .statement('select bytes from received_paper_part where paper_id = ? order by "from"')
      .pluck()
      .all(paperId) as Buffer[],
  )
