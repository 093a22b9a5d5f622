import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { may } from '../../../shared/rules/access/roles.ts'
import { systemActor } from '../../store/acts/acts.ts'
import { staffMember } from '../../store/schema/index.ts'
import type { Core } from '../core.ts'
import { hashPassword } from './password.ts'
import { allMembers, recoveryKind } from './staff-store.ts'

/*
 * Recovers an administrator's lost password. Anybody who may write in the data folder could already change the data
 * file itself, so a file put there is enough to ask for a new password (empty, or with the login when there are several
 * administrators). The next opening of the desk writes the new password beside it.
 */

/** Accepts the name with or without the extensions that Windows hides or adds. */
const isRequest = (name: string): boolean => /^mot-de-passe-perdu(\.txt)*$/i.test(name)
const answerName = 'mot-de-passe-provisoire.txt'

/**
 * Runs each time the desk opens the service's own data, never the example town. Never throws: files in the folder must
 * not prevent the desk from opening.
 */
export const answerLostPassword = async (core: Core): Promise<void> => {
  try {
    await answer(core)
  } catch (error) {
    core.log(`mot de passe perdu\u00a0: ${String(error)}`)
  }
}

const answer = async ({ store, passwordCost, log }: Core): Promise<void> => {
  const { dataDir } = store
  const requests = readdirSync(dataDir, { withFileTypes: true })
    .filter((entry) => entry.isFile() && isRequest(entry.name))
    .map(({ name }) => join(dataDir, name))
  const path = join(dataDir, answerName)
  const writeAnswer = (text: string) => writeFileSync(path, text, { mode: 0o600, flush: true })
  const administrators = allMembers(store).filter(({ active, roles }) => active && may(roles, 'staff'))
  if (requests.length === 0) return rmSync(path, { force: true })
  if (administrators.length === 0) return
  const wanted = new Set(requests.map(loginIn))
  const [only, another] = administrators
  const member = administrators.find(({ login }) => wanted.has(login.toLowerCase())) ?? (another ? undefined : only)
  if (member) {
    const password = newPassword()
    const passwordHash = await hashPassword(password, passwordCost)
    // Write the answer before the new hash: if writing fails, the old password must remain valid.
    writeAnswer(
      `Identifiant\u00a0: ${member.login}\nMot de passe\u00a0: ${password}\n\nConnectez-vous, puis choisissez le vôtre. Ce fichier s’efface à la prochaine ouverture.\n`,
    )
    store.act(systemActor, recoveryKind, 'Mot de passe perdu, remplacé depuis le dossier des données', (write) =>
      write.update(staffMember, member.id, { passwordHash }),
    )
    store.statement('delete from post_session where staff_id = ?').run(member.id)
  } else {
    writeAnswer(
      `Plusieurs administrateurs\u00a0: ${administrators.map(({ login }) => login).join(', ')}.\nÉcrivez l’identifiant voulu dans «\u00a0mot-de-passe-perdu.txt\u00a0», puis rouvrez Espace Jeunesse.\n`,
    )
  }
  // Remove the request last: if the desk stops before, the next opening answers it again.
  for (const request of requests) rmSync(request)
  log(`mot de passe perdu\u00a0: ${member ? 'remplacé' : 'de quel administrateur\u00a0?'}`)
}

/** Windows may write the file in UTF-16: PowerShell does, and Notepad offers it. */
const loginIn = (path: string): string => {
  const bytes = readFileSync(path)
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes).trim().toLowerCase()
}

/** Four groups of four letters and digits, without those that look alike: about 79 bits of randomness. */
const newPassword = (): string =>
  Array.from({ length: 4 }, () =>
    Array.from({ length: 4 }, () => characters[randomInt(characters.length)]).join(''),
  ).join('-')
const characters = 'abcdefghjkmnpqrstuvwxyz23456789'
