import { build, NotBuilt, stale } from '../build.ts'

/** `npm run portal`: builds the parents' pages first if they are missing or older than their sources. */
try {
  const missing = stale(['portal'])
  if (missing.length > 0) {
    console.log('Préparation des pages, quelques secondes…')
    await build(missing)
  }
  await import('./program/program.ts')
} catch (error) {
  if (!(error instanceof NotBuilt)) throw error
  console.error(error.message)
  console.error('Les pages n’ont pas pu être préparées. Lancez «\u00a0npm ci\u00a0», puis recommencez.')
  process.exitCode = 1
}
