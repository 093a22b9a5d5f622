/*
 * Prepares what other programs put on the clipboard for the editor. The editor's schema drops what a template may not
 * contain. Here, the allowed formatting is converted from styles, which the page's content policy forbids the editor to
 * read, to elements.
 */

/** @param html as it was copied, not trusted: it is parsed in an inert document, so that nothing in it runs */
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
  // Google Docs wraps everything that it copies in one such element.
  if (element.matches('b, strong') && has('font-weight', /normal|400/)) element.replaceWith(...element.childNodes)
}

/** A row of a table becomes a line with its cells separated, since a template has no tables. */
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
