import { addDays, type Day, type Instant } from '../../calendar/day.ts'
import { sepaText } from './sepa-text.ts'

/*
 * A mandate signed on the portal, confirmed by a mailed code. The SEPA core rulebook (EPC016-06) allows electronic
 * mandates; the creditor keeps who confirmed what, and when.
 */

/** The text of a mandate signed on the portal, as the parent read it, with only the last characters of the account. */
export type MandatePaper = {
  readonly creditor: { readonly name: string; readonly creditorId: string; readonly address: readonly string[] }
  /** The debtor's address. */
  readonly address: readonly string[]
  /** The paragraphs that were signed. */
  readonly words: readonly string[]
  readonly signer: string
  readonly signedAt: Instant
}

/** The minutes during which a mailed code can sign. */
export const signingMinutes = 30

/** The number of wrong codes after which a code no longer signs: with 1,000,000 possible codes, nobody guesses one. */
export const maxWrongCodes = 5

/** The digits of a typed code: « 048 207 » is 048207. */
export const typedCode = (typed: string): string => typed.replaceAll(/\D/g, '')

/** Why no code signs a mandate any more; undefined while one can. */
export const refuseSigning = (
  { codeUntil, wrongCodes }: { readonly codeUntil: Instant; readonly wrongCodes: number },
  now: Instant,
): string | undefined => {
  if (wrongCodes >= maxWrongCodes) return 'Trop de codes faux\u00a0: demandez un autre code.'
  return codeUntil <= now ? 'Ce code n’est plus valable\u00a0: demandez-en un autre.' : undefined
}

/** What is wrong with the name of the holder of an account; undefined when it can be on a mandate. */
export const refuseDebtor = (debtor: string): string | undefined =>
  sepaText(debtor, 70) === '' || debtor.length > 70
    ? 'Indiquez le nom du titulaire du compte, en 70 signes au plus.'
    : undefined

/**
 * The day from which a mandate that its home stops or replaces is stopped: at once, or after the last debit already
 * announced on it.
 * @param announced the days of the frozen collections that debit it
 */
export const stoppedFrom = (on: Day, announced: readonly Day[]): Day => {
  const last = announced.toSorted().at(-1)
  return last === undefined || last < on ? on : addDays(last, 1)
}
