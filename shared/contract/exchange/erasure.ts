import * as z from 'zod'

/**
 * Body of an `erasure` entry: the desk erased these people for good, and the portal erases its copy. Only the desk's
 * ids.
 */
export const ErasureBody = z.object({
  familyId: z.int().positive().nullable(),
  guardianIds: z.array(z.int().positive()).max(1000),
  childIds: z.array(z.int().positive()).max(1000),
})
export type ErasureBody = z.infer<typeof ErasureBody>
