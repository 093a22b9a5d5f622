import { describe, expect, it } from 'vitest'
import { splitAtPhones, telUrl } from '../../../shared/rules/people/phone.ts'

const numbersIn = (text: string) => splitAtPhones(text).flatMap((part) => (part.isPhone ? [telUrl(part.text)] : []))

describe('the telephone numbers of a sentence', () => {
  it.each([
    ['appelez l’Espace Jeunesse\u00a0: 02\u00a061\u00a091\u00a012\u00a034.', ['tel:0261911234']],
    ['Grand-mère, 06 39 98 27 15', ['tel:0639982715']],
    ['02.61.91.12.34 ou +33 6 39 98 27 15', ['tel:0261911234', 'tel:+33639982715']],
    ['Facture n° 2026-001284 de 141,18 €', []],
    ['Allocataire 10261911234', []],
    ['', []],
  ])('%s', (text, numbers) => {
    expect(numbersIn(text)).toEqual(numbers)
    expect(
      splitAtPhones(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text)
  })
})
