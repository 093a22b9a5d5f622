/** What a `Select` offers: each value, by its name. */
export const optionsOf = <Value extends string>(
  names: Readonly<Record<Value, string>>,
): { readonly value: Value; readonly label: string }[] =>
  (Object.entries(names) as [Value, string][]).map(([value, label]) => ({ value, label }))
