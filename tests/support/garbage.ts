import * as z from 'zod'

/** Inputs for a call, made from the shape in its contract: one that fits, and many with one wrong value. */
type Attempt = { readonly what: string; readonly input: unknown }

type Schema = z.core.$ZodType

export const fittingInput = (schema: Schema | undefined): unknown => (schema ? fitting(schema) : undefined)

/**
 * Inputs that are wrong as a whole, then the fitting input with one wrong value at any place.
 * @param share tries one wrong value in so many, different ones at each place; above 1, a quarter of the wrong wholes
 */
export const attempts = (schema: Schema | undefined, share: number): Attempt[] => {
  if (!schema) return fewWholes
  turn += 1
  const taken = wholes.filter((_, at) => share === 1 || (at + turn) % 4 === 0)
  return [...taken.map(([what, input]) => ({ what, input })), ...spoiled(schema, share)]
}

/** Number of calls so far: each call tries other wholes than the one before. */
let turn = 0

const wholes: readonly (readonly [what: string, input: unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 42],
  ['a text', 'bonjour'],
  ['a list', [1, 2, 3]],
  ['an empty object', {}],
  ['unknown fields', { id: { $ne: null }, __proto__: { id: 1 }, constructor: 'x' }],
  ['a deep object', Array.from({ length: 200 }).reduce<unknown>((inside) => ({ id: inside }), 1)],
]

/** A few of these, enough for a call that refuses the caller, or that takes no input. */
export const fewWholes: Attempt[] = [
  { what: 'nothing', input: undefined },
  { what: 'a text', input: 'bonjour' },
]

const emoji = '👩‍👩‍👧‍👦🏳️‍🌈'
const texts: readonly unknown[] = [
  '',
  '   ',
  'x'.repeat(100_000),
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  emoji,
  'a\u0000b',
  '\u202Etxet\uFFFF\uD800',
  `'; drop table child; -- % _ * ( " NEAR AND`,
  '2026-02-30',
  '0000-01-01',
  '0001-01-01',
  '9999-12-31',
  '10000-01-01',
  '9999-12-31T23:59:59.999Z',
  '24:00',
]
const numbers: readonly unknown[] = [
  0,
  -1,
  1.5,
  2_147_483_648,
  -9_007_199_254_740_991,
  9_007_199_254_740_991,
  1e300,
  Number.NaN,
  10n,
]
const files: readonly unknown[] = [
  new File([], ''),
  new File(['x'], emoji),
  new File([new Uint8Array(300_000)], '../../etc/passwd'),
]
const others: readonly unknown[] = [undefined, null, true, 7, 'x', [], {}, new Date(Number.NaN), new Set([1])]

const wrongsFor = (schema: Schema): readonly unknown[] => {
  if (schema instanceof z.ZodNumber) return [...numbers, ...others]
  if (schema instanceof z.ZodArray) return [...others, [null], Array.from({ length: 25_000 }, () => 1)]
  if (schema instanceof z.ZodCustom) return [...others, ...files]
  return isPlain(schema) ? others : [...texts, ...others]
}

/** Whether the schema can be tried with a value that no text could be mistaken for. */
const isPlain = (schema: Schema): boolean =>
  [z.ZodObject, z.ZodUnion, z.ZodEnum, z.ZodLiteral, z.ZodBoolean, z.ZodRecord].some((kind) => schema instanceof kind)

const spoiled = (schema: Schema, share: number): Attempt[] => {
  const whole = fitting(schema)
  return placesIn(schema, []).flatMap(({ path, at }, place) => [
    ...wrongsFor(at)
      .filter((_, index) => (index + place) % share === 0)
      .map((wrong) => ({
        what: `${path.join('.')} = ${shown(wrong)}`,
        input: replaced(whole, path, wrong),
      })),
    ...(at instanceof z.ZodArray
      ? [
          {
            what: `${path.join('.')} = many`,
            input: replaced(
              whole,
              path,
              Array.from({ length: 2000 }, () => valueAt(whole, [...path, 0])),
            ),
          },
        ]
      : []),
  ])
}

type Place = { readonly path: readonly (string | number)[]; readonly at: Schema }

/** All fields at all depths; only the first element of a list; each shape of a choice once. */
const placesIn = (schema: Schema, path: Place['path']): Place[] => {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([key, field]) => [
      { path: [...path, key], at: unwrapped(field) },
      ...placesIn(unwrapped(field), [...path, key]),
    ])
  }
  if (schema instanceof z.ZodArray) return placesIn(unwrapped(schema.element), [...path, 0])
  if (schema instanceof z.ZodUnion)
    return schema.options.slice(0, 1).flatMap((option) => placesIn(unwrapped(option), path))
  return []
}

const fitting = (schema: Schema): unknown => {
  const inner = unwrapped(schema)
  if (inner !== schema) return fitting(inner)
  if (schema instanceof z.ZodObject) {
    return Object.fromEntries(Object.entries(schema.shape).map(([key, field]) => [key, fitting(field)]))
  }
  if (schema instanceof z.ZodArray) return [fitting(schema.element)]
  if (schema instanceof z.ZodUnion) return schema.options.map(fitting)[0]
  if (schema instanceof z.ZodEnum) return schema.options[0]
  if (schema instanceof z.ZodLiteral) return [...schema.values][0]
  if (schema instanceof z.ZodBoolean) return true
  if (schema instanceof z.ZodRecord) return {}
  return candidates.find((candidate) => accepts(schema, candidate))
}

const candidates: readonly unknown[] = [
  1,
  'Marronnier-14',
  '2026-12-02',
  '2026-11-25T08:00:00.000Z',
  '08:30',
  '14550',
  '02 31 72 72 72',
  'camille@exemple.fr',
  0,
  50,
  2026,
  new File(['x'], 'x.txt'),
]

const accepts = (schema: Schema, candidate: unknown): boolean => z.core.safeParse(schema, candidate).success

const unwrapped = (schema: Schema): Schema =>
  schema instanceof z.ZodNullable || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? unwrapped(schema.unwrap())
    : schema

/** A copy with `value` at `path`; undefined leaves the field out. */
const replaced = (whole: unknown, [step, ...rest]: Place['path'], value: unknown): unknown => {
  if (step === undefined) return value
  if (Array.isArray(whole)) return whole.with(Number(step), replaced(whole[Number(step)], rest, value))
  const inner = isRecord(whole) ? whole : {}
  return { ...inner, [step]: replaced(inner[step], rest, value) }
}

const valueAt = (whole: unknown, [step, ...rest]: Place['path']): unknown => {
  if (step === undefined) return whole
  return Array.isArray(whole)
    ? valueAt(whole[Number(step)], rest)
    : valueAt(isRecord(whole) ? whole[step] : undefined, rest)
}

const isRecord = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null

const shown = (value: unknown): string => {
  if (value instanceof File) return `a file « ${value.name} » of ${value.size} bytes`
  if (value instanceof Set) return 'a set'
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? 'missing')
  return text.length > 60 ? `${text.slice(0, 50)}… (${text.length} characters)` : text
}
