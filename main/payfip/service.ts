import type { Agent } from 'node:http'
import { type PayfipResult, type PaymentRequest, payfipResults } from '../../shared/rules/money/payment/payfip.ts'
import { sendRequest, TooLong } from '../http/outgoing.ts'
import { childNamed, type Element, textOf } from '../xml.ts'
import { bodyOf, type Fields, isFault, NotSoap, requestText } from './soap.ts'

/** PayFiP refused the request, with a code of its own: the input is wrong or unknown. */
export class PayfipRefused extends Error {
  readonly code: string
  constructor(code: string, words: string) {
    super(`PayFiP: ${code} ${words}`)
    this.code = code
  }
}

/** PayFiP gave no answer, or an unreadable one: the outcome is unknown. */
export class PayfipSilent extends Error {}

/**
 * PayFiP's statement on one payment. Only this decides the outcome: never the notification, never the browser's return.
 */
export type PaymentDetail = {
  readonly idOp: string
  readonly result: PayfipResult
  readonly refdet: string
  /** Cents, as text. */
  readonly montant: string
  readonly numcli: string
  /** JJMMAAAA and HHMM. */
  readonly dattrans: string
  readonly heurtrans: string
  /** Empty when the payment was refused. */
  readonly numauto: string
}

type Payfip = {
  /** @returns the `idOp`, whose page is valid for 15 minutes, once */
  create(asked: PaymentRequest): Promise<string>
  detail(idOp: string): Promise<PaymentDetail>
  /** The name of a régie, to check its client number. */
  client(numcli: string): Promise<{ readonly name: string }>
  pageOf(idOp: string): string
}

const payfipAddress = 'https://www.payfip.gouv.fr'

const answerMilliseconds = 20_000
/** PayFiP's answers have two thousand characters at most. */
const maxBytes = 100_000

/**
 * PayFiP's service at an address: the State's when empty, otherwise a simulator's. Every call throws PayfipRefused or
 * PayfipSilent.
 */
export const createPayfip = (
  address: string,
  agentFor: (target: string) => Agent | undefined = () => undefined,
): Payfip => {
  const origin = address === '' ? payfipAddress : address
  const call = (operation: string, fields: Fields) =>
    callService(`${origin}/tpa/services/securite`, operation, fields, agentFor(origin))
  return {
    async create(asked) {
      const { exer, mel, montant, numcli, objet, refdet, saisie, urlnotif, urlredirect } = asked
      const answer = await call('creerPaiementSecurise', {
        exer,
        mel,
        montant,
        numcli,
        objet,
        refdet,
        saisie,
        urlnotif,
        urlredirect,
      })
      const idOp = idOpIn(answer)
      if (!/^[\w-]{8,64}$/.test(idOp)) throw new PayfipSilent('no idOp in the answer')
      return idOp
    },
    async detail(idOp) {
      // The service reads `idOp` only: with `idop` it answers P1.
      const answer = await call('recupererDetailPaiementSecurise', { idOp })
      const result = payfipResults.find((one) => one === textOf(answer, 'resultrans'))
      if (!result) throw new PayfipSilent('no result in the answer')
      return {
        idOp: idOpIn(answer),
        result,
        refdet: textOf(answer, 'refdet'),
        montant: textOf(answer, 'montant'),
        numcli: textOf(answer, 'numcli'),
        dattrans: textOf(answer, 'dattrans'),
        heurtrans: textOf(answer, 'heurtrans'),
        numauto: textOf(answer, 'numauto'),
      }
    },
    async client(numCli) {
      const answer = await call('recupererDetailClient', { numCli })
      const lines = ['libelleN1', 'libelleN2', 'libelleN3'].map((name) => textOf(answer, name))
      return { name: lines.filter((line) => line !== '').join(', ') }
    },
    pageOf: (idOp) => `${origin}/tpa/paiementws.web?idop=${encodeURIComponent(idOp)}`,
  }
}

/** Answers spell the field either way. */
const idOpIn = (answer: Element): string => textOf(answer, 'idOp') || textOf(answer, 'idop')

/** Calls an operation and returns the content of `return`. */
const callService = async (
  url: string,
  operation: string,
  fields: Fields,
  agent: Agent | undefined,
): Promise<Element> => {
  const content = parseBody(await postXml(url, requestText(operation, fields), agent))
  if (isFault(content)) throw faultOf(content)
  const returned = childNamed(content, 'return')
  if (content.name !== `${operation}Response` || !returned) throw new PayfipSilent(`not an answer to ${operation}`)
  return returned
}

const postXml = async (url: string, body: string, agent: Agent | undefined): Promise<string> => {
  const headers = {
    'Content-Type': 'text/xml; charset=utf-8',
    SOAPAction: '""',
    // A reused connection may already be closed by the server, and a payment request must not be retried.
    Connection: 'close',
  }
  try {
    const { body: answer } = await sendRequest(
      { method: 'POST', target: url, headers, body },
      { agent, signal: AbortSignal.timeout(answerMilliseconds), maxBytes },
    )
    return answer.toString()
  } catch (error) {
    throw new PayfipSilent(
      error instanceof TooLong ? 'an answer far too long' : error instanceof Error ? error.message : String(error),
      { cause: error },
    )
  }
}

const parseBody = (text: string): Element => {
  try {
    return bodyOf(text)
  } catch (error) {
    if (error instanceof NotSoap) throw new PayfipSilent(error.message)
    throw error
  }
}

/** `FonctionnelleErreur` concerns the request; the technical kinds say nothing about it. */
const faultOf = (fault: Element): PayfipRefused | PayfipSilent => {
  const [kind] = childNamed(fault, 'detail')?.children ?? []
  const code = textOf(kind, 'code')
  const words = textOf(kind, 'libelle') || textOf(kind, 'descriptif') || textOf(fault, 'faultstring')
  return kind?.name === 'FonctionnelleErreur' && code !== ''
    ? new PayfipRefused(code, words)
    : new PayfipSilent(`${kind?.name ?? 'fault'} ${code} ${words}`.trim())
}
