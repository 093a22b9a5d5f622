import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { SmsServer } from '../../../shared/contract/desk/messages/mails.ts'
import { brevo } from '../../../shared/rules/messages/sms-provider.ts'

/*
 * A provider of SMS on this computer, which answers as in Brevo's reference, or as a test sets: with a status, or not
 * at all after it has accepted the SMS.
 */

type Sms = { readonly sender: string; readonly recipient: string; readonly content: string; readonly tag: string }
type Answer = number | 'silent'

export const smsKey = 'xkeysib-9f2c'

export const anSmsProvider = async () => {
  const received: Sms[] = []
  /** The outcome of each SMS, by its number; an SMS without one is still on its way. */
  const events = new Map<string, string>()
  /** The next answers; afterwards 201. */
  const answers: Answer[] = []
  const open = new Set<{ destroy(): void }>()
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const url = new URL(request.url ?? '', 'http://127.0.0.1')
      if (request.headers['api-key'] !== smsKey) return answer(response, 401, { code: 'unauthorized' })
      if (url.pathname.endsWith('/account')) return answer(response, 200, { plan: [{ type: 'sms', credits: 412 }] })
      if (url.pathname.endsWith('/events')) {
        const phoneNumber = url.searchParams.get('phoneNumber') ?? ''
        const event = events.get(phoneNumber)
        const messageId = received.findLastIndex(({ recipient }) => recipient === phoneNumber)
        return answer(response, 200, event === undefined ? {} : { events: [{ phoneNumber, messageId, event }] })
      }
      const next = answers.shift() ?? 201
      if (next === 201 || next === 'silent' || next === 504) received.push(JSON.parse(body) as Sms)
      if (next === 'silent') return request.socket.destroy()
      return answer(response, next, next === 201 ? { messageId: received.length - 1 } : { code: 'refused' })
    })
  })
  server.on('connection', (socket) => open.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const here = (target: string) => target.replace('https://api.brevo.com', origin)
  const settings: SmsServer & { readonly key: string } = {
    provider: {
      ...brevo,
      sendAddress: here(brevo.sendAddress),
      statusAddress: here(brevo.statusAddress),
      balanceAddress: here(brevo.balanceAddress),
    },
    sender: 'BLAINVILLE',
    priceThousandths: 59,
    key: smsKey,
  }
  return {
    received,
    events,
    answers,
    settings,
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const answer = (response: ServerResponse, status: number, content: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
