import * as z from 'zod'
import { InstantText } from '../procedure.ts'

/** Parents are redirected to this address: it must be a web site, never a `javascript:` URL. */
const Address = z
  .string()
  .max(300)
  .refine((text) => /^https?:\/\/[^/]/.test(text) && URL.canParse(text))

/** Sent by the desk to the portal that it leaves: the address of the new portal. */
export const ReplacementNotice = z.object({ by: Address })
export type ReplacementNotice = z.infer<typeof ReplacementNotice>

/** The signed reply of the replaced portal to every further request, until another desk is paired with it. */
export const Replacement = z.object({ replacedBy: Address, at: InstantText })
export type Replacement = z.infer<typeof Replacement>
