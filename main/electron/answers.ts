import { writeFile } from 'node:fs/promises'
import { app, BrowserWindow, dialog, type IpcMainInvokeEvent, ipcMain, nativeTheme } from 'electron'
import * as z from 'zod'
import type { MetPost, Theme } from '../../shared/contract/shell.ts'
import { Refused } from '../desk/core.ts'
import { meetPost, typedAddress } from '../host/other-post.ts'
import { comesFromPage } from './guards.ts'
import { paperAddress } from './scheme.ts'
import { settings } from './settings.ts'

const calls = {
  saveAs: z.object({
    // A name, never a way to a folder, and one that every system takes.
    name: z
      .string()
      .min(1)
      .max(120)
      .regex(/^[^/\\:*?"<>|\p{Cc}]+$/u)
      .refine((name) => !name.startsWith('.') && !/[. ]$/.test(name)),
    bytes: z.instanceof(Uint8Array),
  }),
  print: z.object({ bytes: z.instanceof(Uint8Array) }),
  setTheme: z.enum<Theme[]>(['light', 'dark', 'system']),
  meetPost: z.object({ address: z.string().max(200) }),
  joinPost: z.object({ address: z.string().max(200), code: z.string().max(60) }),
  leavePost: z.object({}),
}
type Asked<Name extends keyof typeof calls> = z.infer<(typeof calls)[Name]>

/** The one door for `ipcRenderer.invoke`: who asks is checked, then what is asked, before anything is done. */
const answer = <Name extends keyof typeof calls>(
  name: Name,
  act: (input: Asked<Name>, window: BrowserWindow) => Promise<unknown>,
) => {
  ipcMain.handle(name, (event: IpcMainInvokeEvent, input: unknown) => {
    const window = BrowserWindow.fromWebContents(event.sender)
    const asked = calls[name].safeParse(input)
    if (!window || !comesFromPage(event) || !asked.success) throw new Error('Demande refusée.')
    return act(asked.data as Asked<Name>, window)
  })
}

export const answerPages = (): void => {
  answer('saveAs', async ({ name, bytes }, window) => {
    const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: name })
    if (canceled || !filePath) return false
    try {
      await writeFile(filePath, bytes)
      return true
    } catch (error) {
      const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC'
      dialog.showErrorBox(
        'Fichier non enregistré',
        full
          ? 'Le disque est plein. Choisissez un autre dossier.'
          : 'Ce dossier n’accepte pas ce fichier. Choisissez-en un autre, ou fermez le fichier s’il est ouvert ailleurs.',
      )
      return false
    }
  })
  answer('print', ({ bytes }, window) => print(bytes, window))
  answer('setTheme', async (theme) => {
    settings.set('theme', theme)
    nativeTheme.themeSource = theme
  })
  answer('meetPost', async ({ address }): Promise<MetPost> => {
    try {
      const origin = typedAddress(address)
      return { isMet: true, address: origin, code: (await meetPost(origin)).code }
    } catch (error) {
      if (error instanceof Refused) return { isMet: false, sentence: error.sentence }
      throw error
    }
  })
  // The certificate is taken anew, and kept only if it still shows the code that a person compared.
  answer('joinPost', async ({ address, code }) => {
    const origin = typedAddress(address)
    const met = await meetPost(origin)
    if (met.code !== code) throw new Error('Le certificat a changé.')
    settings.set('post', { address: origin, certificate: met.certificate })
    startAgain()
  })
  answer('leavePost', async () => leavePost())
}

/** Back to the data of this machine. */
export const leavePost = (): void => {
  settings.delete('post')
  startAgain()
}

/** The data of this machine are opened or left by a process of their own. */
const startAgain = (): void => {
  app.relaunch()
  app.quit()
}

/** In a window that nobody sees, closed once the system's dialog is done with it. */
const print = async (bytes: Uint8Array, parent: BrowserWindow): Promise<void> => {
  const window = new BrowserWindow({
    parent,
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true, plugins: true },
  })
  try {
    await window.loadURL(paperAddress(bytes))
    await new Promise<void>((done) => window.webContents.print({}, () => done()))
  } finally {
    window.destroy()
  }
}
