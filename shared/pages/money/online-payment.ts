import type { MoneyDocument, TownDocument } from '../../contract/portal/documents.ts'
import { firstRegieId } from '../../rules/money/regie.ts'

type OnlinePayment = NonNullable<TownDocument['payfip']>

/** How an invoice is paid online: each régie has its own account at PayFiP. Undefined: at the counter only. */
export const onlinePaymentOf = (
  town: Pick<TownDocument, 'payfip' | 'regies'> | null,
  { regie }: Pick<MoneyDocument['invoices'][number], 'regie'>,
): OnlinePayment | undefined =>
  town?.regies ? town.regies.find(({ id }) => id === (regie?.id ?? firstRegieId))?.payfip : town?.payfip

/** The online payments of a town, one for each régie that offers it. */
export const onlinePaymentsOf = (town: Pick<TownDocument, 'payfip' | 'regies'> | null): OnlinePayment[] =>
  (town?.regies ?? [{ payfip: town?.payfip }]).flatMap(({ payfip }) => payfip ?? [])
