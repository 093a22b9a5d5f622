import { describe, expect, it } from 'vitest'
import { priceSentences } from '../../../shared/rules/price/printed/price-sentences.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

/** Explanations as `price.test.ts` and `price-methods.test.ts` state them. */
describe('« Pourquoi ce prix »', () => {
  it.each([
    [
      'QF 419 → tranche 301–620 → séance 2,35 €',
      ['Votre quotient familial : 419.', 'Il est dans la tranche de 301 à 620.', 'Séance : 2,35 €.'],
    ],
    [
      'QF 1 180 → tranche > 1101 → hors commune + 20 % → séance 1,92 € (tarif d’exemple)',
      [
        'Votre quotient familial : 1 180.',
        'Il est dans la tranche au-dessus de 1101.',
        'Vous habitez hors de la commune : 20 % de plus.',
        'Séance : 1,92 €.',
        'C’est un tarif d’exemple.',
      ],
    ],
    ['QF 1180 → tranche 1101 et plus', ['Votre quotient familial : 1180.', 'Il est dans la tranche 1101 et plus.']],
    [
      'QF inconnu : tarif le plus haut → demi-journée 6,25 €',
      ['Votre quotient familial n’est pas connu : le tarif le plus haut s’applique.', 'Demi-journée : 6,25 €.'],
    ],
    [
      'QF valable jusqu’au 31/12/2026\u00a0: tarif le plus haut → demi-journée 6,25 €',
      [
        'Votre quotient familial était valable jusqu’au 31/12/2026.',
        'Nous n’en avons pas de plus récent : le tarif le plus haut s’applique.',
        'Demi-journée : 6,25 €.',
      ],
    ],
    [
      'QF 727 × 0,36 % → dernier QF connu, valable jusqu’au 31/12/2026 → repas 2,62 €',
      [
        'Votre quotient familial : 727.',
        'Vous en payez 0,36 %.',
        'Il était valable jusqu’au 31/12/2026 : c’est le dernier connu, il compte encore.',
        'Repas : 2,62 €.',
      ],
    ],
    [
      'QF 2 000 × 0,36 % → 7,20 €, maximum 4,50 € → repas 4,50 €',
      [
        'Votre quotient familial : 2 000.',
        'Vous en payez 0,36 %.',
        'Le prix n’est jamais plus de 4,50 €.',
        'Repas : 4,50 €.',
      ],
    ],
    [
      'QF 727 → tranche 621–1100 → 2ᵉ enfant − 10 % → journée 9,50 €',
      [
        'Votre quotient familial : 727.',
        'Il est dans la tranche de 621 à 1100.',
        'Votre 2ᵉ enfant : 10 % de moins.',
        'Journée : 9,50 €.',
      ],
    ],
    ['2 enfants − 10 % → journée 9,50 €', ['Pour 2 enfants : 10 % de moins.', 'Journée : 9,50 €.']],
    [
      'Vacances, 40 % du reste, aide payée par CCAS → 40 % de 10,55 € → plafond de 200,00 € atteint → 4,22 € sur la journée → −2,42 €',
      [
        'Vacances, 40 % du reste : une aide payée par CCAS.',
        'Soit 40 % de 10,55 €.',
        'Son plafond de 200,00 € est atteint.',
        'Soit 4,22 € sur la journée, dont cette part.',
        'Soit −2,42 €.',
      ],
    ],
    [
      'CE, 4,50 € par jour, baisse du prix → −4,50 € → CE : 9,00 € pris sur 200,00 € ; il reste 191,00 €',
      [
        'CE, 4,50 € par jour : une baisse du prix.',
        'Soit −4,50 €.',
        'CE : 9,00 € pris sur 200,00 € ; il reste 191,00 €.',
      ],
    ],
    ['Aide CAF 4,00 € par jour → −4,00 €', ['Aide CAF : 4,00 € par jour.', 'Soit −4,00 €.']],
    [
      'annulation demandée après la date limite → majoration 5,00 €',
      ['Annulation demandée après la date limite.', 'Majoration : 5,00 €.'],
    ],
    ['adhésion 10,00 €, une fois pour 2026', ['Adhésion : 10,00 €, une fois pour 2026.']],
    ['ce qu’un vieux tarif disait', ['Ce qu’un vieux tarif disait.']],
  ])('%s', (explanation, sentences) => {
    // Amounts and counts are written with unbreakable spaces.
    const written = explanation.replaceAll(/(?<=\d) (?=€|%|enfants|\d{3})/g, '\u00a0')
    expect(priceSentences(written).map(plain)).toEqual(sentences)
  })
})
