import { randomInt, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { addMinutes, type Clock, dayAt, type Instant, timeAt } from '../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../shared/rules/money/money.ts'
import {
  codeText,
  type PayfipResult,
  type PaymentRequest,
  payfipResults,
  purgedAt,
  refusalCode,
  usableMinutes,
} from '../../shared/rules/money/payment/payfip.ts'
import { childNamed, type Element, textOf } from '../xml.ts'
import { bodyOf, envelopeText, fieldsText, NotSoap, operationsNamespace } from './soap.ts'

/**
 * Simulates PayFiP on this computer, for demonstrations and tests: its web service and its payment page. Accepts and
 * refuses the same input as the real service; no money moves.
 */
export type PayfipSimulator = {
  /** Without a final slash, as in a town's settings. */
  readonly address: string
  close(): Promise<void>
}

/** When the portal is notified: at once, after a minute, twice, or never. */
const notices = ['prompt', 'late', 'twice', 'lost'] as const
type Notice = (typeof notices)[number]

type Operation = {
  readonly asked: PaymentRequest
  readonly createdAt: Instant
  /** Null until the visitor pays, is refused or leaves. */
  paid: { readonly result: PayfipResult; readonly at: Instant; readonly numauto: string } | null
}

type SimulatorOptions = {
  readonly clock: Clock
  /** Client numbers of the régies that the simulator accepts. */
  readonly clients: readonly string[]
  /** 0 for any free port. */
  readonly port?: number
  /** Delay of a late notification. */
  readonly lateMilliseconds?: number
}

type HttpReply = { readonly status: number; readonly body: string; readonly location?: string }

class Fault extends Error {
  readonly kind: 'FonctionnelleErreur' | 'TechProtocolaireErreur'
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
    this.kind = code === '999' ? 'TechProtocolaireErreur' : 'FonctionnelleErreur'
  }
}

const maxBytes = 64 * 1024

export const startPayfipSimulator = async ({
  clock,
  clients,
  port = 0,
  lateMilliseconds = 60_000,
}: SimulatorOptions): Promise<PayfipSimulator> => {
  const operations = new Map<string, Operation>()
  const timers = new Set<NodeJS.Timeout>()

  const find = (idOp: string): Operation => {
    const operation = operations.get(idOp)
    // PayFiP deletes unpaid operations at night; a payment's result is kept for a year.
    if (!operation || (operation.paid === null && clock() >= purgedAt(operation.createdAt))) throw new Fault('P1')
    return operation
  }

  const checkClient = (numcli: string) => {
    if (!/^\d{6}$/.test(numcli)) throw new Fault('T1')
    if (!clients.includes(numcli)) throw new Fault('T2')
  }

  const answers: Readonly<Record<string, (asked: Element | undefined) => Record<string, string>>> = {
    creerPaiementSecurise(sent) {
      const asked: PaymentRequest = {
        exer: textOf(sent, 'exer'),
        mel: textOf(sent, 'mel'),
        montant: textOf(sent, 'montant'),
        numcli: textOf(sent, 'numcli'),
        objet: textOf(sent, 'objet'),
        refdet: textOf(sent, 'refdet'),
        saisie: textOf(sent, 'saisie'),
        urlnotif: textOf(sent, 'urlnotif'),
        urlredirect: textOf(sent, 'urlredirect'),
      }
      checkClient(asked.numcli)
      const code = refusalCode(asked)
      if (code !== null) throw new Fault(code)
      const idOp = randomUUID()
      operations.set(idOp, { asked, createdAt: clock(), paid: null })
      return { idOp }
    },
    recupererDetailPaiementSecurise(sent) {
      // Capital O: the real service accepts no other spelling.
      const idOp = textOf(sent, 'idOp')
      const { asked, paid } = find(idOp)
      if (!paid) throw new Fault('P5')
      const { exer, mel, montant, numcli, objet, refdet, saisie } = asked
      const on = dayAt(paid.at)
      return {
        dattrans: `${on.slice(8)}${on.slice(5, 7)}${on.slice(0, 4)}`,
        exer,
        heurtrans: timeAt(paid.at).replace(':', ''),
        idOp,
        mel,
        montant,
        ...(paid.numauto !== '' && { numauto: paid.numauto }),
        numcli,
        objet,
        refdet,
        resultrans: paid.result,
        saisie,
      }
    },
    recupererDetailClient(sent) {
      const numcli = textOf(sent, 'numCli')
      checkClient(numcli)
      return { libelleN1: 'Régie de démonstration', libelleN2: 'PayFiP simulé', numcli }
    },
  }

  const soap = (text: string): { status: number; body: string } => {
    try {
      const operation = bodyOf(text)
      const answer = operation.namespace === operationsNamespace ? answers[operation.name] : undefined
      if (!answer) throw new NotSoap('no such operation')
      const argument = childNamed(operation, 'arg0')
      // As the real service, ignore `arg0` and its children when they are in a namespace.
      const read = argument?.namespace === '' ? argument : undefined
      const unqualified = read && { ...read, children: read.children.filter(({ namespace }) => namespace === '') }
      const fields = fieldsText(answer(unqualified))
      const name = `${operation.name}Response`
      return {
        status: 200,
        body: envelopeText(`<ns2:${name} xmlns:ns2="${operationsNamespace}"><return>${fields}</return></ns2:${name}>`),
      }
    } catch (error) {
      if (error instanceof Fault) return { status: 500, body: faultText(error) }
      if (error instanceof NotSoap) return { status: 500, body: faultText(new Fault('999')) }
      throw error
    }
  }

  const later = (milliseconds: number, work: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, milliseconds)
    timers.add(timer)
  }

  /** Notifies as PayFiP does: a POST form with `idop`, never repeated when unanswered. */
  const notify = (urlnotif: string, idop: string, notice: Notice) => {
    const sendNotification = () => {
      fetch(urlnotif, { method: 'POST', body: new URLSearchParams({ idop }) }).catch(() => undefined)
    }
    if (notice === 'prompt' || notice === 'twice') sendNotification()
    if (notice === 'twice') sendNotification()
    if (notice === 'late') later(lateMilliseconds, sendNotification)
  }

  /** @throws Fault when the payment page is no longer valid */
  const requireUsable = (idOp: string): Operation => {
    const found = find(idOp)
    if (found.paid) throw new Fault('P3')
    if (clock() >= addMinutes(found.createdAt, usableMinutes)) throw new Fault('P4')
    return found
  }

  const page = (idOp: string): HttpReply => {
    try {
      return { status: 200, body: payPage(idOp, requireUsable(idOp).asked) }
    } catch (error) {
      if (error instanceof Fault) return { status: 400, body: refusalPage(error.code) }
      throw error
    }
  }

  const choose = (form: URLSearchParams): HttpReply => {
    const idOp = form.get('idop') ?? ''
    const result = payfipResults.find((one) => one === form.get('resultat'))
    const notice = notices.find((one) => one === form.get('notification')) ?? 'prompt'
    try {
      const operation = requireUsable(idOp)
      if (!result) return { status: 400, body: refusalPage('999') }
      const numauto = result === 'P' || result === 'V' ? `${randomInt(100_000, 1_000_000)}` : ''
      operation.paid = { result, at: clock(), numauto }
      const { urlnotif, urlredirect } = operation.asked
      notify(urlnotif, idOp, notice)
      const back = new URL(urlredirect)
      back.searchParams.set('idop', idOp)
      return { status: 303, body: '', location: back.href }
    } catch (error) {
      if (error instanceof Fault) return { status: 400, body: refusalPage(error.code) }
      throw error
    }
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (url.pathname === '/tpa/services/securite' && request.method === 'POST') {
      const { status, body } = soap(await textIn(request))
      response.writeHead(status, { 'Content-Type': 'text/xml; charset=utf-8' }).end(body)
    } else if (url.pathname === '/tpa/paiementws.web') {
      const { status, body, location }: HttpReply =
        request.method === 'POST'
          ? choose(new URLSearchParams(await textIn(request)))
          : page(url.searchParams.get('idop') ?? '')
      response.setHeader('Content-Type', 'text/html; charset=utf-8').setHeader('Cache-Control', 'no-store')
      if (location !== undefined) response.setHeader('Location', location)
      response.writeHead(status).end(body)
    } else response.writeHead(404).end()
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((done, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', done)
  })
  const bound = server.address()
  return {
    address: `http://127.0.0.1:${bound && typeof bound === 'object' ? bound.port : port}`,
    close: () =>
      new Promise((done) => {
        for (const timer of timers) clearTimeout(timer)
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

const textIn = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new RangeError('too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const faultText = ({ kind, code }: Fault): string =>
  envelopeText(
    `<soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>${kind}</faultstring><detail><ns1:${kind} xmlns:ns1="${operationsNamespace}">${fieldsText(
      { code, descriptif: codeText(code), libelle: codeText(code), severite: '2' },
    )}</ns1:${kind}></detail></soapenv:Fault>`,
  )

// ---- Payment page ---------------------------------------------------------------------------------------------------

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const shell = (title: string, body: string): string => `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – PayFiP simulé</title>
<link rel="icon" href="data:,">
<style>
body { font: 1.0625rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 34rem; padding: 1rem; color: #1b1b1b; background: #fff }
.simulated { border: 2px solid #6b3d00; background: #fff4e0; color: #4a2a00; padding: .75rem 1rem; border-radius: .5rem }
fieldset { border: 1px solid #767676; border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 1rem }
label { display: flex; gap: .75rem; align-items: center; min-height: 44px }
input { flex: none; inline-size: 1.25rem; block-size: 1.25rem }
button { display: block; inline-size: 100%; min-height: 48px; margin: 0 0 .75rem; font: inherit; font-weight: 600; border-radius: .5rem; border: 2px solid #0b3d6e; background: #fff; color: #0b3d6e; cursor: pointer }
button.main { background: #0b3d6e; color: #fff }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem }
dt { color: #555 } dd { margin: 0; font-weight: 600; overflow-wrap: anywhere }
</style>
</head>
<body><main>
<p class="simulated"><b>Simulation.</b> Cette page tient la place de PayFiP. Aucun argent ne change de main.</p>
${body}
</main></body>
</html>
`

const noticeNames: Readonly<Record<Notice, string>> = {
  prompt: 'Prévenir le portail tout de suite',
  late: 'Le prévenir une minute plus tard',
  twice: 'Le prévenir deux fois',
  lost: 'Ne pas le prévenir (notification perdue)',
}

const payPage = (idOp: string, { montant, objet, refdet, mel }: PaymentRequest): string =>
  shell(
    'Payer',
    `<h1>Payer ${formatEuros(Number(montant))}</h1>
<dl><dt>Objet</dt><dd>${escaped(objet)}</dd><dt>Référence</dt><dd>${escaped(refdet)}</dd><dt>Courriel</dt><dd>${escaped(mel)}</dd></dl>
<form method="post" action="/tpa/paiementws.web">
<input type="hidden" name="idop" value="${escaped(idOp)}">
<fieldset><legend>Après le paiement</legend>
${notices
  .map(
    (notice) =>
      `<label><input type="radio" name="notification" value="${notice}"${notice === 'prompt' ? ' checked' : ''}>${noticeNames[notice]}</label>`,
  )
  .join('\n')}
</fieldset>
<button class="main" name="resultat" value="P">Payer par carte</button>
<button name="resultat" value="V">Payer par prélèvement</button>
<button name="resultat" value="R">Carte refusée</button>
<button name="resultat" value="A">Abandonner</button>
</form>`,
  )

const refusalPage = (code: string): string =>
  shell(
    'Refusé',
    `<h1>Ce paiement ne peut pas se faire</h1>\n<p>${escaped(codeText(code))}</p>\n<p>Code ${escaped(code)}</p>`,
  )
