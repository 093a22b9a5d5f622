import { type ChildProcess, spawn } from 'node:child_process'

/** A process started by a test, which can wait for its lines. */
export type Process = {
  readonly child: ChildProcess
  readonly said: string[]
  /** @throws when the process ends before it prints such a line */
  heard(beginning: string): Promise<string>
  /** The same, for lines printed from now on. */
  next(beginning: string): Promise<string>
  readonly ended: Promise<string>
}

/** Processes that a test starts and kills; `end` kills those that are left. */
export const processes = () => {
  const children = new Set<ChildProcess>()
  return {
    begin: (script: string, ...args: string[]): Process => begun(children, script, args),
    end: async (): Promise<void> => {
      for (const child of children) child.kill('SIGKILL')
      await Promise.all([...children].map((child) => new Promise((done) => child.once('close', done))))
    },
  }
}

const begun = (children: Set<ChildProcess>, script: string, args: readonly string[]): Process => {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  children.add(child)
  child.once('close', () => children.delete(child))
  const said: string[] = []
  const waiting = new Set<() => void>()
  let rest = ''
  let failure = ''
  let end: string | null = null
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    said.push(...lines)
    for (const wake of waiting) wake()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (failure += text))
  const ended = new Promise<string>((done) =>
    child.on('close', (_code, signal) => {
      end = signal === 'SIGKILL' ? '' : failure
      for (const wake of waiting) wake()
      done(end)
    }),
  )
  const heardAfter = (beginning: string, from: number) =>
    new Promise<string>((done, failed) => {
      const look = () => {
        const line = said.slice(from).find((one) => one.startsWith(beginning))
        if (line === undefined && end === null) return
        waiting.delete(look)
        if (line === undefined) failed(new Error(`it ended before « ${beginning} »: ${failure}`))
        else done(line)
      }
      waiting.add(look)
      look()
    })
  return {
    child,
    said,
    ended,
    heard: (beginning) => heardAfter(beginning, 0),
    next: (beginning) => heardAfter(beginning, said.length),
  }
}
