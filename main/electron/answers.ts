import { BrowserWindow, type IpcMainInvokeEvent, ipcMain, nativeTheme } from 'electron'
import * as z from 'zod'
import type { Theme, WorkstationReply } from '../../shared/contract/shell.ts'
import { Refused } from '../desk/core.ts'
import { fetchCertificate, typedAddress } from '../host/other-workstation.ts'
import { restart } from './ending.ts'
import { comesFromPage, letUseCamera } from './guards.ts'
import { closeReadings, openReading, PaperShape } from './reading.ts'
import { saveAs } from './saving.ts'
import { pageHost } from './scheme.ts'
import { settings } from './settings.ts'

const calls = {
  saveAs: z.object({
    // A file name valid on every system, never a path.
    name: z
      .string()
      .min(1)
      .max(120)
      .regex(/^[^/\\:*?"<>|\p{Cc}]+$/u)
      .refine((name) => !name.startsWith('.') && !/[. ]$/.test(name)),
    bytes: z.instanceof(Uint8Array),
  }),
  openPaper: PaperShape,
  closePapers: z.object({}),
  camera: z.boolean(),
  setTheme: z.enum<Theme[]>(['light', 'dark', 'system']),
  meetWorkstation: z.object({ address: z.string().max(200) }),
  joinWorkstation: z.object({ address: z.string().max(200), code: z.string().max(60) }),
  leaveWorkstation: z.object({}),
}
type Asked<Name extends keyof typeof calls> = z.infer<(typeof calls)[Name]>

/** Every `ipcRenderer.invoke` passes here: the sender is checked, then the input, before anything is done. */
const answer = <Name extends keyof typeof calls>(
  name: Name,
  act: (input: Asked<Name>, window: BrowserWindow) => Promise<unknown>,
) => {
  ipcMain.handle(name, (event: IpcMainInvokeEvent, input: unknown) => {
    const window = BrowserWindow.fromWebContents(event.sender)
    const asked = calls[name].safeParse(input)
    if (!window || !comesFromPage(event, pageHost) || !asked.success) throw new Error('Demande refusée.')
    return act(asked.data as Asked<Name>, window)
  })
}

export const answerPages = (): void => {
  answer('saveAs', ({ name, bytes }, window) => saveAs(window, name, bytes))
  answer('openPaper', async (paper, window) => openReading(window, paper))
  answer('closePapers', async (_input, window) => closeReadings(window))
  answer('camera', async (isOpen, window) => letUseCamera(window.webContents, isOpen))
  answer('setTheme', async (theme) => {
    settings.set('theme', theme)
    nativeTheme.themeSource = theme
  })
  answer('meetWorkstation', async ({ address }): Promise<WorkstationReply> => {
    try {
      const origin = typedAddress(address)
      return { isMet: true, address: origin, code: (await fetchCertificate(origin)).code }
    } catch (error) {
      if (error instanceof Refused) return { isMet: false, sentence: error.sentence }
      throw error
    }
  })
  // The certificate is read again, and stored only if it still has the code that a person compared.
  answer('joinWorkstation', async ({ address, code }) => {
    const origin = typedAddress(address)
    const met = await fetchCertificate(origin)
    if (met.code !== code) throw new Error('Le certificat a changé.')
    restart(() => settings.set('post', { address: origin, certificate: met.certificate }))
  })
  answer('leaveWorkstation', async () => leaveWorkstation())
}

/** Leaves the other workstation: the program restarts on this computer's own data. */
export const leaveWorkstation = (): void => restart(() => settings.delete('post'))
