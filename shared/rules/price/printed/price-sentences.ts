import { capitalised, withFullStop } from '../../text/french.ts'

/**
 * Rewrites the stored explanation of a price (« QF 419 → tranche 301–620 → séance 2,35 € ») as sentences for a parent.
 * Issued invoices keep their text for ever, so an unknown step is shown unchanged.
 */
export const priceSentences = (explanation: string): string[] => {
  const isExample = explanation.includes(exampleMark)
  const sentences = explanation.replace(exampleMark, '').split(' → ').flatMap(stepSentences)
  return isExample ? [...sentences, 'C’est un tarif d’exemple.'] : sentences
}

const exampleMark = ' (tarif d’exemple)'

type StepSentences = (...found: string[]) => string[]
/** A pattern for each step that the price rules write, with its sentences. */
const stepPatterns: readonly (readonly [RegExp, StepSentences])[] = [
  [/^QF inconnu/, () => ['Votre quotient familial n’est pas connu\u00a0: le tarif le plus haut s’applique.']],
  [
    /^QF valable jusqu’au (\S+)\s: tarif le plus haut$/,
    (lastDay) => [
      `Votre quotient familial était valable jusqu’au ${lastDay}.`,
      'Nous n’en avons pas de plus récent\u00a0: le tarif le plus haut s’applique.',
    ],
  ],
  [
    /^dernier QF connu, valable jusqu’au (.+)$/,
    (lastDay) => [`Il était valable jusqu’au ${lastDay}\u00a0: c’est le dernier connu, il compte encore.`],
  ],
  [/^QF (.+) × (.+)$/, (value, percent) => [`Votre quotient familial\u00a0: ${value}.`, `Vous en payez ${percent}.`]],
  [/^QF (.+)$/, (value) => [`Votre quotient familial\u00a0: ${value}.`]],
  [/^tranche (\S+)–(\S+)$/, (from, to) => [`Il est dans la tranche de ${from} à ${to}.`]],
  [/^tranche >\s?(.+)$/, (from) => [`Il est dans la tranche au-dessus de ${from}.`]],
  [/^tranche (.+)$/, (label) => [`Il est dans la tranche ${label}.`]],
  [/^(.+), minimum (.+)$/, (_, least) => [`Le prix n’est jamais moins de ${least}.`]],
  [/^(.+), maximum (.+)$/, (_, most) => [`Le prix n’est jamais plus de ${most}.`]],
  [/^hors commune$/, () => ['Vous habitez hors de la commune\u00a0: elle a un tarif pour cela.']],
  [/^hors commune \+ (.+€)$/, (amount) => [`Vous habitez hors de la commune\u00a0: ${amount} de plus.`]],
  [/^hors commune \+ (.+)$/, (percent) => [`Vous habitez hors de la commune\u00a0: ${percent} de plus.`]],
  [/^(\S+) enfant − (.+)$/, (rank, percent) => [`Votre ${rank} enfant\u00a0: ${percent} de moins.`]],
  [/^(\S+\senfants) − (.+)$/, (count, percent) => [`Pour ${count}\u00a0: ${percent} de moins.`]],
  [
    /^(\S+) enfant, (\d+)\stranches? au-dessous$/,
    (rank, down) => [
      `Votre ${rank} enfant\u00a0: le prix de ${Number(down) > 1 ? `${down} tranches` : 'la tranche'} au-dessous.`,
    ],
  ],
  [
    /^(\S+\senfants), (\d+)\stranches? au-dessous$/,
    (count, down) => [
      `Pour ${count}\u00a0: le prix de ${Number(down) > 1 ? `${down} tranches` : 'la tranche'} au-dessous.`,
    ],
  ],
  [
    /^(\S+) enfant présent, (.+) ensemble − (.+)$/,
    (rank, whole, before) => [
      `Vos enfants présents le même jour paient ${whole} ensemble\u00a0: votre ${rank} enfant ajoute ce qui dépasse ${before}.`,
    ],
  ],
  [
    /^(\d+\sjours? .+) − (.+) en tout$/,
    (days, amount) => [`${days}\u00a0: ${amount} de moins en tout, réparti sur ces jours.`],
  ],
  [/^plafond (\S+\s€) (.+)$/, (most, span) => [`Le prix ne dépasse pas ${most} ${span}.`]],
  [/^minimum (\S+\s€) (par .+)$/, (least, span) => [`Le prix est au moins de ${least} ${span}.`]],
  [/^à partir de (\d+) dans le mois$/, (from) => [`À partir de ${from} dans le mois, un seul prix pour toutes.`]],
  [
    /^(\d+\s(?:jours? ouverts?|semaines? commencées?)) sur (\d+)$/,
    (part, all) => [`${capitalised(part ?? '')} sur ${all}\u00a0: le prix en proportion.`],
  ],
  [
    /^(\d+\sjours?) d’absence justifiée − (.+)$/,
    (days, less) => [`${days} d’absence justifiée\u00a0: ${less} de moins.`],
  ],
  [/^(.+), aide payée par (.+)$/, (what, payer) => [`${what}\u00a0: une aide payée par ${payer}.`]],
  [/^(.+), baisse du prix$/, (what) => [`${what}\u00a0: une baisse du prix.`]],
  [/^(.+\s: .+(?: il reste | la famille paie ).+)$/, (use) => [`${use}.`]],
  [/^(\S+\s% de .+€)$/, (share) => [`Soit ${share}.`]],
  [/^plafond de (.+) atteint$/, (most) => [`Son plafond de ${most} est atteint.`]],
  [/^(\d[\d\s]*,\d\d\s€) sur la journée$/, (whole) => [`Soit ${whole} sur la journée, dont cette part.`]],
  [/^(\d[\d\s]*,\d\d\s€)$/, (cents) => [`Soit ${cents}.`]],
  [/^(.+%) du prix$/, (percent) => [`C’est ${percent} du prix de la place.`]],
  [/^venu sans réservation$/, () => ['Votre enfant est venu sans réservation.']],
  [/^(−[\d\s]+,\d\d\s€)$/, (taken) => [`Soit ${taken}.`]],
  // « séance 2,35 € », « adhésion 10,00 €, une fois pour 2026 »
  [/^(\D+?) (−?\d[\d\s]*,\d\d\s€)(.*)$/, (what, price, more) => [`${capitalised(what)}\u00a0: ${price}${more}.`]],
]

const stepSentences = (step: string): string[] => {
  for (const [pattern, write] of stepPatterns) {
    const found = pattern.exec(step)
    if (found) return write(...found.slice(1))
  }
  return [capitalised(withFullStop(step))]
}
