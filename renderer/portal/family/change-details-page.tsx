import { useQuery } from '@tanstack/react-query'
import { detailsFacts } from '../../../shared/pages/editable-fields.ts'
import { changeDetailsHead, emailOf } from '../../../shared/pages/family.ts'
import { portalPages } from '../../../shared/pages/portal-pages.ts'
import { orpc } from '../client.ts'
import { Field } from '../parts/field.tsx'
import { Page } from '../parts/page.tsx'
import { QueryState } from '../parts/query-state.tsx'
import { ProposalForm } from './proposal-form.tsx'

export const ChangeDetailsPage = () => {
  const details = useQuery(orpc.home.details.queryOptions())
  return (
    <Page head={changeDetailsHead} isNarrow>
      <QueryState query={details}>
        {(read) => {
          const { address, contacts, benefit } = detailsFacts(read)
          return (
            <ProposalForm
              about={`foyer ${read.family}`}
              facts={[address, ...contacts, ...benefit]}
              back={portalPages.details.path}
            >
              <Field
                label="Email"
                hint="La modification du mail doit se faire directement à la structure."
                value={emailOf(read.guardians)}
                readOnly
              />
            </ProposalForm>
          )
        }}
      </QueryState>
    </Page>
  )
}
