import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { ORPCError } from '@orpc/client'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { sealAccess } from '../../../main/desk/quotients/api-access.ts'
import { readConsents, revokeConsent } from '../../../main/desk/quotients/quotients.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import type { Consulted } from '../../../shared/contract/desk/money/quotients.ts'
import { Refusal } from '../../../shared/contract/procedure.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aClock } from '../../support/desk.ts'
import { type AnApi, aFile, anApi, apiToken, refusals } from '../../support/machine/api-particulier.ts'
import { aFamily, aTown, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

const homes = ['Aubry', 'Bazin', 'Clerc', 'Duval'] as const
type Home = (typeof homes)[number]

let town: Town
afterEach(() => town.close())

const asking = (home: Home) => ({ name: `NEE-${home.toUpperCase()}`, firstNames: 'CAMILLE JEANNE', born: '1987-06-27' })
const child = (born = '2020-03-14') => ({ name: 'X', firstNames: 'LOU', born })

/**
 * Four homes with a parent and a child each and a quotient of 727, and an API that answers for those that consented.
 */
const open = async (answers: Parameters<typeof anApi>[0], consenting: readonly Home[] = homes): Promise<AnApi> => {
  town = await homes
    .reduce(
      (built, name) => built.with(aFamily(name, { familyQuotient: 727, children: { [`Lou ${name}`]: {} } })),
      aTown(),
    )
    .open(aClock('2026-11-25'))
  const api = await anApi(answers)
  onTestFinished(() => api.close())
  const organisation = await town.client.settings.organisation()
  await town.client.settings.changeOrganisation({ ...organisation, siret: '21140060600011' })
  sealAccess(town.desk.core, town.person, { address: api.address, token: apiToken })
  for (const home of consenting) await consent(home)
  return api
}

const consent = async (home: Home, changes: object = {}) => {
  const familyId = town.family(home)
  const { guardians } = await town.client.families.one({ id: familyId })
  await town.client.quotients.giveConsent({
    familyId,
    guardianId: guardians[0]?.id ?? 0,
    givenOn: '2026-11-20',
    givenBy: 'paper',
    birthName: asking(home).name,
    firstNames: 'Camille Jeanne',
    civilSex: 'F',
    bornOn: '1987-06-27',
    birthCountry: '99100',
    birthTown: '08480',
    ...changes,
  })
}

const consult = async (
  wish: Partial<{ familyIds: number[] | null; month: string | null; fromDay: string }> = {},
): Promise<Consulted & { notes: string[] }> => {
  const notes: string[] = []
  const steps = await town.client.quotients.consult({ familyIds: null, month: null, fromDay: '2026-12-01', ...wish })
  for await (const step of steps) {
    if (step.step === 'done') return { ...step.result, notes }
    if (step.note !== undefined) notes.push(step.note)
  }
  throw new Error('the consultation ended without a result')
}

const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
  } catch (error) {
    if (error instanceof ORPCError) return Refusal.parse(error.data).sentence
    throw error
  }
  return ''
}

const quotientsOf = async (home: Home) =>
  (await town.client.families.one({ id: town.family(home) })).quotients.map(
    ({ fromDay, value, source }) => `${fromDay} ${value} ${source}`,
  )

/** Why each home has no quotient, or why the answer may concern somebody else. */
const said = async () => (await consult({ month: '2026-10' })).rows.map((row) => row.said || row.doubts.join(' '))

describe('asking the CAF or the MSA for quotients', () => {
  it('shows each difference before anything is written, then writes what was accepted, in one act', async () => {
    const api = await open(
      {
        'NEE-AUBRY': [aFile(asking('Aubry'), { value: 640, children: [child()] })],
        'NEE-BAZIN': [aFile(asking('Bazin'), { value: 727, children: [child()] })],
        'NEE-CLERC': [aFile(asking('Clerc'), { value: 812, fund: 'MSA', month: [2026, 10], children: [child()] })],
      },
      ['Aubry', 'Bazin', 'Clerc'],
    )
    const { ticket, rows } = await consult()
    expect(rows.map(({ family, state, here, there, month }) => [family, state, here, there, month])).toEqual([
      ['Aubry', 'different', '727', 'QF 640 (CAF)', '2026-11'],
      ['Bazin', 'same', '727', 'QF 727 (CAF)', '2026-11'],
      ['Clerc', 'different', '727', 'QF 812 (MSA)', '2026-10'],
    ])
    expect(rows.flatMap(({ doubts }) => doubts)).toEqual([])
    expect(await quotientsOf('Aubry')).toEqual(['2025-09-01 727 CAF'])
    const [first] = api.asked
    expect(first?.authorization).toBe(`Bearer ${apiToken}`)
    expect(Object.fromEntries(first?.parameters ?? [])).toMatchObject({
      recipient: '21140060600011',
      nomNaissance: 'NEE-AUBRY',
      sexeEtatCivil: 'F',
      anneeDateNaissance: '1987',
      moisDateNaissance: '6',
      jourDateNaissance: '27',
      codeCogInseePaysNaissance: '99100',
      codeCogInseeCommuneNaissance: '08480',
    })
    expect(first?.parameters.getAll('prenoms[]')).toEqual(['Camille', 'Jeanne'])
    expect(first?.parameters.has('mois')).toBe(false)

    const { actId, recorded } = await town.client.quotients.acceptConsulted({
      ticket,
      familyIds: [town.family('Aubry'), town.family('Clerc')],
    })
    expect(recorded).toBe(2)
    expect(await quotientsOf('Aubry')).toEqual(['2026-12-01 640 CAF, API Particulier', '2025-09-01 727 CAF'])
    expect(await quotientsOf('Clerc')).toEqual(['2026-12-01 812 MSA, API Particulier', '2025-09-01 727 CAF'])
    expect(await quotientsOf('Bazin')).toEqual(['2025-09-01 727 CAF'])
    expect(await town.client.invoicing.firstDeclaredDay({ actId })).toBe('2026-12-01')
    await undone(town.client, actId)
    expect(await quotientsOf('Aubry')).toEqual(['2025-09-01 727 CAF'])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('says why a home has no quotient: no file, none that month, namesakes, the fund unreachable, another answer', async () => {
    await open({
      'NEE-AUBRY': [refusals.absent, refusals.absentMsa, aFile(asking('Aubry'), { value: null })],
      'NEE-BAZIN': [refusals.ambiguous, refusals.birthTown],
      'NEE-CLERC': [refusals.broken, refusals.slow, refusals.garbled],
      'NEE-DUVAL': [
        aFile({ ...asking('Duval'), born: '1970-01-01' }, { value: 300, children: [child('2011-01-01')] }),
        refusals.tooOld,
      ],
    })
    expect(await said()).toEqual([
      expect.stringMatching(/^La CAF ne trouve pas de dossier/),
      expect.stringMatching(/^Plusieurs personnes répondent/),
      expect.stringMatching(/^La CAF et la MSA ne répondent pas/),
      expect.stringMatching(/^La personne du dossier n’a pas .* homonyme.*Aucun enfant du foyer/),
    ])
    expect(await said()).toEqual([
      expect.stringMatching(/^La MSA ne trouve pas de dossier/),
      expect.stringMatching(/^L’état civil noté n’est pas accepté\u00a0: Le lieu de naissance/),
      expect.stringMatching(/^La CAF et la MSA ne répondent pas/),
      expect.stringMatching(/^Ce mois n’est pas accepté/),
    ])
    expect((await said()).slice(0, 3)).toEqual([
      expect.stringMatching(/sans quotient pour ce mois/),
      expect.stringMatching(/^L’état civil/),
      expect.stringMatching(/ne se lit pas/),
    ])
  })

  it('waits as long as the API asks, says so, and goes on', async () => {
    const api = await open({ 'NEE-AUBRY': [refusals.tooMany, aFile(asking('Aubry'), { value: 640 })] }, ['Aubry'])
    const { rows, notes } = await consult()
    expect(rows[0]?.there).toBe('QF 640 (CAF)')
    expect(notes.join()).toMatch(/demande d’attendre [12]\u00a0seconde/)
    expect(api.asked).toHaveLength(2)
  })

  it('stops asking once the service is down', async () => {
    const api = await open(Object.fromEntries(homes.map((home) => [asking(home).name, [refusals.broken]])))
    const { rows } = await consult()
    expect(rows.map(({ said }) => said.slice(0, 10))).toEqual([
      ...Array.from({ length: 3 }, () => 'La CAF et '),
      'Pas demand',
    ])
    expect(api.asked).toHaveLength(3)
  })

  it.each([
    ['cut', refusals.cut, /ne répondent pas en ce moment/],
    ['of 10 MB', refusals.huge, /ne se lit pas/],
    ['in UTF-16', { status: 200, body: Buffer.from('{"data":{}}', 'utf16le') }, /ne se lit pas/],
    ['with an impossible quotient', aFile(asking('Bazin'), { value: 99_999 }), /ne se lit pas/],
    ['with an impossible month', aFile(asking('Bazin'), { value: 640, month: [0, 13] }), /ne se lit pas/],
  ])('says that an answer %s is none, and asks for the next home', async (_, answer, sentence) => {
    await open({
      'NEE-AUBRY': [aFile(asking('Aubry'), { value: 640, children: [child()] })],
      'NEE-BAZIN': [answer],
      'NEE-CLERC': [aFile(asking('Clerc'), { value: 812, children: [child()] })],
    })
    const { rows } = await consult()
    expect(rows.map(({ state }) => state)).toEqual(['different', 'silent', 'different', 'silent'])
    expect(rows[1]?.said).toMatch(sentence)
  })

  it('keeps the answers that came before the service itself is refused, and says why the others were not asked', async () => {
    const api = await open({
      'NEE-AUBRY': [aFile(asking('Aubry'), { value: 640, children: [child()] })],
      'NEE-BAZIN': [refusals.expired],
    })
    const { ticket, rows } = await consult()
    expect(rows.map(({ said }) => said.slice(0, 32))).toEqual([
      '',
      ...Array.from({ length: 3 }, () => 'Pas demandé. Le jeton a expiré\u00a0:'),
    ])
    expect(api.asked).toHaveLength(2)
    await town.client.quotients.acceptConsulted({ ticket, familyIds: [town.family('Aubry')] })
    expect(await quotientsOf('Aubry')).toHaveLength(2)
  })

  it('does not ask for a home that withdraws its consent while others are asked', async () => {
    const api = await open(
      {
        'NEE-AUBRY': [
          () => {
            const { core } = town.desk
            const [consentOfBazin] = readConsents(core, town.family('Bazin'))
            revokeConsent(core, town.person, { id: consentOfBazin?.id ?? 0, on: day('2026-11-25') })
            return aFile(asking('Aubry'), { value: 640, children: [child()] })
          },
        ],
      },
      ['Aubry', 'Bazin'],
    )
    const { rows } = await consult()
    expect(rows.map(({ said }) => said)).toEqual(['', 'Pas demandé. L’accord vient d’être retiré.'])
    expect(api.asked).toHaveLength(1)
  })

  it.each([
    ['token', refusals.token, /jeton n’est pas reconnu/],
    ['expired', refusals.expired, /jeton a expiré/],
    ['rights', refusals.rights, /habilitation/],
    ['scope', refusals.masked, /ne donne pas le quotient/],
  ])('stops when the service itself is refused: %s', async (_, answer, sentence) => {
    await open({ 'NEE-AUBRY': [answer] }, ['Aubry'])
    expect(await refusal(consult())).toMatch(sentence)
  })

  it('is stopped, and leaves nothing but its trace', async () => {
    await open({ 'NEE-AUBRY': [refusals.tooMany] }, ['Aubry'])
    const stop = new AbortController()
    const steps = await town.client.quotients.consult(
      { familyIds: null, month: null, fromDay: '2026-12-01' },
      { signal: stop.signal },
    )
    await expect(
      (async () => {
        for await (const step of steps) if (step.step === 'working') stop.abort()
      })(),
    ).rejects.toThrow('abort')
    expect(await quotientsOf('Aubry')).toEqual(['2025-09-01 727 CAF'])
    const { acts } = await town.client.settings.audit({})
    expect(acts[0]).toMatchObject({ kind: 'quotients.consult', changes: 1 })
  })

  it('goes through the proxy of the town hall', async () => {
    const api = await open({ 'NEE-AUBRY': [aFile(asking('Aubry'), { value: 640 })] }, ['Aubry'])
    const tunnels: string[] = []
    const proxy = createServer((request, response) => {
      tunnels.push(request.url ?? '')
      response.writeHead(502).end()
    }).listen(0, '127.0.0.1')
    proxy.on('connect', (request, near) => {
      tunnels.push(request.url ?? '')
      const far = connect(Number(new URL(api.address).port), '127.0.0.1', () => {
        near.write('HTTP/1.1 200 OK\r\n\r\n')
        far.pipe(near)
        near.pipe(far)
      })
    })
    await once(proxy, 'listening')
    onTestFinished(() => {
      proxy.closeAllConnections()
      proxy.close()
    })
    const { port } = proxy.address() as { port: number }
    await town.client.exchange.saveNetwork({ proxy: `http://127.0.0.1:${port}`, certificateAuthority: '' })
    // Hosts of this computer bypass a proxy: another name for it.
    sealAccess(town.desk.core, town.person, { address: 'http://api.exemple.fr', token: apiToken })
    await refusal(consult())
    expect(tunnels.length).toBeGreaterThan(0)
  })
})

/** The number of audit rows that contain this text. */
const valuesInHistory = (text: string) =>
  town.store
    .statement(`select count(*) from audit where instr(coalesce(before, '') || coalesce(after, ''), ?)`)
    .pluck()
    .get(text)

describe('consent', () => {
  it('is needed, dated, and withdrawn: nothing is asked any more, and the civil status is deleted', async () => {
    const api = await open({ 'NEE-AUBRY': [aFile(asking('Aubry'), { value: 640 })] }, [])
    const familyId = town.family('Aubry')
    expect(await refusal(consult())).toMatch(/Aucune famille n’a donné son accord/)
    expect(await refusal(consult({ familyIds: [familyId] }))).toMatch(/n’a pas donné son accord/)
    await consent('Aubry')
    expect(await town.client.quotients.consented()).toEqual({ homes: 1 })
    const { ticket } = await consult({ familyIds: [familyId] })
    expect(valuesInHistory('NEE-AUBRY')).toBe(1)
    const [given] = await town.client.quotients.consents({ familyId })
    expect(given).toMatchObject({ guardian: 'Camille Aubry', givenOn: '2026-11-20', revokedOn: null })
    await town.client.quotients.revokeConsent({ id: given?.id ?? 0, on: '2026-11-25' })
    expect(await refusal(town.client.quotients.acceptConsulted({ ticket, familyIds: [familyId] }))).toMatch(
      /^La famille Aubry a retiré son accord/,
    )
    expect(await town.client.quotients.consents({ familyId })).toMatchObject([
      { givenOn: '2026-11-20', revokedOn: '2026-11-25', birthName: '', firstNames: '', bornOn: null, birthTown: '' },
    ])
    expect(await refusal(consult())).toMatch(/Aucune famille/)
    expect(api.asked).toHaveLength(1)
    expect(valuesInHistory('NEE-AUBRY')).toBe(0)
    expect(checkFile(town.store.sqlite)).toEqual([])
    await consent('Aubry', { birthTown: '', birthCountry: '99127' })
    expect(await town.client.quotients.consents({ familyId })).toHaveLength(2)
  })

  it.each([
    ['birthCountry', { birthCountry: 'France' }],
    ['birthTown', { birthTown: '145' }],
    ['birthTown', { birthTown: '14118', birthCountry: '99127' }],
    ['bornOn', { bornOn: '2019-01-01' }],
    ['givenOn', { givenOn: '2026-12-25' }],
    ['guardianId', { guardianId: 9999 }],
    ['birthName', { birthName: '' }],
  ])('is refused at its field: %s', async (field, changes) => {
    await open({}, [])
    await expect(consent('Aubry', changes)).rejects.toMatchObject({ data: { field } })
    expect(await town.client.quotients.consents({ familyId: town.family('Aubry') })).toEqual([])
  })

  it('of two merged records is kept once, exported with the family’s data, and erased with it', async () => {
    await open({}, ['Aubry', 'Bazin'])
    await town.client.doubles.merge({
      kind: 'family',
      keptId: town.family('Aubry'),
      goneId: town.family('Bazin'),
      take: [],
    })
    const familyId = town.family('Aubry')
    expect(await town.client.quotients.consents({ familyId })).toHaveLength(1)
    expect(checkFile(town.store.sqlite)).toEqual([])
    const copy = Buffer.from(await (await town.client.protection.exportFamily({ familyId })).arrayBuffer())
    expect(copy.length).toBeGreaterThan(0)
    for await (const _ of await town.client.protection.erase({
      subject: 'family',
      id: familyId,
      confirmation: 'Aubry',
    }));
    expect(town.store.statement('select count(*) from quotient_consent').pluck().get()).toBe(0)
    expect(valuesInHistory('NEE-AUBRY')).toBe(0)
  })
})

it('the token is sealed on this computer: in no answer, no log, no act, no backup', async () => {
  await open({ 'NEE-AUBRY': [refusals.token] }, ['Aubry'])
  await refusal(consult())
  expect(await town.client.quotients.access()).toEqual({ service: 'production', problem: null })
  const secret = apiToken.split('.')[1] ?? ''
  const files = readdirSync(town.store.dataDir, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
  town.store.sqlite.pragma('wal_checkpoint(truncate)')
  const holding = files.filter((path) => readFileSync(path).includes(secret))
  expect(holding.map((path) => path.split('/').at(-1))).toEqual(['api-particulier'])
  await expect(
    town.client.quotients.saveAccess({ token: 'pas un jeton', service: 'production' }),
  ).rejects.toMatchObject({
    data: { field: 'token' },
  })
  await town.client.quotients.removeAccess()
  expect(await refusal(consult())).toMatch(/jeton de l’API Particulier manque/)
})

it('the roles decide who may ask the funds, record consents and set the token', async () => {
  await open({}, ['Aubry'])
  const familyId = town.family('Aubry')
  const cashier = await town.as('cashier')
  const forbidden = { code: 'FORBIDDEN' }
  await expect(
    cashier.quotients.consult({ familyIds: [familyId], month: null, fromDay: '2026-12-01' }),
  ).rejects.toMatchObject(forbidden)
  await expect(cashier.quotients.revokeConsent({ id: 1, on: '2026-11-25' })).rejects.toMatchObject(forbidden)
  await expect(cashier.quotients.ask({ familyIds: [familyId], note: '', dueOn: '2026-12-15' })).rejects.toMatchObject(
    forbidden,
  )
  const receptionist = await town.as('receptionist')
  await expect(receptionist.quotients.saveAccess({ token: apiToken, service: 'production' })).rejects.toMatchObject(
    forbidden,
  )
  await expect(receptionist.quotients.saveRule({ rule: null })).rejects.toMatchObject(forbidden)
  const animator = await town.as('animator')
  await expect(animator.quotients.expiring({ until: '2026-12-25' })).rejects.toMatchObject(forbidden)
  await expect(animator.quotients.consents({ familyId })).rejects.toMatchObject(forbidden)
})
