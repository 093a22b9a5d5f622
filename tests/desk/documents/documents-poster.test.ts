import { describe, expect, it } from 'vitest'
import { tariffPosterPdf } from '../../../main/documents/tariff-poster-pdf.ts'
import { exampleTariffs } from '../../../shared/examples/tariffs.ts'
import { instant } from '../../../shared/rules/calendar/day.ts'
import { posterOf } from '../../../shared/rules/price/printed/tariff-poster.ts'
import { asked, missing } from './documents-reading.ts'

describe.skipIf(missing('pdftotext'))('the poster of a tariff, on paper', () => {
  it('parts the heads of its columns, so that no two are read as one', async () => {
    const [version] = exampleTariffs[0]?.versions ?? []
    if (!version) throw new Error('there is an example')
    const poster = posterOf(version)
    const pdf = await tariffPosterPdf({
      ...poster,
      organisationName: 'Service jeunesse',
      authority: 'Ville d’Essai',
      name: 'Accueil',
      activities: [],
      printedAt: instant('2026-11-25T20:00:00.000Z'),
    })
    const words = [
      ...asked('pdftotext', pdf, ['-bbox'], ['-']).matchAll(
        /<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)"[^>]*>([^<]+)</g,
      ),
    ]
    const y = words.find(([, , , , word]) => word === 'ville')?.[2]
    const heads = words
      .filter(([, , top]) => top === y)
      .map(([, left, , right, word]) => ({ left: Number(left), right: Number(right), word }))
    expect(heads.map(({ word }) => word)).toEqual(poster.brackets.flatMap(() => ['ville', 'hors']))
    // In points: three millimetres at least.
    const gaps = heads.slice(1).map(({ left }, at) => left - (heads[at]?.right ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThan(8.5)
  })
})
