/*
 * What other programs put on the clipboard, made into what the editor reads. Its schema drops what a template may not
 * hold; here, what it may hold is told in elements instead of styles, which the page's policy forbids to read.
 */

/** @param html as it was copied, whoever wrote it: it is parsed in a document that is never shown, so that nothing runs */
export const readablePaste = (html: string): string => {
  const page = new DOMParser().parseFromString(
    html.replaceAll(/(<[a-z][^<>]*\s)style\s*=/gi, '$1data-style='),
    'text/html',
  )
  for (const element of page.querySelectorAll('style, script, head')) element.remove()
  for (const element of page.body.querySelectorAll<HTMLElement>('[data-style]')) tellStyle(element, page)
  for (const table of page.querySelectorAll('table'))
    table.replaceWith(...[...table.rows].map((row) => lineOf(row, page)))
  return page.body.innerHTML
}

const tellStyle = (element: HTMLElement, page: Document): void => {
  const styles = (element.dataset['style'] ?? '').toLowerCase()
  const has = (property: string, value: RegExp) =>
    new RegExp(`(^|;)\\s*${property}\\s*:\\s*(${value.source})`).test(styles)
  delete element.dataset['style']
  const align = ['center', 'right'].find((one) => has('text-align', new RegExp(one)))
  if (align !== undefined) element.dataset['align'] = align
  const tags = [
    ...(has('font-weight', /bold|[6-9]00/) ? ['b'] : []),
    ...(has('font-style', /italic/) ? ['i'] : []),
    ...(has('text-decoration(-line)?', /[^;]*underline/) ? ['u'] : []),
  ]
  for (const tag of tags) {
    const mark = page.createElement(tag)
    mark.append(...element.childNodes)
    element.append(mark)
  }
  // Google Docs puts all that it copies into one element of this kind.
  if (element.matches('b, strong') && has('font-weight', /normal|400/)) element.replaceWith(...element.childNodes)
}

/** A row of a table becomes a line, its cells apart: a template has no table of its own. */
const lineOf = ({ cells }: HTMLTableRowElement, page: Document): HTMLElement => {
  const line = page.createElement('p')
  for (const cell of cells) {
    if (line.hasChildNodes()) line.append(' ')
    for (const block of cell.querySelectorAll('p, div, h1, h2, h3, h4, h5, h6'))
      block.replaceWith(...block.childNodes, ' ')
    line.append(...cell.childNodes)
  }
  return line
}
