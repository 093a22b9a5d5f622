import IconAlertCircle from '@tabler/icons-react/icons/IconAlertCircle'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconMinus from '@tabler/icons-react/icons/IconMinus'
import IconPencil from '@tabler/icons-react/icons/IconPencil'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import type { ReactNode } from 'react'
import type { ImportLine } from '../../../shared/contract/desk/imports.ts'

/** An icon and a word for each state, so that colour alone never shows it. */
export const stateLabel = (state: ImportLine['state'], said: string, column?: string): ReactNode => {
  const [Sign, words, tone] = signs[state]
  return (
    <span className={`row import-state ${tone}`} title={said}>
      <Sign size={14} aria-hidden="true" />
      {words}
      {column === undefined ? null : <span className="soft import-where">{column}</span>}
    </span>
  )
}

const signs = {
  new: [IconPlus, 'nouveau', 'good'],
  update: [IconPencil, 'à compléter', ''],
  same: [IconCheck, 'à jour', 'soft'],
  double: [IconUsers, 'doublon\u00a0?', 'warn'],
  error: [IconAlertCircle, 'à corriger', 'danger'],
  skipped: [IconMinus, 'de côté', 'soft'],
} as const
