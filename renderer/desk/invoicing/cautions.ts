import type { BeforeIssue } from '../../../shared/contract/desk/invoicing.ts'
import { aheadText } from '../../../shared/rules/money/invoice.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'

const namedAtMost = 3

/** Warnings before a run is issued, one sentence each. */
export const cautionsOf = ({ ahead, partlyBilled, otherRuns }: BeforeIssue): string[] => [
  ...(ahead ? [aheadText(ahead)] : []),
  ...(partlyBilled.length > 0 ? [partlyBilledText(partlyBilled)] : []),
  ...otherRuns.map(
    ({ label, families }) =>
      `Une autre facturation (${label}) a des brouillons du même mois pour ${counted(families, 'de ces familles', 'de ces familles')}\u00a0: émettez ou supprimez ceux d’une facturation, puis recalculez l’autre.`,
  ),
]

const partlyBilledText = (days: BeforeIssue['partlyBilled']): string => {
  const names = days.slice(0, namedAtMost).map(({ family, child, day }) => `${child} (${family}) le ${shortDay(day)}`)
  const more = days.length > namedAtMost ? `, et ${counted(days.length - namedAtMost, 'autre')}` : ''
  return `${counted(days.length, 'jour est déjà facturé', 'jours sont déjà facturés')} en partie\u00a0: ${names.join(', ')}${more}. Vérifiez ${days.length < 2 ? 'son' : 'leur'} prix avant d’émettre.`
}
