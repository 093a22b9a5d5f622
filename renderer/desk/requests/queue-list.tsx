import IconClipboardList from '@tabler/icons-react/icons/IconClipboardList'
import IconPencil from '@tabler/icons-react/icons/IconPencil'
import IconUserPlus from '@tabler/icons-react/icons/IconUserPlus'
import { useEffect } from 'react'
import type { RequestItem } from '../../../shared/contract/desk/requests.ts'
import { capitalised, counted } from '../../../shared/rules/text/french.ts'
import { CellIcon } from '../../parts/cell.tsx'
import { ChildName } from '../../parts/child-name.tsx'
import { requestKeyText } from './deciding.ts'

/** Demandes, late ones first, grouped by family. The list keeps the focus; its keys act on the chosen demande. */
export const QueueList = ({
  items,
  chosen,
  onChoose,
}: {
  items: readonly RequestItem[]
  chosen: RequestItem | undefined
  onChoose: (item: RequestItem) => void
}) => {
  const chosenId = chosen && requestKeyText(chosen.key)
  useEffect(() => {
    if (chosenId) document.getElementById(optionId(chosenId))?.scrollIntoView({ block: 'nearest' })
  }, [chosenId])
  const families = [
    ...Map.groupBy(items, ({ family, key }) => (key.kind === 'signUp' ? requestKeyText(key) : family.id)),
  ]
  return (
    <div
      id="demandes"
      className="requests-queue"
      role="listbox"
      tabIndex={0}
      aria-label="Demandes à décider, les plus en retard d’abord"
      aria-activedescendant={chosenId && optionId(chosenId)}
    >
      {families.map(([familyId, own]) => (
        <div key={familyId} role="group" aria-label={`Famille ${own[0]?.family.name ?? ''}`}>
          {own.map((item) => (
            <Option key={requestKeyText(item.key)} item={item} isChosen={item === chosen} onChoose={onChoose} />
          ))}
        </div>
      ))}
    </div>
  )
}

const optionId = (id: string) => `demande-${id.replaceAll(/[^a-zA-Z0-9]/g, '-')}`

const Option = ({
  item,
  isChosen,
  onChoose,
}: {
  item: RequestItem
  isChosen: boolean
  onChoose: (item: RequestItem) => void
}) => (
  <div
    id={optionId(requestKeyText(item.key))}
    className="requests-item"
    role="option"
    aria-selected={isChosen}
    tabIndex={-1}
    onMouseDown={(event) => {
      // The list keeps the focus.
      event.preventDefault()
      onChoose(item)
    }}
  >
    <span className="requests-sign">
      {item.key.kind === 'registration' ? (
        <IconClipboardList size={18} aria-hidden="true" />
      ) : item.key.kind === 'proposals' ? (
        <IconPencil size={18} aria-hidden="true" />
      ) : item.key.kind === 'signUp' ? (
        <IconUserPlus size={18} aria-hidden="true" />
      ) : (
        <CellIcon face={{ state: item.key.wish === 'book' ? 'requestSent' : 'cancelSent' }} />
      )}
    </span>
    <span className="grow requests-who">
      <ChildName lastName={item.child.lastName} firstName={item.child.firstName} />
      <br />
      <span className="soft small">{requestText(item)}</span>
    </span>
    <span className={`small ${item.lateBy > 0 ? 'danger' : item.lateBy === 0 ? 'warn' : 'soft'}`}>
      {dueText(item.lateBy)}
    </span>
  </div>
)

/** « 2 jours demandés », « 1 annulation », « Nouvelle inscription », « Ajouter Karim Benali pour Tao et Noa » */
export const requestText = ({ key, days, closing, fields, pickups }: RequestItem): string => {
  if (closing === 'takenBack') return 'Demande retirée, à clôturer'
  if (closing === 'unanswered') return 'Restée sans réponse'
  if (key.kind === 'registration') return 'Nouvelle inscription'
  if (key.kind === 'proposals') return capitalised(pickups) || changeText(fields)
  if (key.kind === 'signUp') return 'Inscription au portail'
  if (key.wish === 'book') return counted(days, 'jour demandé', 'jours demandés')
  if (key.wish === 'cancel') return counted(days, 'annulation')
  return 'Quitte la liste d’attente'
}

const addressFields = ['Adresse', 'Complément d’adresse', 'Code postal', 'Commune']

const changeText = (fields: readonly string[]): string => {
  if (fields.every((field) => addressFields.includes(field))) return 'Changement d’adresse'
  return fields.length === 1 ? `Changement\u00a0: ${fields[0] ?? ''}` : counted(fields.length, 'changement')
}

const dueText = (lateBy: number): string => {
  if (lateBy > 0) return `retard ${lateBy}\u00a0j`
  if (lateBy === 0) return 'aujourd’hui'
  return lateBy === -1 ? 'demain' : `dans ${-lateBy}\u00a0j`
}
