import * as z from 'zod'
import { InstantText } from '../procedure.ts'

/** Parents are redirected to this address: it must be that of a site, never a `javascript:` one. */
const Address = z
  .string()
  .max(300)
  .refine((text) => /^https?:\/\/[^/]/.test(text) && URL.canParse(text))

/** Told by the desk to the portal that it leaves: where it goes. */
export const Replacing = z.object({ by: Address })
export type Replacing = z.infer<typeof Replacing>

/** What that portal answers from then on, signed, whatever the desk asks; until one is paired there anew. */
export const Replaced = z.object({ replacedBy: Address, at: InstantText })
export type Replaced = z.infer<typeof Replaced>
