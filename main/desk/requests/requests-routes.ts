import { os } from '../procedures.ts'
import { decide } from '../reservations/reservations.ts'
import { countRequests, possible, queue, requestDetail } from './requests.ts'

const { requests } = os

export const requestsRoutes = requests.router({
  count: requests.count.handler(({ context: { core } }) => countRequests(core)),
  queue: requests.queue.handler(({ context: { core } }) => queue(core)),
  one: requests.one.handler(({ context: { core, person }, input }) => requestDetail(core, person, input)),
  possible: requests.possible.handler(({ context: { core, person } }) => possible(core, person)),
  decide: requests.decide.handler(({ context: { core, person }, input }) => decide(core, person, input.decisions)),
})
