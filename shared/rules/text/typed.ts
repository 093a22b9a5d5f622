/** Unicode bidirectional controls, with which one name can be displayed as another. */
const bidiControls = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

export const withoutBidiControls = (text: string): string => text.replace(bidiControls, '')

/** Cleans the text of a one-line field, so that it cannot break the lists, labels and papers that show it. */
export const singleLineText = (text: string): string =>
  withoutBidiControls(text).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')

/** Each space, tab or end of line as one space; a no-break space stays, as in « école\u00a0: fermeture ». */
export const withSingleSpaces = (text: string): string => text.replaceAll(/[^\S\u00a0\u202f]+/g, ' ')

/** Cleans the text of a field of several lines: of control signs, only ends of lines stay. */
export const multiLineText = (text: string): string =>
  withoutBidiControls(text)
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, ' ')
    .toWellFormed()
