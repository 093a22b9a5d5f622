import { contextBridge, ipcRenderer } from 'electron'
import type { ReadingShell } from '../../shared/contract/reading.ts'

const reading: ReadingShell = {
  paper: () => ipcRenderer.invoke('readingPaper'),
  save: () => ipcRenderer.invoke('readingSave'),
  print: (isLandscape) => ipcRenderer.invoke('readingPrint', { isLandscape }),
}
contextBridge.exposeInMainWorld('reading', reading)
