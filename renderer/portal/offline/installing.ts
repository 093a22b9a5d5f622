const install = (): void => {
  navigator.serviceWorker.register('/hors-connexion.js').catch(() => undefined)
}

/**
 * Registers the service worker once the page has loaded, so that it does not delay the page. Without support for
 * service workers, the portal needs a network.
 */
export const installWorker = (): void => {
  if (!('serviceWorker' in navigator)) return
  if (document.readyState === 'complete') install()
  else window.addEventListener('load', install, { once: true })
}

/** True when the browser asks sites to save data (a metered connection): the page then prefetches nothing. */
export const isSavingData = (): boolean => {
  const connection: unknown = Reflect.get(navigator, 'connection')
  return (
    (typeof connection === 'object' && connection !== null && Reflect.get(connection, 'saveData') === true) ||
    matchMedia('(prefers-reduced-data: reduce)').matches
  )
}
