import { randomUUID } from 'node:crypto'
import { implement, ORPCError } from '@orpc/server'
import * as z from 'zod'
import { inputMessages } from '../../../shared/contract/input-messages.ts'
import { contract } from '../../../shared/contract/portal/index.ts'
import { shapeRefusal } from '../../../shared/contract/procedure.ts'
import type { Caller, Login } from '../account/account.ts'
import type { Portal } from '../portal.ts'
import { Refused } from '../refused.ts'
import { sqlStateOf } from '../store/error-text.ts'

z.config({ localeError: inputMessages })

export type Context = {
  readonly portal: Portal
  readonly caller: Caller
  readonly login: Login | null
  /** The secret of the browser's session cookie, which opens the account's own key; null without one. */
  readonly sessionSecret: string | null
  /** Sets the browser's session cookie, or deletes it for null. */
  readonly setSession: (secret: string | null) => void
}

/** The login used where none is needed: it reaches no home. */
const nobody: Login = { guardianId: 0, name: '', email: '', sessionId: '', familyId: 0, families: [] }

/**
 * The contract, ready to implement. Every call passes through this middleware, which checks the login and turns errors
 * into answers.
 */
export const os = implement(contract)
  .$context<Context>()
  .use(async ({ context: { portal, login }, next, procedure, errors }) => {
    if (procedure['~orpc'].meta.access !== 'anyone' && !login) {
      throw errors.LOGIN_NEEDED({ data: { sentence: 'Vous avez été déconnecté. Reconnectez-vous pour continuer.' } })
    }
    try {
      return await next({ context: { login: login ?? nobody } })
    } catch (error) {
      if (error instanceof Refused) {
        const { sentence, field } = error
        throw errors.REFUSED({ data: { sentence, ...(field !== undefined && { field }) } })
      }
      if (error instanceof ORPCError && error.code === 'BAD_REQUEST')
        throw errors.REFUSED({ data: shapeRefusal(error.data) })
      if (error instanceof ORPCError && error.code !== 'INTERNAL_SERVER_ERROR') throw error
      if (isUnwritable(error)) {
        throw errors.REFUSED({ data: { sentence: 'Ce texte contient un signe qui ne s’écrit pas\u00a0: retirez-le.' } })
      }
      const id = randomUUID().slice(0, 8)
      portal.logFailure(id, error)
      const sentence = 'Un problème est arrivé chez nous, pas chez vous. Réessayez dans quelques minutes.'
      throw errors.UNEXPECTED({ data: { id, sentence } })
    }
  })

/** PostgreSQL refuses texts with NUL (`character_not_in_repertoire`); the refused statement changed nothing. */
const isUnwritable = (error: unknown): boolean =>
  error instanceof Error && (sqlStateOf(error) === '22021' || isUnwritable(error.cause))
