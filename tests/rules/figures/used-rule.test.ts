import { expect, it } from 'vitest'
import { day, type Month } from '../../../shared/rules/calendar/day.ts'
import { type HoursRule, usualHoursRules } from '../../../shared/rules/figures/hours-rule.ts'
import { ruleLines } from '../../../shared/rules/figures/used-rule.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const around: HoursRule = { ...usualHoursRules.periscolaire, source: 'caf.fr' }
const short: HoursRule = { ...around, dayMinutes: 120, halfDayMinutes: 60, source: 'Convention, article 4' }

it('each rule is told once, with its activities, its dates and its source', () => {
  const accueil = 'Accueil périscolaire'
  const [until, fromDay] = ['2026-08' as Month, day('2026-09-01')]
  const lines = ruleLines([
    { ...around, accueil: 'ALSH', activity: 'ALSH', fromDay: null, until: null },
    { ...around, accueil, activity: 'ÉLÉMENTAIRE', fromDay: null, until },
    { ...short, accueil, activity: 'ÉLÉMENTAIRE', fromDay, until: null },
    { ...around, accueil, activity: 'MATERNELLE', fromDay: null, until: null },
  ])
  const usual = 'plage entière, 9 h par jour, 4 h par demi-journée au plus (caf.fr)'
  expect(lines.map(plain)).toEqual([
    `ALSH, Accueil périscolaire (MATERNELLE), règle usuelle : ${usual}`,
    `Accueil périscolaire (ÉLÉMENTAIRE), règle usuelle, jusqu’en août 2026 : ${usual}`,
    'Accueil périscolaire (ÉLÉMENTAIRE), depuis septembre 2026 : plage entière, 2 h par jour, 1 h par demi-journée au plus (Convention, article 4)',
  ])
})

it('a rule of an old declaration is told without dates', () =>
  expect(ruleLines([{ ...short, source: '', accueil: 'ALSH', activity: 'ALSH' }]).map(plain)).toEqual([
    'ALSH : plage entière, 2 h par jour, 1 h par demi-journée au plus',
  ]))
