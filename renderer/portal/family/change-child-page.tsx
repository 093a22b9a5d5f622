import { useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { childFacts } from '../../../shared/pages/editable-fields.ts'
import { changeChildHead, noSuchChild } from '../../../shared/pages/family.ts'
import { portalPages } from '../../../shared/pages/portal-pages.ts'
import { orpc } from '../client.ts'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { ProposalForm } from './proposal-form.tsx'

export const ChangeChildPage = () => {
  const { child: id } = useParams()
  const family = useQuery(orpc.home.family.queryOptions())
  const child = family.data?.children.find((one) => `${one.id}` === id)
  return (
    <Page head={changeChildHead(child)} isNarrow>
      <QueryState query={family}>
        {({ proposals }) => {
          if (!child) return <Empty>{noSuchChild}</Empty>
          const { name, others } = childFacts(child, proposals)
          return (
            <ProposalForm about={`enfant ${child.id}`} facts={[...name, ...others]} back={portalPages.family.path} />
          )
        }}
      </QueryState>
    </Page>
  )
}
