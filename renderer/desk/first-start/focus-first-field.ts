/** For a form that is the screen itself: in a dialog, the dialog does it. */
export const focusFirst = (element: HTMLElement | null): void =>
  element?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
