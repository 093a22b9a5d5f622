import type { RecoveredPaper } from '../../shared/contract/desk/exchange.ts'
import { shortDay } from '../../shared/rules/text/french.ts'
import { type Core, Refused } from '../desk/core.ts'

/** Issued papers that a restore of the desk lost and the portal gave back, newest first. Families received them. */
export const recoveredPapers = ({ store }: Core): RecoveredPaper[] =>
  store
    .statement(
      `select paper.id, paper_of as "on", family.id as familyId, name as family
      from recovered_paper paper
      join family on family.id = cast(substr(paper.id, 7) as integer)
      order by paper_of desc, paper.id`,
    )
    .all() as RecoveredPaper[]

export const recoveredPaperFile = (core: Core, id: string): File => {
  const paper = recoveredPapers(core).find((one) => one.id === id)
  const body = core.store.statement('select body from recovered_paper where id = ?').pluck().get(id)
  if (!paper || typeof body !== 'string') throw new Refused('Ce papier n’est plus là.')
  const name = `Papier du ${shortDay(paper.on)} ${paper.family}.pdf`.replace(/[\\/:*?"<>|]/g, '-')
  return new File([Buffer.from(body, 'base64')], name, { type: 'application/pdf' })
}
