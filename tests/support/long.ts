/** Whether `npm run test:long` asks for every number, seed, width and theme. */
export const isLong = process.env['LONG'] !== undefined

/** Left out by `npm test`. */
export const longFiles = '**/*.long.{test,spec}.ts'

/** Of so many random examples, how many are tried. */
export const examples = (number: number): number => (isLong ? number : Math.ceil(number / 4))
