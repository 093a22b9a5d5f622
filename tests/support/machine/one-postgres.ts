import type { TestProject } from 'vitest/node'
import { hasPostgres, startPostgres } from './postgres.ts'

/** One PostgreSQL for all test files, each with databases of its own. */
export default ({ provide }: TestProject) => {
  if (!hasPostgres) {
    console.error('\nSKIPPED: no PostgreSQL 17 on this machine (apt-get install postgresql-17).\n')
    return undefined
  }
  const postgres = startPostgres({ isSafe: false })
  provide('postgres', postgres.address)
  return () => postgres.stop()
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The address of the tests' server. */
    postgres: string
  }
}
