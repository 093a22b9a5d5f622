import { describe, expect, it } from 'vitest'
import { judgedFile, maxSendingBytes } from '../../../shared/rules/messages/attached-files.ts'

const pdf = new TextEncoder().encode('%PDF-1.7')
const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0])
const file = (name: string, start: Uint8Array, size = 1000) => ({ name, size, start })

describe('a file attached to a message', () => {
  it('is a PDF or a JPEG by its bytes, whatever its name says', () => {
    expect(judgedFile(file('menu.txt', pdf), [])).toEqual({ type: 'application/pdf', why: null })
    expect(judgedFile(file('photo', jpeg), [])).toEqual({ type: 'image/jpeg', why: null })
    expect(judgedFile(file('menu.pdf', new TextEncoder().encode('Bonjour !')), []).why).toContain(
      '«\u00a0menu.pdf\u00a0» n’est ni un PDF ni une photo JPEG',
    )
  })

  it('is told that it is empty, too large with the others, or one too many', () => {
    expect(judgedFile(file('vide.pdf', new Uint8Array(), 0), []).why).toContain('«\u00a0vide.pdf\u00a0» est vide')
    expect(judgedFile(file('b.pdf', pdf, maxSendingBytes), [{ size: 1024 * 1024 }]).why).toBe(
      'Avec «\u00a0b.pdf\u00a0», les pièces jointes feraient 11\u00a0Mo\u00a0: au-delà de 10\u00a0Mo, beaucoup de boîtes les refusent.',
    )
    const three = [{ size: 1 }, { size: 1 }, { size: 1 }]
    expect(judgedFile(file('d.pdf', pdf), three).why).toContain('3\u00a0pièces jointes au plus')
  })
})
