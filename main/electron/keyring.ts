import { safeStorage } from 'electron'
import { Refused, type Secrets } from '../desk/core.ts'
import { KeyringLocked } from '../store/secrets.ts'

/** On Linux without a keyring, Electron would encrypt the key with a password that is the same everywhere. */
const hasKeyring = (): boolean =>
  safeStorage.isEncryptionAvailable() &&
  (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text')

const closed = (): string =>
  process.platform === 'linux'
    ? 'Cette machine n’a pas de trousseau pour garder les clés du bureau. Installez-en un (GNOME Keyring, KWallet), ouvrez de nouveau la session, puis recommencez.'
    : 'Le trousseau de cette session ne s’est pas ouvert\u00a0: les clés du bureau y sont, rien n’est perdu. Fermez Espace Jeunesse, ouvrez-le de nouveau et acceptez ce que le système demande.'

/** The keyring of this computer's account. */
export const keyring: Secrets = {
  seal(text) {
    if (!hasKeyring()) throw new Refused(closed())
    return safeStorage.encryptString(text)
  },
  open(sealed) {
    if (!hasKeyring()) throw new KeyringLocked(closed())
    return safeStorage.decryptString(sealed)
  },
}
