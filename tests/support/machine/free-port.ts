import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * A port that was free a moment ago: a portal must know its address before it is served, and use it again after a
 * restart. Below the range that the system gives to callers and listeners, so that nobody else takes it meanwhile.
 */
export const freePort = async (): Promise<number> => {
  const port = randomInt(12_000, 32_000)
  return (await isFree(port)) ? port : freePort()
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
  })
