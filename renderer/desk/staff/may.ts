import { type Act, may } from '../../../shared/rules/roles.ts'
import { useSession } from './session.ts'

/** Whether who is at the desk may do it: to hide what the core would refuse. */
export const useMay = (): ((act: Act) => boolean) => {
  const { data: session } = useSession()
  return (act) => may(session?.member?.roles ?? [], act)
}
