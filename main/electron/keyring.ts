import { safeStorage } from 'electron'
import { Refused, type Secrets } from '../desk/core.ts'

/** On Linux without a keyring, Electron would hide the key behind a password that is the same everywhere. */
const hasKeyring = (): boolean =>
  safeStorage.isEncryptionAvailable() &&
  (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text')

/** The keyring of this machine's account. */
export const keyring: Secrets = {
  seal(text) {
    if (!hasKeyring()) {
      throw new Refused(
        'Cette machine n’a pas de trousseau pour garder les clés du bureau. Installez-en un (GNOME Keyring, KWallet), ouvrez de nouveau la session, puis recommencez.',
      )
    }
    return safeStorage.encryptString(text)
  },
  open: (sealed) => safeStorage.decryptString(sealed),
}
