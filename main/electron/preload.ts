import { contextBridge, ipcRenderer } from 'electron'
import { connectMessage, type Shell } from '../../shared/contract/shell.ts'

// Forwards one message port to the core, only when the page itself sends it, alone.
window.addEventListener('message', (event) => {
  if (event.source !== window || event.origin !== window.location.origin || event.data !== connectMessage) return
  const [port, ...others] = event.ports
  if (port && others.length === 0) ipcRenderer.postMessage(connectMessage, null, [port])
})

const platforms: Partial<Record<NodeJS.Platform, Shell['platform']>> = { darwin: 'mac', win32: 'windows' }

const shell: Shell = {
  platform: platforms[process.platform] ?? 'linux',
  saveAs: (name, bytes) => ipcRenderer.invoke('saveAs', { name, bytes }),
  openPaper: (paper) => ipcRenderer.invoke('openPaper', paper),
  closePapers: () => ipcRenderer.invoke('closePapers', {}),
  camera: (isOpen) => ipcRenderer.invoke('camera', isOpen),
  setTheme: (theme) => ipcRenderer.invoke('setTheme', theme),
  meetWorkstation: (address) => ipcRenderer.invoke('meetWorkstation', { address }),
  joinWorkstation: (address, code) => ipcRenderer.invoke('joinWorkstation', { address, code }),
  leaveWorkstation: () => ipcRenderer.invoke('leaveWorkstation', {}),
}
contextBridge.exposeInMainWorld('desk', shell)
