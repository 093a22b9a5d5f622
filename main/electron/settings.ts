import Store from 'electron-store'

/** Which versions a workstation installs automatically; `none` never uses the network. */
export type Updates = 'stable' | 'beta' | 'none'

export type Settings = {
  theme: 'light' | 'dark' | 'system'
  window: { x?: number; y?: number; width: number; height: number; isMaximized: boolean }
  updates: Updates
  spelling: boolean
  /**
   * The other workstation that keeps this window's data, with the certificate that a person confirmed; absent, this
   * computer keeps them.
   */
  post?: { address: string; certificate: string }
  /** The last version opened on this computer: after an update, its news are shown. */
  lastVersion?: string
}

/** Settings of this program on this computer. Never contains the service's data. */
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
