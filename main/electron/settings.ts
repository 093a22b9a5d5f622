import Store from 'electron-store'

/** Which versions a post takes by itself; `none` never asks the network. */
export type Updates = 'stable' | 'beta' | 'none'

export type Settings = {
  theme: 'light' | 'dark' | 'system'
  window: { x?: number; y?: number; width: number; height: number; isMaximized: boolean }
  updates: Updates
  spelling: boolean
  /** The other machine that this window works at, by the certificate that a person confirmed; absent, the data are here. */
  post?: { address: string; certificate: string }
  /** The version that opened last on this machine: a newer one tells its news. */
  lastVersion?: string
}

/** What the shell keeps about itself on this machine. The service's data is never here. */
export const settings = new Store<Settings>({
  name: 'fenetre',
  clearInvalidConfig: true,
  defaults: {
    theme: 'system',
    window: { width: 1280, height: 800, isMaximized: false },
    updates: 'stable',
    spelling: true,
  },
  schema: {
    theme: { enum: ['light', 'dark', 'system'] },
    window: {
      type: 'object',
      properties: {
        x: { type: 'integer' },
        y: { type: 'integer' },
        width: { type: 'integer', minimum: 1 },
        height: { type: 'integer', minimum: 1 },
        isMaximized: { type: 'boolean' },
      },
      required: ['width', 'height', 'isMaximized'],
    },
    updates: { enum: ['stable', 'beta', 'none'] },
    spelling: { type: 'boolean' },
    post: {
      type: 'object',
      properties: { address: { type: 'string' }, certificate: { type: 'string' } },
      required: ['address', 'certificate'],
    },
    lastVersion: { type: 'string' },
  },
})
