import { Button } from '@mantine/core'
import IconFileZip from '@tabler/icons-react/icons/IconFileZip'
import IconTrash from '@tabler/icons-react/icons/IconTrash'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { orpcOutsideForms } from '../../connection/client.ts'
import { savePaper } from '../../connection/paper.ts'
import { Note } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { useMay, useWhyNot } from '../staff/may.ts'
import { EraseDialog } from './erase-dialog.tsx'
import './protection.css'

/** A family's rights over its data (GDPR): a copy of everything, and erasure. */
export const FamilyData = ({ id, name }: { id: number; name: string }) => {
  const may = useMay()
  const navigate = useNavigate()
  const [isErasing, setIsErasing] = useState(false)
  const whyNotHandedOut = useWhyNot({ right: 'families.write', sites: 'everywhere' })
  const handOut = useMutation(orpcOutsideForms.protection.exportFamily.mutationOptions({ onSuccess: savePaper }))
  const without = [
    ...(may('health.read') ? [] : ['la santé']),
    ...(may('invoices.read') ? [] : ['les factures et règlements']),
  ]
  return (
    <div className="protection-page stack stack-wide">
      <Section
        title="Remettre ses données à la famille"
        action={
          whyNotHandedOut === null ? (
            <Button
              leftSection={<IconFileZip size={14} />}
              loading={handOut.isPending}
              onClick={() => handOut.mutate({ familyId: id })}
            >
              Préparer la copie
            </Button>
          ) : undefined
        }
      >
        <p>
          Tout ce que le bureau sait de la famille {name}, dans un fichier ZIP&nbsp;: une page à lire, les mêmes données
          pour un autre logiciel, ses factures et ses quittances. La remise est notée.
        </p>
        {whyNotHandedOut !== null ? (
          <Note>{whyNotHandedOut}</Note>
        ) : without.length > 0 ? (
          <Note>Vos rôles n’ouvrent pas {without.join(' ni ')}&nbsp;: la copie ne les contiendra pas, et le dira.</Note>
        ) : null}
      </Section>
      {may('organisation') ? (
        <Section
          title="Effacer ses données"
          action={
            <Button color="red" leftSection={<IconTrash size={14} />} onClick={() => setIsErasing(true)}>
              Effacer…
            </Button>
          }
        >
          <p>
            À sa demande, ou une fois le délai passé. Les papiers comptables restent. Vous verrez ce qui s’efface et ce
            qui reste avant de confirmer.
          </p>
        </Section>
      ) : null}
      {isErasing ? (
        <EraseDialog
          subject="family"
          id={id}
          onErased={() => void navigate({ to: '/familles' })}
          onClose={() => setIsErasing(false)}
        />
      ) : null}
    </div>
  )
}
