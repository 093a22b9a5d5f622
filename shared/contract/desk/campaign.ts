import * as z from 'zod'
import { Id, procedure } from '../procedure.ts'

const Homes = z.object({ familyIds: z.array(Id).min(1, 'Choisissez au moins une famille.').max(5000) })

/** Asking homes for what their dossiers lack. */
export const campaign = {
  /** Queues a mail to each; `unreached`: the homes that no mail reaches. */
  remind: procedure('dossiers')
    .input(Homes)
    .output(z.object({ mailed: z.int(), unreached: z.array(Id) })),
  /** The letters to print, one page a home. */
  letters: procedure('dossiers').input(Homes).output(z.instanceof(File)),
}
