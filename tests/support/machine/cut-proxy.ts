import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A connection between two computers that a test cuts and restores. */
export const aWire = async (to: number) => {
  const open = new Set<Socket>()
  let isCut = false
  let losesAnswers = false
  const server = createServer((near) => {
    if (isCut) return near.destroy()
    const far = connect(to, '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
    near.pipe(far)
    far.on('data', (chunk: Buffer) => {
      if (losesAnswers) for (const socket of open) socket.destroy()
      else near.write(chunk)
    })
    return undefined
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: address && typeof address === 'object' ? address.port : 0,
    cut() {
      isCut = true
      for (const socket of open) socket.destroy()
    },
    mend() {
      isCut = false
      losesAnswers = false
    },
    /** Requests arrive, but their answers are lost on the way back. */
    loseAnswers() {
      losesAnswers = true
    },
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
