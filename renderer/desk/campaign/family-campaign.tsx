import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { FamilyCampaign } from '../../../shared/contract/desk/campaign.ts'
import {
  campaignName,
  isKnownAlready,
  isLeftForLater,
  progressNames,
  stepsDoneText,
} from '../../../shared/rules/dossier/campaign.ts'
import { capitalised, instantText } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { Badge, type Tone } from '../parts/feedback.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'

type Step = FamilyCampaign['steps'][number]

const tones: Readonly<Record<Step['state'], Tone>> = { done: 'good', later: 'warn', toDo: 'neutral' }
const stateNames: Readonly<Record<Step['state'], string>> = { done: 'fait', later: 'plus tard', toDo: 'à faire' }

/** The campaign on the tab « Pièces » of a family; nothing while none runs. */
export const FamilyCampaignSection = ({ familyId }: { familyId: number }) => {
  const may = useMay()
  const { data: shown } = useQuery({
    ...orpc.campaign.ofFamily.queryOptions({ input: { familyId } }),
    enabled: may('dossiers'),
  })
  const confirm = useMutation(orpcOutsideForms.campaign.confirm.mutationOptions())
  if (!shown) return null
  return (
    <section aria-labelledby="campaign">
      <div className="row between">
        <h2 id="campaign">{capitalised(campaignName(shown.campaign))}</h2>
        <Badge tone={shown.progress === 'whole' ? 'good' : shown.progress === 'sent' ? 'accent' : 'warn'}>
          {progressNames[shown.progress]}, {stepsDoneText(shown.steps)}
        </Badge>
      </div>
      <Table
        label={capitalised(campaignName(shown.campaign))}
        items={shown.steps}
        idOf={({ kind, childId }) => `${kind} ${childId}`}
        columns={[
          ...columns,
          ...(may('dossiers')
            ? [actionsColumn(({ kind, childId }) => confirm.mutate({ familyId, kind, childId }))]
            : []),
        ]}
      />
    </section>
  )
}

const columns: readonly TableColumn<Step>[] = [
  { id: 'step', title: 'Étape', show: ({ name }) => name },
  {
    id: 'at',
    title: 'Confirmée',
    show: ({ at, by }) => (at === null ? '–' : `${instantText(at)}, ${by}`),
  },
  {
    id: 'state',
    title: 'État',
    width: 140,
    show: (step) => (
      <Badge tone={tones[step.state]}>{isKnownAlready(step) ? 'déjà connu' : stateNames[step.state]}</Badge>
    ),
  },
]

const actionsColumn = (confirm: (step: Step) => void): TableColumn<Step> => ({
  id: 'act',
  title: <span className="unseen">Actions</span>,
  width: 220,
  number: true,
  show: (step) => {
    if (step.state !== 'toDo') return null
    if (step.whyNot !== null) return <span className="soft small">{step.whyNot}</span>
    const act = isLeftForLater(step.kind) ? 'Plus tard' : 'Dit à l’accueil'
    return (
      <Button variant="subtle" aria-label={`${act}\u00a0: ${step.name}`} onClick={() => confirm(step)}>
        {act}
      </Button>
    )
  },
})
