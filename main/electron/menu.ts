import { Menu, type MenuItemConstructorOptions, shell } from 'electron'

type Item = MenuItemConstructorOptions
const between: Item = { type: 'separator' }

/** The menus of the system, in French. The roles bring each system's own keys (⌘ or Ctrl). */
export const setMenu = (dataDir: string, isPackaged: boolean): void => {
  const quit: Item = { role: 'quit', label: 'Quitter Espace Jeunesse' }
  const application: Item = {
    role: 'appMenu',
    label: 'Espace Jeunesse',
    submenu: [
      { role: 'about', label: 'À propos d’Espace Jeunesse' },
      between,
      { role: 'services', label: 'Services' },
      between,
      { role: 'hide', label: 'Masquer Espace Jeunesse' },
      { role: 'hideOthers', label: 'Masquer les autres' },
      { role: 'unhide', label: 'Tout afficher' },
      between,
      quit,
    ],
  }
  const isMac = process.platform === 'darwin'
  const file: Item = {
    label: 'Fichier',
    submenu: [
      { label: 'Ouvrir le dossier des données', click: () => void shell.openPath(dataDir) },
      between,
      isMac ? { role: 'close', label: 'Fermer la fenêtre' } : quit,
    ],
  }
  const edit: Item = {
    label: 'Édition',
    submenu: [
      { role: 'undo', label: 'Annuler' },
      { role: 'redo', label: 'Rétablir' },
      between,
      { role: 'cut', label: 'Couper' },
      { role: 'copy', label: 'Copier' },
      { role: 'paste', label: 'Coller' },
      { role: 'pasteAndMatchStyle', label: 'Coller sans mise en forme' },
      { role: 'selectAll', label: 'Tout sélectionner' },
    ],
  }
  const view: Item = {
    label: 'Affichage',
    submenu: [
      { role: 'resetZoom', label: 'Taille normale' },
      { role: 'zoomIn', label: 'Agrandir' },
      { role: 'zoomOut', label: 'Réduire' },
      between,
      { role: 'togglefullscreen', label: 'Plein écran' },
      ...(isPackaged ? [] : [between, { role: 'toggleDevTools', label: 'Outils de développement' } satisfies Item]),
    ],
  }
  const window: Item = {
    role: 'windowMenu',
    label: 'Fenêtre',
    submenu: [
      { role: 'minimize', label: 'Réduire la fenêtre' },
      { role: 'zoom', label: 'Ajuster la fenêtre' },
      ...(isMac ? [between, { role: 'front', label: 'Tout ramener au premier plan' } satisfies Item] : []),
    ],
  }
  Menu.setApplicationMenu(Menu.buildFromTemplate([...(isMac ? [application] : []), file, edit, view, window]))
}

/** The right-hand button in a text: corrections first. */
export const showTextMenu = (
  contents: Electron.WebContents,
  { isEditable, dictionarySuggestions, selectionText }: Electron.ContextMenuParams,
): void => {
  if (!isEditable && selectionText === '') return
  const corrections = dictionarySuggestions.map(
    (word): Item => ({ label: word, click: () => contents.replaceMisspelling(word) }),
  )
  const items: Item[] = [
    ...corrections,
    ...(corrections.length > 0 ? [between] : []),
    { role: 'cut', label: 'Couper', enabled: isEditable && selectionText !== '' },
    { role: 'copy', label: 'Copier', enabled: selectionText !== '' },
    { role: 'paste', label: 'Coller', enabled: isEditable },
  ]
  Menu.buildFromTemplate(items).popup()
}
