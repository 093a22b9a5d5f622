import type { Registration } from '../../../shared/contract/desk/registrations.ts'
import { registrationStateNames } from '../../../shared/rules/people/registration.ts'
import { Badge, type Tone } from '../parts/feedback.tsx'

/** « acceptée », « ? à décider », « refusée : hors commune » */
export const StateBadge = ({ registration: { state, reason } }: { registration: Registration }) => {
  const name = state === 'asked' ? '? à décider' : registrationStateNames[state].toLocaleLowerCase('fr')
  return <Badge tone={tones[state]}>{state === 'refused' && reason ? `${name}\u00a0: ${reason}` : name}</Badge>
}

const tones: Readonly<Record<Registration['state'], Tone>> = {
  asked: 'warn',
  accepted: 'good',
  refused: 'neutral',
  withdrawn: 'neutral',
  ended: 'neutral',
}
