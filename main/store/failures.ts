/** A reason why the data cannot be opened or replaced, as a sentence for the person at the desk. */
export class CannotOpen extends Error {}

/** This computer has no key for a sealed file, and the recovery phrase is missing or wrong. */
export class PhraseRefused extends CannotOpen {}

/** A row to be changed was written by a long act that is still open, and could still be rolled back. */
export class RowInUse extends Error {
  constructor() {
    super('Une opération est en cours sur ces données. Attendez qu’elle se termine, puis recommencez.')
  }
}

/**
 * Explains a failure of SQLite or of the file system to the person at the desk.
 * @returns a French sentence; null for any other error, which is a fault of this program
 */
export const storeSentence = (error: unknown): string | null => {
  if (error instanceof CannotOpen || error instanceof RowInUse) return error.message
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return sentences.find(([pattern]) => pattern.test(code))?.[1] ?? null
}

/** Wraps an error in `CannotOpen` with a French sentence; an error without a sentence is returned unchanged. */
export const withFrenchMessage = (error: unknown): unknown => {
  const sentence = storeSentence(error)
  return sentence === null || error instanceof CannotOpen ? error : new CannotOpen(sentence, { cause: error })
}

export const damagedText =
  'Le fichier des données est abîmé. Renommez le dossier des données, relancez Espace Jeunesse et choisissez «\u00a0Reprendre une sauvegarde\u00a0»\u00a0: la dernière est dans son sous-dossier «\u00a0sauvegardes\u00a0».'
export const notOursText = 'Ce fichier n’est pas un fichier d’Espace Jeunesse.'
export const inUseText = 'Espace Jeunesse est déjà ouvert sur ces données. Fermez l’autre fenêtre, puis recommencez.'

const sentences: readonly (readonly [RegExp, string])[] = [
  [/^SQLITE_NOTADB/, notOursText],
  [/^SQLITE_CORRUPT/, damagedText],
  [
    /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    'Le disque est plein. Libérez de la place, puis recommencez\u00a0: rien n’a été perdu.',
  ],
  [/^(SQLITE_BUSY|SQLITE_LOCKED)/, inUseText],
  [
    /^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_AUTH|EACCES|EPERM|EROFS|ENOTDIR|EEXIST|EISDIR|ENOENT)/,
    'Espace Jeunesse ne peut pas écrire dans le dossier des données. Vérifiez qu’il existe et que vous avez le droit d’y écrire.',
  ],
  [
    /^(SQLITE_IOERR|EIO|ENXIO|ENODEV)/,
    'Le disque des données ne répond pas. Vérifiez qu’il est branché, puis recommencez.',
  ],
]

/** Text of an unexpected error for the technical log: its stack and those of its causes. */
export const errorTrace = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\n  caused by ${errorTrace(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}
