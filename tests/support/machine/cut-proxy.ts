import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A wire between two posts that a test cuts, and mends. */
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
    /** What is asked arrives; what is answered is cut off on its way back. */
    loseAnswers() {
      losesAnswers = true
    },
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
