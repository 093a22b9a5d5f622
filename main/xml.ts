import { parseXml, XmlElement, XmlError } from '@rgrove/parse-xml'

/** Reading the XML that other programs send. */

/** An XML element with its namespace resolved: prefixes are the sender's choice. */
export type Element = {
  readonly name: string
  /** Empty for an element without a namespace. */
  readonly namespace: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

/** The text is no well-formed XML, or names a document type. */
export class NotXml extends Error {}

/** The root element. @throws NotXml also for a document type, so that no entity is ever expanded */
export const readXml = (text: string): Element => {
  if (/<!DOCTYPE/i.test(text)) throw new NotXml('a document type')
  try {
    const { root } = parseXml(text)
    if (!root) throw new NotXml('no element')
    return resolveNames(root, new Map())
  } catch (error) {
    if (error instanceof XmlError) throw new NotXml(error.message)
    throw error
  }
}

export const childNamed = (of: Element | undefined, name: string): Element | undefined =>
  of?.children.find((one) => one.name === name)

export const childrenNamed = (of: Element | undefined, name: string): readonly Element[] =>
  of?.children.filter((one) => one.name === name) ?? []

/** The element at the end of a path of names. */
export const elementAt = (of: Element | undefined, ...path: readonly string[]): Element | undefined =>
  path.reduce(childNamed, of)

/** The text at the end of a path of names; empty where there is none. */
export const textOf = (of: Element | undefined, ...path: readonly string[]): string =>
  elementAt(of, ...path)?.text.trim() ?? ''

export const escapedXml = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

const resolveNames = (element: XmlElement, outer: ReadonlyMap<string, string>): Element => {
  const scope = scopeIn(element, outer)
  const at = element.name.indexOf(':')
  const prefix = at < 0 ? '' : element.name.slice(0, at)
  const namespace = scope.get(prefix)
  if (namespace === undefined && prefix !== '') throw new NotXml(`an unknown prefix « ${prefix} »`)
  const children: Element[] = []
  for (const child of element.children) if (child instanceof XmlElement) children.push(resolveNames(child, scope))
  return new Resolved(element, element.name.slice(at + 1), namespace ?? '', children)
}

class Resolved implements Element {
  readonly #element: XmlElement
  readonly name: string
  readonly namespace: string
  readonly children: readonly Element[]
  constructor(element: XmlElement, name: string, namespace: string, children: readonly Element[]) {
    this.#element = element
    this.name = name
    this.namespace = namespace
    this.children = children
  }
  get attributes() {
    return this.#element.attributes
  }
  /** Computed on demand: it covers all descendants, and in a large file few elements are asked for it. */
  get text() {
    return this.#element.text
  }
}

/** The namespaces by prefix inside an element. */
const scopeIn = ({ attributes }: XmlElement, outer: ReadonlyMap<string, string>): ReadonlyMap<string, string> => {
  let scope: Map<string, string> | undefined
  for (const key in attributes) {
    if (key !== 'xmlns' && !key.startsWith('xmlns:')) continue
    scope ??= new Map(outer)
    scope.set(key.slice('xmlns:'.length), attributes[key] ?? '')
  }
  return scope ?? outer
}
