import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import type { WorkstationReply } from '../../../shared/contract/shell.ts'
import { Note } from '../parts/feedback.tsx'
import { FormFields } from '../parts/forms/dialogs.tsx'

type Met = Extract<WorkstationReply, { isMet: true }>

/**
 * Connects this window to the workstation that hosts the data: asks for its address, then shows its code, for the
 * person to compare with the other screen.
 */
export const JoinWorkstation = () => {
  const [met, setMet] = useState<Met>()
  const [isJoining, setIsJoining] = useState(false)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { address: '' },
    validate: { address: (address) => (address.trim() ? null : 'Tapez l’adresse du poste principal.') },
  })
  if (met) {
    return (
      <div className="stack stack-wide">
        <p>
          Le poste <code>{met.address}</code> répond. Son code&nbsp;:
        </p>
        <p className="workstations-code">{met.code}</p>
        <Note tone="warn">
          Comparez avec le poste principal, dans Réglages › Postes, signe par signe. S’il diffère, un autre appareil
          répond à sa place&nbsp;: arrêtez-vous et prévenez l’administrateur.
        </Note>
        <div className="row">
          <Button onClick={() => setMet(undefined)}>Ce n’est pas le même</Button>
          <Button
            variant="filled"
            loading={isJoining}
            onClick={() => {
              setIsJoining(true)
              window.desk?.joinWorkstation(met.address, met.code).catch(() => {
                setIsJoining(false)
                setMet(undefined)
                form.setErrors({ address: 'Ce poste ne répond plus de la même façon. Recommencez.' })
              })
            }}
          >
            C’est le même code&nbsp;: continuer
          </Button>
        </div>
      </div>
    )
  }
  return (
    <FormFields
      form={form}
      submit="Chercher ce poste"
      onSubmit={async (_client, { address }) => {
        const found = await window.desk?.meetWorkstation(address)
        if (found?.isMet) setMet(found)
        else if (found) form.setErrors({ address: found.sentence })
      }}
    >
      <TextInput
        label="Adresse du poste principal"
        placeholder="https://192.168.1.20:4660"
        description="Elle s’y lit dans Réglages › Postes, une fois le partage activé."
        data-autofocus
        key={form.key('address')}
        {...form.getInputProps('address')}
      />
    </FormFields>
  )
}
