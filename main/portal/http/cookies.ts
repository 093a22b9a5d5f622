import type { IncomingMessage } from 'node:http'
import { signUpDraftDays } from '../../../shared/rules/people/sign-up.ts'
import { cookieIn } from '../../http/page-calls.ts'
import type { Portal } from '../portal.ts'
import { ticketMinutes } from './visitor-queue.ts'

/** A cookie that scripts cannot read and that requests from other sites do not carry. */
export type Cookie = {
  /** @returns null when the request does not carry the cookie */
  get(request: IncomingMessage): string | null
  /** The `Set-Cookie` header that stores a value, or deletes the cookie for null. */
  set(secret: string | null): string
}

export type Cookies = {
  /** The session of a logged-in guardian. */
  readonly session: Cookie
  /** The sign-up form of a family unknown to the service. */
  readonly signUp: Cookie
  /** The visitor's position in the queue. */
  readonly ticket: Cookie
}

const hour = 60 * 60

/**
 * Cookies ignore ports: over plain HTTP, the name contains the port, so that two portals on one computer do not share
 * cookies.
 * @param port the port that the server listens on
 */
export const createCookies = ({ address }: Portal, port: number): Cookies => {
  const isSecure = address.startsWith('https:')
  const attributes = `HttpOnly; SameSite=Strict; Path=/${isSecure ? '; Secure' : ''}`
  const portName = (name: string) => (isSecure ? `__Host-${name}` : `${name}-${port}`)
  const cookie = (name: string, seconds?: number): Cookie => {
    const maxAge = seconds === undefined ? '' : `; Max-Age=${seconds}`
    return {
      get: (request) => cookieIn(request, name),
      set: (secret) => `${name}=${secret === null ? '; Max-Age=0' : `${secret}${maxAge}`}; ${attributes}`,
    }
  }
  return {
    session: cookie(portName('portail')),
    signUp: cookie(portName('inscription'), signUpDraftDays * 24 * hour),
    ticket: cookie('file', ticketMinutes * 60),
  }
}
