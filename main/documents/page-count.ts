/** The number of pages of a PDF made by this program, whose page tree is a single node that states it. */
export const pageCount = (pdf: Uint8Array): number => {
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength)
  const tree = bytes.lastIndexOf('/Type /Pages')
  const [, count] = /\/Count (\d+)/.exec(bytes.subarray(tree, tree + 200_000).toString('latin1')) ?? []
  if (count === undefined) throw new RangeError('no tree of pages')
  return Number(count)
}
