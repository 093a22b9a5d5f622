import type { Instant } from './day.ts'

/** When parents may send asks, for registrations or for the reservations of a period. */
export type RequestWindow = {
  readonly opensAt: Instant
  /** An earlier opening for residents of the town. */
  readonly residentsFrom?: Instant | undefined
  /** The first instant at which the window is closed; absent, it stays open. */
  readonly closesAt?: Instant | undefined
}

type WindowState =
  | { readonly open: true }
  | { readonly open: false; readonly opensAt: Instant }
  | { readonly open: false; readonly closedAt: Instant }

/**
 * The window of a period; undefined for a period without one. A period with a closing only has been open for ever
 * before it.
 */
export const windowOf = (
  opensAt: Instant | null,
  residentsFrom: Instant | null,
  closesAt: Instant | null,
): RequestWindow | undefined =>
  opensAt === null && closesAt === null
    ? undefined
    : {
        opensAt: opensAt ?? ('1900-01-01T00:00:00.000Z' as Instant),
        ...(residentsFrom !== null && { residentsFrom }),
        ...(closesAt !== null && { closesAt }),
      }

/** Whether the window is open for this home; if not, when it opens or closed. */
export const windowStateAt = (window: RequestWindow, at: Instant, resident: boolean): WindowState => {
  const opensAt = openingFor(window, resident)
  if (at < opensAt) return { open: false, opensAt }
  return window.closesAt !== undefined && at >= window.closesAt
    ? { open: false, closedAt: window.closesAt }
    : { open: true }
}

const openingFor = ({ opensAt, residentsFrom }: RequestWindow, resident: boolean): Instant =>
  resident && residentsFrom !== undefined && residentsFrom < opensAt ? residentsFrom : opensAt
