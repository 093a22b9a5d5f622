import { Modal } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import IconSearch from '@tabler/icons-react/icons/IconSearch'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { counted } from '../../../../shared/rules/text/french.ts'
import { Failure } from '../feedback.tsx'
import { useOnceAnswered } from './deferred-action.ts'
import { Key } from './key.tsx'

export type Found = {
  readonly id: string
  readonly title: string
  readonly detail?: string
  /** After the detail, and first to be cut where there is no room. */
  readonly more?: string
  /** At the right: a balance, a badge, a key. */
  readonly aside?: ReactNode
  /** Two letters at most are drawn as an avatar. */
  readonly sign: ReactNode
  readonly open: () => void
  /** What Ctrl ↵ opens instead. */
  readonly openAlso?: { readonly words: string; readonly act: () => void }
}
export type FoundGroup = {
  readonly title: string
  readonly found: readonly Found[]
  /** Why the group's results may not be shown, said in place of « Rien ne ressemble… », which might be untrue. */
  readonly withheld?: string
}

/** One box that finds all. `search` answers while one types; with nothing typed, it proposes. */
export const Palette = ({
  opened,
  onClose,
  search,
}: {
  opened: boolean
  onClose: () => void
  search: (text: string) => Promise<readonly FoundGroup[]>
}) => (
  <Modal.Root opened={opened} onClose={onClose} size={640} yOffset="76px" padding={0} transitionProps={{ duration: 0 }}>
    <Modal.Overlay />
    <Modal.Content aria-label="Rechercher">
      <Search search={search} onClose={onClose} />
    </Modal.Content>
  </Modal.Root>
)

const Search = ({
  search,
  onClose,
}: {
  search: (text: string) => Promise<readonly FoundGroup[]>
  onClose: () => void
}) => {
  const [text, setText] = useState('')
  const [asked] = useDebouncedValue(text.trim(), 40)
  const [chosen, setChosen] = useState(0)
  const list = useId()
  const box = useRef<HTMLInputElement>(null)
  // At once, before the dialog's own turn: letters typed right after Ctrl K must not be lost.
  useLayoutEffect(() => box.current?.focus(), [])
  const answer = useQuery({
    queryKey: ['palette', asked],
    queryFn: () => search(asked),
    placeholderData: keepPreviousData,
    gcTime: 0,
  })
  const groups = answer.data ?? []
  const all = groups.flatMap(({ found }) => found)
  const withheld = groups.find((group) => group.withheld !== undefined)?.withheld
  const current = all[Math.min(chosen, all.length - 1)]
  const isAnswered = asked === text.trim() && answer.isSuccess && !answer.isPlaceholderData
  const optionId = (found: Found) => `${list}-${found.id}`

  useEffect(() => {
    if (current) document.getElementById(`${list}-${current.id}`)?.scrollIntoView({ block: 'nearest' })
  }, [current, list])

  const open = (found: Found | undefined, also: boolean) => {
    if (!found) return
    onClose()
    if (also && found.openAlso) found.openAlso.act()
    else found.open()
  }
  const opening = useOnceAnswered(isAnswered, (also: boolean) => open(current, also))
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown') setChosen(Math.min(all.length - 1, chosen + 1))
    else if (event.key === 'ArrowUp') setChosen(Math.max(0, chosen - 1))
    else if (event.key === 'Enter') opening.ask(event.ctrlKey || event.metaKey)
    else return
    event.preventDefault()
  }

  return (
    <div className="palette">
      <div className="palette-question">
        <IconSearch size={18} aria-hidden="true" />
        <input
          ref={box}
          data-autofocus
          role="combobox"
          aria-label="Enfant, famille, téléphone, facture, action"
          aria-expanded={all.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={current ? optionId(current) : undefined}
          placeholder="Enfant, famille, téléphone, facture…"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setChosen(0)
            opening.forget()
          }}
          onKeyDown={onKeyDown}
        />
        <span className="soft" aria-live="polite">
          {asked === '' || (all.length === 0 && withheld) ? '' : counted(all.length, 'résultat')}
        </span>
        <Key combo="Escape" />
      </div>
      {answer.error ? <Failure error={answer.error} onRetry={() => void answer.refetch()} /> : null}
      <div className="palette-results" role="listbox" id={list} aria-label="Résultats">
        {groups
          .filter(({ found }) => found.length > 0)
          .map(({ title, found }) => (
            <div key={title} role="group" aria-label={title}>
              <h3 aria-hidden="true">{title}</h3>
              {found.map((one) => (
                <div
                  key={one.id}
                  id={optionId(one)}
                  className="palette-result"
                  role="option"
                  aria-selected={one === current}
                  onMouseMove={() => setChosen(all.indexOf(one))}
                  tabIndex={-1}
                  onPointerUp={() => open(one, false)}
                >
                  <span className={typeof one.sign === 'string' ? 'avatar' : undefined} aria-hidden="true">
                    {one.sign}
                  </span>
                  <span className="grow">
                    <span>
                      <Marked text={one.title} sought={asked} />
                    </span>{' '}
                    {one.detail ? <span className="soft small">{one.detail}</span> : null}
                    {one.more ? (
                      <span className="soft small palette-more">{one.detail ? `· ${one.more}` : one.more}</span>
                    ) : null}
                  </span>
                  {one.aside ? <span className="soft small">{one.aside}</span> : null}
                </div>
              ))}
            </div>
          ))}
      </div>
      {asked !== '' && withheld ? (
        <p className="palette-none" role="status">
          {withheld}
        </p>
      ) : null}
      {asked !== '' && all.length === 0 && !withheld && answer.isSuccess && !answer.isPlaceholderData ? (
        <p className="palette-none">
          Rien ne ressemble à «&nbsp;{asked}&nbsp;». Essayez un nom, un téléphone, un numéro de facture ou de chèque.
        </p>
      ) : null}
      <div className="palette-foot">
        <span>
          <Key combo="ArrowUp" /> <Key combo="ArrowDown" /> choisir
        </span>
        <span>
          <Key combo="Enter" /> ouvrir
        </span>
        {current?.openAlso ? (
          <span>
            <Key combo="mod+Enter" /> {current.openAlso.words}
          </span>
        ) : null}
      </div>
    </div>
  )
}

/** The letters that were sought, whatever their accents. */
const Marked = ({ text, sought }: { text: string; sought: string }) => {
  const word = plain(sought)
  const at = word.length > 0 && plain(text).length === text.length ? plain(text).indexOf(word) : -1
  if (at < 0) return <>{text}</>
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + word.length)}</mark>
      {text.slice(at + word.length)}
    </>
  )
}

const plain = (text: string) =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/./gu, (letter) => letter.normalize('NFD').charAt(0))
