/** Calls `find` once for each key. */
export const memoized = <Key, Value extends object>(find: (key: Key) => Value): ((key: Key) => Value) => {
  const found = new Map<Key, Value>()
  return (key) => {
    const value = found.get(key) ?? find(key)
    found.set(key, value)
    return value
  }
}
