import { writeSync } from 'node:fs'
import { opened, settlingClock, works } from './desk-works.ts'

// The work that kill tests interrupt: `node desk-work.ts WORK FOLDER`, where WORK is a name of `works`.

const [work = '', folder = ''] = process.argv.slice(2)
/** Written synchronously: a kill must not lose what was reported. */
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
