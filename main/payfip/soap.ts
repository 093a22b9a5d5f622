import { type Element, escapedXml, NotXml, readXml } from '../xml.ts'

/** The messages of PayFiP's web service: SOAP 1.1, document/literal. */

const envelopeNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'
export const operationsNamespace =
  'http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService'

export type Fields = Readonly<Record<string, string>>

/** The text is not a valid SOAP 1.1 message. */
export class NotSoap extends Error {}

export const fieldsText = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, value]) => `<${name}>${escapedXml(value)}</${name}>`)
    .join('')

export const envelopeText = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="${envelopeNamespace}"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`

/** The operation is in its namespace; `arg0` and its children must be in none, or the service ignores them. */
export const requestText = (operation: string, fields: Fields): string =>
  envelopeText(
    `<pai:${operation} xmlns:pai="${operationsNamespace}"><arg0>${fieldsText(fields)}</arg0></pai:${operation}>`,
  )

/** The single element in the body of a message. @throws NotSoap */
export const bodyOf = (text: string): Element => {
  const envelope = rootOf(text)
  const body = envelope.children.find(isOfEnvelope('Body'))
  const [content] = body?.children ?? []
  if (!isOfEnvelope('Envelope')(envelope) || !content) throw new NotSoap('no envelope with a body')
  return content
}

export const isFault = (content: Element): boolean => isOfEnvelope('Fault')(content)

const isOfEnvelope =
  (name: string) =>
  (one: Element): boolean =>
    one.name === name && one.namespace === envelopeNamespace

const rootOf = (text: string): Element => {
  try {
    return readXml(text)
  } catch (error) {
    if (error instanceof NotXml) throw new NotSoap(error.message)
    throw error
  }
}
