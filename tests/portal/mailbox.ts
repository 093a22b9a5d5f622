import { SMTPServer } from 'smtp-server'

export type Received = { readonly to: string; readonly subject: string; readonly text: string }

/** A mail server of this machine, which keeps what it is sent; `refusing` makes it say no. */
export const aMailbox = async () => {
  const received: Received[] = []
  let isRefusing = false
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_, __, done) => done(isRefusing ? new Error('no room') : null),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo[0]?.address ?? '', ...read(Buffer.concat(chunks).toString()) })
        done()
      })
    },
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()))
  const address = server.server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    refuse(no: boolean) {
      isRefusing = no
    },
    /** The secret of the last link sent to this address. */
    linkTo(recipient: string) {
      const letter = received.findLast(({ to }) => to === recipient)
      return /jeton=([\w-]+)/.exec(letter?.text ?? '')?.[1] ?? ''
    },
    close: () => new Promise<void>((done) => server.close(() => done())),
  }
}

const read = (raw: string): { subject: string; text: string } => {
  const [head = '', ...body] = raw.split('\r\n\r\n')
  const encoding = /^content-transfer-encoding: (.*)$/im.exec(head)?.[1]?.trim() ?? ''
  const text = body.join('\r\n\r\n')
  const bytes =
    encoding === 'base64'
      ? Buffer.from(text, 'base64').toString()
      : encoding === 'quoted-printable'
        ? unquoted(text)
        : text
  const subject = /^subject: ((?:.*\r\n[ \t])*.*)$/im.exec(head)?.[1] ?? ''
  return { subject: decodedWords(subject), text: bytes }
}

const unquoted = (text: string): string =>
  Buffer.from(
    text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString()

const decodedWords = (text: string): string =>
  text.replace(/=\?utf-8\?q\?(.*?)\?=/gi, (_, word: string) => unquoted(word.replaceAll('_', ' ')))
