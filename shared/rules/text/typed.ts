/** Unicode bidirectional controls: with them, a name can be displayed as another. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

export const withoutTurning = (text: string): string => text.replace(turning, '')

/** Cleans the text of a one-line field, so that it cannot break the lists, labels and papers that show it. */
export const onOneLine = (text: string): string => withoutTurning(text).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
