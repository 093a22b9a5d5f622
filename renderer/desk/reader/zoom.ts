import { type RefObject, useEffect, useState } from 'react'
import type { PdfPage } from './pdf.ts'

const minZoom = 0.25
const maxZoom = 4
const zoomStep = 1.2
/** The largest automatic zoom: beyond it, lines are too long to read. */
const maxAutomaticZoom = 1.5
/** Total width of the margins beside the pages, in CSS pixels. */
const margins = 48

const within = (zoom: number) => Math.min(maxZoom, Math.max(minZoom, zoom))

/** A zoom of 1 is the paper's size. Until a person chooses a zoom, the widest page is fitted to the available width. */
export const useZoom = (list: RefObject<HTMLElement | null>, pages: readonly PdfPage[] | undefined) => {
  const [chosen, setChosen] = useState<number | null>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const { current } = list
    if (!current) return undefined
    const observer = new ResizeObserver(([seen]) => setWidth(seen?.contentRect.width ?? 0))
    observer.observe(current)
    return () => observer.disconnect()
  }, [list])
  const widest = Math.max(1, ...(pages ?? []).map((page) => page.width))
  const zoom = chosen ?? within(Math.min(maxAutomaticZoom, (width - margins) / widest))
  return {
    zoom,
    larger: () => setChosen(within(zoom * zoomStep)),
    smaller: () => setChosen(within(zoom / zoomStep)),
    whole: () => setChosen(null),
  }
}
