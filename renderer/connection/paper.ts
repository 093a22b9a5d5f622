import { type Paper, paperWanted, readingPage } from '../../shared/contract/reading.ts'

/** Shows a PDF: a reading window of its own, another tab in a browser. */
export const readPaper = (paper: File): Promise<void> => openPaper(paper, 'read')

/** Prints a PDF: it is shown, and the system's dialog opens above it. */
export const printPaper = (paper: File): Promise<void> => openPaper(paper, 'print')

const openPaper = async (file: File, purpose: Paper['purpose']): Promise<void> => {
  const paper = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()), purpose }
  if (window.desk) return window.desk.openPaper(paper)
  const tab = window.open(new URL(readingPage, window.location.href), '_blank')
  // A browser opens no tab long after a click: what took long to make is saved instead.
  if (!tab) return savePaper(file)
  forgetClosedTabs()
  if (tabs.size === 0) window.addEventListener('message', handOver)
  tabs.set(tab, paper)
}

/** What each tab shows; it asks again when it is reloaded. */
const tabs = new Map<Window, Paper>()

const handOver = ({ source, data }: MessageEvent) => {
  const [tab, paper] = [...tabs].find(([one]) => one === source) ?? []
  if (tab && paper && data === paperWanted) tab.postMessage(paper, window.location.origin)
}

const forgetClosedTabs = () => {
  for (const tab of tabs.keys()) if (tab.closed) tabs.delete(tab)
}

/** Once the desk is locked or left: what a colleague had opened is not for whoever comes next. */
export const closePapers = (): void => {
  if (window.desk) void window.desk.closePapers()
  for (const tab of tabs.keys()) tab.close()
  tabs.clear()
}

/** Keeps a paper: the system's save dialog in the window, a download in a browser. */
export const savePaper = async (paper: File): Promise<void> => {
  if (window.desk) {
    await window.desk.saveAs(paper.name, new Uint8Array(await paper.arrayBuffer()))
    return
  }
  const address = URL.createObjectURL(paper)
  const link = document.createElement('a')
  link.href = address
  link.download = paper.name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
