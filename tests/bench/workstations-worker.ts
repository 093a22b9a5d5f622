import { Agent, request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

/** The plan of one workstation, repeated: three calls, each sent once the previous one is answered. */
export type WorkstationPlan = {
  readonly origin: string
  readonly cookie: string
  readonly cycles: readonly { readonly grid: unknown; readonly book: unknown; readonly mark: unknown }[]
}

const { plans } = workerData as { plans: readonly WorkstationPlan[] }

const send = (agent: Agent, { origin, cookie }: WorkstationPlan, path: string, input: unknown) =>
  new Promise<{ milliseconds: number; body: string }>((done, failed) => {
    const from = performance.now()
    const sent = request(
      new URL(`/rpc/${path}`, origin),
      {
        method: 'POST',
        agent,
        headers: { origin, cookie, 'x-csrf-token': 'orpc', 'content-type': 'application/json' },
      },
      (answer) => {
        let body = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
        answer.on('end', () => {
          if (answer.statusCode === 200) done({ milliseconds: performance.now() - from, body })
          else failed(new Error(`${path}: ${answer.statusCode} ${body}`))
        })
      },
    )
    sent.on('error', failed)
    sent.end(JSON.stringify({ json: input }))
  })

const work = async (plan: WorkstationPlan): Promise<number[]> => {
  const agent = new Agent({ keepAlive: true })
  const bookings: number[] = []
  for (const { grid, book, mark } of plan.cycles) {
    await send(agent, plan, 'reservations/calendar', grid)
    const { milliseconds, body } = await send(agent, plan, 'reservations/move', book)
    if (!body.includes('"done":1')) throw new Error(`not booked: ${body}`)
    bookings.push(milliseconds)
    await send(agent, plan, 'attendance/mark', mark)
  }
  agent.destroy()
  return bookings
}

const bookings = await Promise.all(plans.map(work))
parentPort?.postMessage(bookings.flat(), [])
