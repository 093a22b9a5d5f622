/** The eight numbers of an IPv6 address, however short it is written. */
export const ipv6Words = (address: string): readonly number[] => {
  // URL writes the last two as numbers where they were written as an IPv4 address.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const [first, last] = [numbersOf(head), numbersOf(tail ?? '')]
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last]
}

const numbersOf = (part: string): number[] =>
  part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16))
