import { useForm } from '@mantine/form'
import { skipToken, useQuery } from '@tanstack/react-query'
import type { Child } from '../../../shared/contract/desk/people/families.ts'
import { ofName } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Note } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { FamilySelect } from '../registrations/new-registration-dialog.tsx'

/** Links a child whose parents live apart to a second home that is already recorded. */
export const SecondHomeDialog = ({ child, onClose }: { child: Child; onClose: () => void }) => {
  const form = useForm<{ familyId: string | null }>({
    mode: 'controlled',
    initialValues: { familyId: null },
    validate: { familyId: (value) => (value ? null : 'Choisissez une famille.') },
  })
  const { familyId } = form.values
  const { data } = useQuery(orpc.families.one.queryOptions({ input: familyId ? { id: Number(familyId) } : skipToken }))
  return (
    <FormDialog
      opened
      title={`Second foyer ${ofName(child.firstName)}`}
      form={form}
      submit="Rattacher à ce foyer"
      onSubmit={(client, { familyId: chosen }) =>
        client.families.linkChild({ familyId: Number(chosen), childId: child.id })
      }
      onClose={onClose}
    >
      <FamilySelect
        hasFocus
        chosen={data}
        value={familyId}
        error={form.errors['familyId']}
        onChange={(id) => form.setFieldValue('familyId', id)}
      />
      <Note>
        Chaque foyer réserve et paie ses jours. Si la famille n’existe pas encore, créez-la avec cet enfant&nbsp;: il
        est reconnu pendant la saisie.
      </Note>
    </FormDialog>
  )
}
