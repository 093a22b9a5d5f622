import { Button, Radio, Stack } from '@mantine/core'
import IconFirstAidKit from '@tabler/icons-react/icons/IconFirstAidKit'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type EmergencyReason, emergencyReasonNames, emergencyReasons } from '../../../shared/rules/access/emergency.ts'
import { declarableFields, type Health, healthNames, healthText } from '../../../shared/rules/dossier/health.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { Failure, Note, Properties } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { useMay } from '../staff/may.ts'

/** Shown only to delegates: opens the health record of a child who is booked today, with a reason. */
export const EmergencyHealth = ({ childId, firstName }: { childId: number; firstName: string }) => {
  const may = useMay()
  const mayBeDelegate = may('health.emergency') && !may('health.read')
  const { data: isDelegate } = useQuery(orpc.emergency.isDelegate.queryOptions({ enabled: mayBeDelegate }))
  const [isOpen, setIsOpen] = useState(false)
  if (!mayBeDelegate || isDelegate !== true) return null
  return (
    <>
      <Button
        color="red"
        variant="light"
        leftSection={<IconFirstAidKit size={14} aria-hidden="true" />}
        onClick={() => setIsOpen(true)}
      >
        Santé, en urgence…
      </Button>
      {isOpen ? <EmergencyDialog childId={childId} firstName={firstName} onClose={() => setIsOpen(false)} /> : null}
    </>
  )
}

const EmergencyDialog = ({
  childId,
  firstName,
  onClose,
}: {
  childId: number
  firstName: string
  onClose: () => void
}) => {
  const [reason, setReason] = useState<EmergencyReason>()
  const open = useMutation({
    mutationFn: (chosen: EmergencyReason) => clientOutsideForms.emergency.open({ childId, reason: chosen }),
    gcTime: 0,
  })
  return (
    <Dialog opened title={`Santé, en urgence\u00a0: ${firstName}`} onClose={onClose}>
      {open.data ? (
        <Record record={open.data} isLost={open.data.isLost} />
      ) : (
        <Stack>
          <Radio.Group
            label={'Pourquoi l’ouvrir\u00a0?'}
            description="La direction et le journal gardent qui l’a ouverte, quand et pourquoi."
            descriptionProps={{ mt: 'sm' }}
            value={reason ?? null}
            onChange={setReason}
          >
            <Stack mt="xs">
              {emergencyReasons.map((value) => (
                <Radio key={value} value={value} label={emergencyReasonNames[value]} />
              ))}
            </Stack>
          </Radio.Group>
          {open.error ? <Failure error={open.error} /> : null}
          <div className="row row-end">
            <Button
              disabled={reason === undefined}
              loading={open.isPending}
              onClick={() => reason !== undefined && open.mutate(reason)}
            >
              Ouvrir la fiche
            </Button>
          </div>
        </Stack>
      )}
    </Dialog>
  )
}

const Record = ({ record, isLost }: { record: Health; isLost: boolean }) => {
  if (isLost) return <Note tone="danger">Cette fiche est illisible&nbsp;: sa clé est perdue. Appelez les parents.</Note>
  const told = declarableFields
    .filter((field) => record[field] !== '' && record[field] !== null)
    .map((field) => [healthNames[field], healthText(field, record[field])] as const)
  return told.length === 0 ? (
    <Note>
      Rien n’est noté sur cette fiche. Cela ne veut pas dire que l’enfant n’a rien&nbsp;: appelez les parents.
    </Note>
  ) : (
    <Properties alignStart entries={told} />
  )
}
