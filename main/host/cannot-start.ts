import { CannotOpen } from '../store/store.ts'

/** Why the desk does not open, for the person who started it; null when nobody foresaw it. */
export const whyNotStarted = (error: unknown, dataDir: string): string | null => {
  if (error instanceof CannotOpen) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC' || code === 'SQLITE_FULL') {
    return 'Le disque est plein : libérez de la place, puis recommencez. Aucune donnée n’est perdue.'
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code.startsWith('SQLITE_READONLY')) {
    return `Ce compte n’a pas le droit d’écrire dans « ${dataDir} ».`
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') return `« ${dataDir} » n’est pas un dossier.`
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return `Le fichier de données de « ${dataDir} » est endommagé : rien n’y a été changé. Reprenez une sauvegarde.`
  }
  return null
}
