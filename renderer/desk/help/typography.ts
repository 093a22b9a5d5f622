/** What is typed with plain spaces and apostrophes, as French is printed. */
export const french = (text: string): string =>
  text
    .replaceAll("'", '’')
    .replace(/« /g, '«\u00a0')
    .replace(/ (?=[»:;?!€%])/g, '\u00a0')
