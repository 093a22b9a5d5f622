import { writeSync } from 'node:fs'
import { opened, works } from './desk-works.ts'

// The work that `run-kill.test.ts` and `import-kill.test.ts` cut off: `node desk-work.ts bill|import FOLDER`.

const [work, folder = ''] = process.argv.slice(2)
/** Written at once, not when the event loop comes round: the kill must not lose what was said. */
const say = (line: string) => void writeSync(1, `${line}\n`)

await opened(folder, async (core) => {
  say('ready')
  await works[work === 'bill' ? 'bill' : 'import'](core, say)
})
