import type { BrowserWindow } from 'electron'
import { preparationAddress } from '../scheme.ts'
import { openTextWindow } from './text-window.ts'

/** Shows the progress of making the example town, in a window that opens only when the town must be made first. */
export const preparationWindow = () => {
  let window: BrowserWindow | undefined
  const isOpen = () => window !== undefined && !window.isDestroyed()
  return {
    /** @param done from 0 to 1 */
    show(done: number): void {
      window ??= openTextWindow(preparationAddress, 'Préparation', undefined, 240)
      if (!isOpen()) return
      window.setProgressBar(done)
      window.setTitle(`${Math.floor(done * 100)}\u00a0% – Espace Jeunesse se prépare`)
    },
    close(): void {
      if (isOpen()) window?.destroy()
    },
  }
}
