import { ORPCError } from '@orpc/client'

/** Why the core did not do what was asked, ready to be read by a person. */
export type Refused = {
  readonly sentence: string
  /** The field of the form to correct, as a path in the input. */
  readonly field?: string
  /** Under which an unforeseen error is written in the log. */
  readonly id?: string
  readonly why: 'refused' | 'forbidden' | 'loginNeeded' | 'locked' | 'badInput' | 'noAnswer' | 'unexpected'
}

export const refusalOf = (error: unknown): Refused => {
  if (!(error instanceof ORPCError)) return { why: 'noAnswer', sentence: noAnswer }
  const data = isObject(error.data) ? error.data : {}
  const sentence = typeof data['sentence'] === 'string' ? data['sentence'] : undefined
  const why = whys[error.code] ?? 'unexpected'
  if (error.code === 'BAD_REQUEST') return badInput(data['issues'])
  return {
    why,
    sentence: sentence ?? unexpected,
    ...(typeof data['field'] === 'string' ? { field: data['field'] } : {}),
    ...(typeof data['id'] === 'string' ? { id: data['id'] } : {}),
  }
}

const whys: Record<string, Refused['why']> = {
  REFUSED: 'refused',
  FORBIDDEN: 'forbidden',
  LOGIN_NEEDED: 'loginNeeded',
  LOCKED: 'locked',
  UNEXPECTED: 'unexpected',
}

/** The contract's own check, before any rule was asked. */
const badInput = (issues: unknown): Refused => {
  const first: unknown = Array.isArray(issues) ? issues[0] : undefined
  const message = isObject(first) && typeof first['message'] === 'string' ? first['message'] : incomplete
  const path = isObject(first) && Array.isArray(first['path']) ? first['path'].join('.') : ''
  return { why: 'badInput', sentence: message, ...(path ? { field: path } : {}) }
}

const noAnswer =
  'Le logiciel ne répond pas : l’action n’est peut-être pas enregistrée. Vérifiez à l’écran, puis recommencez.'
const unexpected = 'Quelque chose n’a pas marché. Rien n’a été enregistré ; recommencez, ou signalez-le.'
const incomplete = 'Un champ est incomplet ou mal rempli. Rien n’a été enregistré.'

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
