import type { Whom } from '../../../shared/contract/desk/messages/sendings.ts'
import { audienceKinds } from '../../../shared/rules/messages/audience.ts'

/** The audience in the address of the page, so that other screens can pass one. */
export type AudienceSearch = { readonly qui?: Whom }

/** Only the shape is checked here: the desk checks whether the person may write to this audience. */
export const audienceSearch = ({ qui }: Record<string, unknown>): AudienceSearch => {
  const kind = typeof qui === 'object' && qui !== null && 'kind' in qui ? qui.kind : undefined
  return audienceKinds.some((one) => one === kind) ? { qui: qui as Whom } : {}
}
