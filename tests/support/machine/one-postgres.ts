import { hasPostgres, postgresVariable, startPostgres } from './postgres.ts'

/** One PostgreSQL for all test files, each with databases of its own. @returns a function that stops it */
export default () => {
  if (!hasPostgres) {
    console.error('\nSKIPPED: no PostgreSQL 17 on this machine (apt-get install postgresql-17).\n')
    return undefined
  }
  const postgres = startPostgres({ isSafe: false })
  process.env[postgresVariable] = postgres.address
  return () => postgres.stop()
}
