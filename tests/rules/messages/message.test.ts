import { describe, expect, it } from 'vitest'
import { audienceDifference, smsCostText } from '../../../shared/rules/messages/audience.ts'
import { type MessageReader, wayOf } from '../../../shared/rules/messages/channel.ts'
import { composed, smsTextFor, smsTextOf } from '../../../shared/rules/messages/compose.ts'
import { type Told, whyNotDiscreet } from '../../../shared/rules/messages/discretion.ts'
import {
  type FieldValues,
  filled,
  firstNamesForAll,
  namesChildren,
  noticeText,
  noticeValues,
  whyNotFilled,
} from '../../../shared/rules/messages/fields.ts'
import {
  atPath,
  brevo,
  filledBody,
  headersOf,
  reportOf,
  whyNotProvider,
} from '../../../shared/rules/messages/sms-provider.ts'

const reader: MessageReader = {
  email: 'camille@exemple.fr',
  isStopped: false,
  unwanted: [],
  choice: null,
  mobile: '06 39 98 20 33',
  isMobileStopped: false,
}
const sms = { channel: 'sms', address: '+33639982033' }
const mail = { channel: 'mail', address: 'camille@exemple.fr' }
const call = (why: string) => ({ channel: 'call', why })

describe('the channel of each person', () => {
  it.each<[string, Partial<MessageReader>, object]>([
    ['who chose SMS gets one', { choice: 'sms' }, sms],
    ['who chose the mail gets one', { choice: 'mail' }, mail],
    ['who chose nothing is written to by mail', {}, mail],
    ['by SMS without an address', { email: '' }, sms],
    ['never by SMS when the address is stopped', { isStopped: true }, call('stopped')],
    ['nor when they want no such mail', { unwanted: ['notice'] }, call('unwanted')],
    ['a choice is kept to: no SMS without an address', { choice: 'mail', email: '' }, call('noAddress')],
    ['a choice is kept to: no mail without a mobile', { choice: 'sms', mobile: '02 61 91 12 34' }, call('noMobile')],
    ['STOP is heard', { choice: 'sms', isMobileStopped: true }, call('mobileStopped')],
    ['nothing at all: somebody telephones', { email: '', mobile: '' }, call('nothing')],
  ])('%s', (_, changes, expected) => {
    expect(wayOf({ ...reader, ...changes }, true)).toEqual(expected)
  })

  it('is the mail for everybody while no SMS leaves', () => {
    expect(wayOf({ ...reader, choice: 'sms' }, false)).toEqual(mail)
    expect(wayOf({ ...reader, email: '' }, false)).toEqual(call('noSms'))
  })
})

const judged = (text: string, hasSms = true, changes: Partial<Told> = {}) =>
  whyNotDiscreet({
    subject: 'Information',
    text,
    hasSms,
    isOwed: false,
    surnames: ['Petit', 'Le Goff', 'Delaunay-Ruel', 'D’Artagnan', 'Ben Ali', 'Martin', 'Noel', 'Bérenger', 'LEVEQUE'],
    ownNames: ['École Jules-Martin', 'Saint-Martin'],
    files: [],
    ...changes,
  })

describe('what a message never says', () => {
  it.each([
    ['Pensez à l’allergie de Noa', 'allergie'],
    ['Le PAI de Noa est fini', 'PAI'],
    ['Un projet d’accueil individualisé', 'projet d’accueil individualisé'],
    ['Repas SANS PORC', 'SANS PORC'],
    ['Certificat de vaccination', 'vaccination'],
    ['Un cas de rougeole', 'rougeole'],
    ['La fiche sanitaire manque', 'fiche sanitaire'],
    ['Le suivi médical de Noa', 'médical'],
    ['Les trousses médicales', 'médicales'],
    ['Un allergène à la cantine', 'allergène'],
    ['Deux cas de gastro', 'gastro'],
    ['Sa Ventoline est vide', 'Ventoline'],
    ['Un cas de varicelle', 'varicelle'],
    ['Le dossier MDPH', 'MDPH'],
    ['Donnez son traitement', 'son traitement'],
    ['Il est malade', 'malade'],
    ['Pas de gluten demain', 'Pas de gluten'],
    ['Demain, apportez le traitement', 'traitement'],
  ])('%s: of health, by SMS or by mail', (text, word) => {
    for (const hasSms of [true, false]) expect(judged(text, hasSms)).toContain(`«\u00a0${word}\u00a0» parle de santé`)
  })

  it('nor does the name of a file', () => {
    expect(judged('Voir le document', false, { files: ['PAI_Noa.pdf'] })).toContain('parle de santé')
  })

  it.each([
    ['Votre facture attend', 'facture attend'],
    ['La facture de novembre à payer', 'facture de novembre à payer'],
    ['Merci de régler votre facture de 35 euros.', 'régler votre facture'],
    ['Votre facture de novembre\u00a0: 35\u00a0€', 'facture de novembre : 35 €'],
    ['Dernière relance', 'relance'],
    ['Un impayé', 'impayé'],
    ['Somme impayée pour {prénoms}', 'impayée'],
    ['Vous devez 45\u00a0€', 'Vous devez 45 €'],
    ['Il reste 45,00 € à régler', 'Il reste 45,00 €'],
    ['Le reste à payer', 'reste à payer'],
    ['Le montant dû', 'montant dû'],
    ['Rejet de prélèvement', 'Rejet de prélèvement'],
    ['Paiement en retard', 'Paiement en retard'],
    ['Échéance dépassée', 'Échéance dépassée'],
    ['Avis de saisie', 'Avis de saisie'],
  ])('%s: of what is owed, by SMS alone', (text, word) => {
    expect(judged(text)).toContain(`«\u00a0${word}\u00a0» parle d’argent dû`)
    expect(judged(text, false)).toBeNull()
  })

  it.each([
    '45,50 € au régisseur',
    'Pensez à payer',
    'À régler avant vendredi',
    'Ce que vous devez',
    'Votre facture est disponible',
  ])('%s: of what is owed, to those who owe', (text) => {
    expect(judged(text)).toBeNull()
    expect(judged(text, true, { isOwed: true })).toContain('parle d’argent dû')
    expect(judged(text, false, { isOwed: true })).toBeNull()
  })

  it.each([
    ['Noa Delaunay est attendu', 'Delaunay'],
    ['DELAUNAY est attendu', 'DELAUNAY'],
    ['Pour Ruel-Petit', 'Ruel'],
    ['Noa Le Goff est attendu', 'Goff'],
    ['Noa d’Artagnan est attendu', 'Artagnan'],
    ['La famille Ben Ali', 'Ali'],
    ['Petit Noa est attendu', 'Petit'],
    ['Venez. PETIT est attendu', 'PETIT'],
    ['Pour M. Petit', 'Petit'],
    ['Vu avec N. Petit', 'Petit'],
    ['Menu\u00a0: Le Goff', 'Goff'],
    ['Avec Léo Noel', 'Noel'],
    ['La famille Noel', 'Noel'],
    ['Vu avec Bérenger', 'Bérenger'],
    ['Vu avec Berenger', 'Berenger'],
    ['Vu avec Lévêque', 'Lévêque'],
    ['Léo Martin, de l’école Jules-Martin, à Saint-Martin', 'Martin'],
  ])('%s: a surname of the audience, by SMS', (text, word) => {
    expect(judged(text)).toContain(`«\u00a0${word}\u00a0» est un nom de famille`)
    expect(judged(text, false)).toBeNull()
  })

  it.each([
    'Coupure d’eau\u00a0: le centre ferme à 16 h. Un document du dossier manque.',
    'Un petit goûter à 16 h, le midi',
    'Petit goûter à 16 h. Petit rappel\u00a0: des gants',
    'Petit-déjeuner offert',
    'Menu\u00a0: Petit salé vendredi\n- Petit pain',
    'MENU\u00a0: PETIT SALÉ VENDREDI',
    'Votre facture est disponible sur le portail',
    'Vous pouvez régler vos factures en ligne',
    'Votre demande est en cours de traitement',
    'Fête de Noël, puis les vacances de Noel. Joyeux Noel à tous',
    'Une maladresse, rue des Médecins, devant la maison médicale',
    'Le séjour aux Saisies, avant les soldes, avec une course de poursuites',
    'Le reste du groupe, et le montant du séjour\u00a0: 45\u00a0€',
    'À l’École Jules-Martin, ou à Jules Martin, rendez-vous à Saint-Martin',
  ])('%s passes', (text) => {
    expect(judged(text)).toBeNull()
  })
})

describe('a text for many', () => {
  const values: FieldValues = {
    prénoms: 'Gabin et Rose',
    site: 'Centre',
    téléphone: '02 61 91 12 34',
    date: '25 novembre',
  }

  it('names its fields between braces, and refuses one that is not known', () => {
    expect(filled('Venez chercher {prénoms}, {téléphone}', values)).toBe('Venez chercher Gabin et Rose, 02 61 91 12 34')
    expect(whyNotFilled('{prénoms} {nom}')).toContain('«\u00a0{nom}\u00a0» n’est pas un champ connu')
    expect(whyNotFilled('rien')).toBeNull()
  })

  it('is a notice that names the places of all, and to each home its children, when all who read it are told the same', () => {
    const other = { ...values, prénoms: 'Noa', site: 'Cantine', téléphone: '02 61 91 12 35' }
    const notice = filled('{ prénoms }\u00a0: {site}, {téléphone}, le {date}', noticeValues([values, values, other]))
    expect(namesChildren(notice)).toBe(true)
    expect(noticeText(notice)).toBe(
      'votre enfant\u00a0: Centre et Cantine, 02 61 91 12 34 ou 02 61 91 12 35, le 25 novembre',
    )
    expect(noticeText('{prénoms} part', firstNamesForAll(['Noa', '', 'Noa']))).toBe('Noa part')
    expect(noticeText('{prénoms} part', firstNamesForAll(['Noa', 'Noa et Maël']))).toBe('votre enfant part')
    expect(firstNamesForAll([''])).toBeUndefined()
  })

  it('takes the accents of its fields away by SMS, also of a mail that becomes one', () => {
    const own = { ...values, prénoms: 'Maël', site: 'Château', date: '1ᵉʳ août' }
    const text = '«\u00a0{site}\u00a0»\u00a0: la pêche de {prénoms}, le {date}'
    expect(smsTextFor(text, { channel: 'sms', values: own })).toBe('"Chateau" : la pêche de Mael, le 1er aout')
    expect(smsTextOf(filled(text, own), text)).toBe(smsTextFor(text, { channel: 'sms', values: own }))
  })

  it('is paid for by what each person reads', () => {
    const long = { ...values, prénoms: 'Maximilien et Anne-Charlotte' }
    const text = `{prénoms}${'a'.repeat(140)}`
    const all = composed(text, [
      { channel: 'sms', values },
      { channel: 'sms', values: long },
      { channel: 'mail', values: long },
    ])
    expect(all).toMatchObject({ smsParts: 3, longest: { index: 1, length: { signs: 168, parts: 2 } }, longer: 1 })
    expect(smsCostText(53 * 59)).toBe('3,13\u00a0€')
    expect(smsCostText(59)).toBe('0,059\u00a0€')
    expect(composed(text, [])).toEqual({ smsParts: 0, longest: null, longer: 0 })
  })

  it('is longer than the others only where others are shorter', () => {
    const same = composed('a'.repeat(200), [
      { channel: 'sms', values },
      { channel: 'sms', values },
    ])
    expect(same).toMatchObject({ smsParts: 4, longest: { length: { parts: 2 } }, longer: 0 })
  })
})

describe('who came and who went since the preview', () => {
  const people = [
    { guardianId: 1, name: 'Claire' },
    { guardianId: 2, name: 'Inga' },
  ]
  it('are counted, and named while they are few', () => {
    expect(audienceDifference([1, 2], people)).toBeNull()
    expect(audienceDifference([1], people)).toBe('1\u00a0personne de plus (Inga) depuis l’aperçu')
    expect(audienceDifference([3, 4, 5], people)).toBe(
      '2\u00a0personnes de plus (Claire, Inga) et 3\u00a0personnes de moins depuis l’aperçu',
    )
  })
})

describe('an SMS provider as data', () => {
  it('fills a body without letting a text change its shape', () => {
    const values = {
      texte: 'Il dit "oui", {numéro}',
      'numéro sans +': '33639982033',
      expéditeur: 'MAIRIE',
      référence: '7',
    }
    expect(filledBody(brevo.body, values)).toEqual({
      sender: 'MAIRIE',
      recipient: '33639982033',
      content: 'Il dit "oui", {numéro}',
      type: 'transactional',
      unicodeEnabled: true,
      tag: '7',
    })
    expect(headersOf('api-key: {clé}\nX-Of: a:b', { clé: 'secret' })).toEqual({ 'api-key': 'secret', 'X-Of': 'a:b' })
  })

  it('finds what an answer says', () => {
    const answer = { messageId: 15, plan: [{ type: 'free' }, { type: 'sms', credits: 412 }], data: [{ id: 'a' }] }
    expect(atPath(answer, 'messageId')).toBe('15')
    expect(atPath(answer, 'plan[type=sms].credits')).toBe('412')
    expect(atPath(answer, 'data.0.id')).toBe('a')
    const events = { events: [{ messageId: 7, event: 'delivered' }] }
    expect(atPath(events, brevo.statusPath, { id: '7' })).toBe('delivered')
    for (const nothing of [null, 'x', { events: [] }, { events: [null] }, { events: 3 }])
      expect(atPath(nothing, brevo.statusPath, { id: '7' })).toBeNull()
  })

  it('reads reports in its words', () => {
    expect(
      [['delivered', 'softBounces'], ['hardBounces'], ['delivered', 'unsubscription'], ['replies'], []].map(
        (statuses) => reportOf(brevo, statuses),
      ),
    ).toEqual(['delivered', 'undelivered', 'stopped', null, null])
  })

  it('is refused where the key would travel unprotected, or the text would not leave', () => {
    expect(whyNotProvider(brevo)).toBeNull()
    expect(whyNotProvider({ ...brevo, sendAddress: 'http://api.exemple.fr' })?.field).toBe('sendAddress')
    expect(whyNotProvider({ ...brevo, statusAddress: 'ftp://x' })?.field).toBe('statusAddress')
    expect(whyNotProvider({ ...brevo, headers: 'clé' })?.field).toBe('headers')
    expect(whyNotProvider({ ...brevo, body: 'texte' })?.field).toBe('body')
    expect(whyNotProvider({ ...brevo, body: '{"a": "{texte}"}' })?.sentence).toContain('{numéro}')
  })
})
