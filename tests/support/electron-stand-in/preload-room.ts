/**
 * What surrounds the built preload in the page: `require('electron')` and nothing else, as in a sandboxed preload.
 * Messages and ports travel over functions that the stand-in exposes; bytes as base64.
 */
export const preloadRoom = (source: string): string => `(() => {
  if (window !== window.top || globalThis.__standInPort) return
  const base64 = (bytes) => { let text = ''; for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768)); return btoa(text) }
  const packed = (value) => {
    if (value instanceof ArrayBuffer) return { base64: base64(new Uint8Array(value)), buffer: true }
    if (ArrayBuffer.isView(value)) return { base64: base64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) }
    if (value && typeof value === 'object' && !Array.isArray(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, packed(inner)]))
    return value
  }
  const unpacked = (value) => value && typeof value === 'object' && 'base64' in value
    ? Uint8Array.from(atob(value.base64), (sign) => sign.charCodeAt(0)).buffer : value
  const whole = (value) => {
    if (!value || typeof value !== 'object') return value
    if ('base64' in value) return new Uint8Array(unpacked(value))
    return Array.isArray(value) ? value : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, whole(inner)]))
  }
  const ports = new Map()
  globalThis.__standInPort = (id, value) => ports.get(id)?.postMessage(unpacked(value))
  globalThis.__standInPortClosed = (id) => ports.get(id)?.close()
  const ipcRenderer = {
    invoke: async (channel, input) => {
      const answer = await globalThis.__standInInvoke(channel, packed(input))
      if (answer.error) throw new Error("Error invoking remote method '" + channel + "': " + answer.error)
      return whole(answer.value)
    },
    postMessage: (channel, message, sent = []) => {
      const ids = sent.map((port) => {
        const id = crypto.randomUUID()
        ports.set(id, port)
        port.onmessage = ({ data }) => void globalThis.__standInFromPort(id, packed(data))
        return id
      })
      void globalThis.__standInSend(channel, message, ids)
    },
  }
  const contextBridge = {
    exposeInMainWorld: (name, value) => Object.defineProperty(globalThis, name, { value: Object.freeze(value), enumerable: true }),
  }
  const require = (name) => {
    if (name === 'electron') return { ipcRenderer, contextBridge }
    throw new Error('module not found: ' + name)
  }
  const process = { platform: 'linux', type: 'renderer', sandboxed: true, contextIsolated: true, versions: {} }
  const module = { exports: {} }
  const exports = module.exports
  ;${source}
})()`
