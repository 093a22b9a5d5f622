import { count } from 'drizzle-orm'
import type { Portal } from '../portal.ts'
import { demande } from '../store/schema/index.ts'
import { freeBytes, mailsWaiting } from './health.ts'

/** Upper bounds of the histogram of response times, in seconds. */
const bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

export type Metrics = {
  /** @param seconds from the request to the end of its response */
  countResponse(status: number, seconds: number): void
  /** The metrics in Prometheus' text format, version 0.0.4. */
  text(portal: Portal): Promise<string>
}

/** Metrics of this worker for the server's administrators; none is about a person. */
export const createMetrics = (): Metrics => {
  const statuses = new Map<string, number>()
  const bucketCounts = bounds.map(() => 0)
  let total = 0
  let sum = 0
  return {
    countResponse(status, seconds) {
      const kind = `${Math.floor(status / 100)}xx`
      statuses.set(kind, (statuses.get(kind) ?? 0) + 1)
      for (const [at, bound] of bounds.entries()) if (seconds <= bound) bucketCounts[at] = (bucketCounts[at] ?? 0) + 1
      total += 1
      sum += seconds
    },
    async text(portal) {
      const { db } = portal.store
      const { waiting, seconds } = await mailsWaiting(portal)
      const [recorded] = await db.select({ number: count() }).from(demande)
      return [
        '# TYPE portal_requests_total counter',
        ...[...statuses].map(([kind, number]) => `portal_requests_total{status="${kind}"} ${number}`),
        '# TYPE portal_request_seconds histogram',
        ...bounds.map((bound, at) => `portal_request_seconds_bucket{le="${bound}"} ${bucketCounts[at]}`),
        `portal_request_seconds_bucket{le="+Inf"} ${total}`,
        `portal_request_seconds_sum ${sum}`,
        `portal_request_seconds_count ${total}`,
        '# TYPE portal_mails_waiting gauge',
        `portal_mails_waiting ${waiting}`,
        '# TYPE portal_oldest_mail_seconds gauge',
        `portal_oldest_mail_seconds ${seconds}`,
        '# TYPE portal_demandes_recorded gauge',
        `portal_demandes_recorded ${recorded?.number ?? 0}`,
        '# TYPE portal_disk_free_bytes gauge',
        `portal_disk_free_bytes ${await freeBytes(portal)}`,
        '# TYPE process_resident_memory_bytes gauge',
        `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
        '# TYPE process_start_time_seconds gauge',
        `process_start_time_seconds ${Math.round(Date.now() / 1000 - process.uptime())}`,
        '',
      ].join('\n')
    },
  }
}
