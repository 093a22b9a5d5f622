import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import * as z from 'zod'
import { type Instant, isInstant } from '../../../shared/rules/calendar/day.ts'
import {
  algorithm,
  type DataKey,
  equalBytes,
  type KeyInfo,
  keyForBackup,
  keyOfBackup,
  tagLength,
  WrappedKey,
} from '../../crypto/data-key.ts'
import { CannotOpen, notOursText } from '../failures.ts'

/*
 * Format of a sealed file, such as a backup: eight magic bytes, the length of the head, the head as JSON, the SHA-256
 * of these three; then pieces of 256 kB of the plain file, each encrypted with the file's own key. The nonce holds the
 * rank of the piece and whether it is the last one, so that a missing, moved or truncated piece fails to decrypt.
 */

const magic = Buffer.from('EJSAUV1\n')
const maxHeadBytes = 64 * 1024
const digestLength = 32
/** Encrypted in half a millisecond, so that no screen waits noticeably. */
const pieceLength = 256 * 1024

const Head = z.object({
  madeAt: z.custom<Instant>((value) => typeof value === 'string' && isInstant(value)),
  /** Public half of the data key that opens the file. */
  publicKey: z.base64(),
  /** Ephemeral public key (ECDH), from which the data key derives the file's own key. */
  sender: z.base64(),
  /** The data key wrapped by the recovery phrase valid at that time; null before a phrase was confirmed. */
  phrase: WrappedKey.nullable(),
})
export type Head = z.infer<typeof Head>

/** Random access to a sealed file: on the disk, or bytes that a page sent. */
export type Source = { readonly size: number; read(position: number, length: number): Promise<Buffer> }

export const bytesSource = (bytes: Uint8Array): Source => ({
  size: bytes.length,
  read: async (position, length) =>
    Buffer.from(bytes.buffer, bytes.byteOffset + position, Math.min(length, bytes.length - position)),
})

/** Opens a file of the disk while `work` reads it. */
export const withFileSource = async <T>(path: string, work: (source: Source) => Promise<T>): Promise<T> => {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    return await work({
      size,
      read: (position, length) => readWhole(file, position, Math.min(length, size - position)),
    })
  } finally {
    await file.close()
  }
}

const readWhole = async (file: FileHandle, position: number, length: number): Promise<Buffer> => {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, position)
  return bytes.subarray(0, bytesRead)
}

/** Seals a file, flushes the result to the disk, then decrypts it whole to verify it. @param info names the key */
export const sealFile = async (from: string, to: string, info: KeyInfo, madeAt: Instant): Promise<void> => {
  const { head, fileKey, start } = newHead(info, madeAt)
  const target = await open(to, 'w+', 0o600)
  try {
    await withFileSource(from, async (plain) => {
      await target.write(start, 0, start.length, 0)
      let position = start.length
      for (const piece of piecesOf(plain.size)) {
        const bytes = sealedPiece(fileKey, piece, await plain.read(piece.at, piece.length))
        await target.write(bytes, 0, bytes.length, position)
        position += bytes.length
      }
    })
    await target.sync()
  } finally {
    await target.close()
  }
  await withFileSource(to, async (source) => {
    const written = await readHead(source)
    if (written.head.sender !== head.sender) throw new RangeError('the head of a backup is not the one written')
    for await (const _ of plainPieces(source, written.from, fileKey)) continue
  })
}

/** Seals synchronously and without verification, while nothing else runs: at opening, and during a replacement. */
export const sealFileSync = (from: string, to: string, info: KeyInfo, madeAt: Instant): void => {
  const { fileKey, start } = newHead(info, madeAt)
  const [source, target] = [openSync(from, 'r'), openSync(to, 'w', 0o600)]
  try {
    writeSync(target, start)
    const { size } = fstatSync(source)
    for (const piece of piecesOf(size)) {
      const plain = Buffer.alloc(piece.length)
      if (readSync(source, plain, 0, piece.length, piece.at) < piece.length) throw new RangeError('a file that shrinks')
      writeSync(target, sealedPiece(fileKey, piece, plain))
    }
    fsyncSync(target)
  } finally {
    closeSync(source)
    closeSync(target)
  }
}

/** @throws CannotOpen when it is not a backup, or no longer whole */
export const readHead = async (source: Source): Promise<{ readonly head: Head; readonly from: number }> => {
  const first = await source.read(0, magic.length + 4)
  if (!equalBytes(first.subarray(0, magic.length), magic)) throw new CannotOpen(notOursText)
  const length = first.length < magic.length + 4 ? maxHeadBytes + 1 : first.readUInt32BE(magic.length)
  if (length > maxHeadBytes) throw new CannotOpen(damagedBackupText)
  const rest = await source.read(first.length, length + digestLength)
  const text = rest.subarray(0, length)
  if (!equalBytes(rest.subarray(length), digestOf(first, text))) throw new CannotOpen(damagedBackupText)
  try {
    return { head: Head.parse(JSON.parse(text.toString())), from: first.length + rest.length }
  } catch {
    // Whole, and of another shape: it was written by a later version.
    throw new CannotOpen(
      'Cette sauvegarde vient d’une version plus récente d’Espace Jeunesse. Installez cette version, puis recommencez\u00a0: rien n’a été modifié.',
    )
  }
}

export const damagedBackupText = 'Cette sauvegarde est abîmée\u00a0: choisissez-en une autre. Rien n’a été modifié.'

/**
 * Decrypts a sealed file to the path `to`.
 * @throws CannotOpen for a damaged file; what was written by then must be deleted
 */
export const openSealedFile = async (
  source: Source,
  { head, from }: { readonly head: Head; readonly from: number },
  key: DataKey,
  to: string,
): Promise<void> => {
  const target = await open(to, 'w', 0o600)
  try {
    let position = 0
    for await (const plain of plainPieces(source, from, keyOfBackup(key, head.sender))) {
      await target.write(plain, 0, plain.length, position)
      position += plain.length
    }
    await target.sync()
  } finally {
    await target.close()
  }
}

const newHead = ({ publicKey, phrase }: KeyInfo, madeAt: Instant) => {
  const { fileKey, sender } = keyForBackup(publicKey)
  const head: Head = { madeAt, publicKey, sender, phrase }
  const text = Buffer.from(JSON.stringify(head))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const first = Buffer.concat([magic, length])
  return { head, fileKey, start: Buffer.concat([first, text, digestOf(first, text)]) }
}

const digestOf = (first: Buffer, text: Buffer): Buffer => createHash('sha256').update(first).update(text).digest()

type Piece = { readonly rank: number; readonly at: number; readonly length: number; readonly isLast: boolean }

/** At least one piece, so that an empty file has a last piece too. */
const piecesOf = (size: number): Piece[] => {
  const count = Math.max(1, Math.ceil(size / pieceLength))
  return Array.from({ length: count }, (_, rank) => ({
    rank,
    at: rank * pieceLength,
    length: Math.min(pieceLength, size - rank * pieceLength),
    isLast: rank === count - 1,
  }))
}

/** A rank is a safe nonce: each file has its own key, so no key sees the same nonce twice. */
const nonceOf = ({ rank, isLast }: Pick<Piece, 'rank' | 'isLast'>): Buffer => {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(rank, 7)
  nonce.writeUInt8(isLast ? 1 : 0, 11)
  return nonce
}

const sealedPiece = (fileKey: Buffer, piece: Piece, plain: Buffer): Buffer => {
  const cipher = createCipheriv(algorithm, fileKey, nonceOf(piece))
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

const plainPieces = async function* (source: Source, from: number, fileKey: Buffer): AsyncGenerator<Buffer> {
  const whole = pieceLength + tagLength
  const count = Math.max(1, Math.ceil((source.size - from) / whole))
  for (let rank = 0; rank < count; rank += 1) {
    const bytes = await source.read(from + rank * whole, whole)
    try {
      const decipher = createDecipheriv(algorithm, fileKey, nonceOf({ rank, isLast: rank === count - 1 }), {
        authTagLength: tagLength,
      })
      decipher.setAuthTag(bytes.subarray(-tagLength))
      yield Buffer.concat([decipher.update(bytes.subarray(0, -tagLength)), decipher.final()])
    } catch (error) {
      throw new CannotOpen(damagedBackupText, { cause: error })
    }
  }
}
