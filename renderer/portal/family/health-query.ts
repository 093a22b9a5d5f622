import { orpc } from '../client.ts'

/** The health record of a child: read once per visit, and removed from memory with the page. */
export const healthOf = (child: number) =>
  orpc.papers.health.queryOptions({ input: { child }, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 })
