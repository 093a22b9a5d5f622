import { drizzle } from 'drizzle-orm/node-postgres'
import { Pool } from 'pg'
import { expect, it } from 'vitest'
import { createFailureLog } from '../../main/portal/store/failure-log.ts'
import { account, mail } from '../../main/portal/store/schema/index.ts'
import { freePort } from '../support/machine/free-port.ts'

const failureOf = async (work: () => PromiseLike<unknown>): Promise<unknown> => {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('nothing failed')
}

const aLog = () => {
  const lines: string[] = []
  const clock = { now: 0 }
  return {
    lines,
    clock,
    logFailure: createFailureLog(
      (line) => lines.push(line),
      () => clock.now,
    ),
  }
}

it('a database that is down is traced once a minute, and takes one line for each other request', async () => {
  const pool = new Pool({ host: 'localhost', port: await freePort() })
  const db = drizzle(pool)
  const { lines, clock, logFailure } = aLog()
  for (let request = 0; request < 10; request += 1) {
    const table = request % 2 === 0 ? account : mail
    logFailure(`request-${request}`, await failureOf(() => db.select().from(table)))
  }
  await pool.end()
  const [first = '', ...others] = lines
  expect(first).toMatch(/^request-0 .*Failed query: select account/)
  expect(first.split('\n').length).toBeGreaterThan(5)
  expect(others).toHaveLength(9)
  for (const [index, line] of others.entries()) {
    expect(line).not.toContain('\n')
    expect(line).toMatch(new RegExp(`^request-${index + 1} .*Failed query: select (account|mail).*ECONNREFUSED`))
  }
  clock.now = 60_000
  logFailure('later', await failureOf(() => db.select().from(account)))
  expect(lines.at(-1)).toMatch(/^later .*\n/)
})

const fail = () => new TypeError('Cannot read properties of undefined')
const failElsewhere = () => new TypeError('Cannot read properties of undefined')

it('another failure is traced at once, while the first one repeats', () => {
  const { lines, logFailure } = aLog()
  for (const error of [fail(), fail(), failElsewhere(), failElsewhere()]) logFailure('request', error)
  expect(lines.map((line) => line.includes('\n'))).toEqual([true, false, true, false])
})
