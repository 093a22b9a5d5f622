/**
 * What was typed, over the record as it is now: a field that was left alone follows what a colleague changed since.
 * @param before the record as the form had shown it
 */
export const resumed = <Values>(typed: Values, before: Values, now: Values): Values => {
  if (isSame(typed, before)) return now
  if (!isGroup(typed) || !isGroup(before) || !isGroup(now)) return typed
  return Object.fromEntries(
    Object.keys({ ...now, ...typed }).map((field) => [field, resumed(typed[field], before[field], now[field])]),
  ) as Values
}

/** Of fields as forms hold them: all of them are also JSON. */
export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
