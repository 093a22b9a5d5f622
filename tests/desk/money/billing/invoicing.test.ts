import { describe, expect, it, onTestFinished } from 'vitest'
import { finalSpan } from '../../../../main/store/schema/index.ts'
import { draftRows } from '../../../../renderer/desk/invoicing/draft-rows.ts'
import { issueWarnings, notIssuedText } from '../../../../renderer/desk/invoicing/issue-warnings.ts'
import { day, monthKey } from '../../../../shared/rules/calendar/day.ts'
import { aClock } from '../../../support/desk.ts'
import { aBillingTown, billing, last, period } from '../../../support/towns/billing.ts'
import { aFamily, aRegistration } from '../../../support/towns/town.ts'

const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')

const open = async () => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  return { town, ...billing(town) }
}
const decembers = ['2026-12-09', '2026-12-16']

const openIssued = async () => {
  const desk = await open()
  await desk.book('Louison', decembers, 'Matin', 'Repas')
  await desk.issue((await desk.run()).id)
  return { ...desk, first: await desk.paper('Marchand') }
}

describe('a run of invoices', () => {
  it('bills a month, then only what changed, and then has nothing to bill', async () => {
    const { book, free, run, issue, drafts, balance, findings } = await open()
    await book('Louison', ['2026-12-09'], 'Matin', 'Repas')
    await issue((await run()).id)
    expect(await balance('Marchand')).toBe(1000)
    await free('Louison', ['2026-12-09'], 'Repas')
    await book('Louison', ['2026-12-09'], 'Après-midi')
    const again = await run()
    const made = (await drafts(again.id)).map(({ kind, totalCents }) => `${kind} ${totalCents}`)
    expect(made.toSorted()).toEqual(['creditNote -1000', 'invoice 1055'])
    expect(await issue(again.id)).toMatchObject({ issued: 2, stale: 0 })
    expect(await balance('Marchand')).toBe(1055)
    await expect(run()).rejects.toMatchObject({ data: { sentence: expect.stringContaining('rien à facturer') } })
    expect(findings()).toEqual([])
  })

  it('of several months asks for a home’s whole debt on its last invoice, earlier months counted once', async () => {
    const { town, book, run, issue, balance, drafts } = await open()
    await book('Louison', ['2026-12-09'], 'Repas')
    await issue((await run()).id)
    await book('Louison', ['2027-01-06', '2027-02-03'], 'Matin')
    const [from, to] = [day('2027-01-01'), day('2027-02-28')]
    const { id } = await last(await town.client.invoicing.run({ from, to, activityIds: null, familyIds: null }))
    expect((await drafts(id)).map((one) => one.totalCents + one.previousCents)).toEqual([1000, 1550])
    await issue(id)
    const papers = await town.client.invoicing.ofFamily({ familyId: town.family('Marchand') })
    const toPay = await Promise.all(
      papers.map(async (one) => {
        const { totalCents, carriedOver } = await town.client.invoicing.paper({ id: one.id })
        return carriedOver.reduce((sum, { amount }) => sum + amount, totalCents)
      }),
    )
    expect(toPay.toSorted((one, other) => one - other)).toEqual([450, 1000, 1550])
    expect(await balance('Marchand')).toBe(1550)
  })

  it('makes a draft a family, priced line by line, with what calls for a look first and set aside', async () => {
    const { town, book, run, drafts } = await open()
    await book('Louison', decembers, 'Matin', 'Repas', 'Après-midi')
    await book('Basile', ['2026-12-09'], 'Matin')
    await book('Noé', ['2026-12-09'], 'Matin')
    const made = await run()
    expect(made).toMatchObject({
      label: 'Décembre 2026',
      drafts: 2,
      issued: 0,
      draftCents: 2 * 1055 + 2 * 450 + 550 + 625,
    })
    const [first, second] = await drafts(made.id)
    expect(first).toMatchObject({ family: 'Fouquet', verdict: 'warning', setAside: true, totalCents: 625 })
    expect(first?.journal.map(({ sentence }) => plain(sentence))).toEqual([
      'Quotient familial inconnu, tarif le plus haut : CLSH MERCREDI',
    ])
    expect(second).toMatchObject({
      family: 'Marchand',
      verdict: 'ready',
      setAside: false,
      children: 2,
      familyQuotient: 727,
    })
    const paper = await town.client.invoicing.paper({ id: second?.id ?? 0 })
    expect(
      paper.sections.map(({ title, lines }) => [
        title,
        ...lines.map((line) => plain(`${line.label} ${line.quantity} ${line.unit.one} ${line.unitCents}`)),
      ]),
    ).toEqual([
      ['Louison Marchand', 'CLSH MERCREDI – accueil 2 journée 1055', 'CLSH MERCREDI – repas 2 repas 450'],
      ['Basile Marchand', 'CLSH MERCREDI – accueil 1 demi-journée 550'],
    ])
    expect(paper.explanations).toEqual(['Tranche appliquée\u00a0: 621–1100, résident'])
  })

  it('says what it would bill ahead, in the choice and before issuing, and nothing once the days are over', async () => {
    const clock = aClock('2026-11-25')
    const town = await aBillingTown().open(clock)
    onTestFinished(() => town.close())
    const { book, run } = billing(town)
    await book('Louison', decembers, 'Matin', 'Repas')
    const ahead = { cells: 4, from: '2026-12-09', to: '2026-12-16' }
    const month = { from: day('2026-12-01'), to: day('2026-12-31') }
    expect(await town.client.invoicing.toBill(month)).toMatchObject([{ cells: 4, ahead }])
    const { id: runId } = await run()
    const before = await town.client.invoicing.beforeIssue({ runId })
    expect(before).toEqual({ ahead: { ...ahead, staying: 0 } })
    expect(issueWarnings(before).map(plain)).toEqual([
      '4 plages réservées du mer. 9 déc. 2026 au mer. 16 déc. 2026 ne sont pas encore passées : elles sont facturées d’avance.',
    ])
    clock.set('2026-12-17')
    expect(await town.client.invoicing.toBill(month)).toMatchObject([{ cells: 4, ahead: null }])
    expect((await town.client.invoicing.beforeIssue({ runId })).ahead).toBeNull()
  })

  it('counts one number from the choice to the confirmation, and says what stays in drafts that are not ticked', async () => {
    const town = await aBillingTown().open(aClock('2026-11-25'))
    onTestFinished(() => town.close())
    const { book, run, drafts } = billing(town)
    await book('Louison', decembers, 'Matin', 'Repas')
    await book('Noé', ['2026-12-09'], 'Matin')
    const month = { from: day('2026-12-01'), to: day('2026-12-31') }
    expect(await town.client.invoicing.toBill(month)).toMatchObject([{ cells: 5, ahead: { cells: 5 } }])
    const { id: runId } = await run()
    expect(issueWarnings(await town.client.invoicing.beforeIssue({ runId })).map(plain)).toEqual([
      expect.stringMatching(/^4 plages réservées .* elles sont facturées d’avance\. 1 autre reste en brouillon\.$/),
    ])
    expect(plain(notIssuedText(draftRows(await drafts(runId))) ?? '')).toBe(
      '1 brouillon n’est pas coché et n’est pas émis : 6,25 €.',
    )
    expect(notIssuedText([])).toBeNull()
  })

  it('leaves out of what is to bill an absence that the tariff lets off: no run ever bills it', async () => {
    const clock = aClock()
    const town = await aBillingTown().open(clock)
    onTestFinished(() => town.close())
    const { book, run, drafts } = billing(town)
    await book('Louison', decembers, 'Matin')
    clock.set('2026-12-09')
    const cell = {
      registrationId: town.registration('Louison', period),
      day: day('2026-12-09'),
      slotId: town.slot('CLSH MERCREDI', 'Matin'),
    }
    const toBill = async (mark: 'absent' | 'justifiedInTime') => {
      await town.client.attendance.mark({ cells: [cell], mark, reason: 'Certificat' })
      const choice = await town.client.invoicing.toBill({ from: day('2026-12-01'), to: day('2026-12-31') })
      const { money } = await town.client.home.today()
      return [choice.map(({ cells }) => cells), money?.toBill]
    }
    expect(await toBill('absent')).toEqual([[2], [{ month: '2026-12-01', cells: 2 }]])
    expect(await toBill('justifiedInTime')).toEqual([[1], [{ month: '2026-12-01', cells: 1 }]])
    expect((await drafts((await run()).id)).map(({ totalCents }) => totalCents)).toEqual([550])
  })

  it('counts as to bill what has a price left, not what the minimum of the month absorbed', async () => {
    const { town, book, run, issue, drafts } = await open()
    const [tariff] = await town.client.prices.tariffs()
    const [version] = tariff?.versions ?? []
    if (!tariff || !version) throw new Error('the town has a tariff')
    const definition = { ...version.definition, minimum: { cents: 1300 } }
    await town.client.prices.saveVersion({ id: version.id, tariffId: tariff.id, from: version.from, definition })
    await book('Louison', ['2026-12-09'], 'Matin')
    await issue((await run()).id)
    await book('Louison', ['2026-12-16'], 'Matin')
    const toBill = async () =>
      (await town.client.invoicing.toBill({ from: day('2026-12-01'), to: day('2026-12-31') })).map(({ cells }) => cells)
    expect(await toBill()).toEqual([1])
    await book('Noé', ['2026-12-09'], 'Matin')
    const others = await run()
    await issue(
      others.id,
      (await drafts(others.id)).map(({ id }) => id),
    )
    expect(await toBill()).toEqual([])
    await book('Louison', ['2026-12-09'], 'Après-midi')
    expect(await toBill()).toEqual([2])
  })

  it('of a part of a month takes back nothing of a minimum that the rest of the month uses', async () => {
    const { town, book, run, issue, balance } = await open()
    const [tariff] = await town.client.prices.tariffs()
    const [version] = tariff?.versions ?? []
    if (!tariff || !version) throw new Error('the town has a tariff')
    const definition = { ...version.definition, minimum: { cents: 1300 } }
    await town.client.prices.saveVersion({ id: version.id, tariffId: tariff.id, from: version.from, definition })
    await book('Louison', ['2026-12-16'], 'Matin')
    await issue((await run()).id)
    await book('Louison', ['2026-12-09'], 'Matin')
    const scope = { from: day('2026-12-14'), to: day('2026-12-31'), activityIds: null, familyIds: null }
    await expect(town.client.invoicing.run(scope).then(last)).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('rien à facturer') },
    })
    expect(await balance('Marchand')).toBe(1300)
  })

  it('takes over the draft that an older run made of the month, and both say so', async () => {
    const { town, book, run, drafts } = await open()
    await book('Louison', decembers, 'Matin')
    const first = await run()
    const [draft] = await drafts(first.id)
    await book('Basile', decembers, 'Matin')
    const second = await run()
    expect(second).toMatchObject({ drafts: 1, takenOver: [{ runId: first.id, label: 'Décembre 2026', drafts: 1 }] })
    const [taken] = await drafts(second.id)
    expect(taken).toMatchObject({ id: draft?.id, totalCents: 2200, verdict: 'ready', setAside: false })
    expect(taken?.journal.map(({ sentence }) => plain(sentence))).toEqual([
      'Repris de la facturation « Décembre 2026 ».',
    ])
    expect(await drafts(first.id)).toEqual([])
    const story = await town.client.invoicing.story({ runId: first.id })
    expect(story.map(({ what }) => what)).toHaveLength(2)
  })

  it('made again makes its own drafts again, and leaves to a newer run the months that it has', async () => {
    const { book, run, recalculate, drafts } = await open()
    await book('Louison', decembers, 'Matin')
    const first = await run()
    await book('Noé', decembers, 'Matin')
    const second = await run('2026-12', [(await drafts(first.id))[0]?.familyId ?? 0])
    await book('Louison', decembers, 'Après-midi')
    const again = await recalculate(first.id)
    expect(again).toMatchObject({ drafts: 1, takenOver: [] })
    expect((await drafts(first.id)).map(({ family }) => family)).toEqual(['Fouquet'])
    expect((await drafts(second.id)).map(({ family }) => family)).toEqual(['Marchand'])
  })

  it('lists families as French does, accents aside', async () => {
    const { town, book, run, drafts } = await open()
    await aFamily('Évrard', { familyQuotient: 500, children: { Ada: {} } })(town)
    await aRegistration('Évrard', 'Ada', period)(town)
    await book('Louison', decembers, 'Matin')
    await book('Ada', decembers, 'Matin')
    expect((await drafts((await run()).id)).map(({ family }) => family)).toEqual(['Évrard', 'Marchand'])
  })

  it('with an activity without tariff shows the error, and cannot issue the draft', async () => {
    const { town, book, run, drafts, issue } = await open()
    await town.client.prices.attach({ activityId: town.activity('CLSH MERCREDI'), tariffId: null })
    await book('Louison', decembers, 'Matin')
    const made = await run()
    const [only] = await drafts(made.id)
    expect(only).toMatchObject({ verdict: 'error', totalCents: 0 })
    expect(only?.journal[0]).toMatchObject({
      cause: 'noTariff',
      day: decembers[0],
      activityId: town.activity('CLSH MERCREDI'),
    })
    await expect(issue(made.id, [only?.id ?? 0])).rejects.toMatchObject({ code: 'REFUSED' })
    await expect(town.client.invoicing.setAside({ ids: [only?.id ?? 0], setAside: false })).rejects.toMatchObject({
      data: { sentence: 'Ce brouillon a une erreur\u00a0: corrigez-la, puis recalculez-le.' },
    })
  })

  it('on days without a reservation says so and leaves nothing', async () => {
    const { town, run } = await open()
    await expect(run()).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/^Il n’y a rien à facturer/) },
    })
    expect(await town.client.invoicing.runs()).toEqual([])
  })

  it('that is stopped leaves nothing', async () => {
    const { town, book, findings } = await open()
    await book('Louison', decembers, 'Matin')
    const stopping = new AbortController()
    stopping.abort()
    const steps = await town.client.invoicing
      .run(
        { from: day('2026-12-01'), to: day('2026-12-31'), activityIds: null, familyIds: null },
        { signal: stopping.signal },
      )
      .then(last)
      .catch(() => 'stopped')
    expect(steps).toBe('stopped')
    expect(await town.client.invoicing.runs()).toEqual([])
    expect(findings()).toEqual([])
  })

  it('is made again in place: what is new, changed or gone; one draft alone can be', async () => {
    const { town, book, free, run, recalculate, drafts } = await open()
    await book('Louison', decembers, 'Matin')
    await book('Noé', decembers, 'Matin')
    const made = await run()
    const before = await drafts(made.id)
    await book('Louison', ['2026-12-09'], 'Repas')
    await free('Noé', decembers, 'Matin')
    expect(await recalculate(made.id)).toMatchObject({ drafts: 1, draftCents: 2 * 550 + 450 })
    const [kept] = await drafts(made.id)
    expect(kept?.id).toBe(before.find(({ family }) => family === 'Marchand')?.id)
    await free('Louison', ['2026-12-09'], 'Repas')
    expect(await town.client.invoicing.replay({ id: kept?.id ?? 0 })).toMatchObject({ totalCents: 1100 })
    await free('Louison', decembers, 'Matin')
    expect(await town.client.invoicing.replay({ id: kept?.id ?? 0 })).toBeNull()
    expect(await town.client.invoicing.story({ runId: made.id })).toHaveLength(4)
  })

  it('has a journal of its own, and nothing in it of a run that was given up before', async () => {
    const { town, book, run } = await open()
    await book('Louison', decembers, 'Matin')
    await town.client.invoicing.discard({ runId: (await run()).id })
    const made = await run()
    expect((await town.client.invoicing.story({ runId: made.id })).map(({ what }) => what)).toEqual([
      'Brouillons préparés\u00a0: décembre 2026',
    ])
  })
})

describe('issuing', () => {
  it('gives continuous numbers, freezes the paper, and bills each cell once', async () => {
    const { town, book, run, issue, paper, drafts, balance, findings } = await open()
    await book('Louison', decembers, 'Matin')
    await book('Noé', decembers, 'Matin')
    const made = await run()
    const all = await drafts(made.id)
    const report = await issue(
      made.id,
      all.map(({ id }) => id),
    )
    expect(report).toEqual({
      issued: 2,
      issuedCents: 1100 + 1250,
      firstNumber: '2026-000001',
      lastNumber: '2026-000002',
      stale: 0,
    })
    expect(await paper('Marchand')).toMatchObject({ issuedOn: '2026-11-25', dueOn: '2026-12-25', leftCents: 1100 })
    expect(await balance('Fouquet')).toBe(1250)
    await expect(run()).rejects.toMatchObject({ code: 'REFUSED' })
    await book('Louison', ['2026-12-09'], 'Repas')
    expect(await run()).toMatchObject({ drafts: 1, draftCents: 450 })
    await town.client.settings.changeOrganisation({
      ...(await town.client.settings.organisation()),
      authority: 'Ville de Caen',
    })
    const { id } = await paper('Marchand')
    expect((await town.client.invoicing.paper({ id })).organisation.town).toBe('Ville de Blainville-sur-Orne')
    expect(findings()).toEqual([])
  })

  it('leaves out a draft that changed since, with what changed', async () => {
    const { book, run, issue, drafts, findings } = await open()
    await book('Louison', decembers, 'Matin')
    const made = await run()
    await book('Louison', ['2026-12-02', '2026-12-23'].slice(1), 'Matin').catch(() => undefined)
    await book('Basile', ['2026-12-09'], 'Matin')
    expect(await issue(made.id)).toMatchObject({ issued: 0, stale: 1 })
    const [stale] = await drafts(made.id)
    expect(stale).toMatchObject({ state: 'draft', verdict: 'stale', setAside: true })
    expect(stale?.journal.map(({ sentence }) => plain(sentence))).toContain(
      'Basile, CLSH MERCREDI, accueil : ajouté, 1 × 5,50 €',
    )
    expect(findings()).toEqual([])
  })

  it('a month has one draft: a second run takes it, and the first has none left', async () => {
    const { book, run, issue, drafts } = await open()
    await book('Louison', decembers, 'Matin')
    const [one, other] = [await run(), await run()]
    expect(await drafts(one.id)).toEqual([])
    await expect(issue(one.id)).rejects.toMatchObject({ code: 'REFUSED' })
    expect(await issue(other.id)).toMatchObject({ issued: 1 })
    await expect(run()).rejects.toMatchObject({ code: 'REFUSED' })
  })

  it('links each paper to the one before, and what was carried over is the balance', async () => {
    const { town, book, run, issue, balance, findings } = await open()
    for (const [index, on] of decembers.entries()) {
      await book('Louison', [on], 'Matin')
      const made = await run()
      expect(await issue(made.id)).toMatchObject({ firstNumber: `2026-00000${index + 1}` })
    }
    const rows = town.store
      .statement(
        'select hash, previous_hash as previous, previous_balance_cents as before from invoice order by number',
      )
      .all() as { hash: string; previous: string | null; before: number }[]
    expect(rows.map(({ before }) => before)).toEqual([0, 550])
    expect(rows[1]?.previous).toBe(rows[0]?.hash)
    const papers = await town.client.invoicing.ofFamily({ familyId: town.family('Marchand') })
    const latest = await town.client.invoicing.paper({ id: papers[0]?.id ?? 0 })
    expect(latest.carriedOver.map(({ label, amount }) => [plain(label), amount])).toEqual([
      ['Reste de la facture n° 2026-000001', 550],
    ])
    expect(await balance('Marchand')).toBe(1100)
    expect(findings()).toEqual([])
  })

  it('starts again at 1 with the year, and refuses a clock set back before it', async () => {
    const { town, book, run, issue } = await open()
    await book('Louison', ['2026-12-09'], 'Matin')
    await issue((await run()).id)
    town.clock.set('2027-01-04')
    await book('Louison', ['2027-01-20'], 'Matin')
    expect(await issue((await run('2027-01')).id)).toMatchObject({ firstNumber: '2027-000001' })
    town.clock.set('2026-12-30')
    await book('Louison', ['2027-01-13'], 'Matin')
    await expect(issue((await run('2027-01')).id)).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/date de l’ordinateur/) },
    })
  })

  it('makes a PDF of one, of several in one file, one each', async () => {
    const { town, book, run, issue, drafts } = await open()
    await book('Louison', decembers, 'Matin')
    await book('Noé', decembers, 'Matin')
    const made = await run()
    const ids = (await drafts(made.id)).map(({ id }) => id)
    const draft = await town.client.invoicing.pdf({ ids: ids.slice(0, 1) })
    expect(draft.name).toBe('Brouillon Fouquet.pdf')
    await issue(made.id, ids)
    const files = await town.client.invoicing.pdfs({ ids })
    expect(files.map(({ name }) => name).toSorted()).toEqual([
      'Facture 2026-000001 Fouquet.pdf',
      'Facture 2026-000002 Marchand.pdf',
    ])
    const whole = await town.client.invoicing.pdf({ ids })
    expect(new TextDecoder('latin1').decode((await whole.arrayBuffer()).slice(0, 5))).toBe('%PDF-')
  })
})

it('a day that is billed does not move to another: a credit note corrects it', async () => {
  const { town, book } = await openIssued()
  await book('Louison', ['2027-01-06'], 'Matin')
  const slotIds = [town.slot('CLSH MERCREDI', 'Matin')]
  const wish = { registrationId: town.registration('Louison', period), from: '2026-12-09', to: '2027-01-13', slotIds }
  const sentence = 'Mer. 9 déc., matin. Ce jour est déjà facturé : corrigez par un avoir.'
  const { refused } = await town.client.reservations.reschedulingPreview(wish)
  expect(refused.map(plain)).toEqual([sentence])
  const why = town.client.reservations.reschedule(wish).catch((error: { data: { sentence: string } }) => error.data)
  expect(plain(((await why) as { sentence: string }).sentence)).toBe(sentence)
  expect(await town.client.reservations.reschedule({ ...wish, from: '2027-01-06' })).toMatchObject({ done: 1 })
})

it('the list of what is issued says what is left to pay of each, once paid and credited', async () => {
  const { town, first, drafts } = await openIssued()
  const familyId = town.family('Marchand')
  const pay = (amountCents: number) =>
    town.client.payments.record({
      familyId,
      means: 'cash',
      amountCents,
      receivedOn: day('2026-11-25'),
      payer: '',
      reference: '',
      chosen: null,
    })
  const left = async () => {
    const [run] = await town.client.invoicing.runs()
    return (await drafts(run?.id ?? 0)).map(({ leftCents }) => leftCents)
  }
  expect(await left()).toEqual([first.totalCents])
  await pay(100)
  expect(await left()).toEqual([first.totalCents - 100])
  await pay(first.totalCents - 100)
  expect(await left()).toEqual([0])
})

describe('a credit note', () => {
  it('undoes a whole invoice with its reason, settles it, and its cells may be billed again', async () => {
    const { town, first, run, drafts, balance, findings } = await openIssued()
    const made = await town.client.invoicing.creditNote({
      invoiceId: first.id,
      lines: null,
      reason: 'Facture à refaire',
      billAgain: true,
    })
    expect(made.number).toBe('2026-A00001')
    expect(await balance('Marchand')).toBe(0)
    const [issued] = await drafts((await town.client.invoicing.runs())[0]?.id ?? 0)
    expect(issued && [issued.totalCents, issued.leftCents]).toEqual([first.totalCents, 0])
    expect((await town.client.payments.owed({ familyId: town.family('Marchand') })).debts).toEqual([])
    expect(await run()).toMatchObject({ drafts: 1, draftCents: first.totalCents })
    expect(findings()).toEqual([])
  })

  it('undoes chosen lines, never twice, and leaves the rest', async () => {
    const { town, first, balance, run, findings } = await openIssued()
    const { sections } = await town.client.invoicing.paper({ id: first.id })
    const meals = sections[0]?.lines.find(({ nature }) => nature === 'meal')
    const wish = { invoiceId: first.id, reason: 'Repas non servis', billAgain: false }
    const left = async () => {
      const { wholeCents, lines } = await town.client.invoicing.leftToCredit({ invoiceId: first.id })
      expect(wholeCents).toBe(lines.reduce((sum, { unitCents, days }) => sum + unitCents * days.length, 0))
      return { wholeCents, meals: lines.find(({ id }) => id === meals?.id)?.days.length }
    }
    expect(await left()).toEqual({ wholeCents: first.totalCents, meals: 2 })
    await town.client.invoicing.creditNote({ ...wish, lines: [{ lineId: meals?.id ?? 0, days: null }] })
    expect(await balance('Marchand')).toBe(first.totalCents - 900)
    expect(await left()).toEqual({ wholeCents: first.totalCents - 900, meals: 0 })
    await expect(
      town.client.invoicing.creditNote({ ...wish, lines: [{ lineId: meals?.id ?? 0, days: null }] }),
    ).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/plus rien à annuler/) },
    })
    await town.client.invoicing.creditNote({ ...wish, lines: null })
    expect(await balance('Marchand')).toBe(0)
    expect(await left()).toEqual({ wholeCents: 0, meals: 0 })
    await expect(run()).rejects.toMatchObject({ code: 'REFUSED' })
    expect(findings()).toEqual([])
  })

  it('is proposed by the next run for what was cancelled after issue', async () => {
    const { first, free, run, drafts, issue, balance, findings } = await openIssued()
    await free('Louison', ['2026-12-16'], 'Matin', 'Repas')
    const made = await run()
    const [proposed] = await drafts(made.id)
    expect(proposed).toMatchObject({ kind: 'creditNote', verdict: 'ready', totalCents: -1000 })
    expect(await issue(made.id)).toMatchObject({ issued: 1, firstNumber: '2026-A00001' })
    expect(await balance('Marchand')).toBe(first.totalCents - 1000)
    await expect(run()).rejects.toMatchObject({ code: 'REFUSED' })
    expect(findings()).toEqual([])
  })

  it('is proposed for a day that was given up and is only waited for again', async () => {
    const { town, free, run, drafts } = await openIssued()
    await free('Louison', ['2026-12-16'], 'Matin', 'Repas')
    const cells = ['Matin', 'Repas'].map((slot) => ({
      registrationId: town.registration('Louison', 'ALSH mercredi 2026/2027'),
      day: day('2026-12-16'),
      slotId: town.slot('CLSH MERCREDI', slot),
    }))
    await town.client.reservations.move({ cells, act: 'waitList' })
    expect((await drafts((await run()).id)).map(({ totalCents }) => totalCents)).toEqual([-1000])
  })

  it('proposed for what was cancelled leaves out what another gave back for good', async () => {
    const { town, first, free, run, drafts, issue, balance, findings } = await openIssued()
    const { sections } = await town.client.invoicing.paper({ id: first.id })
    const meals = sections[0]?.lines.find(({ nature }) => nature === 'meal')
    await town.client.invoicing.creditNote({
      invoiceId: first.id,
      lines: [{ lineId: meals?.id ?? 0, days: null }],
      reason: 'Repas non servis',
      billAgain: false,
    })
    await free('Louison', ['2026-12-16'], 'Matin', 'Repas')
    const made = await run()
    expect((await drafts(made.id)).map(({ totalCents }) => totalCents)).toEqual([-550])
    await issue(made.id)
    expect(await balance('Marchand')).toBe(550)
    expect(findings()).toEqual([])
  })

  it('asks for a reason, and an issued invoice', async () => {
    const { town, first } = await openIssued()
    await expect(
      town.client.invoicing.creditNote({ invoiceId: first.id, lines: null, reason: ' ', billAgain: true }),
    ).rejects.toMatchObject({ data: { sentence: 'Indiquez le motif de l’avoir.', field: 'reason' } })
    await expect(
      town.client.invoicing.creditNote({ invoiceId: 999, lines: null, reason: 'x', billAgain: true }),
    ).rejects.toMatchObject({ data: { sentence: 'Un avoir corrige une facture émise.' } })
  })
})

describe('who may', () => {
  it('invoice: director and cashier; read invoices: reception too', async () => {
    const { town } = await open()
    const reception = await town.as('receptionist')
    expect(await reception.invoicing.runs()).toEqual([])
    await expect(reception.invoicing.toBill({ from: day('2026-12-01'), to: day('2026-12-31') })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    const animator = await town.as('animator')
    await expect(animator.invoicing.runs()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

it('a child who came without a booking is counted in what is to bill, as the run bills it', async () => {
  const clock = aClock('2026-12-09')
  const town = await aBillingTown().open(clock)
  onTestFinished(() => town.close())
  const cells = [
    {
      registrationId: town.registration('Louison', period),
      day: day('2026-12-09'),
      slotId: town.slot('CLSH MERCREDI', 'Matin'),
    },
  ]
  await town.client.attendance.mark({ cells, mark: 'present' })
  const december = { from: day('2026-12-01'), to: day('2026-12-31') }
  expect(await town.client.invoicing.toBill(december)).toMatchObject([{ name: 'CLSH MERCREDI', cells: 1 }])
  const desk = billing(town)
  expect((await desk.drafts((await desk.run()).id)).map(({ family }) => family)).toEqual(['Marchand'])
})

it('a mark on a billed day is regularised by the next run, and back again', async () => {
  const clock = aClock()
  const town = await aBillingTown().open(clock)
  onTestFinished(() => town.close())
  const desk = billing(town)
  await desk.book('Louison', ['2026-12-09'], 'Matin')
  await desk.issue((await desk.run()).id)
  clock.set('2026-12-09')
  const cell = {
    registrationId: town.registration('Louison', period),
    day: day('2026-12-09'),
    slotId: town.slot('CLSH MERCREDI', 'Matin'),
  }
  const mark = async (one: 'present' | 'absent' | 'justifiedInTime' | null) =>
    (await town.client.attendance.mark({ cells: [cell], mark: one, reason: 'Certificat' })).refused[0]?.sentence ?? one
  const bill = () => desk.run().then(({ id }) => desk.issue(id))
  expect(await mark('present')).toBe('present')
  await expect(bill()).rejects.toMatchObject({ code: 'REFUSED' })
  expect(await mark('justifiedInTime')).toBe('justifiedInTime')
  await bill()
  expect(await desk.balance('Marchand')).toBe(0)
  expect(await mark('absent')).toBe('absent')
  await bill()
  expect(await desk.balance('Marchand')).toBe(550)
  await expect(bill()).rejects.toMatchObject({ code: 'REFUSED' })
  expect(desk.findings()).toEqual([])
})

it('in a final month, no mark can contradict an invoice', async () => {
  const clock = aClock()
  const town = await aBillingTown().open(clock)
  onTestFinished(() => town.close())
  const desk = billing(town)
  await desk.book('Louison', ['2026-12-09'], 'Matin')
  await desk.issue((await desk.run()).id)
  clock.set('2026-12-09')
  const cell = {
    registrationId: town.registration('Louison', period),
    day: day('2026-12-09'),
    slotId: town.slot('CLSH MERCREDI', 'Matin'),
  }
  await town.client.attendance.mark({ cells: [cell], mark: 'justifiedInTime', reason: 'Certificat' })
  const [marked] = await town.client.history.lastActs({ screen: 'pointage', mine: false, count: 1 })
  town.store.act(town.person, 'families.change', 'Mois arrêté', (write) =>
    write.insert(finalSpan, { familyId: town.family('Marchand'), month: monthKey(cell.day), cause: 'town' }),
  )
  const { refused } = await town.client.attendance.mark({ cells: [cell], mark: null })
  const final = expect.stringContaining('les comptes de son mois sont arrêtés')
  expect(refused.map(({ sentence }) => sentence)).toEqual([final])
  const [cellShown] =
    (await town.client.attendance.sheet({ activityId: town.activity('CLSH MERCREDI'), day: cell.day })).children[0]
      ?.cells ?? []
  expect(cellShown).toMatchObject({ isBilled: true, isFinal: true })
  expect((await town.client.history.lastActs({ screen: 'pointage', mine: false, count: 1 }))[0]).toMatchObject({
    actId: marked?.actId,
    whyNot: final,
  })
})
