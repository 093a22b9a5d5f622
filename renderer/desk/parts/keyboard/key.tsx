const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** A key or chord, given as in `useShortcut` (`mod+k`, `ArrowUp`, `e`), shown as printed on a French keyboard. */
export const Key = ({ combo }: { combo: string }) => <kbd>{keyText(combo)}</kbd>

export const keyText = (combo: string): string =>
  combo
    .split('+')
    .map((part) => words[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join('\u00a0')

const words: Record<string, string> = {
  mod: isMac ? '⌘' : 'Ctrl',
  shift: 'Maj',
  alt: isMac ? '⌥' : 'Alt',
  Space: 'Espace',
  Enter: '↵',
  Escape: 'Échap',
  Backspace: '⌫',
  Delete: 'Suppr',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  arrows: '←↑↓→',
  PageUp: 'Page préc.',
  PageDown: 'Page suiv.',
  Home: 'Début',
  End: 'Fin',
}
