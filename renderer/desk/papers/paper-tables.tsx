import type { AskedPaper, ReceivedPaper } from '../../../shared/contract/desk/papers.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { paperKindRules } from '../../../shared/rules/requests/paper.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { Badge, type Tone } from '../parts/feedback.tsx'
import type { TableColumn } from '../parts/table.tsx'

const states: Record<ReceivedPaper['state'], readonly [tone: Tone, text: string]> = {
  waiting: ['warn', 'À lire'],
  accepted: ['good', 'Acceptée'],
  refused: ['danger', 'Refusée'],
}

const StateBadge = ({ paper }: { paper: ReceivedPaper }) => {
  const [tone, text] =
    paper.content === 'lost'
      ? (['danger', 'Perdue'] as const)
      : paper.content === 'awaited'
        ? (['neutral', 'Arrive'] as const)
        : states[paper.state]
  return <Badge tone={tone}>{text}</Badge>
}

const familyColumn = <Row extends { family: string }>(): TableColumn<Row> => ({
  id: 'family',
  title: 'Famille',
  show: ({ family }) => family,
})

export const receivedColumns = (withFamily: boolean): readonly TableColumn<ReceivedPaper>[] => [
  ...(withFamily ? [familyColumn<ReceivedPaper>()] : []),
  { id: 'kind', title: 'Pièce', show: ({ kind }) => paperKindRules[kind].title },
  { id: 'child', title: 'Enfant', width: 150, show: ({ child }) => child || 'Foyer' },
  { id: 'name', title: 'Fichier', show: ({ name }) => name },
  { id: 'at', title: 'Envoyée le', width: 120, show: ({ recordedAt }) => numericDay(dayAt(recordedAt)) },
  { id: 'state', title: 'État', width: 120, show: (paper) => <StateBadge paper={paper} /> },
]

export const askedColumns = (withFamily: boolean): readonly TableColumn<AskedPaper>[] => [
  ...(withFamily ? [familyColumn<AskedPaper>()] : []),
  { id: 'kind', title: 'Pièce', show: ({ kind }) => paperKindRules[kind].title },
  { id: 'child', title: 'Enfant', width: 150, show: ({ child }) => child || 'Foyer' },
  { id: 'note', title: 'Précision', show: ({ note }) => note },
  {
    id: 'due',
    title: 'Avant le',
    width: 170,
    show: ({ dueOn, isLate }) => (
      <span className="row">
        {numericDay(dueOn)}
        {isLate ? <Badge tone="danger">en retard</Badge> : null}
      </span>
    ),
  },
]
