const install = (): void => {
  navigator.serviceWorker.register('/hors-connexion.js').catch(() => undefined)
}

/** After everything that the page itself needs. Where workers are not, the portal opens with a network only. */
export const installWorker = (): void => {
  if (!('serviceWorker' in navigator)) return
  if (document.readyState === 'complete') install()
  else window.addEventListener('load', install, { once: true })
}

/** Who pays for each megabyte says so to the browser: nothing is loaded before it is asked for. */
export const isSavingData = (): boolean => {
  const connection: unknown = Reflect.get(navigator, 'connection')
  return (
    (typeof connection === 'object' && connection !== null && Reflect.get(connection, 'saveData') === true) ||
    matchMedia('(prefers-reduced-data: reduce)').matches
  )
}
