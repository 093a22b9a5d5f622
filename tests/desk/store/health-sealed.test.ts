import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDesk } from '../../../main/app/desk.ts'
import { readSpreadsheet } from '../../../main/documents/spreadsheets/spreadsheet.ts'
import { checkStore, makeBackup } from '../../../main/store/backups/backup.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { keyRingPath } from '../../../main/store/key-ring.ts'
import { KeyringLocked, plainSecrets, type Secrets } from '../../../main/store/secrets.ts'
import { phraseBytes, phraseOf } from '../../../shared/rules/access/recovery-phrase.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { clientOf, password } from '../../support/desk.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { asked } from '../documents/documents-reading.ts'

const wednesdays = 'ALSH mercredi 2026/2027'
const today = day('2026-11-25')
const record = {
  allergies: 'Arachide en traces',
  diet: 'sans porc' as const,
  pai: 'Stylo d’adrénaline dans la trousse rouge',
  doctor: 'Docteur Quesnel',
}
const fine = { closed: null, canOpen: false, canStartOver: false, unreadable: 0 }
const words = ['Arachide', 'sans porc', 'adrénaline', 'Quesnel']
type Asked = Parameters<Town['client']['attendance']['list']>[0]
let town: Town

beforeEach(async () => {
  town = await aTown([
    aFamily('Marchand', { children: { Zoé: {}, Basile: {} } }),
    aWednesday({}),
    aRegistration('Marchand', 'Zoé', wednesdays),
    aRegistration('Marchand', 'Basile', wednesdays),
  ]).open()
  await town.client.reservations.move({
    act: 'book',
    reason: { kind: 'listed', code: 'toldInTime' },
    cells: ['Zoé', 'Basile'].flatMap((name) =>
      ['Matin', 'Repas'].map((slot) => ({
        registrationId: town.registration(name, wednesdays),
        day: today,
        slotId: town.slot('CLSH MERCREDI', slot),
      })),
    ),
  })
  await town.client.families.changeHealth({ childId: town.child('Zoé'), ...record })
})
afterEach(() => town.close())

/** Every file of the data folder, as a thief finds it: the write-ahead log too. */
const allBytes = (folder: string): Buffer =>
  Buffer.concat(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
  )
const found = (bytes: Buffer) => words.filter((word) => bytes.includes(word))
const labels = () =>
  town.store.statement(`select label from act where kind = 'health.read' order by id`).pluck().all() as string[]
const confirmed = async (client: Town['client']): Promise<string> => {
  const { words: shown, asked: places } = await client.settings.makePhrase()
  await client.settings.confirmPhrase({ words: places.map((place) => shown[place] ?? '') })
  return shown.join(' ')
}

const overAgain = async (client: Town['client']): Promise<string> => {
  const { words: shown, asked: places } = await client.settings.startOver()
  await client.settings.confirmPhrase({ words: places.map((place) => shown[place] ?? '') })
  return shown.join(' ')
}
const rows = (dataDir: string): unknown[] => {
  const file = new Sqlite(join(dataDir, 'espace-jeunesse.sqlite'), { readonly: true })
  try {
    return file.prepare('select * from health_record order by id').all()
  } finally {
    file.close()
  }
}

/** The same data, on a computer that lost its key; `secrets` of another computer. */
const nothing = () => undefined

const withoutKey = async <T>(
  work: (client: Town['client'], dataDir: string) => Promise<T>,
  lose: (dataDir: string) => void = (dataDir) => rmSync(keyRingPath(dataDir)),
  secrets: Secrets = plainSecrets,
): Promise<T> => {
  const { dataDir } = town.store
  await town.desk.close()
  lose(dataDir)
  const desk = await openDesk({ dataDir, exampleDir: join(town.folder, 'example'), clock: town.clock, secrets })
  try {
    const client = clientOf(desk)
    await client.staff.login({ login: 'sandrine', password })
    return await work(client, dataDir)
  } finally {
    await desk.close()
  }
}

describe('a health record', () => {
  it('of an earlier version can be opened, with the newer fields empty', async () => {
    const childId = town.child('Zoé')
    const { id } = town.store.statement('select id from health_record where child_id = ?').get(childId) as {
      id: number
    }
    const sealed = town.store.key.seal(JSON.stringify(record), `health_record ${id}`)
    town.store.sqlite.prepare('update health_record set sealed = ? where id = ?').run(sealed, id)
    expect(await town.client.families.health({ childId })).toMatchObject({
      ...record,
      treatment: '',
      insuranceUntil: null,
      doses: {},
      admittedOn: '2026-09-02',
    })
  })

  it('keeps what a page of four fields does not say, and refuses a vaccination before birth', async () => {
    const childId = town.child('Zoé')
    const doses = { mmr: '05/10/2021, 04/03/2022' }
    await town.client.families.changeHealth({ childId, ...record, treatment: 'Ventoline', doses })
    await town.client.families.changeHealth({ childId, ...record, allergies: 'Noix' })
    const known = { treatment: 'Ventoline', doses: { mmr: ['2021-10-05', '2022-03-04'] } }
    expect(await town.client.families.health({ childId })).toMatchObject({ ...known, allergies: 'Noix' })
    const wrong = async (mmr: string) =>
      expect(town.client.families.changeHealth({ childId, ...record, doses: { mmr } })).rejects.toMatchObject({
        data: { field: 'doses.mmr' },
      })
    await wrong('05/10/1999')
    await wrong('demain')
    expect(await town.client.families.health({ childId })).toMatchObject({ ...known, allergies: 'Noix' })
  })

  it('is read nowhere in the files of the desk, changed and read, cut off or closed', async () => {
    const { dataDir } = town.store
    await town.client.families.changeHealth({ childId: town.child('Basile'), ...record, doctor: '' })
    await town.client.families.changeHealth({ childId: town.child('Zoé'), ...record, allergies: 'Arachide et noix' })
    await town.client.families.health({ childId: town.child('Zoé') })
    expect(statSync(join(dataDir, 'espace-jeunesse.sqlite-wal')).size).toBeGreaterThan(0)
    expect(found(allBytes(dataDir))).toEqual([])
    for await (const step of await town.client.settings.makeBackup()) void step
    expect(found(allBytes(dataDir))).toEqual([])
    expect(checkFile(town.store.sqlite)).toEqual([])
    await town.desk.close()
    expect(found(allBytes(dataDir))).toEqual([])
  })

  it('is on the day lists, the outing sheet and in the counts of the kitchen, and each reading is logged', async () => {
    const { client } = town
    const expected: Asked = { kind: 'expected', day: today, activityIds: [], groupBy: 'activity' }
    const outing: Asked = {
      kind: 'outing',
      day: today,
      activityId: town.activity('CLSH MERCREDI'),
      registrationIds: null,
    }
    const kitchen: Asked = { kind: 'kitchen', from: today }
    for (const ask of [expected, outing])
      expect(JSON.stringify(await client.attendance.list(ask))).toContain('Arachide')
    expect(JSON.stringify(await client.attendance.list(kitchen))).toContain('Arachide en traces, PAI, sans porc')
    expect(labels()).toHaveLength(3)
    for (const format of ['pdf', 'pdf'] as const)
      for (const ask of [expected, outing, kitchen]) await client.attendance.listFile({ asked: ask, format })
    // Paper is told apart from the screen; printed twice, it is one consultation for an hour.
    expect(labels()).toHaveLength(6)
    town.clock.set('2026-11-25', '12:30')
    const sheet = await client.attendance.listFile({ asked: outing, format: 'xlsx' })
    const { rows } = await readSpreadsheet({
      bytes: new Uint8Array(await sheet.arrayBuffer()),
      sheet: '',
      maxRows: 1000,
    })
    expect(JSON.stringify(rows)).toContain('adrénaline')
    await client.attendance.sheetPdf({ activityIds: [town.activity('CLSH MERCREDI')], day: today })
    expect(labels()).toHaveLength(8)
  })

  it('is found by no search, and the audit trail holds none of its words', async () => {
    for (const word of words) {
      const answer = await town.client.home.search({ text: word })
      expect(JSON.stringify(answer)).not.toContain('Marchand')
    }
    const trail = town.store.statement('select group_concat(coalesce(before, ?) || coalesce(after, ?)) from audit')
    expect(words.filter((word) => String(trail.pluck().get('', '')).includes(word))).toEqual([])
  })

  it('opens for its own row alone', () => {
    const { store } = town
    const [one] = store.statement('select id, sealed from health_record').all() as { id: number; sealed: string }[]
    expect(store.key.open(one?.sealed ?? '', `health_record ${one?.id}`)).toContain('Arachide')
    expect(() => store.key.open(one?.sealed ?? '', 'health_record 99')).toThrow('Cette fiche est abîmée')
  })

  it('is padded, so that its length reveals little', async () => {
    const { store, client } = town
    const length = () => store.statement('select length(sealed) from health_record').pluck().get()
    const before = length()
    await client.families.changeHealth({ childId: town.child('Zoé'), ...record, allergies: '' })
    expect(length()).toBe(before)
  })

  it('damaged in the file is refused when it is opened, and warns on the lists', async () => {
    const { store, client } = town
    store.sqlite.exec(`update health_record set sealed = 'AAAA' || substr(sealed, 5)`)
    await expect(client.families.health({ childId: town.child('Zoé') })).rejects.toMatchObject({
      data: { sentence: 'Cette fiche est abîmée\u00a0: elle ne s’ouvre plus.' },
    })
    const list = await client.attendance.list({ kind: 'expected', day: today, activityIds: [], groupBy: 'activity' })
    expect(JSON.stringify(list)).toContain('Fiche sanitaire scellée')
  })
})

it('a record whose bytes changed since the last backup, by no act, is found by the check of the file', async () => {
  const { store, client } = town
  expect(await makeBackup(store)).toMatchObject({ verified: true })
  await client.families.changeHealth({ childId: town.child('Zoé'), ...record, allergies: 'Aucune' })
  expect(await checkStore(store)).toEqual([])
  await makeBackup(store)
  store.sqlite.exec(`update health_record set sealed = 'AAAA' || substr(sealed, 5)`)
  expect(await checkStore(store)).toMatchObject([{ kind: 'fact', table: 'health_record' }])
})

describe('the key', () => {
  it('is stored beside the data folder, readable by this account only, never in the folder', async () => {
    const { dataDir, key } = town.store
    const path = keyRingPath(dataDir)
    expect(dirname(path)).toBe(dirname(dataDir))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const bytes = key.key?.bytes ?? Buffer.alloc(0)
    expect(readFileSync(path, 'utf8')).toContain(bytes.toString('base64'))
    for (const shape of [bytes, bytes.toString('base64'), bytes.toString('hex')])
      expect(allBytes(dataDir).includes(shape)).toBe(false)
  })

  it('is kept again by the phrase where the secret store was emptied: the desk works meanwhile, and says so', async () => {
    const phrase = await confirmed(town.client)
    await withoutKey(async (client) => {
      const childId = town.child('Zoé')
      const sealed =
        'Les fiches sanitaires sont scellées\u00a0: ce poste n’a plus leur clé. Seule la phrase de secours les rouvre.'
      expect(await client.settings.sealing()).toMatchObject({ closed: sealed, canOpen: true })
      await expect(client.families.health({ childId })).rejects.toMatchObject({ data: { sentence: sealed } })
      await expect(client.families.changeHealth({ childId, ...record, pai: '' })).rejects.toMatchObject({
        data: { sentence: sealed },
      })
      // A list never looks as if there were nothing to know.
      const list = await client.attendance.list({ kind: 'expected', day: today, activityIds: [], groupBy: 'activity' })
      expect(JSON.stringify(list)).toContain('Fiche sanitaire scellée\u00a0: demandez-la')
      expect((await client.families.one({ id: town.family('Marchand') })).children).toMatchObject([
        { firstName: 'Zoé', hasHealthAlert: true },
        { firstName: 'Basile', hasHealthAlert: false },
      ])
      await client.families.addPickup({
        childId,
        name: 'Odile Marchand',
        relation: 'Grand-mère',
        phone: '',
        allowed: true,
      })
      const wrong = phraseOf(new Uint8Array(phraseBytes)).join(' ')
      await expect(client.settings.openByPhrase({ phrase: wrong })).rejects.toMatchObject({
        data: { sentence: expect.stringContaining('Cette phrase n’ouvre pas ces fiches'), field: 'phrase' },
      })
      expect(await client.settings.openByPhrase({ phrase })).toMatchObject({ closed: null })
      expect(await client.families.health({ childId })).toMatchObject({ ...record, isLost: false })
    })
    await withoutKey(
      async (client) =>
        expect(await client.families.health({ childId: town.child('Zoé') })).toMatchObject({
          ...record,
          isLost: false,
        }),
      () => undefined,
    )
  })

  it('that another computer sealed is a lost one, and is not thrown away', async () => {
    const phrase = await confirmed(town.client)
    const turned: Secrets = {
      seal: (text) => Buffer.from(Buffer.from(text).toReversed()),
      open: (sealed) => Buffer.from(sealed.toReversed()).toString(),
    }
    await withoutKey(
      async (client, dataDir) => {
        expect((await client.settings.sealing()).closed).toContain('scellées')
        await client.settings.openByPhrase({ phrase })
        expect(await client.families.health({ childId: town.child('Zoé') })).toMatchObject({ ...record, isLost: false })
        expect(readFileSync(`${keyRingPath(dataDir)}.illisible`, 'utf8')).toContain('publicKey')
      },
      () => undefined,
      turned,
    )
  })

  it('that the keyring does not hand out today is not lost: nothing takes its place, and it opens another day', async () => {
    const sentence = 'Le trousseau de cette session ne s’est pas ouvert.'
    const refused: Secrets = {
      seal: () => {
        throw Object.assign(new Error(sentence), { sentence })
      },
      open: () => {
        throw new KeyringLocked(sentence)
      },
    }
    await withoutKey(
      async (client, dataDir) => {
        expect(await client.settings.sealing()).toMatchObject({ closed: sentence, canStartOver: false })
        await expect(client.settings.startOver()).rejects.toMatchObject({ data: { sentence } })
        await expect(client.families.health({ childId: town.child('Zoé') })).rejects.toMatchObject({
          data: { sentence },
        })
        expect(existsSync(`${keyRingPath(dataDir)}.illisible`)).toBe(false)
      },
      nothing,
      refused,
    )
    await withoutKey(
      async (client) =>
        expect(await client.families.health({ childId: town.child('Zoé') })).toMatchObject({
          ...record,
          isLost: false,
        }),
      nothing,
    )
  })

  it('lost without a confirmed phrase says that nothing opens', async () => {
    await town.client.settings.makePhrase()
    await withoutKey(async (client) => {
      expect(await client.settings.sealing()).toMatchObject({ canOpen: false, phrase: null })
      await expect(client.settings.openByPhrase({ phrase: 'abeille' })).rejects.toMatchObject({
        data: { sentence: expect.stringContaining('Aucune phrase de secours n’a été confirmée') },
      })
    })
  })

  it('that a computer cannot keep is not made: the desk opens, health and backups are refused with its sentence', async () => {
    const sentence = 'Cette machine n’a pas de trousseau.'
    const none: Secrets = {
      seal: () => {
        throw Object.assign(new Error(sentence), { sentence })
      },
      open: () => {
        throw new Error('nothing')
      },
    }
    const folder = join(town.folder, 'sans-trousseau')
    const desk = await openDesk({ dataDir: folder, exampleDir: `${folder}-exemple`, clock: town.clock, secrets: none })
    try {
      expect(desk.core.store.key.closed).toBe(sentence)
      expect(() => desk.core.store.key.seal('a', 'b')).toThrow(sentence)
    } finally {
      await desk.close()
    }
  })
})

describe('starting over with a new key', () => {
  it('says how many records are lost, leaves them as they are, and seals the next ones', async () => {
    const [childId, other] = [town.child('Zoé'), town.child('Basile')]
    await withoutKey(async (client, dataDir) => {
      expect(await client.settings.sealing()).toMatchObject({ canOpen: false, canStartOver: true, unreadable: 1 })
      const before = rows(dataDir)
      await overAgain(client)
      expect(rows(dataDir)).toEqual(before)
      expect(await client.settings.sealing()).toMatchObject({ ...fine, unreadable: 1, phrase: { on: today } })
      expect(await client.families.health({ childId })).toMatchObject({
        allergies: '',
        diet: '',
        pai: '',
        doctor: '',
        isLost: true,
      })
      // A list never looks as if there were nothing to know.
      const list = await client.attendance.list({ kind: 'expected', day: today, activityIds: [], groupBy: 'activity' })
      expect(JSON.stringify(list)).toContain('Fiche sanitaire illisible')
      await client.families.changeHealth({ childId: other, ...record })
      expect(await client.families.health({ childId: other })).toMatchObject({ ...record, isLost: false })
      const { acts } = await client.settings.audit({})
      expect(acts.map(({ label }) => label)).toContainEqual(
        expect.stringContaining('Nouvelle clé\u00a0: 1\u00a0fiche sanitaire illisible, phrase de secours'),
      )
    })
    await withoutKey(
      async (client) => {
        expect(await client.families.health({ childId: other })).toMatchObject({ ...record, isLost: false })
        expect(await client.families.health({ childId })).toMatchObject({ isLost: true })
      },
      () => undefined,
    )
  })

  it('leaves a record that is typed again, even empty, like any other', async () => {
    const childId = town.child('Zoé')
    await withoutKey(async (client) => {
      await overAgain(client)
      await client.families.changeHealth({ childId, allergies: '', diet: '', pai: '', doctor: '' })
      expect(await client.families.health({ childId })).toMatchObject({ isLost: false })
      expect(await client.settings.sealing()).toMatchObject({ unreadable: 0 })
    })
  })

  it('changes nothing before the new phrase is confirmed', async () => {
    await withoutKey(async (client) => {
      await client.settings.startOver()
      await expect(client.settings.confirmPhrase({ words: ['girafon', '', ''] })).rejects.toMatchObject({
        code: 'REFUSED',
      })
      expect(await client.settings.sealing()).toMatchObject({ closed: expect.stringContaining('scellées') })
    })
  })

  it('lets the phrase of before, found again, open what was not typed again', async () => {
    const phrase = await confirmed(town.client)
    const childId = town.child('Zoé')
    await withoutKey(async (client) => {
      const next = await overAgain(client)
      expect(await client.settings.sealing()).toMatchObject({ closed: null, canOpen: true, unreadable: 1 })
      await expect(client.settings.openByPhrase({ phrase: next })).rejects.toMatchObject({ code: 'REFUSED' })
      expect(await client.settings.openByPhrase({ phrase })).toMatchObject(fine)
      expect(await client.families.health({ childId })).toMatchObject({ ...record, isLost: false })
    })
  })

  it('makes backups that the new phrase opens on another computer', async () => {
    let phrase = ''
    await withoutKey(async (client) => {
      phrase = await overAgain(client)
      await client.families.changeHealth({ childId: town.child('Zoé'), ...record })
      for await (const step of await client.settings.makeBackup()) void step
    })
    await withoutKey(async (client) => {
      expect(await client.settings.openByPhrase({ phrase })).toMatchObject(fine)
      const { backups } = await client.settings.backups()
      await client.settings.restoreBackup({ name: backups[0]?.name ?? '', phrase })
      await client.staff.login({ login: 'sandrine', password })
      expect(await client.families.health({ childId: town.child('Zoé') })).toMatchObject({ ...record, isLost: false })
    })
  })

  it('is for the administrator, where the key is lost', async () => {
    await expect(town.client.settings.startOver()).rejects.toMatchObject({
      data: { sentence: 'Les fiches sanitaires s’ouvrent sur ce poste\u00a0: il n’y a pas à repartir.' },
    })
    const director = await town.as('director')
    await expect(director.settings.startOver()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('the recovery phrase', () => {
  it('is shown once, printed on one sheet, and holds once some of its words are retyped', async () => {
    const { client } = town
    expect(await client.settings.sealing()).toEqual({ ...fine, phrase: null })
    const { number, words: shown, asked: places } = await client.settings.makePhrase()
    expect(shown).toHaveLength(15)
    const sheet = new Uint8Array(await (await client.settings.phraseSheet()).arrayBuffer())
    const text = asked('pdftotext', sheet, [], ['-'])
    for (const word of shown) expect(text).toContain(word)
    expect(text).toContain(number)
    expect(await client.settings.sealing()).toMatchObject({ phrase: null })
    await expect(
      client.settings.confirmPhrase({ words: [shown[places[0] ?? 0] ?? '', 'girafon', ''] }),
    ).rejects.toMatchObject({
      data: {
        sentence: `Ce n’est pas le mot ${(places[1] ?? 0) + 1} de la feuille n°\u00a0${number}.`,
        field: 'words.1',
      },
    })
    expect(await client.settings.sealing()).toMatchObject({ phrase: null })
    const typed = places.map((place) => ` ${(shown[place] ?? '').toUpperCase()}`)
    expect(await client.settings.confirmPhrase({ words: typed })).toEqual({ ...fine, phrase: { number, on: today } })
    for (const call of [() => client.settings.phraseSheet(), () => client.settings.confirmPhrase({ words: typed })])
      await expect(call()).rejects.toMatchObject({
        data: { sentence: 'Cette phrase n’est plus à l’écran\u00a0: faites-en une nouvelle.' },
      })
    expect(allBytes(town.store.dataDir).includes(shown.slice(0, 3).join(' '))).toBe(false)
  })

  it('remains valid until the next one is confirmed, and then opens nothing here', async () => {
    const first = await confirmed(town.client)
    await town.client.settings.makePhrase()
    const second = await confirmed(town.client)
    await withoutKey(async (client) => {
      await expect(client.settings.openByPhrase({ phrase: first })).rejects.toMatchObject({ code: 'REFUSED' })
      expect(await client.settings.openByPhrase({ phrase: second })).toMatchObject({ closed: null })
    })
  })

  it('is made by the administrator only', async () => {
    const director = await town.as('director')
    await expect(director.settings.makePhrase()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(director.settings.phraseSheet()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
