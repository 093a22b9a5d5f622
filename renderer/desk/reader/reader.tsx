import IconDeviceFloppy from '@tabler/icons-react/icons/IconDeviceFloppy'
import IconMinus from '@tabler/icons-react/icons/IconMinus'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import { type RefObject, useEffect, useEffectEvent, useRef, useState } from 'react'
import type { PrintOutcome, ReadingShell } from '../../../shared/contract/reading.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { openPdf, type PdfPage, showPage, UnreadableError } from './pdf.ts'
import { layOutSheets } from './printing.ts'
import { useZoom } from './zoom.ts'

/** The whole content of a reading window or tab: a PDF that can be read, saved and printed. */
export const Reader = ({ host }: { host: ReadingShell }) => {
  const [name, setName] = useState('')
  const [pages, setPages] = useState<readonly PdfPage[]>()
  const [message, setMessage] = useState('')
  const { progress, print, stop } = usePrinting(host, pages, setMessage)
  const printFirst = useEffectEvent(print)
  const list = useRef<HTMLElement>(null)
  const { zoom, larger, smaller, whole } = useZoom(list, pages)

  useEffect(() => {
    let isUnmounted = false
    const open = async () => {
      const paper = await host.paper()
      document.title = `${paper.name} – Espace Jeunesse`
      setName(paper.name)
      const opened = await openPdf(paper.bytes)
      if (isUnmounted) return
      setPages(opened)
      if (paper.purpose === 'print') await printFirst(opened)
    }
    open().catch((error: unknown) => {
      setMessage(
        error instanceof UnreadableError ? error.message : 'Ce document n’est plus là\u00a0: ouvrez-le de nouveau.',
      )
    })
    return () => {
      isUnmounted = true
    }
  }, [host])

  useShortcuts({ p: () => print(), s: () => host.save(), '+': larger, '=': larger, '-': smaller, '0': whole })

  const pageCount = pages ? counted(pages.length, 'page') : 'Document'
  return (
    <div className="reader">
      <header className="reader-bar">
        <h1>{name}</h1>
        <PageField list={list} count={pages?.length ?? 0} />
        <div className="reader-group">
          <button type="button" aria-label="Réduire" title="Réduire" onClick={smaller}>
            <IconMinus size={16} />
          </button>
          <button type="button" className="reader-zoom" title="Toute la largeur" onClick={whole}>
            {Math.round(zoom * 100)}&nbsp;%
          </button>
          <button type="button" aria-label="Agrandir" title="Agrandir" onClick={larger}>
            <IconPlus size={16} />
          </button>
        </div>
        <div className="reader-group">
          <button type="button" disabled={name === ''} onClick={() => void host.save()}>
            <IconDeviceFloppy size={16} />
            Enregistrer
          </button>
          {progress === null ? (
            <button type="button" className="reader-main" disabled={!pages} onClick={() => void print()}>
              <IconPrinter size={16} />
              Imprimer
            </button>
          ) : (
            <button type="button" onClick={stop}>
              Arrêter
            </button>
          )}
        </div>
      </header>
      <output className="reader-told">
        {progress === null || !pages ? message : `Préparation de l’impression\u00a0: ${progress} / ${pages.length}`}
      </output>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- The keyboard must reach what scrolls. */}
      <main tabIndex={0} ref={list} className="reader-pages" aria-label={pageCount}>
        {pages?.map((page) => (
          <Sheet key={page.number} page={page} zoom={zoom} />
        ))}
      </main>
    </div>
  )
}

/** Draws a page only while it is near the visible part: a month's invoices are hundreds of pages. */
const Sheet = ({ page, zoom }: { page: PdfPage; zoom: number }) => {
  const place = useRef<HTMLElement>(null)
  const [isNear, setIsNear] = useState(false)
  const [isBroken, setIsBroken] = useState(false)
  useEffect(() => {
    const { current } = place
    if (!current) return undefined
    const observer = new IntersectionObserver(([seen]) => setIsNear(seen?.isIntersecting === true), {
      root: current.parentElement,
      rootMargin: '100%',
    })
    observer.observe(current)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    if (!isNear || !place.current) return undefined
    return showPage(page, zoom, place.current, () => setIsBroken(true))
  }, [isNear, page, zoom])
  return (
    <>
      {isBroken ? (
        <p className="reader-told" role="alert">
          La page {page.number} est abîmée&nbsp;: elle ne s’affiche pas.
        </p>
      ) : null}
      <section
        ref={place}
        className="reader-sheet"
        aria-label={`Page ${page.number}`}
        style={{ width: page.width * zoom, height: page.height * zoom }}
      />
    </>
  )
}

/** Shows the number of the visible page; typing another number scrolls to that page. */
const PageField = ({ list, count }: { list: RefObject<HTMLElement | null>; count: number }) => {
  const [shown, setShown] = useState(1)
  const [typed, setTyped] = useState<string>()
  useEffect(() => {
    const { current } = list
    if (!current || count === 0) return undefined
    const look = () => {
      const middle = current.scrollTop + current.clientHeight / 2
      const passed = sheetsIn(current).filter(({ offsetTop }) => offsetTop <= middle).length
      setShown(Math.max(1, passed))
    }
    current.addEventListener('scroll', look, { passive: true })
    return () => current.removeEventListener('scroll', look)
  }, [list, count])
  const go = () => {
    const { current } = list
    const wanted = Math.min(count, Math.max(1, Number(typed)))
    if (typed !== undefined && Number.isInteger(wanted) && current) {
      sheetsIn(current)[wanted - 1]?.scrollIntoView()
      setShown(wanted)
    }
    setTyped(undefined)
  }
  return (
    <label className="reader-group">
      Page
      <input
        inputMode="numeric"
        size={3}
        value={typed ?? shown}
        disabled={count === 0}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        onBlur={go}
        onKeyDown={({ key }) => {
          if (key === 'Enter') go()
        }}
      />
      sur {count}
    </label>
  )
}

const sheetsIn = (list: HTMLElement) => [...list.querySelectorAll<HTMLElement>('.reader-sheet')]

const endMessages = {
  printed: 'Le document est parti à l’imprimante.',
  givenUp: 'Impression abandonnée.',
  unknown: '',
} as const
const sentenceOf = (end: PrintOutcome): string => (end.end === 'failed' ? end.sentence : endMessages[end.end])

/** Prints the document. Always ends with a message and an enabled button, also on failure. */
const usePrinting = (host: ReadingShell, opened: readonly PdfPage[] | undefined, tell: (sentence: string) => void) => {
  const [progress, setProgress] = useState<number | null>(null)
  const stopping = useRef<AbortController>(null)
  const print = async (pages = opened) => {
    if (!pages || stopping.current) return
    const { signal } = (stopping.current = new AbortController())
    tell('')
    setProgress(0)
    try {
      const sheets = await layOutSheets(pages, setProgress, signal)
      try {
        tell(sentenceOf(await Promise.race([host.print(sheets.isLandscape), untilStopped(signal)])))
      } finally {
        sheets.remove()
      }
    } catch {
      tell(
        signal.aborted
          ? endMessages.givenUp
          : 'L’impression a échoué\u00a0: ce document ne se laisse pas imprimer. Enregistrez-le, puis imprimez-le avec un autre logiciel.',
      )
    } finally {
      stopping.current = null
      setProgress(null)
    }
  }
  return { progress, print, stop: () => stopping.current?.abort() }
}

/** Ends the wait when printing is cancelled, since some systems never report that their dialog was closed. */
const untilStopped = (signal: AbortSignal) =>
  new Promise<PrintOutcome>((done) => signal.addEventListener('abort', () => done({ end: 'givenUp' })))

/** The usual shortcuts of PDF readers, with Ctrl or ⌘. */
const useShortcuts = (acts: Readonly<Record<string, () => unknown>>) => {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const act = event.ctrlKey || event.metaKey ? acts[event.key] : undefined
    if (!act) return
    event.preventDefault()
    void act()
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}
