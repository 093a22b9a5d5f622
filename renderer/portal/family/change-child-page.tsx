import { useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { orpc } from '../client.ts'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { childFacts } from './editable-fields.ts'
import { ProposalForm } from './proposal-form.tsx'

const parentPage = { path: '/ma-famille', name: 'Ma famille' }

export const ChangeChildPage = () => {
  const { child: id } = useParams()
  const family = useQuery(orpc.home.family.queryOptions())
  const child = family.data?.children.find((one) => `${one.id}` === id)
  return (
    <Page title="Modifier mes informations" parents={[parentPage]} intro={child && `Pour ${child.firstName}.`} isNarrow>
      <QueryState query={family}>
        {({ proposals }) => {
          if (!child) return <Empty>Cet enfant n’est pas dans votre dossier.</Empty>
          const { name, others } = childFacts(child, proposals)
          return <ProposalForm about={`enfant ${child.id}`} facts={[...name, ...others]} back={parentPage.path} />
        }}
      </QueryState>
    </Page>
  )
}
