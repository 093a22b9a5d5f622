import { TextInput } from '@mantine/core'
import IconAlertTriangle from '@tabler/icons-react/icons/IconAlertTriangle'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import type { RegistrationCheck } from '../../../shared/contract/desk/registrations.ts'
import { roleNeeded } from '../../../shared/rules/access/roles.ts'
import { Note } from '../parts/feedback.tsx'
import { useMay } from '../staff/may.ts'

/** The activity's conditions, met and unmet, then what is left to settle. */
export const ConditionChecks = ({ check }: { check: RegistrationCheck }) => (
  <ul className="registration-checks">
    {check.met.map((sentence) => (
      <li key={sentence}>
        <IconCheck size={16} className="good" aria-label="Rempli" />
        <span className="grow">{sentence}</span>
      </li>
    ))}
    {check.unmet.map((sentence) => (
      <li key={sentence}>
        <IconAlertTriangle size={16} className="warn" aria-label="Non rempli" />
        <span className="grow">{sentence}</span>
      </li>
    ))}
    {check.toSettle.map((sentence) => (
      <li key={sentence}>
        <IconAlertTriangle size={16} className="warn" aria-label="À régler" />
        <span className="grow">{sentence}</span>
      </li>
    ))}
  </ul>
)

/** The written reason for overriding unmet conditions; shown to a person who has the right to. */
export const OverrideField = ({
  reason,
  error,
  onChange,
}: {
  reason: string
  error?: React.ReactNode
  onChange: (reason: string) => void
}) => {
  const may = useMay()
  if (!may('override')) return <Note tone="warn">{roleNeeded('override')}</Note>
  return (
    <TextInput
      label="Motif pour passer outre"
      description="Gardé avec l’inscription."
      data-path="overrideReason"
      error={error}
      value={reason}
      onChange={({ currentTarget: { value } }) => onChange(value)}
    />
  )
}
