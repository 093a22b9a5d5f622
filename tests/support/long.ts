/** Whether `npm run test:long` requests all numbers, seeds, widths and themes. */
export const isLong = process.env['LONG'] !== undefined

/** Files that `npm test` leaves out. */
export const longFiles = '**/*.long.{test,spec}.ts'

/** How many of this number of random examples are tried. */
export const examples = (number: number): number => (isLong ? number : Math.ceil(number / 4))
