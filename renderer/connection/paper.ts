/** Shows a paper to print or keep: the system's print dialog in the window, another tab in a browser. */
export const openPaper = async (paper: Blob): Promise<void> => {
  if (window.desk) return window.desk.print(new Uint8Array(await paper.arrayBuffer()))
  const address = URL.createObjectURL(paper)
  window.open(address, '_blank', 'noopener')
  // The tab has read it by then, and may print or save it until it is closed.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
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
