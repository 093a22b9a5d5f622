import { ibanOf, isBic } from '../iban.ts'
import { type Cents, formatEuros } from '../money.ts'
import type { CollectionDelays } from './collection-day.ts'
import type { DebitFormat } from './debit-file.ts'
import { creditorIdOf, refuseMandatePrefix } from './identifiers.ts'

/** How a régie collects by direct debit. */
export type DebitSettings = CollectionDelays & {
  readonly creditorId: string
  readonly iban: string
  readonly bic: string
  readonly format: DebitFormat
  readonly leastCents: number
  /** The fee that a home pays for a debit that its account did not honour; zero unless a council decided one. */
  readonly returnFeeCents: Cents
  readonly returnFeeDecision: string
  readonly referencePrefix: string
  readonly treasuryName: string
  readonly treasuryIban: string
  readonly treasuryBic: string
  readonly treasuryPost: string
  readonly treasuryService: string
}

/** The default settings: the delays of the SEPA rulebook, and the format that banks use today. */
export const usualDebitSettings = {
  format: 'pain.008.001.08',
  noticeDays: 14,
  fileDays: 3,
  leastCents: 500,
  returnFeeCents: 0,
  returnFeeDecision: '',
  referencePrefix: 'EJ',
} as const satisfies Partial<DebitSettings>

const mostCents = 100_000
const mostFeeCents = 5_000

/** What is wrong with typed settings, at its field; undefined when they can be saved. */
export const refuseDebitSettings = (
  settings: DebitSettings,
): { readonly sentence: string; readonly field: keyof DebitSettings } | undefined => {
  const { creditorId, iban, bic, format, noticeDays, fileDays, leastCents, referencePrefix } = settings
  if (creditorIdOf(creditorId) === undefined)
    return {
      sentence: 'Cet identifiant de créancier (ICS) est faux\u00a0: il a 13 signes, comme FR72ZZZ123456, et une clé.',
      field: 'creditorId',
    }
  if (ibanOf(iban) === undefined) return { sentence: wrongIban, field: 'iban' }
  if (bic !== '' && !isBic(bic)) return { sentence: wrongBic, field: 'bic' }
  if (noticeDays < 1 || noticeDays > 60)
    return {
      sentence: 'Le délai des avis va de 1 à 60 jours\u00a0: 14 sans autre accord des familles.',
      field: 'noticeDays',
    }
  if (fileDays < 1 || fileDays > 10)
    return { sentence: 'Le fichier part de 1 à 10 jours ouvrés avant.', field: 'fileDays' }
  if (leastCents < 0 || leastCents > mostCents)
    return { sentence: `Le seuil va de 0 à ${formatEuros(mostCents)}.`, field: 'leastCents' }
  const { returnFeeCents, returnFeeDecision } = settings
  if (returnFeeCents < 0 || returnFeeCents > mostFeeCents)
    return { sentence: `Les frais d’un rejet vont de 0 à ${formatEuros(mostFeeCents)}.`, field: 'returnFeeCents' }
  if (returnFeeCents > 0 && returnFeeDecision === '')
    return {
      sentence: 'Des frais se demandent par une délibération\u00a0: indiquez son numéro.',
      field: 'returnFeeDecision',
    }
  const refusedPrefix = refuseMandatePrefix(referencePrefix)
  if (refusedPrefix !== undefined) return { sentence: refusedPrefix, field: 'referencePrefix' }
  return format === 'DFT' ? refuseTreasury(settings) : undefined
}

const wrongIban = 'Cet IBAN est faux\u00a0: sa clé ne correspond pas. Vérifiez chaque signe.'
const wrongBic = 'Un BIC a 8 ou 11 signes, comme BDFEFRPPCCT.'

const refuseTreasury = ({
  treasuryName,
  treasuryIban,
  treasuryBic,
  treasuryPost,
  treasuryService,
}: DebitSettings): { readonly sentence: string; readonly field: keyof DebitSettings } | undefined => {
  if (treasuryName === '')
    return { sentence: 'Indiquez le service de la DGFiP qui prélève pour la régie.', field: 'treasuryName' }
  if (ibanOf(treasuryIban) === undefined) return { sentence: wrongIban, field: 'treasuryIban' }
  if (!isBic(treasuryBic)) return { sentence: wrongBic, field: 'treasuryBic' }
  if (!/^\d{6}$/.test(treasuryPost))
    return { sentence: 'Le codique du poste comptable a six chiffres.', field: 'treasuryPost' }
  return /^[A-Z0-9]{6,10}$/.test(treasuryService)
    ? undefined
    : { sentence: 'L’identifiant de service est celui de la convention, comme TGDFT027.', field: 'treasuryService' }
}
