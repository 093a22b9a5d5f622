/** Letters that keep a stroke or a ligature when Unicode takes their accent away. */
const spelledOut: Readonly<Record<string, string>> = {
  œ: 'oe',
  Œ: 'OE',
  æ: 'ae',
  Æ: 'AE',
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
  '’': "'",
  '‘': "'",
  '«': '',
  '»': '',
  '–': '-',
  '—': '-',
  '‑': '-',
  '€': 'EUR',
  '&': '+',
  '°': 'o',
}

/**
 * A text in the characters that every bank of the SEPA zone accepts: unaccented Latin letters, digits and `/-?:().,'+`.
 * Any other character becomes a blank. A slash may not be at the beginning or the end, or next to another slash
 * (EPC217-08).
 */
export const sepaText = (text: string, most: number): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\x20-\x7e]|&/g, (sign) => spelledOut[sign] ?? ' ')
    .replaceAll(/[^A-Za-z0-9/\-?:().,'+ ]/g, ' ')
    .replaceAll(/\/{2,}/g, '/')
    .replaceAll(/ {2,}/g, ' ')
    .slice(0, most)
    .replaceAll(/^[ /]+|[ /]+$/g, '')
