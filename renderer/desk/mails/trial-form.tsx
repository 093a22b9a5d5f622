import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { refusalOf } from '../../connection/refusal.ts'
import { Note } from '../parts/feedback.tsx'

/** Sends one message at once to an address that is typed, to see whether the settings work. */
export const TrialForm = ({
  label,
  type,
  trial,
}: {
  label: string
  type: 'email' | 'tel'
  trial: { readonly mutate: (address: string) => void; readonly error: Error | null; readonly isPending: boolean }
}) => {
  const [address, setAddress] = useState('')
  return (
    <form
      className="settings-form stack"
      onSubmit={(event) => {
        event.preventDefault()
        trial.mutate(address)
      }}
    >
      <TextInput
        label={label}
        type={type}
        required
        value={address}
        onChange={({ currentTarget }) => setAddress(currentTarget.value)}
      />
      {trial.isPending ? (
        <p className="soft small" role="status">
          L’essai part&nbsp;: la réponse peut prendre une demi-minute.
        </p>
      ) : null}
      {trial.error ? <Note tone="danger">{refusalOf(trial.error).sentence}</Note> : null}
      <div>
        <Button type="submit" loading={trial.isPending}>
          Envoyer un essai
        </Button>
      </div>
    </form>
  )
}
