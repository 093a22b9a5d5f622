import { afterEach, describe, expect, it, vi } from 'vitest'
import { keyring } from '../../main/electron/keyring.ts'
import { KeyringLocked } from '../../main/store/secrets.ts'

// The only test that names what Electron answers: its keyrings are the system's, and none is here.
const system = vi.hoisted(() => ({ isAvailable: true, backend: 'gnome_libsecret' }))
vi.mock('electron', () => ({
  safeStorage: {
    isEncryptionAvailable: () => system.isAvailable,
    getSelectedStorageBackend: () => {
      if (process.platform !== 'linux') throw new Error('known on Linux only')
      return system.backend
    },
    encryptString: (text: string) => Buffer.from(`sealed ${text}`),
    decryptString: (sealed: Buffer) => sealed.toString().replace('sealed ', ''),
  },
}))

const { platform } = process
const on = (name: NodeJS.Platform) => Object.defineProperty(process, 'platform', { value: name })
afterEach(() => {
  on(platform)
  Object.assign(system, { isAvailable: true, backend: 'gnome_libsecret' })
})

describe('the key of the exchange, in the keyring of the computer', () => {
  it.each(['darwin', 'win32', 'linux'] as const)('is sealed and opened by it (%s)', (name) => {
    on(name)
    const sealed = keyring.seal('clé')
    expect(sealed.toString()).not.toBe('clé')
    expect(keyring.open(sealed)).toBe('clé')
  })

  it('is refused where the keyring would be a password that everyone knows', () => {
    on('linux')
    system.backend = 'basic_text'
    expect(() => keyring.seal('clé')).toThrow('Cette machine n’a pas de trousseau')
  })

  it.each([
    ['darwin', 'Le trousseau de cette session ne s’est pas ouvert'],
    ['win32', 'Le trousseau de cette session ne s’est pas ouvert'],
    ['linux', 'Cette machine n’a pas de trousseau'],
  ] as const)('seals nothing, and takes no key for lost, while it does not open (%s)', (name, sentence) => {
    on(name)
    const sealed = keyring.seal('clé')
    system.isAvailable = false
    expect(() => keyring.seal('clé')).toThrow(sentence)
    expect(() => keyring.open(sealed)).toThrow(KeyringLocked)
    system.isAvailable = true
    expect(keyring.open(sealed)).toBe('clé')
  })
})
