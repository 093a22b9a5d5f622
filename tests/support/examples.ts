import * as fc from 'fast-check'
import { examples, isLong } from './long.ts'

/** The same examples each time: what fails once fails again. Others each time are for the long run (`npm run test:long`). */
fc.configureGlobal({ numRuns: examples(100), ...(!isLong && { seed: 20_261_125 }) })
