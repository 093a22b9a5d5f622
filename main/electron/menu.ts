import { app, BrowserWindow, Menu, type MenuItemConstructorOptions, session, shell } from 'electron'
import { leaveWorkstation } from './answers.ts'
import { settings, type Updates } from './settings.ts'
import { canSpell, followSpelling } from './spelling.ts'
import { canUpdate, checkNow, stopUpdates } from './updates.ts'
import { showLog } from './windows/log-window.ts'
import { showNews } from './windows/news.ts'

type Item = MenuItemConstructorOptions
const separator: Item = { type: 'separator' }
const about: Item = { role: 'about', label: 'À propos d’Espace Jeunesse' }

type Desk = {
  /** The data folder of the file that is open now; null when another workstation keeps the data. */
  readonly dataDir: (() => string) | null
  readonly logFolder: string
  readonly log: (line: string) => void
}

/** The application menu, in French. Electron's roles bring each system's own shortcuts (⌘ or Ctrl). */
export const setMenu = (desk: Desk): void => {
  const { dataDir, logFolder, log } = desk
  const quit: Item = { role: 'quit', label: 'Quitter Espace Jeunesse' }
  const application: Item = {
    role: 'appMenu',
    label: 'Espace Jeunesse',
    submenu: [
      about,
      separator,
      { role: 'services', label: 'Services' },
      separator,
      { role: 'hide', label: 'Masquer Espace Jeunesse' },
      { role: 'hideOthers', label: 'Masquer les autres' },
      { role: 'unhide', label: 'Tout afficher' },
      separator,
      quit,
    ],
  }
  const isMac = process.platform === 'darwin'
  const file: Item = {
    label: 'Fichier',
    submenu: [
      dataDir === null
        ? { label: 'Revenir aux données de ce poste', click: leaveWorkstation }
        : { label: 'Ouvrir le dossier des données', click: () => void shell.openPath(dataDir()) },
      separator,
      isMac ? { role: 'close', label: 'Fermer la fenêtre' } : quit,
    ],
  }
  const edit: Item = {
    label: 'Édition',
    submenu: [
      { role: 'undo', label: 'Annuler' },
      { role: 'redo', label: 'Rétablir' },
      separator,
      { role: 'cut', label: 'Couper' },
      { role: 'copy', label: 'Copier' },
      { role: 'paste', label: 'Coller' },
      { role: 'pasteAndMatchStyle', label: 'Coller sans mise en forme' },
      { role: 'selectAll', label: 'Tout sélectionner' },
      ...(canSpell ? [separator, spelling()] : []),
    ],
  }
  const view: Item = {
    label: 'Affichage',
    submenu: [
      { role: 'resetZoom', label: 'Taille normale' },
      { role: 'zoomIn', label: 'Agrandir' },
      { role: 'zoomOut', label: 'Réduire' },
      separator,
      { role: 'togglefullscreen', label: 'Plein écran' },
      ...(app.isPackaged
        ? []
        : [separator, { role: 'toggleDevTools', label: 'Outils de développement' } satisfies Item]),
    ],
  }
  const window: Item = {
    role: 'windowMenu',
    label: 'Fenêtre',
    submenu: [
      { role: 'minimize', label: 'Réduire la fenêtre' },
      { role: 'zoom', label: 'Ajuster la fenêtre' },
      ...(isMac ? [separator, { role: 'front', label: 'Tout ramener au premier plan' } satisfies Item] : []),
    ],
  }
  const help: Item = {
    role: 'help',
    label: 'Aide',
    submenu: [
      { label: 'Nouveautés', click: () => showNews(BrowserWindow.getFocusedWindow() ?? undefined) },
      ...(canUpdate() ? [updates(() => setMenu(desk), log)] : []),
      separator,
      { label: 'Journal technique', click: () => showLog(logFolder, BrowserWindow.getFocusedWindow() ?? undefined) },
      ...(isMac ? [] : [separator, about]),
    ],
  }
  Menu.setApplicationMenu(Menu.buildFromTemplate([...(isMac ? [application] : []), file, edit, view, window, help]))
}

const spelling = (): Item => ({
  type: 'checkbox',
  label: 'Vérifier l’orthographe',
  checked: settings.get('spelling'),
  click: ({ checked }) => {
    settings.set('spelling', checked)
    followSpelling(session.defaultSession)
  },
})

const updates = (again: () => void, log: (line: string) => void): Item => {
  const chosen = settings.get('updates')
  const choice = (value: Updates, label: string): Item => ({
    type: 'radio',
    label,
    checked: chosen === value,
    click: () => {
      settings.set('updates', value)
      if (value === 'none') stopUpdates()
      again()
    },
  })
  return {
    label: 'Mises à jour',
    submenu: [
      choice('stable', 'Versions stables'),
      choice('beta', 'Versions d’essai'),
      choice('none', 'Aucune mise à jour'),
      separator,
      {
        label: 'Chercher maintenant',
        enabled: chosen !== 'none',
        click: () => void checkNow(log),
      },
    ],
  }
}

/** Shows the context menu of a text; spelling corrections first. */
export const showTextMenu = (
  contents: Electron.WebContents,
  { isEditable, dictionarySuggestions, misspelledWord, selectionText }: Electron.ContextMenuParams,
): void => {
  if (!isEditable && selectionText === '') return
  const corrections = dictionarySuggestions.map(
    (word): Item => ({ label: word, click: () => contents.replaceMisspelling(word) }),
  )
  // Local names are in no dictionary.
  const learn: Item = {
    label: 'Ajouter au dictionnaire',
    click: () => void contents.session.addWordToSpellCheckerDictionary(misspelledWord),
  }
  const items: Item[] = [
    ...corrections,
    ...(misspelledWord === '' ? [] : [learn, separator]),
    { role: 'cut', label: 'Couper', enabled: isEditable && selectionText !== '' },
    { role: 'copy', label: 'Copier', enabled: selectionText !== '' },
    { role: 'paste', label: 'Coller', enabled: isEditable },
  ]
  Menu.buildFromTemplate(items).popup()
}
