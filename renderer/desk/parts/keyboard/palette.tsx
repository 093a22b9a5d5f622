import { Modal } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import IconSearch from '@tabler/icons-react/icons/IconSearch'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { counted } from '../../../../shared/rules/text/french.ts'
import { Failure } from '../feedback.tsx'
import { useDeferredAction } from './deferred-action.ts'
import { Key } from './key.tsx'

export type SearchResult = {
  readonly id: string
  readonly title: string
  readonly detail?: string
  /** Shown after the detail, and cut first where space lacks. */
  readonly secondary?: string
  /** Shown at the right: a balance, a badge, a key. */
  readonly trailing?: ReactNode
  /** A string of one or two letters is drawn as an avatar. */
  readonly icon: ReactNode
  readonly open: () => void
  /** Runs on Ctrl ↵ instead of `open`. */
  readonly alternative?: { readonly label: string; readonly run: () => void }
}
export type SearchResultGroup = {
  readonly title: string
  readonly results: readonly SearchResult[]
  /** Why the group's results may not be shown. Replaces « Rien ne ressemble… », which might be untrue. */
  readonly withheld?: string
}

/**
 * The dialog of Ctrl K. `search` is called as the person types; an empty text returns proposals. Written here:
 * Mantine's Spotlight would replace only the arrow keys, since results, groups and Ctrl ↵ come from the core.
 */
export const Palette = ({
  opened,
  onClose,
  search,
}: {
  opened: boolean
  onClose: () => void
  search: (text: string) => Promise<readonly SearchResultGroup[]>
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
  search: (text: string) => Promise<readonly SearchResultGroup[]>
  onClose: () => void
}) => {
  const [text, setText] = useState('')
  const [searched] = useDebouncedValue(text.trim(), 40)
  const [chosen, setChosen] = useState(0)
  const list = useId()
  const box = useRef<HTMLInputElement>(null)
  // Focus before the dialog's own effect does: letters typed right after Ctrl K must not be lost.
  useLayoutEffect(() => box.current?.focus(), [])
  const answer = useQuery({
    queryKey: ['palette', searched],
    queryFn: () => search(searched),
    placeholderData: keepPreviousData,
    gcTime: 0,
  })
  const groups = answer.data ?? []
  const all = groups.flatMap(({ results }) => results)
  const withheld = groups.find((group) => group.withheld !== undefined)?.withheld
  const current = all[Math.min(chosen, all.length - 1)]
  const isAnswered = searched === text.trim() && answer.isSuccess && !answer.isPlaceholderData
  const optionId = (result: SearchResult) => `${list}-${result.id}`

  useEffect(() => {
    if (current) document.getElementById(`${list}-${current.id}`)?.scrollIntoView({ block: 'nearest' })
  }, [current, list])

  const open = (result: SearchResult | undefined, opensAlternative: boolean) => {
    if (!result) return
    onClose()
    if (opensAlternative && result.alternative) result.alternative.run()
    else result.open()
  }
  const opening = useDeferredAction(isAnswered, (opensAlternative: boolean) => open(current, opensAlternative))
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown') setChosen(Math.min(all.length - 1, chosen + 1))
    else if (event.key === 'ArrowUp') setChosen(Math.max(0, chosen - 1))
    else if (event.key === 'Enter') opening.request(event.ctrlKey || event.metaKey)
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
            opening.cancel()
          }}
          onKeyDown={onKeyDown}
        />
        <span className="soft" aria-live="polite">
          {searched === '' || (all.length === 0 && withheld) ? '' : counted(all.length, 'résultat')}
        </span>
        <Key combo="Escape" />
      </div>
      {answer.error ? <Failure error={answer.error} onRetry={() => void answer.refetch()} /> : null}
      <div className="palette-results" role="listbox" id={list} aria-label="Résultats">
        {groups
          .filter(({ results }) => results.length > 0)
          .map(({ title, results }) => (
            <div key={title} role="group" aria-label={title}>
              <h3 aria-hidden="true">{title}</h3>
              {results.map((result) => (
                <div
                  key={result.id}
                  id={optionId(result)}
                  className="palette-result"
                  role="option"
                  aria-selected={result === current}
                  onMouseMove={() => setChosen(all.indexOf(result))}
                  tabIndex={-1}
                  onPointerUp={() => open(result, false)}
                >
                  <span className={typeof result.icon === 'string' ? 'avatar' : undefined} aria-hidden="true">
                    {result.icon}
                  </span>
                  <span className="grow">
                    <span>
                      <Marked text={result.title} sought={searched} />
                    </span>{' '}
                    {result.detail ? <span className="soft small">{result.detail}</span> : null}
                    {result.secondary ? (
                      <span className="soft small palette-more">
                        {result.detail ? `· ${result.secondary}` : result.secondary}
                      </span>
                    ) : null}
                  </span>
                  {result.trailing ? <span className="soft small">{result.trailing}</span> : null}
                </div>
              ))}
            </div>
          ))}
      </div>
      {searched !== '' && withheld ? (
        <p className="palette-none" role="status">
          {withheld}
        </p>
      ) : null}
      {searched !== '' && all.length === 0 && !withheld && answer.isSuccess && !answer.isPlaceholderData ? (
        <p className="palette-none">
          Rien ne ressemble à «&nbsp;{searched}&nbsp;». Essayez un nom, un téléphone, un numéro de facture ou de chèque.
        </p>
      ) : null}
      <div className="palette-foot">
        <span>
          <Key combo="ArrowUp" /> <Key combo="ArrowDown" /> choisir
        </span>
        <span>
          <Key combo="Enter" /> ouvrir
        </span>
        {current?.alternative ? (
          <span>
            <Key combo="mod+Enter" /> {current.alternative.label}
          </span>
        ) : null}
      </div>
    </div>
  )
}

/** Marks the searched letters in a text, whatever their accents. */
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
