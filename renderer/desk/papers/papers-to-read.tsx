import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReceivedPaper } from '../../../shared/contract/desk/papers.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { paperKindRules } from '../../../shared/rules/requests/paper.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Note } from '../parts/feedback.tsx'

/** The papers about a child, or about its home, that were sent on the portal and wait to be read. */
export const usePapersToRead = (familyId: number, childId: number): readonly ReceivedPaper[] => {
  const { data } = useQuery(orpc.papers.ofFamily.queryOptions({ input: { familyId } }))
  return (data?.received ?? []).filter(
    (paper) => paper.state === 'waiting' && (paper.childId === null || paper.childId === childId),
  )
}

export const PapersToRead = ({
  papers,
  onOpen,
}: {
  papers: readonly ReceivedPaper[]
  onOpen: (paper: ReceivedPaper) => void
}) =>
  papers.map((paper) => {
    const { title } = paperKindRules[paper.kind]
    return (
      <Note key={paper.id} tone="warn">
        <span className="row row-wide between">
          <span>
            <b>{title}</b> à lire&nbsp;: {paper.sender} l’a envoyée le {shortDay(dayAt(paper.recordedAt))}.
          </span>
          {paper.isForOthers ? (
            <span className="soft">Le directeur la lit.</span>
          ) : (
            <Button variant="default" aria-label={`Lire\u00a0: ${title}`} onClick={() => onOpen(paper)}>
              Lire
            </Button>
          )}
        </span>
      </Note>
    )
  })
