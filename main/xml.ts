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
  const scope = new Map(outer)
  for (const [key, value] of Object.entries(element.attributes)) {
    if (key === 'xmlns') scope.set('', value)
    else if (key.startsWith('xmlns:')) scope.set(key.slice('xmlns:'.length), value)
  }
  const [prefix, name] = element.name.includes(':')
    ? (element.name.split(':', 2) as [string, string])
    : ['', element.name]
  const namespace = scope.get(prefix)
  if (namespace === undefined && prefix !== '') throw new NotXml(`an unknown prefix « ${prefix} »`)
  return {
    name,
    namespace: namespace ?? '',
    attributes: element.attributes,
    children: element.children.flatMap((child) => (child instanceof XmlElement ? [resolveNames(child, scope)] : [])),
    text: element.text,
  }
}
