import { type Paper, paperRequestMessage, readingPage } from '../../shared/contract/reading.ts'

/** Shows a PDF in a reading window, or in another tab of the browser. */
export const readPaper = (paper: File): Promise<void> => openPaper(paper, 'read')

/** Shows a PDF and opens the system's print dialog over it. */
export const printPaper = (paper: File): Promise<void> => openPaper(paper, 'print')

const openPaper = async (file: File, purpose: Paper['purpose']): Promise<void> => {
  const paper = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()), purpose }
  if (window.desk) return window.desk.openPaper(paper)
  const tab = window.open(new URL(readingPage, window.location.href), '_blank')
  // A browser blocks a tab opened long after the click: a PDF that took long to make is downloaded instead.
  if (!tab) return savePaper(file)
  pruneClosedTabs()
  if (tabs.size === 0) window.addEventListener('message', sendPaperToTab)
  tabs.set(tab, paper)
}

/** The document of each tab, which requests it again when the tab is reloaded. */
const tabs = new Map<Window, Paper>()

const sendPaperToTab = ({ source, data }: MessageEvent) => {
  const [tab, paper] = [...tabs].find(([one]) => one === source) ?? []
  if (tab && paper && data === paperRequestMessage) tab.postMessage(paper, window.location.origin)
}

const pruneClosedTabs = () => {
  for (const tab of tabs.keys()) if (tab.closed) tabs.delete(tab)
}

/** Closes all documents when the desk is locked or logged out, so that the next person does not see them. */
export const closePapers = (): void => {
  if (window.desk) void window.desk.closePapers()
  for (const tab of tabs.keys()) tab.close()
  tabs.clear()
}

/** Saves a paper: by the system's save dialog in the desktop window, as a download in a browser. */
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
