import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { XmlDocument, XmlParseError, XmlValidateError, XsdValidator } from 'libxml2-wasm'
import type { SchemaTask } from './schema.ts'

const { xml, schema } = workerData as SchemaTask

const schemaText = readFileSync(join(import.meta.dirname, 'schemas', `${schema}.xsd`))

/** What the validator says against the text; empty when it is valid. */
const findings = (): readonly string[] => {
  try {
    XsdValidator.fromDoc(XmlDocument.fromBuffer(schemaText)).validate(XmlDocument.fromString(xml))
    return []
  } catch (error) {
    if (error instanceof XmlValidateError || error instanceof XmlParseError)
      return error.details.map(({ message, line }) => `${line}: ${message.trim()}`)
    throw error
  }
}

parentPort?.postMessage(findings(), [])
