import { writeSync } from 'node:fs'
import { opened, settlingClock, works } from './desk-works.ts'

// The work that the kill tests cut off: `node desk-work.ts WORK FOLDER`, a name of `works`.

const [work = '', folder = ''] = process.argv.slice(2)
/** Written at once, not when the event loop comes round: the kill must not lose what was said. */
const say = (line: string) => void writeSync(1, `${line}\n`)

const isWork = (name: string): name is keyof typeof works => Object.hasOwn(works, name)

await opened(
  folder,
  async (core) => {
    say('ready')
    if (!isWork(work)) throw new Error(`no work « ${work} »`)
    await works[work](core, say)
  },
  work === 'settleDebits' ? settlingClock : undefined,
)
