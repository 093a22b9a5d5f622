import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'

/** What the page of a form that was refused shows again. Never a password, nor the code of a letter. */
export type RefusedForm = {
  readonly path: string
  readonly sentence: string
  readonly email?: string
  /** Where the login leads. */
  readonly next?: string
}

type Kept = RefusedForm & { readonly until: Instant }

/** Long enough to correct a form and to come back once; short on a computer that others use after. */
const keptMinutes = 5

const parameter = 'a-corriger'

/** The address that shows it: a page that is read, so that Back shows it again. @param mark what there is to show */
export const toCorrect = (path: string, mark = ''): string =>
  `${path}${path.includes('?') ? '&' : '?'}${parameter}=${mark}`

/** Whether the page was asked to say what is wrong. */
export const isToCorrect = ({ searchParams }: URL): boolean => searchParams.has(parameter)

export type RefusedForms = {
  /** @returns the address to go to */
  keep(form: RefusedForm): string
  of(url: URL): RefusedForm | null
}

/**
 * A refused form is answered by an address, never by a page: « Précédent » cannot show again what a POST answered. What
 * its page says is sealed in that address, where any worker reads it for a few minutes and nobody else does; later, it
 * says that something is wrong.
 * @param key the same for every worker of a portal
 */
export const openRefusedForms = (key: string, clock: () => Instant): RefusedForms => {
  const sealing = Buffer.from(hkdfSync('sha256', key, '', 'Espace Jeunesse, refused forms, 1', 32))
  return {
    keep(form) {
      const kept: Kept = { ...form, until: addMinutes(clock(), keptMinutes) }
      return toCorrect(form.path, sealed(sealing, JSON.stringify(kept)))
    },
    of(url) {
      const mark = url.searchParams.get(parameter)
      if (mark === null) return null
      const text = unsealed(sealing, mark)
      const found = text === null ? null : (JSON.parse(text) as Kept)
      const isIts = found && found.until > clock() && found.path.split('?')[0] === url.pathname
      return isIts ? found : { path: url.pathname, sentence: 'Vérifiez ce que vous avez tapé, puis recommencez.' }
    },
  }
}

const algorithm = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

const sealed = (key: Buffer, text: string): string => {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv(algorithm, key, nonce)
  const content = [cipher.update(text, 'utf8'), cipher.final()]
  return Buffer.concat([nonce, cipher.getAuthTag(), ...content]).toString('base64url')
}

/** Null for what was not sealed here. */
const unsealed = (key: Buffer, mark: string): string | null => {
  const bytes = Buffer.from(mark, 'base64url')
  const [tagAt, contentAt] = [nonceLength, nonceLength + tagLength]
  if (bytes.length <= contentAt) return null
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, tagAt)).setAuthTag(
    bytes.subarray(tagAt, contentAt),
  )
  try {
    return Buffer.concat([decipher.update(bytes.subarray(contentAt)), decipher.final()]).toString()
  } catch {
    return null
  }
}
