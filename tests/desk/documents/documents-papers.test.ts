import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { calendarPdf } from '../../../main/documents/calendar-pdf.ts'
import { type DaySheetPaper, daySheetPdf } from '../../../main/documents/day-sheet-pdf.ts'
import { type ReceiptPaper, receiptPdf } from '../../../main/documents/money/receipt-pdf.ts'
import { renderPapers } from '../../../main/documents/render-papers.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aubry, printedAt, receipt, wednesday } from './documents-examples.ts'
import { asked, missing, opened } from './documents-reading.ts'

const createdAt = printedAt
const read = (pdf: Uint8Array) => asked('pdftotext', pdf, ['-layout'], ['-']).replaceAll(/[\u00a0\u202f]/g, ' ')
const flat = (text: string) => text.replaceAll(/\s+/g, ' ')
const sheet = async (paper: DaySheetPaper) => read(await daySheetPdf([paper], { createdAt }))
const quittance = async (paper: ReceiptPaper) => flat(read(await receiptPdf([paper], { createdAt })))

describe('the day sheet', () => {
  it.skipIf(missing('pdftotext'))(
    'counts who is expected, the meals by diet, and whom to watch (needs pdftotext)',
    async () => {
      const text = flat(await sheet(wednesday))
      for (const said of [
        'Feuille de jour',
        'ALSH mercredi 2026/2027 – CENTRE DE LOISIRS',
        'mer. 2 déc. 2026 – groupe des 6-10 ans',
        'Repas : 6 normaux, 2 sans porc, 1 sans viande, 3 allergies ou PAI',
        'Allergies et PAI : 3 enfants',
        'Départ interdit : 1',
        'Interdit : M. D.',
        'Confidentiel.',
        'Imprimée mer. 2 déc. 2026 à 7 h 10',
      ])
        expect(text).toContain(said)
    },
  )

  it.skipIf(missing('pdftotext'))(
    'tells nothing of health to those who may not know, and still who may not fetch a child (needs pdftotext)',
    async () => {
      const text = flat(await sheet({ ...wednesday, showsHealth: false }))
      for (const secret of ['ARACHIDE', 'PAI', 'ŒUF', 'sans porc', 'sans viande', 'llergie'])
        expect(text).not.toContain(secret)
      expect(text).toContain('Interdit : M. D. Ferreira')
    },
  )

  it.skipIf(missing('pdftotext'))(
    'goes on over as many pages as it takes, the titles on each (needs pdftotext)',
    async () => {
      const many = Array.from({ length: 8 }, () => wednesday.children).flat()
      const pages = (await sheet({ ...wednesday, children: many })).split('\f').slice(0, -1)
      expect(pages.length).toBeGreaterThan(5)
      for (const page of pages) expect(page).toContain('Qui vient chercher')
      expect(pages.join('').match(/VASSEUR Gabin/g)).toHaveLength(8)
    },
  )

  it.skipIf(missing('pdftotext'))('says so when nobody is expected (needs pdftotext)', async () => {
    expect(flat(await sheet({ ...wednesday, children: [] }))).toContain('Aucun enfant attendu.')
  })

  it('says each box to a screen reader', async () => {
    const { objects } = opened(await daySheetPdf([wednesday], { createdAt }))
    expect(objects.match(/\/Alt \(attendu\)/g)).toHaveLength(35)
  })
})

describe('the receipt', () => {
  it.skipIf(missing('pdftotext'))(
    'says what was received, by what means, what it pays and what is left (needs pdftotext)',
    async () => {
      const text = await quittance(receipt)
      for (const said of [
        '2026-000731',
        'Reçu : 150,00 €',
        'chèque n° 1234567, Crédit Agricole',
        'Facture n° 2026-001284 141,18 €',
        'Gardé en avance, pour vos prochaines factures 7,24 €',
        'En votre faveur au 25 novembre 2026 : 7,24 €',
        'Mme Claire Lemoine, régisseuse',
      ])
        expect(text).toContain(said)
    },
  )

  it.skipIf(missing('pdftotext'))('says that its payment was cancelled, and why (needs pdftotext)', async () => {
    const text = await quittance({ ...receipt, cancelled: { on: day('2026-11-26'), reason: 'chèque sans provision.' } })
    expect(text).toContain('Paiement annulé le jeu. 26 nov. 2026. Motif : chèque sans provision.')
  })

  it('is refused when it pays more than was received', async () => {
    await expect(receiptPdf([{ ...receipt, amount: 100 }], { createdAt })).rejects.toThrow(/2026-000731/)
  })
})

const files = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    invoices: [{ ...aubry, kind: { is: 'invoice', number: `2026-${index}`, dueOn: day('2026-12-07') } as const }],
  }))

describe('the calendar', () => {
  it.skipIf(missing('pdftotext'))('has whole ranks on its waiting lists (needs pdftotext)', async () => {
    const slots = [{ name: 'Matin', shortName: 'Mat.', held: 24, capacity: 24 }]
    const rows = [64, 128].map((rank) => ({
      name: 'FERREIRA Lina',
      age: '7 ans',
      cells: [[{ state: 'waitlisted' as const, rank }]],
    }))
    const sections = [{ name: 'ALSH été 2027', days: [{ day: day('2027-07-12'), slots }], rows }]
    const paper = { organisationName: 'Ville', title: 'Calendrier', days: 'lun. 12 juil. 2027', sections, printedAt }
    const words = read(await calendarPdf(paper)).split(/\s+/)
    expect(words).toEqual(expect.arrayContaining(['64', '128']))
  })
})

describe('many papers at once', () => {
  it('come back in the order asked, and say how far they are', async () => {
    const progress: number[] = []
    const printed = await renderPapers(files(20), { createdAt, onProgress: (done) => progress.push(done) })
    expect(printed).toHaveLength(20)
    for (const [index, pdf] of printed.entries()) expect(opened(pdf).objects).toContain(utf16(`2026-${index} –`))
    expect(progress.at(-1)).toBe(20)
  })

  it('stop when the signal is aborted', async () => {
    const stop = new AbortController()
    const printing = renderPapers(files(60), {
      createdAt,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('arrêté')),
    })
    await expect(printing).rejects.toThrow('arrêté')
    await expect(renderPapers(files(1), { createdAt, signal: AbortSignal.abort(new Error('déjà')) })).rejects.toThrow(
      'déjà',
    )
  })

  it('name the paper that cannot be printed', async () => {
    await expect(renderPapers([...files(2), { invoices: [{ ...aubry, total: 1 }] }], { createdAt })).rejects.toThrow(
      /2026-001284/,
    )
  })

  it('leave at most as many threads waiting as there are cores', async () => {
    const started: Worker[] = []
    const note = (worker: Worker) => void started.push(worker)
    process.on('worker', note)
    onTestFinished(() => void process.off('worker', note))
    const cores = availableParallelism()
    await Promise.all(Array.from({ length: cores * 2 + 1 }, () => renderPapers(files(1), { createdAt })))
    expect(started.length).toBeGreaterThan(cores)
    await expect.poll(() => started.filter(({ threadId }) => threadId !== -1).length).toBeLessThanOrEqual(cores)
  })

  it('are none when none is asked', async () => {
    expect(await renderPapers([], { createdAt })).toEqual([])
  })
})

/** A title in French is written as UTF-16 in a PDF. */
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('latin1')
