import { useForm } from '@mantine/form'
import type { ShownAid } from '../../../shared/contract/desk/money/payers.ts'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { AidFields, aidInput, typedAid } from './aid-fields.tsx'

/** Changes an aid that was promised. */
export const AidDialog = ({ aid, onClose }: { aid: ShownAid; onClose: () => void }) => {
  const form = useForm({ mode: 'controlled', initialValues: typedAid(aid, aid.thirdPartyId, aid.from) })
  return (
    <FormDialog
      opened
      title={`Modifier l’aide «\u00a0${aid.label}\u00a0»`}
      draft={`aide ${aid.id}`}
      width="wide"
      form={form}
      submit="Enregistrer"
      onClose={onClose}
      onSubmit={(client, values) => client.payers.changeAid({ id: aid.id, aid: aidInput(values) })}
    >
      <p className="small soft">
        Les mois déjà facturés suivent&nbsp;: la prochaine facturation rend à l’un ce qu’elle demande à l’autre.
      </p>
      <div className="settings-form">
        <AidFields form={form} />
      </div>
    </FormDialog>
  )
}
