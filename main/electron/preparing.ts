import type { BrowserWindow } from 'electron'
import { preparationAddress } from './scheme.ts'
import { openTextWindow } from './text-window.ts'

/** A window that says how far the example town is, opened only where the town has to be made before the desk opens. */
export const tellPreparation = () => {
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
    end(): void {
      if (isOpen()) window?.destroy()
    },
  }
}
