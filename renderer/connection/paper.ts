/** Shows a paper to print or keep: the system's print dialog in the window, another tab in a browser. */
export const openPaper = async (paper: Blob): Promise<void> => {
  if (window.desk) return window.desk.print(new Uint8Array(await paper.arrayBuffer()))
  const address = URL.createObjectURL(paper)
  window.open(address, '_blank', 'noopener')
  // The tab has read it by then, and may print or save it until it is closed.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
