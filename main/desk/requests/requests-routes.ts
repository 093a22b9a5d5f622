import { os } from '../staff/procedures.ts'
import { answeredSentence } from './answered.ts'
import { decide, undoDecisions } from './deciding.ts'
import { acceptableRequests, countRequests, requestDetail, requestsQueue } from './requests.ts'
import { compareSignUp, likelyHomes } from './sign-up-attaching.ts'
import { decideSignUp } from './sign-up-deciding.ts'

const { requests } = os

export const requestsRoutes = requests.router({
  count: requests.count.handler(({ context: { core } }) => countRequests(core)),
  countOfFamily: requests.countOfFamily.handler(({ context: { core }, input }) => countRequests(core, input.familyId)),
  queue: requests.queue.handler(({ context: { core } }) => requestsQueue(core)),
  one: requests.one.handler(({ context: { core, person }, input }) => requestDetail(core, person, input)),
  answered: requests.answered.handler(({ context: { core }, input }) => answeredSentence(core.store, input)),
  possible: requests.possible.handler(({ context: { core, person } }) => acceptableRequests(core, person)),
  decide: requests.decide.handler(({ context: { core, person }, input }) => decide(core, person, input.decisions)),
  signUpDoubles: requests.signUpDoubles.handler(({ context: { core }, input }) => likelyHomes(core, input.signUpId)),
  signUpBeside: requests.signUpBeside.handler(({ context: { core, person }, input }) =>
    compareSignUp(core, person, input),
  ),
  decideSignUp: requests.decideSignUp.handler(({ context: { core, person }, input }) =>
    decideSignUp(core, person, input),
  ),
  undo: requests.undo.handler(({ context: { core, person }, input }) => undoDecisions(core, person, input)),
})
