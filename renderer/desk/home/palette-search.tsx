import type { FoundGroup } from '../parts/palette.tsx'
import type { DeskPath } from '../screens.ts'
import { screens } from '../screens.ts'

/** What Ctrl K finds: the screens by name. */
export const searchDesk = (text: string, goTo: (path: DeskPath) => void): readonly FoundGroup[] => {
  const sought = plain(text)
  return [
    {
      title: 'Aller à',
      found: screens
        .filter(({ title }) => plain(title).includes(sought))
        .map(({ path, title, icon: Sign }) => ({
          id: path,
          title,
          sign: <Sign size={16} />,
          open: () => goTo(path),
        })),
    },
  ]
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
