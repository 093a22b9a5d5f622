import { writeFile } from 'node:fs/promises'
import { type BrowserWindow, dialog } from 'electron'

/** Saves where the person chooses in the system's dialog. @returns false when they cancel or writing fails */
export const saveAs = async (window: BrowserWindow, name: string, bytes: Uint8Array): Promise<boolean> => {
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: name })
  if (canceled || !filePath) return false
  try {
    await writeFile(filePath, bytes)
    return true
  } catch (error) {
    const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC'
    dialog.showErrorBox(
      'Fichier non enregistré',
      full
        ? 'Le disque est plein. Choisissez un autre dossier.'
        : 'Ce dossier n’accepte pas ce fichier. Choisissez-en un autre, ou fermez le fichier s’il est ouvert ailleurs.',
    )
    return false
  }
}
