/** Signs that turn the direction of writing: a name shown with them reads as another. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

export const withoutTurning = (text: string): string => text.replace(turning, '')

/** What was typed in a field of one line: no list, label or paper that shows it breaks. */
export const onOneLine = (text: string): string => withoutTurning(text).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
