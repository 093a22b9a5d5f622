import * as z from 'zod'

/**
 * What an entry of kind `erasure` says: the desk erased them for good, and the portal erases its copy. Ids only, the
 * desk's own.
 */
export const ErasureBody = z.object({
  familyId: z.int().positive().nullable(),
  guardianIds: z.array(z.int().positive()).max(1000),
  childIds: z.array(z.int().positive()).max(1000),
})
export type ErasureBody = z.infer<typeof ErasureBody>
