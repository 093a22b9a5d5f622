import type { FormRulesRecord } from '@mantine/form'
import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { isTimeOfDay } from '../../../../shared/rules/calendar/day.ts'
import { parsePercent } from '../../../../shared/rules/money/money.ts'
import { parseCondition } from '../../../../shared/rules/price/printed/condition-words.ts'
import { countsSteps, effortRateDecimals, percentDecimals } from '../../../../shared/rules/price/tariff.ts'
import { readPrice } from '../typed-amount.ts'
import { canBeBundled, canBeSplit, type LineValues } from './line-values.ts'
import { amountIn, casesIn, formulasIn, isWhole, refusalIn, slotsIn, stepsIn, timeIn } from './typed-fields.ts'

type Rules = FormRulesRecord<LineValues>

/**
 * Why the fields do not make a line, for each field. Hidden fields refuse nothing. In the order of the screen, in which
 * errors are listed.
 */
export const validateLine = (definition: Definition): Rules => ({
  label: (text) => (text.trim() === '' ? 'À remplir.' : null),
  formulas: (text, { per }) => (per === 'formula' ? refuseFormulas(text) : null),
  slots: (text, { per }) => (per !== 'formula' && slotsIn(text).length === 0 ? 'Nommez au moins une plage.' : null),
  one: (text, { per }) => (per !== 'formula' && text.trim() === '' ? 'À remplir.' : null),
  bundleFrom: (text, { per }) =>
    canBeBundled(per) && text.trim() !== '' && !isWhole(text, 2, 500) ? 'Un nombre de 2 à 500.' : null,
  ...timeRules,
  ...forfaitRules,
  when: (text) => (text.trim() === '' ? null : refusalIn(parseCondition(text))),
  ...priceRules(definition),
})

const timeRules: Rules = {
  minutes: (text, { per }) =>
    per === 'time' && !isWhole(text, 1, 1440) ? 'Écrivez un nombre de minutes, par exemple 30.' : null,
  grace: (text, { per, minutes }) =>
    per === 'time' && !isWhole(text, 0, Number(minutes) - 1) ? 'Moins que la durée comptée.' : null,
  clockFrom: (text, { per }) => (per === 'time' ? refuseTime(text) : null),
  clockTo: (text, { per, clockFrom }) => {
    if (per !== 'time') return null
    const [from, to] = [timeIn(clockFrom), timeIn(text)]
    return refuseTime(text) ?? (from && to && from >= to ? 'Après l’heure de début.' : null)
  },
  firstMinutes: (text, { per }) =>
    per === 'time' && text.trim() !== '' && !isWhole(text, 1, 1440) ? 'Un nombre de minutes.' : null,
  timeLeast: (text, { per }) => (per === 'time' ? refuseOptionalAmount(text) : null),
  timeMost: (text, { per, timeLeast }) => {
    if (per !== 'time') return null
    const most = amountIn(text)
    return (
      refuseOptionalAmount(text) ??
      (most !== null && most < (amountIn(timeLeast) ?? 0) ? 'Moins que le minimum.' : null)
    )
  },
}

const forfaitRules: Rules = {
  steps: (text, { per, by }) =>
    per === 'forfait' && countsSteps(by) && stepsIn(text) === null ? 'Des nombres croissants\u00a0: 1, 2, 3, 4.' : null,
  absenceFrom: (text, { per }) =>
    per === 'forfait' && text.trim() !== '' && !isWhole(text, 1, 366) ? 'Un nombre de jours.' : null,
  absenceCents: (text, { per }) => (per === 'forfait' ? refuseOptionalAmount(text) : null),
  instalments: (text, { per, span }) =>
    per === 'forfait' && canBeSplit(span) && text.trim() !== '' && !isWhole(text, 1, 12) ? 'De 1 à 12.' : null,
  depositCents: (text, { per, span, instalments }) => {
    if (per !== 'forfait') return null
    const isSplit = canBeSplit(span) && Number(instalments) > 1
    return (
      refuseOptionalAmount(text) ?? (isSplit && text.trim() !== '' ? 'Un acompte ou des parts, pas les deux.' : null)
    )
  },
  depositDays: (text, { per, depositCents }) =>
    per === 'forfait' && depositCents.trim() !== '' && !isWhole(text, 0, 365) ? 'De 0 à 365 jours.' : null,
}

const priceRules = (definition: Definition): Rules => ({
  cases: (text, { choice }) => (choice === 'cases' ? refuseCases(text) : null),
  together: (text, { choice }) =>
    choice === 'together' && !isWhole(text, 2, 10) ? 'Un nombre d’enfants, de 2 à 10.' : null,
  method: (method) =>
    method === 'bracket' && definition.brackets.length === 0 ? 'Ajoutez d’abord des tranches au tarif.' : null,
  percent: (text, { method }) =>
    method === 'effortRate' ? refusePercent(text, effortRateDecimals, (value) => value > 0, '0,36') : null,
  outsidePercent: (text, { outside }) =>
    outside === 'percent' ? refusePercent(text, percentDecimals, (value) => value >= 0, '20') : null,
  outsideAmount: (text, { outside }) => (outside === 'amount' ? refuseAmount(text) : null),
})

const refuseFormulas = (text: string): string | null => {
  const all = formulasIn(text)
  if (all.length === 0) return 'Écrivez au moins une formule.'
  return all.some(({ name, combinations }) => name === '' || combinations.length === 0)
    ? 'Une formule par ligne\u00a0: «\u00a0journée\u00a0: matin + après-midi\u00a0».'
    : null
}

const refuseTime = (text: string): string | null =>
  text.trim() === '' || isTimeOfDay(text.trim()) ? null : 'Une heure, par exemple 18:00.'

const refuseCases = (text: string): string | null => {
  const read = casesIn(text)
  if (read.length === 0) return 'Écrivez au moins un cas.'
  for (const { when, own } of read) {
    const refusal = refusalIn(when) ?? (own ? refusalIn(own) : null)
    if (refusal !== null) return refusal
  }
  return null
}

const refusePercent = (
  text: string,
  mostDecimals: number,
  isAllowed: (percent: number) => boolean,
  example: string,
): string | null => {
  const read = parsePercent(text, mostDecimals)
  if ('refusal' in read) return read.refusal
  return isAllowed(read.value) ? null : `Écrivez par exemple ${example}.`
}

const refuseAmount = (text: string): string | null => refusalIn(readPrice(text))

const refuseOptionalAmount = (text: string): string | null => {
  if (text.trim() === '') return null
  return refuseAmount(text) ?? (amountIn(text) === 0 ? 'Plus que zéro, ou vide.' : null)
}
