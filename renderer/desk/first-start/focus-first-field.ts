/** A `ref` that focuses the first field of a form outside a dialog; dialogs do this themselves. */
export const focusFirstField = (element: HTMLElement | null): void =>
  element?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
