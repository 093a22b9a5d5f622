import { CloseButton, TextInput } from '@mantine/core'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import { useState } from 'react'
import { counted } from '../../../shared/rules/text/french.ts'
import { ShortcutList } from './keys-sheet.tsx'
import { type Block, type HelpPage, helpPages, pageOf, pagesAbout } from './pages.ts'
import { SidePanel } from './side-panel.tsx'
import { showHelp } from './side-panel-state.ts'
import type { TopicId } from './topics.ts'

/** Help next to an open dialog: keeps what is typed in the dialog, and does not touch the panel behind it. */
export const HelpInDialog = ({ here, onClose }: { here: TopicId; onClose: () => void }) => {
  const [topic, setTopic] = useState<TopicId | null>(null)
  return <HelpPanel topic={topic} here={here} onOpen={setTopic} onClose={onClose} />
}

/** A help page: that of the screen or a named one; the search field finds any other page. */
export const HelpPanel = ({
  topic,
  here,
  onOpen = showHelp,
  onClose,
}: {
  topic: TopicId | null
  here: TopicId
  onOpen?: (topic: TopicId | null) => void
  /** Set when the panel is next to a dialog; printing is then unavailable. */
  onClose?: () => void
}) => {
  const [sought, setSought] = useState('')
  const page = pageOf(topic ?? here)
  const open = (id: TopicId) => {
    setSought('')
    onOpen(id === here ? null : id)
  }
  return (
    <SidePanel
      title="Aide"
      shown={`${page?.id} ${sought}`}
      {...(onClose && { onClose })}
      acts={
        onClose ? null : (
          <button
            type="button"
            className="help-button"
            aria-label="Imprimer cette page"
            title="Imprimer"
            onClick={print}
          >
            <IconPrinter size={18} aria-hidden="true" />
          </button>
        )
      }
    >
      <TextInput
        className="beside-search"
        aria-label="Chercher dans l’aide"
        placeholder="Chercher dans l’aide…"
        value={sought}
        onChange={(event) => setSought(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setSought('')
        }}
        rightSection={
          sought === '' ? null : (
            <CloseButton size="sm" aria-label="Effacer la recherche" onClick={() => setSought('')} />
          )
        }
      />
      {sought.trim() === '' ? (
        <>
          {page ? <Page page={page} onOpen={open} /> : null}
          {topic === null ? (
            <section className="help-part">
              <h3>Touches de cet écran</h3>
              <ShortcutList where="screen" />
            </section>
          ) : (
            <p className="help-part">
              <button type="button" className="plain-link" onClick={() => open(here)}>
                Revenir à l’aide de cet écran
              </button>
            </p>
          )}
          <details className="help-part help-contents">
            <summary>Toutes les pages</summary>
            <Pages pages={helpPages} onOpen={open} />
          </details>
        </>
      ) : (
        <Answers pages={pagesAbout(sought)} onOpen={open} />
      )}
    </SidePanel>
  )
}

const Answers = ({ pages, onOpen }: { pages: readonly HelpPage[]; onOpen: (id: TopicId) => void }) => (
  <section className="help-part" aria-label="Pages trouvées">
    <p className="soft small" role="status">
      {pages.length === 0 ? 'Aucune page n’en parle. Essayez un autre mot.' : counted(pages.length, 'page')}
    </p>
    <Pages pages={pages} onOpen={onOpen} />
  </section>
)

const Pages = ({ pages, onOpen }: { pages: readonly HelpPage[]; onOpen: (id: TopicId) => void }) => (
  <ul className="help-pages">
    {pages.map(({ id, title }) => (
      <li key={id}>
        <button type="button" className="plain-link" onClick={() => onOpen(id)}>
          {title}
        </button>
      </li>
    ))}
  </ul>
)

const Page = ({ page: { title, blocks, seeAlso }, onOpen }: { page: HelpPage; onOpen: (id: TopicId) => void }) => (
  <article className="help-page" aria-label={title}>
    <h3 className="help-title">{title}</h3>
    {blocks.map((block, at) => (
      <BlockView key={`block-${String(at)}`} block={block} />
    ))}
    {seeAlso.length > 0 ? (
      <section className="help-see">
        <h4>Voir aussi</h4>
        <Pages pages={seeAlso.flatMap((id) => pageOf(id) ?? [])} onOpen={onOpen} />
      </section>
    ) : null}
  </article>
)

const BlockView = ({ block }: { block: Block }) => {
  if ('text' in block) return block.kind === 'heading' ? <h4>{block.text}</h4> : <p>{block.text}</p>
  const items = block.items.map((item) => <li key={item}>{item}</li>)
  return block.kind === 'steps' ? <ol>{items}</ol> : <ul className="help-points">{items}</ul>
}

/** Prints only the help page, through the system's dialog, which can also save a PDF. */
const print = () => {
  const root = document.documentElement
  root.toggleAttribute('data-prints-help', true)
  window.print()
  root.toggleAttribute('data-prints-help', false)
}
