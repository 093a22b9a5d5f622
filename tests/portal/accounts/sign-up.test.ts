import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyAnswers } from '../../../main/portal/exchange/answers.ts'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { recover } from '../../../main/portal/exchange/recovered.ts'
import { prunePortal } from '../../../main/portal/program/prune.ts'
import { deleteCollected } from '../../../main/portal/sign-up/signing-up.ts'
import { logEntry, mail, signUp, signUpLink } from '../../../main/portal/store/schema/index.ts'
import { SignUpEntry } from '../../../shared/contract/portal/entries.ts'
import { anouk, aSignUpPortal, lea, signUpTown, typedHome } from '../sign-up.ts'
import { stores } from '../stores.ts'
import { published } from '../town.ts'

const day = 24 * 60

describe.each(stores)('a newcomer on %s', (_, open) => {
  let place: Awaited<ReturnType<typeof aSignUpPortal>>
  beforeEach(async () => {
    place = await aSignUpPortal(open)
  })
  afterEach(() => place.close())

  const rows = () => place.portal.store.db.select().from(signUp)
  const said = () => place.portal.store.db.select().from(logEntry)
  const mailed = async (email: string, count: number) => {
    const own = () => place.mailbox.received.filter(({ to }) => to === email)
    await expect.poll(() => own().length).toBe(count)
    return own().at(-1)
  }

  const ask = (email: string, from: string) => place.ask('/inscription', { fields: { email }, from })

  it('signs up in four steps: the desk gets what was typed, normalised, with the accepted règlement', async () => {
    const { sent, cookie } = await place.signedUp()
    expect([sent.status, sent.to]).toEqual([303, '/inscription/envoyee'])
    const [entry, ...others] = await said()
    expect([entry?.kind, others]).toEqual(['signUp', []])
    const body = SignUpEntry.parse(JSON.parse(entry?.body ?? ''))
    expect(body).toMatchObject({
      email: lea,
      guardians: [
        { civility: 'Mme', firstName: 'Léa', lastName: 'Garnier', email: lea, mobilePhone: '06 39 98 20 64' },
        { civility: 'M.', firstName: 'Hugo', lastName: 'Maillard', email: '' },
      ],
      address: { line1: '21 rue du Stade', postcode: '14550', town: 'Blainville-sur-Orne' },
      children: [
        { firstName: 'Anouk', birth: '2021-02-09', sex: 'F', school: 'École Jacques-Prévert', schoolClass: 'GS' },
        { firstName: 'Marius', birth: '2023-06-30', sex: 'M', schoolClass: 'PS' },
      ],
      terms: { ...signUpTown.signUp?.terms, acceptedAt: place.portal.clock() },
    })
    const page = await place.ask('/inscription/envoyee', { cookie })
    expect(page.text).toContain('Votre demande est enregistrée')
    expect(page.text).toContain('vendredi 27 novembre 2026')
    expect((await mailed(lea, 2))?.subject).toBe('Demande d’inscription enregistrée')
  })

  it('is opened by a link that works once, within 48 hours, and not by being looked at', async () => {
    await place.ask('/inscription', { fields: { email: lea } })
    await mailed(lea, 1)
    const jeton = place.mailbox.linkTo(lea)
    for (let look = 0; look < 2; look += 1) {
      expect((await place.ask(`/inscription/lien?jeton=${jeton}`)).text).toContain('Continuer mon inscription')
    }
    expect((await place.ask('/inscription/lien', { fields: { jeton } })).to).toBe('/inscription/foyer')
    const again = await place.ask('/inscription/lien', { fields: { jeton } })
    expect((await place.ask(again.to)).text).toContain('Ce lien ne marche plus')
    place.clock.later(11)
    await place.ask('/inscription', { fields: { email: 'tard@exemple.fr' } })
    await mailed('tard@exemple.fr', 1)
    place.clock.later(48 * 60)
    const late = await place.ask('/inscription/lien', { fields: { jeton: place.mailbox.linkTo('tard@exemple.fr') } })
    expect((await place.ask(late.to)).text).toContain('Ce lien ne marche plus')
  })

  it('does not learn whether an address is known: the page is the same, and only the mail says that there is an account', async () => {
    const known = 'claire.aubry@exemple.fr'
    const before = place.mailbox.received.filter(({ to }) => to === known).length
    const pages = [
      await place.ask('/inscription', { fields: { email: known } }),
      await place.ask('/inscription', { fields: { email: lea } }),
    ]
    expect(pages[0]).toEqual(pages[1])
    expect((await mailed(known, before + 1))?.text).toContain('a déjà un compte')
    expect((await mailed(lea, 1))?.text).toContain('/inscription/lien?jeton=')
    expect(await place.portal.store.db.$count(signUpLink)).toBe(1)
    await place.signedUp('autre@exemple.fr')
    await place.ask('/inscription', { fields: { email: 'autre@exemple.fr' } })
    expect((await mailed('autre@exemple.fr', 3))?.text).toContain('déjà enregistrée')
  })

  it('waits after three links to one address, whoever asks, and after twenty from one place', async () => {
    for (let time = 0; time < 3; time += 1)
      expect((await ask(lea, `198.51.100.${time}`)).text).toContain('Regardez vos mails')
    const refused = await ask(lea, '198.51.100.9')
    expect([refused.status, refused.text]).toEqual([303, expect.stringContaining('Attendez 10 minutes')])
    for (let time = 0; time < 20; time += 1) await ask(`n${time}@exemple.fr`, '198.51.100.50')
    expect((await ask('encore@exemple.fr', '198.51.100.50')).text).toContain('Trop d’essais')
    expect((await ask('ailleurs@exemple.fr', '198.51.100.51')).text).toContain('Regardez vos mails')
  })

  it('mails nobody for a program that fills the field that nobody sees', async () => {
    const page = await place.ask('/inscription', { fields: { email: lea, site: 'https://exemple.fr' } })
    expect(page.text).toContain('Regardez vos mails')
    await place.portal.mails.sendWaiting()
    expect(place.mailbox.received.filter(({ to }) => to === lea)).toEqual([])
  })

  it('loses nothing typed: on an error, between steps, on another device', async () => {
    const cookie = await place.checked()
    const home = await place.ask('/inscription/foyer', { cookie, fields: { ...typedHome, postcode: '145' } })
    expect(home.status).toBe(303)
    expect(home.text).toContain('1 réponse à corriger')
    expect(home.text).toContain('Le code postal a 5 chiffres.')
    for (const text of ['21 rue du Stade', 'value="145"', '0639982064']) expect(home.text).toContain(text)
    await place.ask('/inscription/foyer', { cookie, fields: typedHome })
    await place.ask('/inscription/enfants', { cookie, fields: { ...anouk, enfant: '1', geste: 'ajouter' } })
    const wrong = { ...anouk, firstName: 'Marius', birth: '31/06/2023', enfant: '2', geste: 'continuer' }
    const child = await place.ask('/inscription/enfants', { cookie, fields: wrong })
    expect([child.status, child.text]).toEqual([303, expect.stringContaining('Juin n’a que 30 jours.')])
    expect(child.text).toContain('value="31/06/2023"')
    expect(child.text).toContain('Anouk')
    await place.ask('/inscription/enfants', { cookie, fields: { ...wrong, geste: 'revenir' } })
    place.clock.later(6 * day)
    const other = await place.checked()
    expect((await place.ask('/inscription/foyer', { cookie: other })).text).toContain('21 rue du Stade')
    expect((await place.ask('/inscription/enfants?enfant=2', { cookie: other })).text).toContain('31/06/2023')
    // Whoever held the form before holds it no more.
    expect((await place.ask('/inscription/foyer', { cookie })).to).toBe('/inscription')
  })

  it('skips no step, and sends nothing without the règlement that is on the page', async () => {
    const cookie = await place.checked()
    expect((await place.ask('/inscription/relire', { cookie })).to).toBe('/inscription/foyer')
    await place.ask('/inscription/foyer', { cookie, fields: typedHome })
    expect((await place.ask('/inscription/relire', { cookie, fields: place.accepted })).to).toBe('/inscription/enfants')
    await place.ask('/inscription/enfants', { cookie, fields: { ...anouk, enfant: '1', geste: 'continuer' } })
    const send = (fields: Record<string, string>) => place.ask('/inscription/relire', { cookie, fields })
    expect((await send({ version: 'septembre 2026' })).text).toContain('Cochez cette case')
    expect((await send({ version: 'janvier 2020', accepted: 'oui' })).text).toContain('vient de changer')
    expect(await said()).toEqual([])
    expect((await send(place.accepted)).to).toBe('/inscription/envoyee')
  })

  it('is sent once, pressed twice at once, and not changed afterwards', async () => {
    const cookie = await place.filled()
    await Promise.all([1, 2].map(() => place.ask('/inscription/relire', { cookie, fields: place.accepted })))
    expect(await said()).toHaveLength(1)
    const changed = await place.ask('/inscription/foyer', { cookie, fields: { ...typedHome, line1: '1 rue Neuve' } })
    expect(changed.to).toBe('/inscription/envoyee')
  })

  it('forgets: the form once the desk has it, the answer a week later, what was never sent after a week or at once', async () => {
    const { portal, clock } = place
    await place.signedUp()
    const other = await place.filled('autre@exemple.fr')
    const gone = await place.filled('parti@exemple.fr')
    const asks = await place.ask('/inscription/effacer', { cookie: gone })
    expect(asks.text).toContain('Garder et continuer')
    expect(await rows()).toHaveLength(3)
    const erased = await place.ask('/inscription/effacer', { cookie: gone, fields: {} })
    expect((await place.ask(erased.to)).text).toContain('C’est effacé')
    expect((await rows()).map(({ email }) => email).toSorted()).toEqual(['autre@exemple.fr', lea])
    const [entry] = await said()
    const { id = '' } = entry ?? {}
    await portal.store.db.transaction((tx) => deleteCollected(tx, [id], portal.clock()))
    expect((await rows()).find(({ email }) => email === lea)?.typed).toEqual({ home: {}, children: [] })
    const refused = {
      of: id,
      answer: 'refused',
      reason: 'Vous n’habitez pas la commune.',
      revision: 1,
      facts: [],
    } as const
    await portal.store.db.transaction((tx) => applyAnswers(portal, tx, [{ ...refused, at: portal.clock() }]))
    await portal.store.db.transaction((tx) => applyAnswers(portal, tx, [{ ...refused, at: portal.clock() }]))
    await portal.mails.sendWaiting()
    const letter = await mailed(lea, 3)
    expect(letter?.subject).toBe('Réponse à votre demande d’inscription')
    expect(letter?.text).toContain('Vous n’habitez pas la commune.')
    clock.later(7 * day + 1)
    await prunePortal(portal)
    expect(await rows()).toEqual([])
    expect((await place.ask('/inscription/foyer', { cookie: other })).to).toBe('/inscription')
  })

  it('may ask again after a refusal', async () => {
    const { portal } = place
    const { cookie } = await place.signedUp()
    const [entry] = await said()
    const at = portal.clock()
    const refused = { of: entry?.id ?? '', answer: 'refused', reason: 'Non.', revision: 1, facts: [], at } as const
    await portal.store.db.transaction((tx) => applyAnswers(portal, tx, [refused]))
    expect((await place.ask('/inscription', { cookie })).text).toContain('Recevoir le lien')
    place.clock.later(11)
    await place.signedUp()
    expect(await said()).toHaveLength(2)
  })

  it('can free the browser for another family, which sees nothing of the first', async () => {
    const { cookie } = await place.signedUp()
    expect((await place.ask('/inscription', { cookie })).to).toBe('/inscription/envoyee')
    expect((await place.ask('/inscription/envoyee', { cookie })).text).toContain('Faire une autre demande')
    const free = await place.ask('/inscription/autre', { cookie, fields: {} })
    expect([free.to, free.cookie]).toEqual(['/inscription', `${cookie.split('=')[0]}=`])
    expect((await place.ask('/inscription/envoyee')).to).toBe('/inscription')
  })

  it('finds no way in where the town wrote no règlement, nor when too many wait', async () => {
    const { portal } = place
    const at = portal.clock()
    const wait = (from: number, to: number) =>
      portal.store.db.execute(sql`insert into sign_up
        (id, secret_hash, email, email_checked_at, typed, seen_at, recorded_at)
        select 'id ' || n, 'hash ' || n, 'n' || n || '@exemple.fr', ${at}, '{"home":{},"children":[]}', ${at}, ${at}
        from generate_series(${from}::int, ${to}::int) n`)
    // A town whose families all come on the first morning.
    await wait(1, 5000)
    expect((await place.ask('/inscription', { fields: { email: lea } })).text).toContain('Regardez vos mails')
    await wait(5001, 20_000)
    expect((await place.ask('/inscription', { fields: { email: lea } })).text).toContain('Trop de demandes attendent')
    const { signUp: _, ...closed } = signUpTown
    await publish(portal, { documents: [published('town', closed)], withdrawn: [] })
    expect((await place.ask('/inscription')).text).toContain('au guichet ou par téléphone')
    expect((await place.ask('/')).text).toContain('href="/contact">M’inscrire')
    expect((await place.ask('/inscription', { fields: { email: lea } })).text).toContain('au guichet ou par téléphone')
  })

  it('comes back with a restored portal, still waiting, and nobody is mailed again', async () => {
    const { portal } = place
    await place.signedUp()
    const entries = await said()
    await portal.store.db.delete(signUp)
    await portal.store.db.transaction((tx) => recover(portal, tx, entries))
    expect(await rows()).toMatchObject([{ email: lea, recordedAt: entries[0]?.at, answeredAt: null }])
    expect(await said()).toHaveLength(1)
  })

  it('keeps secrets by their hash only', async () => {
    const cookie = await place.checked()
    const { db } = place.portal.store
    const kept = JSON.stringify([
      await db.select().from(signUp),
      await db.select().from(signUpLink),
      await db.select().from(mail),
    ])
    expect(kept).not.toContain(cookie.split('=')[1])
    expect(kept).not.toContain(place.mailbox.linkTo(lea))
  })
})
