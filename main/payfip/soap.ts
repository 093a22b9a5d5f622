import { parseXml, XmlElement, XmlError } from '@rgrove/parse-xml'

/** The messages of PayFiP's web service: SOAP 1.1, document/literal. */

const envelopeNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'
export const operationsNamespace =
  'http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService'

export type Fields = Readonly<Record<string, string>>

/** An XML element with its namespace resolved: prefixes are the sender's choice. */
export type Element = {
  readonly name: string
  /** Empty for an element without a namespace. */
  readonly namespace: string
  readonly children: readonly Element[]
  readonly text: string
}

/** The text is not a valid SOAP 1.1 message. */
export class NotSoap extends Error {}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

export const fieldsText = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, value]) => `<${name}>${escaped(value)}</${name}>`)
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
  // SOAP forbids document types: refuse them, so that no entity is ever expanded.
  if (/<!DOCTYPE/i.test(text)) throw new NotSoap('a document type')
  const envelope = rootOf(text)
  const body = envelope.children.find(isOfEnvelope('Body'))
  const [content] = body?.children ?? []
  if (!isOfEnvelope('Envelope')(envelope) || !content) throw new NotSoap('no envelope with a body')
  return content
}

export const isFault = (content: Element): boolean => isOfEnvelope('Fault')(content)

export const childNamed = (of: Element | undefined, name: string): Element | undefined =>
  of?.children.find((one) => one.name === name)

export const textOf = (of: Element | undefined, name: string): string => childNamed(of, name)?.text.trim() ?? ''

const isOfEnvelope =
  (name: string) =>
  (one: Element): boolean =>
    one.name === name && one.namespace === envelopeNamespace

const rootOf = (text: string): Element => {
  try {
    const { root } = parseXml(text)
    if (!root) throw new NotSoap('no element')
    return resolveNames(root, new Map())
  } catch (error) {
    if (error instanceof XmlError) throw new NotSoap(error.message)
    throw error
  }
}

const resolveNames = (element: XmlElement, outer: ReadonlyMap<string, string>): Element => {
  const scope = new Map(outer)
  for (const [key, value] of Object.entries(element.attributes)) {
    if (key === 'xmlns') scope.set('', value)
    else if (key.startsWith('xmlns:')) scope.set(key.slice('xmlns:'.length), value)
  }
  const [prefix, name] = element.name.includes(':')
    ? (element.name.split(':', 2) as [string, string])
    : ['', element.name]
  const namespace = scope.get(prefix)
  if (namespace === undefined && prefix !== '') throw new NotSoap(`an unknown prefix « ${prefix} »`)
  return {
    name,
    namespace: namespace ?? '',
    children: element.children.flatMap((child) => (child instanceof XmlElement ? [resolveNames(child, scope)] : [])),
    text: element.text,
  }
}
