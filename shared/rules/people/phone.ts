/** French phone numbers inside sentences: « 02 61 91 12 34 », « 02.61.91.12.34 », « +33 2 61 91 12 34 ». */
const phonePattern = /(?<!\d)(?:\+33[\s.-]?|0)[1-9](?:[\s.-]?\d{2}){4}(?!\d)/g

/** The `tel:` URL of a number: « tel:0261911234 » (RFC 3966). */
export const telUrl = (phone: string): string => `tel:${phone.replaceAll(/[^\d+]/g, '')}`

export type TextPart = { readonly text: string; readonly isPhone: boolean }

/** Splits a text around the phone numbers in it, so that each can become a link. */
export const splitAtPhones = (text: string): TextPart[] => {
  const parts: TextPart[] = []
  let from = 0
  for (const { 0: phone, index } of text.matchAll(phonePattern)) {
    if (index > from) parts.push({ text: text.slice(from, index), isPhone: false })
    parts.push({ text: phone, isPhone: true })
    from = index + phone.length
  }
  return from < text.length ? [...parts, { text: text.slice(from), isPhone: false }] : parts
}
