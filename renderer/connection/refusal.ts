import { ORPCError } from '@orpc/client'
import type { Overwritten } from '../../shared/contract/procedure.ts'

/** Why the server did not do what a call requested, worded for a person. */
type CallFailure = {
  readonly sentence: string
  /** The form field to correct, as a path in the call's input. */
  readonly field?: string
  /** All fields to correct, when there are several. */
  readonly wrong?: readonly { readonly field: string; readonly sentence: string }[]
  /** Id of the log entry of an unforeseen error. */
  readonly id?: string
  /** What another person changed since the author read it. */
  readonly overwritten?: Overwritten
  readonly why:
    | 'refused'
    | 'overwrites'
    | 'alreadyDone'
    | 'forbidden'
    | 'loginNeeded'
    | 'locked'
    | 'badInput'
    | 'noAnswer'
    | 'unexpected'
}

export const refusalOf = (error: unknown): CallFailure => {
  if (!(error instanceof ORPCError)) return { why: 'noAnswer', sentence: noAnswer }
  const data = isObject(error.data) ? error.data : {}
  const sentence = typeof data['sentence'] === 'string' ? data['sentence'] : undefined
  const why = whys[error.code] ?? 'unexpected'
  if (error.code === 'BAD_REQUEST') return badInput(data['issues'])
  const overwritten = why === 'overwrites' && isOverwritten(data) ? data : undefined
  return {
    why,
    sentence: sentence ?? unexpected,
    ...(overwritten && { overwritten }),
    ...(typeof data['field'] === 'string' ? { field: data['field'] } : {}),
    ...(Array.isArray(data['wrong']) ? { wrong: data['wrong'].filter(isWrongField) } : {}),
    ...(typeof data['id'] === 'string' ? { id: data['id'] } : {}),
  }
}

const whys: Record<string, CallFailure['why']> = {
  REFUSED: 'refused',
  OVERWRITES: 'overwrites',
  ALREADY_DONE: 'alreadyDone',
  FORBIDDEN: 'forbidden',
  LOGIN_NEEDED: 'loginNeeded',
  LOCKED: 'locked',
  UNEXPECTED: 'unexpected',
}

/** Whether the same call may succeed a moment later; any other would be refused again. */
export const mayPassLater = ({ why }: Pick<CallFailure, 'why'>): boolean => passing.has(why)

const passing: ReadonlySet<CallFailure['why']> = new Set(['noAnswer', 'unexpected', 'loginNeeded', 'locked'])

/** The contract refused the input, before any rule was applied. */
const badInput = (issues: unknown): CallFailure => {
  const first: unknown = Array.isArray(issues) ? issues[0] : undefined
  const message = isObject(first) && typeof first['message'] === 'string' ? first['message'] : incomplete
  const path = isObject(first) && Array.isArray(first['path']) ? first['path'].join('.') : ''
  return { why: 'badInput', sentence: message, ...(path ? { field: path } : {}) }
}

const noAnswer =
  'Le logiciel ne répond pas\u00a0: l’action n’est peut-être pas enregistrée. Vérifiez à l’écran, puis recommencez.'
const unexpected = 'Quelque chose n’a pas marché. Rien n’a été enregistré\u00a0; recommencez, ou signalez-le.'
const incomplete = 'Un champ est incomplet ou mal rempli. Rien n’a été enregistré.'

/** Checked by hand, not with zod: zod would be a sixth of the parents' first page. */
const isOverwritten = (data: Record<string, unknown>): data is Overwritten =>
  ['sentence', 'entity', 'by'].every((name) => typeof data[name] === 'string') &&
  ['id', 'revision'].every((name) => Number.isInteger(data[name])) &&
  (data['clashes'] === null || Array.isArray(data['clashes']))

const isWrongField = (value: unknown): value is { field: string; sentence: string } =>
  isObject(value) && typeof value['field'] === 'string' && typeof value['sentence'] === 'string'

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
