import IconFileCheck from '@tabler/icons-react/icons/IconFileCheck'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { Screen, ScreenHead } from '../parts/screen.tsx'
import { Table } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { PaperDialog } from './paper-dialog.tsx'
import { askedColumns, receivedColumns } from './paper-tables.tsx'
import './papers.css'

/** « Pièces reçues »: papers without an answer, oldest first, and requested papers that are overdue. */
export const PapersScreen = () => {
  const may = useMay()
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(orpc.papers.queue.queryOptions())
  const [opened, setOpened] = useState<number>()
  const paper = data?.received.find(({ id }) => id === opened)
  return (
    <Screen title="Pièces reçues">
      <ScreenHead
        title="Pièces reçues"
        subtitle={data && data.received.length > 0 ? `${counted(data.received.length, 'pièce')} à lire` : null}
      />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? (
        <div className="papers">
          {data.isSealed ? (
            <Note tone="warn">
              Ce poste n’a pas la clé des données&nbsp;: les pièces restent scellées jusqu’à la phrase de secours.
            </Note>
          ) : null}
          <Table
            label="Pièces reçues"
            items={data.received}
            idOf={({ id }) => id}
            columns={receivedColumns(true)}
            chosen={opened}
            onChoose={({ id }) => setOpened(id)}
            onOpen={({ id }) => setOpened(id)}
            empty={
              <EmptyState icon={IconFileCheck} title="Aucune pièce à lire">
                Ce que les familles envoient depuis le portail vient ici jusqu’à votre réponse.
              </EmptyState>
            }
          />
          {data.late.length > 0 ? (
            <section aria-labelledby="pieces-en-retard">
              <h2 id="pieces-en-retard">Pièces en retard</h2>
              <Table
                label="Pièces en retard"
                items={data.late}
                idOf={({ id }) => id}
                columns={askedColumns(true)}
                onOpen={({ familyId }) =>
                  void navigate({
                    to: '/familles/$familyId',
                    params: { familyId: String(familyId) },
                    search: { onglet: 'pieces' },
                  })
                }
              />
            </section>
          ) : null}
        </div>
      ) : null}
      {paper ? (
        <PaperDialog paper={paper} mayDecide={may('families.write')} onClose={() => setOpened(undefined)} />
      ) : null}
    </Screen>
  )
}
