import * as fc from 'fast-check'
import { examples, isLong } from './long.ts'

/**
 * The same examples each time, so that a failure can be repeated. The long run (`npm run test:long`) uses new ones each
 * time.
 */
fc.configureGlobal({ numRuns: examples(100), ...(!isLong && { seed: 20_261_125 }) })
