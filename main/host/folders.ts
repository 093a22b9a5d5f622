import { join, resolve } from 'node:path'
import envPaths from 'env-paths'

export type Folders = { readonly dataDir: string; readonly exampleDir: string }

/** Where the data of this machine lies, the same for the window and for the browser; the example town lives beside it. */
export const folders = (asked?: string): Folders => {
  const dataDir = asked ? resolve(asked) : join(envPaths('Espace Jeunesse', { suffix: '' }).data, 'donnees')
  return { dataDir, exampleDir: `${dataDir}-exemple` }
}
