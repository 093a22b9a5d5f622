import { join, resolve } from 'node:path'
import envPaths from 'env-paths'

export type Folders = { readonly dataDir: string; readonly exampleDir: string }

/**
 * The data folder of this computer, the same for the window and the browser; the example town has a folder next to it.
 */
export const folders = (asked?: string): Folders => {
  const dataDir = asked ? resolve(asked) : join(envPaths('Espace Jeunesse', { suffix: '' }).data, 'donnees')
  return { dataDir, exampleDir: `${dataDir}-exemple` }
}
