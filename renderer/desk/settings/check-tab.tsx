import IconShieldCheck from '@tabler/icons-react/icons/IconShieldCheck'
import { useQuery } from '@tanstack/react-query'
import type { Finding } from '../../../shared/contract/desk/settings.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge, Failure, Loading, Note } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'

/** Checks the whole file and lists what is wrong, as sentences. */
export const CheckTab = () => {
  const { data, error, isFetching, refetch } = useQuery(
    orpc.settings.check.queryOptions({ enabled: false, staleTime: 0 }),
  )
  return (
    <div className="settings-page">
      <Section
        title="Contrôle du fichier"
        subtitle="places, numéros de facture, soldes, traces&nbsp;: rien ne doit se contredire"
        action={
          <ActionButton
            main
            combo="c"
            label="Contrôler maintenant"
            icon={<IconShieldCheck size={14} />}
            loading={isFetching}
            onAction={() => void refetch()}
          />
        }
      >
        {isFetching ? <Loading>Contrôle en cours, le bureau reste utilisable…</Loading> : null}
        {error && !isFetching ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        {data && !isFetching ? (
          data.length === 0 ? (
            <Note tone="good" alert>
              Le fichier est en ordre&nbsp;: rien ne se contredit.
            </Note>
          ) : (
            <>
              <Note tone="danger" alert>
                {counted(data.length, 'anomalie trouvée', 'anomalies trouvées')}. Rien n’a été modifié. Gardez une
                sauvegarde et signalez-les au support.
              </Note>
              <Table
                label="Anomalies"
                items={data}
                idOf={({ table, id, sentence }) => `${table} ${id ?? ''} ${sentence}`}
                flush
                columns={findingColumns}
              />
            </>
          )
        ) : null}
        {!data && !isFetching && !error ? (
          <Note>Le contrôle se fait aussi chaque jour, avec la sauvegarde. Il ne modifie rien.</Note>
        ) : null}
      </Section>
    </div>
  )
}

const findingColumns: readonly TableColumn<Finding>[] = [
  {
    id: 'kind',
    title: 'Nature',
    width: 110,
    show: ({ kind }) =>
      kind === 'damage' ? <Badge tone="danger">fichier abîmé</Badge> : <Badge tone="warn">fait</Badge>,
  },
  { id: 'sentence', title: 'Ce qui a été trouvé', show: ({ sentence }) => sentence },
]
