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

type SealedForm = RefusedForm & { readonly until: Instant }

/** Long enough to correct a form and to go back to it once; short, as others may use the same computer. */
const validMinutes = 5

const parameter = 'a-corriger'

/**
 * The URL of a form's page that shows a refusal, reached by GET, so that the browser's Back shows it again.
 * @param seal the sealed refusal
 */
export const refusedFormUrl = (path: string, seal = ''): string =>
  `${path}${path.includes('?') ? '&' : '?'}${parameter}=${seal}`

/** Whether the URL is that of a refused form. */
export const isRefusedFormUrl = ({ searchParams }: URL): boolean => searchParams.has(parameter)

export type RefusedForms = {
  /** @returns the URL to redirect to */
  redirectFor(form: RefusedForm): string
  read(url: URL): RefusedForm | null
}

/**
 * Redirects a refused form to a URL, since « Précédent » cannot show the answer to a POST again. The URL contains what
 * its page must show, encrypted: any worker can read it for a few minutes, and nobody else. Afterwards, the page only
 * says that something is wrong.
 * @param key the same for every worker of a portal
 */
export const createRefusedForms = (key: string, clock: () => Instant): RefusedForms => {
  const sealingKey = Buffer.from(hkdfSync('sha256', key, '', 'Espace Jeunesse, refused forms, 1', 32))
  return {
    redirectFor(form) {
      const sealedForm: SealedForm = { ...form, until: addMinutes(clock(), validMinutes) }
      return refusedFormUrl(form.path, seal(sealingKey, JSON.stringify(sealedForm)))
    },
    read(url) {
      const mark = url.searchParams.get(parameter)
      if (mark === null) return null
      const text = unseal(sealingKey, mark)
      const found = text === null ? null : (JSON.parse(text) as SealedForm)
      const isValid = found && found.until > clock() && found.path.split('?')[0] === url.pathname
      return isValid ? found : { path: url.pathname, sentence: 'Vérifiez ce que vous avez tapé, puis recommencez.' }
    },
  }
}

const algorithm = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

const seal = (key: Buffer, text: string): string => {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv(algorithm, key, nonce)
  const content = [cipher.update(text, 'utf8'), cipher.final()]
  return Buffer.concat([nonce, cipher.getAuthTag(), ...content]).toString('base64url')
}

/** Null for a text that no worker of this portal sealed. */
const unseal = (key: Buffer, mark: string): string | null => {
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
