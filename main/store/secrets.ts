import { renameSync, writeFileSync } from 'node:fs'
import { CannotOpen } from './failures.ts'

/** The operating system's keyring is locked, or a person refused access. The keys in the keyring are not lost. */
export class KeyringLocked extends CannotOpen {}

/** Encrypts secrets (keys) for this computer and account, with the operating system's keyring where one exists. */
export type Secrets = {
  /** @throws Error with a French `sentence` when this computer cannot keep a secret */
  seal(text: string): Buffer
  /** @throws KeyringLocked; another error when another computer or account sealed the value */
  open(sealed: Buffer): string
}

/** No encryption: for a computer where only this account can read the file. */
export const plainSecrets: Secrets = { seal: (text) => Buffer.from(text), open: (sealed) => sealed.toString() }

/** Writes a sealed file atomically: a crash leaves the previous file or the new one. */
export const writeSealed = (path: string, secrets: Secrets, content: unknown): void => {
  const draft = `${path}.en-cours`
  writeFileSync(draft, secrets.seal(JSON.stringify(content)), { mode: 0o600, flush: true })
  renameSync(draft, path)
}
