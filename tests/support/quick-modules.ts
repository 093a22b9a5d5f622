import { registerHooks } from 'node:module'

/**
 * For the tests' many processes (`--import`): Node parses the `package.json` of a package again for each of its files,
 * and drizzle-orm's has 180 kB. Its files name their own by a whole path, and all are modules.
 */
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context
    return specifier.startsWith('.') && specifier.endsWith('.js') && parentURL?.includes('/node_modules/drizzle-orm/')
      ? { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true }
      : next(specifier, context)
  },
})
