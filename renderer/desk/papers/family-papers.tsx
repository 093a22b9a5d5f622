import IconFilePlus from '@tabler/icons-react/icons/IconFilePlus'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { FamilyCampaignSection } from '../campaign/family-campaign.tsx'
import { FamilyDossierSection } from '../dossiers/family-dossier.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { Table } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { AskDialog } from './ask-dialog.tsx'
import { PaperDialog } from './paper-dialog.tsx'
import { askedColumns, receivedColumns } from './paper-tables.tsx'
import './papers.css'

/** The tab « Pièces » of a home: requested and received papers. */
export const FamilyPapers = ({ family }: { family: Family }) => {
  const may = useMay()
  const { data, error, refetch } = useQuery(orpc.papers.ofFamily.queryOptions({ input: { familyId: family.id } }))
  const close = useMutation(orpcOutsideForms.papers.close.mutationOptions())
  const [isAsking, setIsAsking] = useState(false)
  const [chosenAsked, setChosenAsked] = useState<number>()
  const [opened, setOpened] = useState<number>()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const asked = data.asked.find(({ id }) => id === chosenAsked)
  const paper = data.received.find(({ id }) => id === opened)
  return (
    <div className="papers">
      <FamilyDossierSection family={family} />
      <FamilyCampaignSection familyId={family.id} />
      <section aria-labelledby="pieces-demandees">
        <div className="row between">
          <h2 id="pieces-demandees">Pièces demandées</h2>
          {may('families.write') ? (
            <span className="row">
              {asked ? (
                <>
                  <ActionButton
                    label="Reçue au guichet"
                    loading={close.isPending}
                    onAction={() => close.mutate({ id: asked.id, as: 'settled' })}
                  />
                  <ActionButton
                    label="Ne plus demander"
                    loading={close.isPending}
                    onAction={() => close.mutate({ id: asked.id, as: 'dropped' })}
                  />
                </>
              ) : null}
              <ActionButton
                combo="p"
                label="Demander une pièce"
                icon={<IconFilePlus size={14} />}
                onAction={() => setIsAsking(true)}
              />
            </span>
          ) : null}
        </div>
        <Table
          label="Pièces demandées"
          items={data.asked}
          idOf={({ id }) => id}
          columns={askedColumns(false)}
          chosen={chosenAsked}
          onChoose={({ id }) => setChosenAsked(id)}
          empty={<EmptyState title="Aucune pièce n’est demandée" />}
        />
      </section>
      <section aria-labelledby="pieces-recues">
        <h2 id="pieces-recues">Pièces reçues</h2>
        <Table
          label="Pièces reçues"
          items={data.received}
          idOf={({ id }) => id}
          columns={receivedColumns(false)}
          chosen={opened}
          onChoose={({ id }) => setOpened(id)}
          onOpen={({ id }) => setOpened(id)}
          empty={<EmptyState title="Aucune pièce n’est arrivée">La famille en envoie depuis le portail.</EmptyState>}
        />
      </section>
      {isAsking ? <AskDialog family={family} onClose={() => setIsAsking(false)} /> : null}
      {paper ? (
        <PaperDialog paper={paper} mayDecide={may('families.write')} onClose={() => setOpened(undefined)} />
      ) : null}
    </div>
  )
}
