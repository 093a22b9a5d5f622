import Store from 'electron-store'

export type Settings = {
  theme: 'light' | 'dark' | 'system'
  window: { x?: number; y?: number; width: number; height: number; isMaximized: boolean }
}

/** What the shell keeps about itself on this machine. The service's data is never here. */
export const settings = new Store<Settings>({
  name: 'fenetre',
  clearInvalidConfig: true,
  defaults: { theme: 'system', window: { width: 1280, height: 800, isMaximized: false } },
  schema: {
    theme: { enum: ['light', 'dark', 'system'] },
    window: {
      type: 'object',
      properties: {
        x: { type: 'integer' },
        y: { type: 'integer' },
        width: { type: 'integer', minimum: 800 },
        height: { type: 'integer', minimum: 500 },
        isMaximized: { type: 'boolean' },
      },
      required: ['width', 'height', 'isMaximized'],
    },
  },
})
