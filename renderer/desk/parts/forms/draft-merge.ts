/**
 * Merges typed values into the record as it is now (three-way merge): an untouched field takes a colleague's change.
 * @param before the record that the form showed
 */
export const mergeDraft = <Values>(typed: Values, before: Values, now: Values): Values => {
  if (isSame(typed, before)) return now
  if (!isGroup(typed) || !isGroup(before) || !isGroup(now)) return typed
  return Object.fromEntries(
    Object.keys({ ...now, ...typed }).map((field) => [field, mergeDraft(typed[field], before[field], now[field])]),
  ) as Values
}

/**
 * Whether a field that the person left untouched has changed since the draft was stored. A change of a field that the
 * person edited is reported as a conflict when the form is sent.
 */
export const hasRecordChanged = <Values>(typed: Values, before: Values, now: Values): boolean =>
  !isSame(mergeDraft(typed, before, now), mergeDraft(typed, before, before))

/** Compares values of form fields, all of which are JSON. */
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
