import { CannotOpen } from './failures.ts'

/** The system's keyring is locked, or a person refused access. The keys that it holds are not lost. */
export class KeyringClosed extends CannotOpen {}

/** Keeps what must not be read in the data folder, as well as this machine can. */
export type Secrets = {
  /** @throws Error with a French `sentence` when this machine cannot keep a secret */
  seal(text: string): Buffer
  /** @throws KeyringClosed; another error when another machine or account sealed the value */
  open(sealed: Buffer): string
}

/** For a machine whose keyring is the account itself: nobody else reads the file. */
export const plainSecrets: Secrets = { seal: (text) => Buffer.from(text), open: (sealed) => sealed.toString() }
