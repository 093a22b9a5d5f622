/** A reason why the data cannot be opened or replaced, as a sentence for the person at the desk. */
export class CannotOpen extends Error {}

/** A sealed file that this machine has no key for, and that the phrase, missing or mistyped, did not open. */
export class PhraseRefused extends CannotOpen {}

/** What was to be changed belongs, for the moment, to an act under way. */
export class UnderWay extends Error {
  constructor() {
    super('Une opération est en cours sur ces données. Attendez qu’elle se termine, puis recommencez.')
  }
}

/**
 * What a failure of SQLite or of the file system means for the person at the desk.
 * @returns null when it is neither: a fault of ours, not of the machine
 */
export const storeSentence = (error: unknown): string | null => {
  if (error instanceof CannotOpen || error instanceof UnderWay) return error.message
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return sentences.find(([pattern]) => pattern.test(code))?.[1] ?? null
}

/** The same failure, told in French where it can be. */
export const told = (error: unknown): unknown => {
  const sentence = storeSentence(error)
  return sentence === null || error instanceof CannotOpen ? error : new CannotOpen(sentence, { cause: error })
}

export const damaged =
  'Le fichier des données est abîmé. Renommez le dossier des données, relancez Espace Jeunesse et choisissez «\u00a0Reprendre une sauvegarde\u00a0»\u00a0: la dernière est dans son sous-dossier «\u00a0sauvegardes\u00a0».'
export const notOurs = 'Ce fichier n’est pas un fichier d’Espace Jeunesse.'
export const inUse = 'Espace Jeunesse est déjà ouvert sur ces données. Fermez l’autre fenêtre, puis recommencez.'

const sentences: readonly (readonly [RegExp, string])[] = [
  [/^SQLITE_NOTADB/, notOurs],
  [/^SQLITE_CORRUPT/, damaged],
  [
    /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    'Le disque est plein. Libérez de la place, puis recommencez\u00a0: rien n’a été perdu.',
  ],
  [/^(SQLITE_BUSY|SQLITE_LOCKED)/, inUse],
  [
    /^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_AUTH|EACCES|EPERM|EROFS|ENOTDIR|EEXIST|EISDIR|ENOENT)/,
    'Espace Jeunesse ne peut pas écrire dans le dossier des données. Vérifiez qu’il existe et que vous avez le droit d’y écrire.',
  ],
  [
    /^(SQLITE_IOERR|EIO|ENXIO|ENODEV)/,
    'Le disque des données ne répond pas. Vérifiez qu’il est branché, puis recommencez.',
  ],
]

/** An unforeseen error as the technical log keeps it, with its causes. */
export const errorTrace = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\n  caused by ${errorTrace(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}
