import type { MailKind } from '../requests/mails.ts'

/** Why nothing is sent to an address or a number: a server refused it, staff stopped it, or its owner answered STOP. */
export const stopCauses = ['refused', 'staff', 'asked'] as const
export type StopCause = (typeof stopCauses)[number]

export const stopCauseNames: Readonly<Record<StopCause, string>> = {
  refused: 'Refusée par le serveur',
  staff: 'Arrêtée par le service',
  asked: 'La personne a répondu STOP',
}

/** Addresses are compared in lower case: mail servers do not tell them apart otherwise. */
export const comparedAddress = (typed: string): string => typed.trim().toLowerCase()

/** A guardian as far as mails go. */
export type MailReader = {
  readonly email: string
  /** Whether the stop list has the address. */
  readonly isStopped: boolean
  /** Kinds of mail that the guardian no longer wants. */
  readonly unwanted: readonly MailKind[]
}

/** Why a guardian gets no mail of this kind; null: one may be sent. */
export const whyNoMail = ({ email, isStopped, unwanted }: MailReader, kind: MailKind): NoMail | null => {
  if (comparedAddress(email) === '') return 'noAddress'
  if (isStopped) return 'stopped'
  return unwanted.includes(kind) ? 'unwanted' : null
}

export type NoMail = 'noAddress' | 'stopped' | 'unwanted'

export const noMailTexts: Readonly<Record<NoMail, string>> = {
  noAddress: 'aucune adresse mail',
  stopped: 'adresse arrêtée',
  unwanted: 'ne veut plus de ces mails',
}

/** The first of a home's guardians, the one billed before the other, whom a mail of this kind reaches. */
export const firstReached = <Reader extends MailReader>(
  guardians: readonly Reader[],
  kind: MailKind,
): Reader | undefined => guardians.find((one) => whyNoMail(one, kind) === null)
