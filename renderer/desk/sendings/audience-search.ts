import type { Whom } from '../../../shared/contract/desk/messages/sendings.ts'
import { audienceKinds } from '../../../shared/rules/messages/audience.ts'

/** To whom one writes, kept in the address: other screens hand their audience over. */
export type AudienceSearch = { readonly qui?: Whom }

/** Whether the rest of it may be written to is judged by the core. */
export const audienceSearch = ({ qui }: Record<string, unknown>): AudienceSearch => {
  const kind = typeof qui === 'object' && qui !== null && 'kind' in qui ? qui.kind : undefined
  return audienceKinds.some((one) => one === kind) ? { qui: qui as Whom } : {}
}
