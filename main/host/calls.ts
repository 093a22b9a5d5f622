import type { Context } from '../desk/staff/procedures.ts'
import type { Call } from '../store/store.ts'

/** The part of an oRPC root interceptor's options that this file uses. */
type Interception<Result> = {
  readonly request: { readonly headers: Readonly<Record<string, string | string[] | undefined>> }
  readonly context: Context
  next(options?: { context: Context }): Promise<Result>
}

/** Adds the call's headers to its context, the same over a message port and over HTTP. */
export const addCallHeaders = <Result>(handling: Interception<Result>): Promise<Result> =>
  handling.next({ ...handling, context: { ...handling.context, call: callOf(handling.request.headers) } })

const callOf = (headers: Readonly<Record<string, string | string[] | undefined>>): Call => {
  const [key, basis] = [headers['x-call'], headers['x-basis']]
  return {
    ...(typeof key === 'string' && /^[\w-]{20,64}$/.test(key) && { key }),
    ...(typeof basis === 'string' && /^\d{1,15}$/.test(basis) && { basis: Number(basis) }),
  }
}
