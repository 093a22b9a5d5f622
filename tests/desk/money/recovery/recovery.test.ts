import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Core } from '../../../../main/desk/core.ts'
import { recordPayment } from '../../../../main/desk/payments/payments.ts'
import { listUnpaid, prepareRun, remind as remindPayers } from '../../../../main/desk/recovery/recovery.ts'
import { reminderRuns, remindersOf } from '../../../../main/desk/recovery/recovery-store.ts'
import { moneyDocuments } from '../../../../main/exchange/published/money.ts'
import { reachOn } from '../../../../main/exchange/published/reach.ts'
import { checkFile } from '../../../../main/store/checking/check.ts'
import { lastNumbersInFile } from '../../../../main/store/numbers.ts'
import { guardian } from '../../../../main/store/schema/index.ts'
import { balanceShown } from '../../../../shared/pages/money/account.ts'
import { today } from '../../../../shared/rules/calendar/day.ts'
import { couponCode } from '../../../../shared/rules/money/paper-codes.ts'
import { usualLevels } from '../../../../shared/rules/money/recovery/reminder-level.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import type { TemplateDocument } from '../../../../shared/rules/templates/template-document.ts'
import { giveAccount } from '../../../exchange/published/publishing.ts'
import { aClock } from '../../../support/desk.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import { fillDebitTown } from '../../../support/towns/debits.ts'
import { aMailServer, useMailServer } from '../../../support/towns/mails.ts'
import { aRegieInput } from '../../../support/towns/regies.ts'
import { remindAsSeen } from '../../../support/towns/reminders.ts'
import { opened, worker } from '../../../support/works/desk-works.ts'
import { asked, missing } from '../../documents/documents-reading.ts'

/** Marchand owes 5,50 € and Fouquet, without a quotient, what one morning costs; both fell due on 9 January 2027. */
const open = async () => {
  const clock = aClock()
  const town = await aBillingTown().open(clock)
  onTestFinished(() => town.close())
  const gestures = billing(town)
  await gestures.book('Louison', ['2026-12-16'], 'Matin')
  await gestures.book('Noé', ['2026-12-16'], 'Matin')
  clock.set('2026-12-10')
  const { id } = await gestures.run()
  await gestures.issue(
    id,
    (await gestures.drafts(id)).map((draft) => draft.id),
  )
  const { recovery } = town.client
  const list = () => recovery.unpaid({})
  const of = async (name: string) => {
    const row = (await list()).payers.find((one) => one.name === name)
    if (!row) throw new Error(`${name} owes nothing past due`)
    return row
  }
  const remind = async (...names: string[]) => {
    const rows = await Promise.all(names.map(of))
    return remindAsSeen(recovery, {
      payers: rows.map(({ familyId, thirdPartyId, step, dueCents }) => ({
        familyId,
        thirdPartyId,
        level: step.kind === 'remind' ? step.level : 1,
        dueCents,
      })),
    })
  }
  const marchand = { familyId: town.family('Marchand'), thirdPartyId: null }
  const at = (on: string) => clock.set(on)
  return { town, recovery, list, of, remind, marchand, at, ...gestures }
}

/** A régie whose only level costs something. */
const withFee = async (feeCents: number, feeDecision: string) => {
  const ready = await open()
  const [regie] = await ready.town.client.regies.list()
  const level = { name: 'Lettre', afterDays: 10, channel: 'letter' as const, payWithinDays: 15, consequence: '' }
  const save = () =>
    ready.town.client.regies.save({
      ...aRegieInput(),
      ...(regie && { id: regie.id }),
      name: 'Régie',
      prefix: null,
      reminderLevels: [{ ...level, feeCents, feeDecision }],
    })
  return { ...ready, save }
}

const words = async (file: File) => asked('pdftotext', await file.bytes(), ['-layout'], ['-']).replaceAll(/\s+/g, ' ')

describe('the letter', () => {
  const debts: TemplateDocument['content'][number] = { type: 'fieldBlock', attrs: { field: 'debts' } }
  const says = (...content: TemplateDocument['content']) => ({
    key: 'reminder1',
    name: 'Relance, niveau 1',
    subject: 'Parlons-en',
    document: { type: 'doc' as const, content: [...content, debts] },
    savedIn: null,
  })
  it('has the text of its level’s template, and is printed again unchanged', async () => {
    const { at, remind, recovery, marchand, town, save } = await withFee(300, '2026-12')
    await save()
    at('2027-02-20')
    if (missing('pdftotext')) return
    const before = await words(await recovery.preview(marchand))
    const { actId } = await remind('Marchand')
    await town.client.templates.save(
      says({ type: 'paragraph', content: [{ type: 'text', text: 'Passez nous voir.' }] }),
    )
    const printed = await words(await recovery.letters({ actId }))
    expect(printed).toContain('Payer en une fois est difficile')
    expect(printed).not.toContain('Passez nous voir')
    expect(before).toContain('Il vous reste une somme à payer')
    const preview = await words(await recovery.preview(marchand))
    expect(preview).toContain('Parlons-en')
    expect(preview).toContain('Passez nous voir.')
    // What is owed and how to pay it is told by every letter.
    expect(preview).toContain('Comment payer')
    expect(preview).toContain('5,50 €')
    expect(preview).not.toContain('difficile')
  })

  it('skips whom a field is empty for, by name and before the run: the others are reminded', async () => {
    const { at, of, remind, town } = await open()
    at('2027-02-20')
    await remind('Marchand')
    at('2027-04-20')
    await town.client.templates.save(
      says({ type: 'paragraph', content: [{ type: 'field', attrs: { field: 'reminder.previousOn', empty: null } }] }),
    )
    const held = /Le champ «\s*Jour de la relance d’avant\s*» est vide, modèle «/
    expect(await of('Fouquet')).toMatchObject({
      step: { level: 1 },
      skipped: { cause: 'field', mayRemind: false, sentence: expect.stringMatching(held) as string },
    })
    expect(await of('Marchand')).toMatchObject({ step: { level: 2 }, skipped: null })
    await expect(remind('Marchand', 'Fouquet')).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/Fouquet.*est vide/) as string },
    })
    expect(await remind('Marchand')).toMatchObject({ reminders: 1 })
  })
})

describe('a fee', () => {
  it('asks for the decision of a council, and is bounded', async () => {
    const { save } = await withFee(300, '')
    await expect(save()).rejects.toMatchObject({ data: { field: 'reminderLevels.0.feeDecision' } })
    const { save: other } = await withFee(5001, '2026-12')
    await expect(other()).rejects.toMatchObject({ data: { field: 'reminderLevels.0.feeCents' } })
  })

  it('is named in the letter, and waits for the next invoice of the home', async () => {
    const { save, at, remind, recovery, marchand, town } = await withFee(300, '2026-12')
    await save()
    at('2027-02-20')
    const { actId } = await remind('Marchand')
    expect(await town.client.freeLines.ofHome({ familyId: marchand.familyId })).toMatchObject([
      { label: 'Frais de relance du 20/02/2027', unitCents: 300 },
    ])
    // Parents read it on a line of its own as long as nothing bills it.
    giveAccount(town, 'Marchand')
    const published = () =>
      moneyDocuments(town.store, reachOn(today(town.clock)), [marchand.familyId]).get(marchand.familyId)
    const fees = [{ label: 'Frais de relance du 20/02/2027', cents: 300 }]
    expect(published()?.fees).toEqual(fees)
    const shown = published()
    expect(shown && balanceShown(shown, 0, undefined).lines.at(-1)).toMatchObject({
      kind: 'plain',
      text: ['Frais de relance du 20/02/2027\u00a0: ', { strong: '3,00\u00a0€' }, ', sur votre prochaine facture.'],
    })
    // The debts that the reminder asks for are what they were.
    expect((await recovery.detail(marchand)).debts).toMatchObject([{ leftCents: 550 }])
    if (missing('pdftotext')) return
    const text = asked('pdftotext', await (await recovery.letters({ actId })).bytes(), ['-layout'], ['-'])
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'Des frais de relance de 3,00 € (délibération n° 2026-12) seront sur',
    )
    expect(text).not.toContain('Aucun frais')
  })

  it('is announced to parents until an invoice bills it', async () => {
    const { save, at, remind, run, issue, marchand, town } = await withFee(300, '2026-12')
    await save()
    giveAccount(town, 'Marchand')
    at('2027-02-20')
    await remind('Marchand')
    const published = () =>
      moneyDocuments(town.store, reachOn(today(town.clock)), [marchand.familyId]).get(marchand.familyId)
    expect(published()?.fees).toHaveLength(1)
    await issue((await run('2027-02')).id)
    expect(published()?.fees).toBeUndefined()
  })
})

type Reminded = Parameters<typeof remindPayers>[2]['payers']

/** Eighty homes are reminded at once, while something else is done. */
const longRun = async (meanwhile: (core: Core, payers: Reminded) => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'relances-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return opened(folder, async (core) => {
    fillDebitTown(core, 80, 0)
    const { payers: listed } = await listUnpaid(core, { regieId: firstRegieId })
    const payers = listed.flatMap(({ familyId, thirdPartyId, step, dueCents }) =>
      step.kind === 'remind' ? [{ familyId, thirdPartyId, level: step.level, dueCents }] : [],
    )
    const run = { regieId: firstRegieId, payers }
    const running = remindPayers(core, worker, { ...run, ...(await prepareRun(core, run)) })
    meanwhile(core, payers)
    const [made] = await Promise.allSettled([running])
    expect(checkFile(core.store.sqlite)).toEqual([])
    return {
      made,
      count: core.store.statement('select count(*) from reminder').pluck().get(),
      listed: reminderRuns(core.store, firstRegieId, 5).length,
    }
  })
}

describe('a long run', () => {
  it('is one act, numbered in order', async () => {
    const seen: number[] = []
    const { made, count, listed } = await longRun(
      (core) => void seen.push(reminderRuns(core.store, firstRegieId, 5).length),
    )
    expect(made).toMatchObject({ status: 'fulfilled', value: { reminders: 80, letters: 80 } })
    // Nobody reads it before it is whole.
    expect([seen, count, listed]).toEqual([[0], 80, 1])
  })

  it('is refused whole when somebody pays meanwhile; of two runs at once, one is made and the other refused', async () => {
    const paid = await longRun((core) => {
      recordPayment(core, worker, {
        familyId: 3,
        regieId: firstRegieId,
        means: 'cheque',
        amountCents: 100,
        receivedOn: today(core.clock),
        payer: '',
        reference: '',
        chosen: null,
      })
    })
    expect(paid).toMatchObject({ made: { status: 'rejected' }, count: 0 })
    const others: Promise<unknown>[] = []
    const twice = await longRun((core, all) => {
      const run = { regieId: firstRegieId, payers: all.slice(0, 1) }
      const remindThem = prepareRun(core, run).then(({ digest }) => remindPayers(core, worker, { ...run, digest }))
      others.push(remindThem.then(String, () => 'refused'))
    })
    const [other] = await Promise.all(others)
    expect(twice).toMatchObject(other === 'refused' ? { count: 80 } : { made: { status: 'rejected' }, count: 1 })
  })
})

describe('« Impayés »', () => {
  it('lists who owes something past its due date, with what comes next, and why somebody is skipped', async () => {
    const { list, at } = await open()
    expect((await list()).payers).toEqual([])
    at('2027-01-12')
    expect((await list()).payers).toMatchObject([
      {
        name: 'Marchand',
        debts: 1,
        daysLate: 3,
        dueCents: 550,
        last: null,
        step: { kind: 'wait', level: 1 },
        skipped: null,
      },
      { name: 'Fouquet', skipped: { cause: 'quotient', mayRemind: true } },
    ])
    at('2027-02-20')
    const { payers, bands } = await list()
    expect(payers[0]).toMatchObject({ name: 'Marchand', step: { kind: 'remind', level: 1 }, channel: 'letter' })
    expect(bands.map(({ debts }) => debts)).toEqual([0, 2, 0, 0])
  })

  it('skips whoever owes less than the threshold of the régie', async () => {
    const { of, at, town, remind, list } = await open()
    const [regie] = await town.client.regies.list()
    if (!regie) throw new Error('every town has a régie')
    await town.client.regies.save({ ...aRegieInput(), id: regie.id, name: 'Régie', prefix: null, remindFromCents: 600 })
    at('2027-02-20')
    expect((await of('Marchand')).skipped).toMatchObject({ cause: 'threshold', mayRemind: false })
    await expect(remind('Marchand')).rejects.toMatchObject({ data: { field: 'payers' } })
    expect((await list()).runs).toEqual([])
  })
})

describe('a run of reminders', () => {
  it('by mail sends its letter to a guardian who can be mailed, and prints it for the others', async () => {
    const { remind, of, at, town } = await open()
    const server = await aMailServer()
    onTestFinished(() => server.mailbox.close())
    const [regie] = await town.client.regies.list()
    const reminderLevels = usualLevels.map((level) => ({ ...level, channel: 'mail' as const }))
    const input = { ...aRegieInput(), id: regie?.id ?? 0, name: 'Régie', prefix: null }
    await town.client.regies.save({ ...input, reminderLevels })
    const email = 'camille@exemple.fr'
    town.store.act(town.person, 'families.guardian', 'Adresse mail', (write) => {
      const ids = town.store.statement('select guardian_id from family_guardian where family_id = ?').pluck()
      write.update(guardian, Number(ids.get(town.family('Marchand'))), { email })
    })
    const channel = async () => {
      at('2027-01-19')
      const found = (await of('Marchand')).channel
      at('2026-12-10')
      return found
    }
    expect(await channel()).toBe('letter')
    useMailServer(town.desk.core, town.person, server)
    expect(await channel()).toBe('mail')
    const { id } = await town.client.mails.stop({ email, reason: 'Adresse d’un tiers' })
    expect(await channel()).toBe('letter')
    await town.client.mails.lift({ id })
    at('2027-01-19')
    expect(await remind('Marchand', 'Fouquet')).toMatchObject({ reminders: 2, letters: 1 })
    await vi.waitFor(() => expect(server.mailbox.received).toHaveLength(1), { timeout: 10_000 })
    const [mail] = server.mailbox.received
    expect(mail).toMatchObject({ to: email, subject: 'Une lettre de la régie, n°\u00a0R2027-000002' })
    expect(mail?.text).toContain('Bonjour Mme Camille Marchand')
    expect(mail?.files[0]).toMatch(/^%PDF/)
    expect(await town.client.mails.list({ filter: 'all', text: '', from: 0, count: 9 })).toMatchObject({
      total: 1,
      rows: [{ familyId: town.family('Marchand'), kind: 'reminder' }],
    })
  })

  it('numbers each reminder, goes from level to level, and ends at the statement', async () => {
    const { remind, of, at, town, recovery, findings, list } = await open()
    at('2027-01-19')
    expect(await remind('Marchand')).toMatchObject({ reminders: 1, letters: 1, cents: 550 })
    expect((await of('Marchand')).last).toMatchObject({ level: 1, levelName: 'Rappel' })
    expect((await of('Marchand')).step).toMatchObject({ kind: 'wait', level: 2 })
    at('2027-02-18')
    await remind('Marchand')
    at('2027-03-20')
    const { actId } = await remind('Marchand')
    const made = remindersOf(town.store, firstRegieId, { familyId: town.family('Marchand'), thirdPartyId: null })
    expect(made.map(({ series, number, level, payBefore }) => [series, number, level, payBefore])).toEqual([
      ['R', 1, 1, '2027-02-03'],
      ['R', 2, 2, '2027-03-05'],
      ['R', 3, 3, '2027-04-04'],
    ])
    at('2027-04-05')
    expect((await of('Marchand')).step).toEqual({ kind: 'statement' })
    expect((await list()).runs).toMatchObject([{ actId, reminders: 1, cents: 550, paidCents: 0 }, {}, {}])
    // A cheque that comes with the letter's coupon: its barcode, or its number typed.
    for (const text of ['R2027-000003', couponCode('R2027-000003', 550)])
      expect(await town.client.payments.find({ text })).toMatchObject([{ family: 'Marchand' }])
    // Told to the portal with the other series, so that a restored file gives no number twice.
    expect(lastNumbersInFile(town.store)).toMatchObject({ R2027: 3 })
    expect(findings()).toEqual([])
    if (missing('pdftotext')) return
    const text = asked('pdftotext', await (await recovery.letters({ actId })).bytes(), ['-layout'], ['-'])
    for (const words of ['R2027-000003', 'niveau 3 sur 3', '5,50 €', 'Ceci est le dernier avis'])
      expect(text.replaceAll(/\s/g, ' ')).toContain(words)
  })

  it('made at two workstations at once is made by one; the other is refused, with nothing half done', async () => {
    const { remind, at, list, findings } = await open()
    at('2027-02-20')
    const posts = await Promise.allSettled([remind('Marchand'), remind('Marchand')])
    const refused = posts.filter(({ status }) => status === 'rejected')
    expect(refused).toMatchObject([{ reason: { data: { field: 'payers' } } }])
    expect((await list()).runs).toHaveLength(1)
    expect(findings()).toEqual([])
  })

  it('says what was seen, or nothing leaves: not the words of a template saved meanwhile, nor another address', async () => {
    const { recovery, at, town, of, list } = await open()
    at('2027-02-20')
    const { familyId, thirdPartyId, dueCents } = await of('Marchand')
    const payers = [{ familyId, thirdPartyId, dueCents, level: 1 }]
    const { digest } = await recovery.prepareRun({ payers })
    const { name, subject, document, savedIn } = await town.client.templates.read({ key: 'reminder1' })
    await town.client.templates.save({ key: 'reminder1', name, subject: `${subject}\u00a0!`, document, savedIn })
    const refused = { data: { sentence: expect.stringContaining('a changé depuis que vous les avez vues') as string } }
    await expect(recovery.remind({ payers, digest })).rejects.toMatchObject(refused)
    const again = await recovery.prepareRun({ payers })
    town.store.statement(`update family_address set line1 = '99 rue Neuve' where family_id = ?`).run(familyId)
    await expect(recovery.remind({ payers, ...again })).rejects.toMatchObject(refused)
    expect((await list()).runs).toEqual([])
    await recovery.remind({ payers, ...(await recovery.prepareRun({ payers })) })
    expect((await list()).runs).toHaveLength(1)
  })

  it('is refused whole when one of its payers has paid meanwhile', async () => {
    const { recovery, at, town, of, list, marchand } = await open()
    at('2027-02-20')
    const rows = [await of('Fouquet'), await of('Marchand')]
    await town.client.payments.record({
      familyId: marchand.familyId,
      means: 'cheque',
      amountCents: 100,
      receivedOn: '2027-02-20',
      payer: '',
      reference: '',
      chosen: null,
    })
    const payers = rows.map(({ familyId, thirdPartyId, dueCents }) => ({ familyId, thirdPartyId, dueCents, level: 1 }))
    await expect(remindAsSeen(recovery, { payers })).rejects.toMatchObject({
      data: { sentence: expect.stringContaining('Marchand') },
    })
    expect((await list()).runs).toEqual([])
  })

  it('is shown to the home on the portal as long as a part of it is unpaid', async () => {
    const { remind, at, town, marchand } = await open()
    giveAccount(town, 'Marchand')
    at('2027-02-20')
    await remind('Marchand')
    const published = () =>
      moneyDocuments(town.store, reachOn(today(town.clock)), [marchand.familyId]).get(marchand.familyId)
    const pay = (amountCents: number) =>
      town.client.payments.record({
        familyId: marchand.familyId,
        means: 'cheque',
        amountCents,
        receivedOn: '2027-02-20',
        payer: '',
        reference: '',
        chosen: null,
      })
    await pay(150)
    const shown = published()
    expect(shown?.reminded).toEqual([{ on: '2027-02-20', payBefore: '2027-03-07', leftCents: 400 }])
    expect(shown && balanceShown(shown, 0, undefined).lines.at(-1)).toMatchObject({
      kind: 'late',
      text: expect.arrayContaining([{ strong: '4,00\u00a0€' }]),
    })
    await pay(400)
    expect(published()?.reminded).toBeUndefined()
  })

  it('begins again for debts that fell due after the last one', async () => {
    const { remind, at, of, town, marchand, book, issue, run } = await open()
    await book('Louison', ['2027-01-27'], 'Matin')
    at('2027-01-19')
    await remind('Marchand')
    const pay = (amountCents: number) =>
      town.client.payments.record({
        familyId: marchand.familyId,
        means: 'cheque',
        amountCents,
        receivedOn: '2027-01-19',
        payer: '',
        reference: '',
        chosen: null,
      })
    await pay(550)
    await issue((await run('2027-01')).id)
    at('2027-03-15')
    expect((await of('Marchand')).step).toEqual({ kind: 'remind', level: 1 })
  })
})

describe('notes on a payer', () => {
  it('tell a promise that was not kept, on the letter too', async () => {
    const { recovery, marchand, at, remind, town } = await open()
    at('2027-01-19')
    await recovery.noteCall({ ...marchand, text: 'Je paie tout vendredi', promisedOn: '2027-01-22' })
    expect(await recovery.detail(marchand)).toMatchObject({ promise: null })
    at('2027-01-25')
    expect(await recovery.detail(marchand)).toMatchObject({
      promise: { calledOn: '2027-01-19', promisedOn: '2027-01-22' },
    })
    const { actId } = await remind('Marchand')
    expect(remindersOf(town.store, firstRegieId, marchand)[0]?.paper.promise).toEqual({
      calledOn: '2027-01-19',
      promisedOn: '2027-01-22',
    })
    expect(await recovery.letters({ actId })).toMatchObject({ type: 'application/pdf' })
    expect((await recovery.detail(marchand)).story.map(({ kind }) => kind)).toEqual(['reminder', 'call'])
    await expect(recovery.noteCall({ ...marchand, text: 'Demain', promisedOn: '2027-01-24' })).rejects.toMatchObject({
      data: { field: 'promisedOn' },
    })
  })

  it('set a payer aside until a day, or until it is taken up again; undone, it is not aside', async () => {
    const { recovery, marchand, at, of, town } = await open()
    at('2027-02-20')
    await recovery.setAside({ ...marchand, reason: 'Dossier au CCAS', until: '2027-03-01' })
    expect((await of('Marchand')).skipped).toMatchObject({ cause: 'aside', mayRemind: true })
    at('2027-03-02')
    expect((await of('Marchand')).skipped).toBeNull()
    at('2027-02-25')
    await recovery.takeUp(marchand)
    expect((await of('Marchand')).skipped).toBeNull()
    await expect(recovery.takeUp(marchand)).rejects.toMatchObject({ data: { sentence: expect.any(String) } })
    expect(town.store.statement('select kind from recovery_note order by id').pluck().all()).toEqual(['aside', 'back'])
  })
})
