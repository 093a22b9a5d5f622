import { registerHooks } from 'node:module'
import { basename } from 'node:path'

const sources = new URL('../../../main/', import.meta.url).href

/*
 * `node --import …/built-workers.ts` starts the threads of the desk from its build, as for users. From the sources,
 * each thread would first load some hundred files, which takes a second.
 */
registerHooks({
  resolve: (specifier, context, next) => {
    const isWorker = specifier.startsWith(sources) && specifier.endsWith('-worker.ts')
    if (!isWorker || specifier.startsWith(`${sources}portal/`)) return next(specifier, context)
    return {
      url: new URL(`../../../out/main/${basename(specifier, '.ts')}.js`, import.meta.url).href,
      shortCircuit: true,
    }
  },
})
