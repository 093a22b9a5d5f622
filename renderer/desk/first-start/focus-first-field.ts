/** A `ref` that focuses the field marked `data-autofocus` of a form outside a dialog; dialogs do this themselves. */
export const focusFirstField = (element: HTMLElement | null): void =>
  element?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
