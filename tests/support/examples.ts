import * as fc from 'fast-check'

/** The same examples each time: what fails once fails again. Others each time are for the long run (`npm run test:long`). */
if (!process.env['LONG']) fc.configureGlobal({ seed: 20_261_125 })
