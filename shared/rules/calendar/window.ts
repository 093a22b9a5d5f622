import type { Instant } from './day.ts'

/** When the town takes what parents ask, for registrations or for reservations of a period. */
export type Window = {
  readonly opensAt: Instant
  /** Residents of the town may come earlier. */
  readonly residentsFrom?: Instant | undefined
  /** The first instant at which it is over; absent, it stays open. */
  readonly closesAt?: Instant | undefined
}

type WindowAnswer =
  | { readonly open: true }
  | { readonly open: false; readonly opensAt: Instant }
  | { readonly open: false; readonly closedAt: Instant }

/** From what a period says; undefined where it is always open. One that only says when it closes is open since ever. */
export const windowOf = (
  opensAt: Instant | null,
  residentsFrom: Instant | null,
  closesAt: Instant | null,
): Window | undefined =>
  opensAt === null && closesAt === null
    ? undefined
    : {
        opensAt: opensAt ?? ('1900-01-01T00:00:00.000Z' as Instant),
        ...(residentsFrom !== null && { residentsFrom }),
        ...(closesAt !== null && { closesAt }),
      }

/** Before it opens the answer says when, for this home. */
export const windowAt = (window: Window, at: Instant, resident: boolean): WindowAnswer => {
  const opensAt = opening(window, resident)
  if (at < opensAt) return { open: false, opensAt }
  return window.closesAt !== undefined && at >= window.closesAt
    ? { open: false, closedAt: window.closesAt }
    : { open: true }
}

const opening = ({ opensAt, residentsFrom }: Window, resident: boolean): Instant =>
  resident && residentsFrom !== undefined && residentsFrom < opensAt ? residentsFrom : opensAt
