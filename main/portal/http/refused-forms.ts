import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'

/** What the page of a refused form shows again; never a password or a letter's code. */
export type RefusedForm = {
  readonly path: string
  readonly sentence: string
  readonly email?: string
  /** The page to open after login. */
  readonly next?: string
}

type Kept = RefusedForm & { readonly until: Instant }

/** Long enough to correct a form and to go back to it once; short, as others may use the same computer. */
const keptMinutes = 5

const parameter = 'a-corriger'

/**
 * The URL of a form's page that shows a refusal, reached by GET, so that the browser's Back shows it again.
 * @param seal the sealed refusal
 */
export const toCorrect = (path: string, mark = ''): string =>
  `${path}${path.includes('?') ? '&' : '?'}${parameter}=${mark}`

/** Whether the URL is that of a refused form. */
export const isToCorrect = ({ searchParams }: URL): boolean => searchParams.has(parameter)

export type RefusedForms = {
  /** @returns the URL to redirect to */
  keep(form: RefusedForm): string
  of(url: URL): RefusedForm | null
}

/**
 * Redirects a refused form to a URL, since « Précédent » cannot show the answer to a POST again. The URL contains what
 * its page must show, encrypted: any worker can read it for a few minutes, and nobody else. Afterwards, the page only
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

/** Null for a text that no worker of this portal sealed. */
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
