import type { AskedPaper, ReceivedPaper } from '../../../shared/contract/desk/papers.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Store } from '../../store/store.ts'

type AskedRow = Omit<AskedPaper, 'isLate'>
type ReceivedRow = Omit<ReceivedPaper, 'isForOthers' | 'quotientNow'>

const asked = `select asked.id, asked.family_id familyId, home.name family, asked.child_id childId,
    coalesce(child.first_name, '') child, asked.kind, asked.note, asked.due_on dueOn, asked.asked_at askedAt, asked.state
  from asked_paper asked join family home on home.id = asked.family_id left join child on child.id = asked.child_id`

const received = `select paper.id, paper.family_id familyId, home.name family, paper.child_id childId,
    coalesce(child.first_name, '') child, paper.asked_id askedId, paper.sender, paper.kind, paper.name, paper.type,
    paper.pages, paper.quotient, paper.income_cents incomeCents, paper.recorded_at recordedAt, paper.content, paper.state,
    paper.reason, paper.decided_at decidedAt
  from received_paper paper join family home on home.id = paper.family_id left join child on child.id = paper.child_id`

/** Those that are still open, soonest due first. */
export const askedOf = (store: Store, familyId: number): AskedRow[] =>
  store
    .statement(`${asked} where asked.family_id = ? and asked.state = 'open' order by asked.due_on, asked.id`)
    .all(familyId) as AskedRow[]

/** Whose day has passed and of which none was sent that waits to be read, latest first. */
export const askedLate = (store: Store, today: Day, most: number): AskedRow[] =>
  store
    .statement(`${asked} where asked.state = 'open' and asked.due_on < ?
        and not exists (select 1 from received_paper where asked_id = asked.id and state = 'waiting')
      order by asked.due_on, asked.id limit ?`)
    .all(today, most) as AskedRow[]

/** Newest first. */
export const receivedOf = (store: Store, familyId: number): ReceivedRow[] =>
  store
    .statement(`${received} where paper.family_id = ? order by paper.recorded_at desc, paper.id desc`)
    .all(familyId) as ReceivedRow[]

export const receivedWaiting = (store: Store, most: number): ReceivedRow[] =>
  store
    .statement(`${received} where paper.state = 'waiting' order by paper.recorded_at, paper.id limit ?`)
    .all(most) as ReceivedRow[]

/** Its sealed bytes, as far as they came. */
export const contentOf = (store: Store, paperId: number): Buffer =>
  Buffer.concat(
    store
      .statement('select bytes from received_paper_part where paper_id = ? order by "from"')
      .pluck()
      .all(paperId) as Buffer[],
  )
