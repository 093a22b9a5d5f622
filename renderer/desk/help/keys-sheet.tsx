import { Dialog } from '../parts/forms/dialogs.tsx'
import { Key } from '../parts/keyboard/key.tsx'
import { useListedKeys, useShortcuts } from '../parts/keyboard/shortcuts.ts'

/**
 * All keyboard shortcuts that currently work: those of the screen, those that move within it, those of the whole desk.
 */
export const KeysSheet = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => {
  useListedKeys(everywhere, 'desk')
  return (
    <Dialog opened={opened} title="Raccourcis du clavier" width="wide" onClose={onClose}>
      <div className="help">
        <ShortcutList where="screen" titled />
        <ShortcutList where="moving" titled />
        <ShortcutList where="desk" titled />
      </div>
    </Dialog>
  )
}

/** Keys of the browser or the system, the same on every screen. */
const everywhere = [
  ['Tab', 'passer au champ ou au bouton suivant'],
  ['shift+Tab', 'revenir au précédent'],
  ['Escape', 'fermer ce qui est ouvert par-dessus'],
] as const

type Group = 'screen' | 'moving' | 'desk'
const titles: Record<Group, string> = { screen: 'Sur cet écran', moving: 'Se déplacer', desk: 'Partout' }

const moves = /^((mod|shift)\+)*(Arrow\w+|arrows|Page\w+|Home|End)$/

export const ShortcutList = ({ where, titled = false }: { where: Group; titled?: boolean }) => {
  const shortcuts = useShortcuts((state) => state.shortcuts)
  // A hidden component may still have a key registered that another now uses: the last registration is the one that
  // acts.
  const each = [...new Map(shortcuts.map((shortcut) => [shortcut.combo, shortcut])).values()]
  const groupOf = ({ combo, where: of }: (typeof each)[number]): Group => {
    if (of === 'desk') return 'desk'
    return titled && combo.split(' ').every((one) => moves.test(one)) ? 'moving' : 'screen'
  }
  const own = each.filter((shortcut) => groupOf(shortcut) === where)
  if (own.length === 0)
    return titled ? null : (
      <p className="soft small">Aucune&nbsp;: les touches de partout sont dans la liste «&nbsp;?&nbsp;».</p>
    )
  return (
    <section>
      {titled ? <h3>{titles[where]}</h3> : null}
      <dl className="keys-list">
        {own.map(({ combo, label }) => (
          <div key={combo}>
            <dt>
              {combo.split(' ').map((one) => (
                <Key key={one} combo={one} />
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
