/**
 * Errors in the order in which their fields stand in the form; those of no field of it come last.
 * @param fields the paths of the form's fields, from top to bottom
 */
export const errorsInOrder = <Message>(
  fields: readonly string[],
  errors: Readonly<Record<string, Message>>,
): Record<string, Message> => {
  const placeOf = (path: string) => (fields.includes(path) ? fields.indexOf(path) : fields.length)
  return Object.fromEntries(Object.entries(errors).toSorted(([one], [other]) => placeOf(one) - placeOf(other)))
}
