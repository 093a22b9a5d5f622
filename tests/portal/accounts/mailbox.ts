import { SMTPServer } from 'smtp-server'

type Received = {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Texts of the attached files. */
  readonly files: readonly string[]
  /** The greeting in the portal's SMTP session. */
  readonly greeting: string
  /** Headers of the mail, by name in lower case. */
  readonly headers: ReadonlyMap<string, string>
}

const atOnce = () => Promise.resolve()

type Protection = {
  readonly key: string
  readonly certificate: string
  /** TLS from the first byte; otherwise by STARTTLS. */
  readonly secure: boolean
  readonly login: { readonly user: string; readonly password: string }
}

/**
 * A mail server on this computer, which stores what it receives. A test can make it full, or make it refuse an address.
 * With a protection, it accepts nothing before TLS and a login.
 */
export const aMailbox = async (protection?: Protection) => {
  const received: Received[] = []
  let isRefusing = false
  let meanwhile: () => Promise<unknown> = atOnce
  const unknown = new Map<string, string>()
  const server = new SMTPServer({
    ...(protection
      ? {
          secure: protection.secure,
          key: protection.key,
          cert: protection.certificate,
          onAuth: ({ username, password }, _, done) => {
            const isKnown = username === protection.login.user && password === protection.login.password
            if (isKnown) done(null, { user: username })
            else done(Object.assign(new Error('no such login'), { responseCode: 535 }))
          },
        }
      : { authOptional: true, disabledCommands: ['STARTTLS'] }),
    onRcptTo: ({ address: to }, _, done) => {
      const said = unknown.get(to) ?? (isRefusing ? '452 4.3.1 no room' : undefined)
      if (said === undefined) done()
      else done(Object.assign(new Error(said.slice(4)), { responseCode: Number(said.slice(0, 3)) }))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push({
          to: session.envelope.rcptTo[0]?.address ?? '',
          greeting: session.hostNameAppearsAs || '',
          ...read(Buffer.concat(chunks).toString()),
        })
        void meanwhile().then(() => done())
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()))
  const address = server.server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    received,
    refuse(no: boolean) {
      isRefusing = no
    },
    /** Runs `work` after the server has received a mail and before it confirms it. */
    slowDown(work: () => Promise<unknown>) {
      meanwhile = work
    },
    /** Drops every connection, like a server that stops. */
    cut() {
      for (const { _socket: socket } of server.connections as Set<{ _socket: { destroy(): void } }>) socket.destroy()
    },
    /**
     * Sets the answer to `RCPT TO` for an address, such as « 550 5.1.1 nobody here »; null: it accepts the address
     * again.
     */
    answer(to: string, said: string | null) {
      if (said === null) unknown.delete(to)
      else unknown.set(to, said)
    },
    /** The secret of the last link sent to this address. */
    linkTo(recipient: string) {
      const letter = received.findLast(({ to }) => to === recipient)
      return /jeton=([\w-]+)/.exec(letter?.text ?? '')?.[1] ?? ''
    },
    close: () => new Promise<void>((done) => server.close(() => done())),
  }
}

const read = (raw: string): Omit<Received, 'to' | 'greeting'> => {
  const [head = ''] = raw.split('\r\n\r\n')
  const subject = /^subject: ((?:.*\r\n[ \t])*.*)$/im.exec(head)?.[1] ?? ''
  const boundary = /boundary="(.*)"/.exec(head)?.[1]
  const parts = boundary === undefined ? [raw] : raw.split(`--${boundary}`).slice(1, -1)
  const [text = '', ...files] = parts.map(textOf)
  return { subject: decodedWords(subject), text, files, headers: headersOf(head) }
}

const headersOf = (head: string): ReadonlyMap<string, string> =>
  new Map(
    head
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line): [string, string] => {
        const [name = '', ...value] = line.split(': ')
        return [name.toLowerCase(), value.join(': ')]
      }),
  )

const textOf = (part: string): string => {
  const [head = '', ...body] = part.split('\r\n\r\n')
  const encoding = /^content-transfer-encoding: (.*)$/im.exec(head)?.[1]?.trim() ?? ''
  const text = body.join('\r\n\r\n')
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString()
  return encoding === 'quoted-printable' ? unquoted(text) : text
}

const unquoted = (text: string): string =>
  Buffer.from(
    text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString()

const decodedWords = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?q\?(.*?)\?=/gi, (_, word: string) => unquoted(word.replaceAll('_', ' ')))
