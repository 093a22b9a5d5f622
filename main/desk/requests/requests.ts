/** The door of requests: what routes and the domains above may call. */
export { toldBy, undoDecisions } from './deciding.ts'
export { requestDetail } from './detail.ts'
export { possible } from './possible.ts'
export { countRequests, queue } from './queue.ts'
