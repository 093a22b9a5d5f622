import type { IncomingMessage } from 'node:http'
import { signUpDraftDays } from '../../../shared/rules/people/sign-up.ts'
import { cookieIn } from '../../http/page-calls.ts'
import type { Portal } from '../portal.ts'
import { ticketMinutes } from './waiting-line.ts'

/** What no script reads and no other site sends. */
export type Cookie = {
  /** @returns null when the browser has none */
  in(request: IncomingMessage): string | null
  /** The header that makes a browser keep it; null, forget it. */
  set(secret: string | null): string
}

export type Cookies = {
  /** Of who is logged in. */
  readonly session: Cookie
  /** Of who signs up. */
  readonly signUp: Cookie
  /** The place in line. */
  readonly ticket: Cookie
}

const hour = 60 * 60

/** Ports share cookies: in clear, on one machine, their names tell portals apart. */
export const cookiesOf = ({ address }: Portal, port: number): Cookies => {
  const isSecure = address.startsWith('https:')
  const attributes = `HttpOnly; SameSite=Strict; Path=/${isSecure ? '; Secure' : ''}`
  const named = (name: string) => (isSecure ? `__Host-${name}` : `${name}-${port}`)
  const cookie = (name: string, seconds?: number): Cookie => {
    const lasting = seconds === undefined ? '' : `; Max-Age=${seconds}`
    return {
      in: (request) => cookieIn(request, name),
      set: (secret) => `${name}=${secret === null ? '; Max-Age=0' : `${secret}${lasting}`}; ${attributes}`,
    }
  }
  return {
    session: cookie(named('portail')),
    signUp: cookie(named('inscription'), signUpDraftDays * 24 * hour),
    ticket: cookie('file', ticketMinutes * 60),
  }
}
