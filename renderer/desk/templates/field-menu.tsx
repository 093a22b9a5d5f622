import { TextInput } from '@mantine/core'
import IconSearch from '@tabler/icons-react/icons/IconSearch'
import { Fragment, type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { folded } from '../../../shared/rules/people/names.ts'
import type { EditorField } from './editor-nodes.ts'

/** The menu of fields, searched by a part of their name or of their subject's. */
export const FieldMenu = ({
  fields,
  text,
  onText,
  onChoose,
  onClose,
}: {
  fields: readonly EditorField[]
  /** The searched text. */
  text: string
  onText: (text: string) => void
  onChoose: (field: EditorField) => void
  onClose: () => void
}) => {
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const search = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => search.current?.focus({ preventScroll: true }), [])
  const id = useId()
  const sought = folded(text)
  const found = fields.filter(({ name, group }) => folded(`${group} ${name}`).includes(sought))
  const chosen = found[at]
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1))
    else if (event.key === 'Enter' && chosen) onChoose(chosen)
    else if (event.key === 'Escape') onClose()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div role="dialog" aria-label="Ajouter un champ" className="stack">
      <TextInput
        ref={search}
        data-autofocus
        role="combobox"
        aria-label="Chercher un champ"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={chosen ? `${id}-${chosen.id}` : undefined}
        autoComplete="off"
        placeholder="Prénom, adresse, reste à payer…"
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        value={text}
        onChange={({ currentTarget }) => {
          onText(currentTarget.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div className="template-choices" role="listbox" id={id} aria-label="Champs" ref={list}>
        {found.map((field, index) => (
          <Fragment key={field.id}>
            {field.group === found[index - 1]?.group ? null : (
              <span className="soft small" role="presentation">
                {field.group}
              </span>
            )}
            <button
              type="button"
              role="option"
              tabIndex={-1}
              id={`${id}-${field.id}`}
              aria-selected={index === at}
              onClick={() => onChoose(field)}
            >
              {field.name}
              {field.isBlock ? <span className="soft small">liste</span> : null}
            </button>
          </Fragment>
        ))}
      </div>
      {found.length === 0 ? <p className="soft small">Aucun champ ne ressemble à «&nbsp;{text}&nbsp;».</p> : null}
    </div>
  )
}
