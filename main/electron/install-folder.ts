import { dirname, relative, resolve } from 'node:path'
import { CannotOpen } from '../store/failures.ts'

/**
 * Windows deletes the program's whole folder when it is uninstalled or updated: data must never be in it.
 * @param program the running executable
 * @throws CannotOpen
 */
export const refuseInstallFolder = (dataDir: string, program = process.execPath): void => {
  const way = relative(dirname(program), resolve(dataDir))
  const isInside = way === '' || (!way.startsWith('..') && way !== resolve(dataDir))
  if (isInside) {
    throw new CannotOpen(
      'Le logiciel est installé dans le dossier des données\u00a0: le désinstaller les effacerait. Copiez ce dossier ailleurs, désinstallez le logiciel, puis installez-le de nouveau.',
    )
  }
}
