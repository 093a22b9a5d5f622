/** Applies French typography to text written with plain spaces and apostrophes. */
export const french = (text: string): string =>
  text
    .replaceAll("'", '’')
    .replace(/« /g, '«\u00a0')
    .replace(/ (?=[»:;?!€%])/g, '\u00a0')
