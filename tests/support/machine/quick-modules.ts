import { registerHooks } from 'node:module'

/**
 * Loads drizzle-orm quickly in the tests' many processes (`--import`). For each file of a package, Node parses the
 * package's `package.json` again, and this one has 180 kB. Its files are all ES modules and import each other by full
 * relative paths, so that nothing has to be looked up there.
 */
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context
    return specifier.startsWith('.') && specifier.endsWith('.js') && parentURL?.includes('/node_modules/drizzle-orm/')
      ? { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true }
      : next(specifier, context)
  },
})
