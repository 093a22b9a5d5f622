import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'
import type { ContractRouterClient } from '@orpc/contract'
import type { contract } from '../../../shared/contract/portal/index.ts'
import { paperHeader, paperUpload } from '../../../shared/contract/portal/paper-upload.ts'
import type { PaperHead } from '../../../shared/contract/portal/papers.ts'
import type { TypedFields } from '../../../shared/rules/people/sign-up.ts'

/** A stand-in for one parent's browser: keeps its cookie and sends its forms. */
export type Browser = {
  /** @throws Error when the form leads to another page than `next` */
  readonly submit: (path: string, fields: TypedFields, next: string) => Promise<void>
  readonly upload: (head: PaperHead, file: Uint8Array<ArrayBuffer>) => Promise<void>
  readonly calls: ContractRouterClient<typeof contract>
}

export const createBrowser = (address: string): Browser => {
  let cookie = ''
  const send = async (request: Request): Promise<Response> => {
    request.headers.set('origin', address)
    if (cookie !== '') request.headers.set('cookie', cookie)
    const answer = await fetch(request)
    cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    return answer
  }
  return {
    async submit(path, fields, next) {
      const body = new URLSearchParams(fields)
      const answer = await send(new Request(`${address}${path}`, { method: 'POST', redirect: 'manual', body }))
      const to = answer.headers.get('location') ?? answer.status
      if (to !== next) throw new Error(`${path} led to ${to}, not to ${next}`)
    },
    async upload(head, body) {
      const headers = {
        'content-type': 'application/octet-stream',
        'x-csrf-token': 'orpc',
        [paperHeader]: encodeURIComponent(JSON.stringify(head)),
      }
      const answer = await send(new Request(`${address}${paperUpload}`, { method: 'POST', headers, body }))
      if (!answer.ok) throw new Error(`a paper was not taken: ${await answer.text()}`)
    },
    calls: createORPCClient(
      new RPCLink({
        url: `${address}/rpc`,
        fetch: (request, init) => send(new Request(request, init)),
        plugins: [new SimpleCsrfProtectionLinkPlugin()],
      }),
    ),
  }
}

const mailSeconds = 30

/** Waits for the mail to this address and returns the secret in its link to `path`. */
export const secretFor = async (mails: string, email: string, path: string): Promise<string> => {
  const until = Date.now() + mailSeconds * 1000
  do {
    const texts = existsSync(mails) ? readdirSync(mails).map((name) => readFileSync(join(mails, name), 'utf8')) : []
    const mail = texts.find((text) => text.includes(` ${email}\n`) && text.includes(`${path}?jeton=`))
    const secret = mail?.split(`${path}?jeton=`)[1]?.match(/^[\w-]+/)?.[0]
    if (secret !== undefined) return secret
    await setTimeout(200)
  } while (Date.now() < until)
  throw new Error(`the mail to ${email} did not arrive`)
}
