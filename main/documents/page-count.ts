/** The pages of a PDF that this program made: its tree of pages is one node, which says how many it has. */
export const pageCount = (pdf: Uint8Array): number => {
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength)
  const tree = bytes.lastIndexOf('/Type /Pages')
  const [, count] = /\/Count (\d+)/.exec(bytes.subarray(tree, tree + 200_000).toString('latin1')) ?? []
  if (count === undefined) throw new RangeError('no tree of pages')
  return Number(count)
}
