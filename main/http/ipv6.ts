/** Parses an IPv6 address, even an abbreviated one, into its eight 16-bit numbers. */
export const ipv6Words = (address: string): readonly number[] => {
  // URL rewrites an embedded IPv4 address (`::ffff:1.2.3.4`) as two hexadecimal words.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const [first, last] = [numbersOf(head), numbersOf(tail ?? '')]
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last]
}

const numbersOf = (part: string): number[] =>
  part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16))
