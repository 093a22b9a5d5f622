import { randomUUID } from 'node:crypto'
import { call as callProcedure, implement, ORPCError } from '@orpc/server'
import * as z from 'zod'
import { contract } from '../../../shared/contract/desk/index.ts'
import { inputMessages } from '../../../shared/contract/input-messages.ts'
import { shapeRefusal } from '../../../shared/contract/procedure.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { everywhereNeeded } from '../../../shared/rules/access/sites.ts'
import { errorTrace, storeSentence } from '../../store/failures.ts'
import { limitedTo } from '../../store/limited/limited-store.ts'
import { type Call, Overwriting, type Store } from '../../store/store.ts'
import { type Core, type Person, Refused, type Session } from '../core.ts'
import { AlreadyDone, answerOnce } from './once.ts'
import { saveLastSeen } from './sessions.ts'
import { bindingOf, boundInput, NotEverywhere } from './site-bindings.ts'
import { enforceSession, mustChoosePassword } from './staff.ts'
import { personOf } from './staff-store.ts'
import { changedMeanwhile } from './workstations.ts'

z.config({ localeError: inputMessages })

export type Context = {
  readonly core: Core
  readonly session: Session
  /** The call's own headers: its idempotency key and the revision that its form was based on. */
  readonly call?: Call
  /** Set once the ids of the input were checked against the sites of the person. */
  readonly isBound?: true
  /** Replaces the browser's session cookie in the answer; absent for a window, which has no cookie. */
  readonly renew?: () => void
}

const nobody: Person = { kind: 'system', name: '', roles: [] }

/**
 * The contract, ready to be implemented: `os.families.list.handler(({ input, context }) => …)`.
 *
 * Checks every call's access against the table of roles, turns refusals into typed errors, and logs unforeseen errors
 * under an id.
 */
export const os = implement(contract)
  .$context<Context>()
  .use(async ({ context: given, next, procedure, errors, path }, input) => {
    const { core, session, call = {} } = given
    const { access } = procedure['~orpc'].meta
    enforceSession(core, session)
    const person = session.staffId === null ? null : personOf(core.store, session.staffId)
    if (access !== 'anyone') {
      if (!person) throw errors.LOGIN_NEEDED({ data: { sentence: 'Connectez-vous pour continuer.' } })
      if (session.locked)
        throw errors.LOCKED({ data: { sentence: 'Le poste est verrouillé\u00a0: tapez votre mot de passe.' } })
      if (path.join('.') !== 'staff.changePassword' && mustChoosePassword(core, session.staffId ?? 0))
        throw errors.LOCKED({ data: { sentence: 'Choisissez d’abord votre mot de passe.' } })
      if (access !== 'loggedIn' && !may(person.roles, access)) {
        throw errors.FORBIDDEN({ data: { sentence: roleNeeded(access) } })
      }
      session.lastSeen = Date.parse(core.clock())
      saveLastSeen(core, session)
    }
    try {
      const caller = person ? { ...person, call } : nobody
      const binding = person?.sites ? bindingOf(path) : 'unbound'
      if (binding === 'everywhere') throw new NotEverywhere()
      const limited = person?.sites && binding !== 'unbound' ? coreOfSites(core, session, person.sites) : null
      const context = {
        person: caller,
        core: limited && binding !== 'unbound' && binding.reads === 'seen' ? limited : core,
      }
      if (limited?.store.limits && binding !== 'unbound' && given.isBound !== true) {
        const handedOn = boundInput(input, binding, limited.store.limits)
        if (handedOn !== input) {
          const again: Context = { ...given, isBound: true }
          return { output: await callProcedure(procedure, handedOn, { context: again, path }), context }
        }
      }
      return await answerOnce(core, session, call, path, async () => next({ context }))
    } catch (error) {
      if (error instanceof NotEverywhere) throw errors.FORBIDDEN({ data: { sentence: everywhereNeeded } })
      if (error instanceof Refused) {
        throw errors.REFUSED({
          data: { sentence: error.sentence, ...(error.field !== undefined && { field: error.field }) },
        })
      }
      if (error instanceof Overwriting) {
        const { entity, id, by, at, revision, clashes } = error
        const sentence = changedMeanwhile(core, by, at)
        throw errors.OVERWRITES({ data: { sentence, entity, id, by, revision, clashes: shownClashes(clashes) } })
      }
      if (error instanceof AlreadyDone) {
        throw errors.ALREADY_DONE({ data: { sentence: 'C’était enregistré\u00a0: seule la réponse s’était perdue.' } })
      }
      if (error instanceof ORPCError && error.code === 'BAD_REQUEST')
        throw errors.REFUSED({ data: shapeRefusal(error.data) })
      if (error instanceof ORPCError && error.code !== 'INTERNAL_SERVER_ERROR') throw error
      const failed = storeSentence(error)
      if (failed !== null) throw errors.REFUSED({ data: { sentence: failed } })
      const id = randomUUID().slice(0, 8)
      core.log(`${id} ${errorTrace(error)}`)
      throw errors.UNEXPECTED({ data: { id, sentence: 'Une erreur imprévue est survenue. Rien n’a été enregistré.' } })
    }
  })

/**
 * The core of a person limited to some sites. Each of their calls gets the same one, so that caches keyed by it work.
 */
const coreOfSites = (core: Core, { staffId }: Session, sites: readonly number[]): Core => {
  const store = limitedTo(core.store, { staffId: staffId ?? 0, sites })
  const own = ownCores.get(store) ?? (Object.create(core, { store: { value: store } }) as Core)
  ownCores.set(store, own)
  return own
}
const ownCores = new WeakMap<Store, Core>()

/** Leaves out password hashes, as the audit trail's screen does. */
const shownClashes = (clashes: Overwriting['clashes']) =>
  clashes && clashes.filter(({ field }) => field !== 'passwordHash').map((clash) => ({ ...clash }))
