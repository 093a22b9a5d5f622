import { addDays, type Day, type Instant } from '../../calendar/day.ts'
import { sepaText } from './sepa-text.ts'

/*
 * A mandate signed on the portal, confirmed by a code that is sent by mail. The SEPA core rulebook (EPC016-06) lets a
 * mandate be electronic; its creditor keeps who confirmed what, and when.
 */

/** What a mandate signed on the portal says, as its parent read it; of the account, the last signs only. */
export type MandatePaper = {
  readonly creditor: { readonly name: string; readonly creditorId: string; readonly address: readonly string[] }
  /** Of the debtor. */
  readonly address: readonly string[]
  /** The paragraphs that were signed. */
  readonly words: readonly string[]
  readonly signer: string
  readonly signedAt: Instant
}

/** Minutes in which the code of a mail signs. */
export const signingMinutes = 30

/** Wrong codes after which a code signs nothing any more: with 1,000,000 codes, nobody guesses one. */
export const maxWrongCodes = 5

/** « 048 207 » is 048207. */
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
 * From which day on a mandate that its home stops or replaces is stopped: at once, or after the last debit that was
 * already announced to it.
 * @param announced the days of the frozen collections that debit it
 */
export const stoppedFrom = (on: Day, announced: readonly Day[]): Day => {
  const last = announced.toSorted().at(-1)
  return last === undefined || last < on ? on : addDays(last, 1)
}
