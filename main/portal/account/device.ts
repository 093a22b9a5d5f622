const systems: readonly [pattern: RegExp, words: string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android.*Mobile/, 'Téléphone Android'],
  [/Android/, 'Tablette Android'],
  [/Windows/, 'Ordinateur Windows'],
  [/Macintosh/, 'Mac'],
  [/Linux|CrOS/, 'Ordinateur'],
]
const browsers: readonly [pattern: RegExp, words: string][] = [
  [/Edg/, 'Edge'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/SamsungBrowser/, 'Samsung Internet'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
]

/**
 * « Téléphone Android, Firefox »: lets a parent recognise their sessions. No more of the browser's user agent is
 * stored.
 */
export const deviceName = (agent: string): string => {
  const named = (of: typeof systems) => of.find(([pattern]) => pattern.test(agent))?.[1]
  return [named(systems) ?? 'Appareil', named(browsers)].filter(Boolean).join(', ')
}
