/** The door of requests: what routes and the domains above may call. */
export { countAnswersSent, undoDecisions } from './deciding.ts'
export { requestDetail } from './detail.ts'
export { acceptableRequests } from './possible.ts'
export { countRequests, requestsQueue } from './queue.ts'
