import type { FamilyPapersDocument } from '../../../shared/contract/portal/documents.ts'
import { dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import { unnamedPaper } from '../../../shared/rules/dossier/required-paper.ts'
import { paperKindRules } from '../../../shared/rules/requests/paper.ts'
import { longDate } from '../../../shared/rules/text/french.ts'
import { childrenNotTold } from '../family/family.ts'
import { enqueueMails, type OutgoingMail } from '../mails/mail.ts'
import { claimKeys, readersWithHomes } from '../mails/readers.ts'
import type { Portal } from '../portal.ts'
import { documentsOf } from '../published/documents.ts'
import type { Transaction } from '../store/store.ts'

type RequestedPaper = FamilyPapersDocument['asked'][number]

/**
 * « Un document vous est demandé »: mails each requested paper once, while its due date has not passed, in one mail per
 * parent for all their homes.
 */
export const mailRequestedPapers = async (
  portal: Portal,
  tx: Transaction,
  papers: ReadonlyMap<number, FamilyPapersDocument>,
  at: Instant,
): Promise<void> => {
  const today = dayAt(at)
  const inTime = [...papers].flatMap(([familyId, { asked }]) =>
    asked.flatMap((one): [string, { readonly familyId: number; readonly asked: RequestedPaper }][] =>
      one.dueOn < today ? [] : [[`paper/${one.id}`, { familyId, asked: one }]],
    ),
  )
  const notMailedYet = await claimKeys(
    tx,
    inTime.map(([what]) => what),
    at,
  )
  const requestedByHome = Map.groupBy(
    inTime.flatMap(([what, one]) => (notMailedYet.has(what) ? [one] : [])),
    ({ familyId }) => familyId,
  )
  if (requestedByHome.size === 0) return
  const families = await documentsOf(tx, 'family', [...requestedByHome.keys()])
  const mails = (await readersWithHomes(tx, [...requestedByHome.keys()])).flatMap(
    ({ guardianId, name, email, homes }): OutgoingMail[] => {
      const own = homes.flatMap((familyId) => {
        const untold = childrenNotTold(families.get(`${familyId}`), guardianId)
        return (requestedByHome.get(familyId) ?? []).flatMap(({ asked }) =>
          asked.child !== null && untold.has(asked.child) ? [] : [asked],
        )
      })
      if (own.length === 0) return []
      return [
        {
          kind: 'paper',
          to: email,
          subject: own.length === 1 ? 'Un document vous est demandé' : `${own.length} documents vous sont demandés`,
          body: `Bonjour ${name},

L’Espace Jeunesse vous demande\u00a0:
${own.map(paperLine).join('\n')}

Une photo suffit. Envoyez-la depuis le portail, dans «\u00a0Mes pièces\u00a0»\u00a0:
${portal.address}/mes-pieces
`,
        },
      ]
    },
  )
  await enqueueMails(tx, mails, at)
}

/** Does not name a health paper: others than the parent may read a mailbox. */
const paperLine = ({ kind, name, dueOn }: RequestedPaper): string => {
  const { title, isHealth } = paperKindRules[kind]
  return `- ${isHealth ? unnamedPaper : (name ?? title)}, à envoyer au plus tard le ${longDate(dueOn)}`
}
