import type { BlockNode, FieldNode, InlineNode, TemplateDocument, TextMark } from './template-document.ts'
import { type DeliveredKey, kindOfDelivered, kindRules } from './template-kinds.ts'

/** What is sent or printed: a title and the text below it. */
export type TemplateContent = {
  /** The title of a paper, the object of a letter or a mail. */
  readonly subject: string
  readonly document: TemplateDocument
}

const text = (words: string, ...marks: TextMark[]): InlineNode => ({
  type: 'text',
  text: words,
  ...(marks.length > 0 && { marks: marks.map((type) => ({ type })) }),
})
const field = (id: string, ...marks: TextMark[]): FieldNode => ({
  type: 'field',
  attrs: { field: id, empty: null },
  ...(marks.length > 0 && { marks: marks.map((type) => ({ type })) }),
})
const fieldOr = (id: string, empty: string): FieldNode => ({ type: 'field', attrs: { field: id, empty } })
const asNode = (one: InlineNode | string): InlineNode => (typeof one === 'string' ? text(one) : one)
const p = (...content: (InlineNode | string)[]): BlockNode => ({ type: 'paragraph', content: content.map(asNode) })
const h3 = (words: string): BlockNode => ({ type: 'heading', attrs: { level: 3 }, content: [text(words)] })
const block = (id: string): BlockNode => ({ type: 'fieldBlock', attrs: { field: id } })
const doc = (...content: BlockNode[]): TemplateDocument => ({ type: 'doc', content })

const greeting = p(field('recipient.greeting'), ',')
const thanks = p(
  'Une question\u00a0? Appelez-nous au ',
  fieldOr('service.phone', 'numéro de la mairie'),
  '. Nous vous prions d’agréer nos salutations distinguées.',
)
const signature = p(field('service.author', 'bold'))

const reminder: TemplateContent = {
  subject: 'Il vous reste une somme à payer',
  document: doc(
    greeting,
    p(field('reminder.introduction')),
    block('debts'),
    h3('Payer en une fois est difficile\u00a0?'),
    p(
      field('reminder.callBefore'),
      '\u00a0: cherchons une solution ensemble. Le CCAS de votre commune peut aussi vous aider.',
    ),
    h3('Sans réponse de votre part'),
    p(fieldOr('reminder.consequence', ''), ' ', fieldOr('reminder.keepsPlace', '')),
  ),
}

/**
 * The letter of a reminder as it was before there were templates (November 2026). Letters of that time are printed
 * again from it, so it must never change, whatever the software delivers later.
 */
export const reminderBeforeTemplates: TemplateContent = {
  subject: 'Il vous reste une somme à payer',
  document: doc(
    p(field('recipient.greeting'), ','),
    p(field('reminder.introduction')),
    block('debts'),
    h3('Payer en une fois est difficile\u00a0?'),
    p(
      field('reminder.callBefore'),
      '\u00a0: cherchons une solution ensemble. Le CCAS de votre commune peut aussi vous aider.',
    ),
    h3('Sans réponse de votre part'),
    p(fieldOr('reminder.consequence', ''), ' ', fieldOr('reminder.keepsPlace', '')),
  ),
}

const attests = [field('service.name'), ', ', field('service.authority'), ', atteste '] as const
const identity = [field('proof.child', 'bold'), ', ', field('proof.born'), ','] as const
const handed = p('Cette attestation est remise à la famille, à sa demande.')

const others: Readonly<Record<Exclude<DeliveredKey, `reminder${number}`>, TemplateContent>> = {
  letter: { subject: 'Votre dossier', document: doc(greeting, p(field('typed.text')), thanks, signature) },
  convocation: {
    subject: 'Rendez-vous à l’accueil',
    document: doc(
      greeting,
      p(
        'Nous souhaitons vous rencontrer au sujet de ',
        field('typed.subject'),
        '. Merci de venir le ',
        field('typed.day', 'bold'),
        ' à ',
        field('typed.time', 'bold'),
        ', à ',
        fieldOr('typed.place', 'l’accueil du service'),
        '.',
      ),
      p(
        'Si ce moment ne vous convient pas, appelez-nous au ',
        fieldOr('service.phone', 'numéro de la mairie'),
        '\u00a0: nous en chercherons un autre.',
      ),
      p('Nous vous prions d’agréer nos salutations distinguées.'),
      signature,
    ),
  },
  welcome: {
    subject: 'Votre inscription est acceptée',
    document: doc(
      greeting,
      p(
        'L’inscription de ',
        field('child.fullName', 'bold'),
        ' est acceptée\u00a0: ',
        field('registration.period', 'bold'),
        ', du ',
        field('registration.from'),
        ' au ',
        field('registration.until'),
        '.',
      ),
      p(
        'Les jours réservés et les factures se lisent sur le portail, ',
        fieldOr('service.portal', 'dès qu’il est ouvert'),
        '.',
      ),
      thanks,
      signature,
    ),
  },
  refusal: {
    subject: 'Votre demande',
    document: doc(
      greeting,
      p(
        'Vous nous avez demandé, pour ',
        field('child.firstName'),
        '\u00a0: ',
        field('typed.subject'),
        '. Nous ne pouvons pas accepter cette demande\u00a0: ',
        field('typed.reason'),
        '.',
      ),
      // Code de justice administrative, articles R421-1, R421-2 and R421-5 (« à vérifier » with the town’s lawyer).
      p(
        'Vous pouvez contester cette décision dans les deux mois qui suivent sa notification\u00a0: en nous écrivant, ou devant le tribunal administratif (www.telerecours.fr). Sans réponse de notre part deux mois après votre lettre, elle est refusée, et vous avez de nouveau deux mois pour saisir le tribunal.',
      ),
      thanks,
      signature,
    ),
  },
  message: {
    subject: 'Informations pour {prénoms}',
    document: doc(p('Bonjour,'), p('Pour ', field('message.prénoms'), '\u00a0: '), p(field('message.site'))),
  },
  recoveryMail: {
    subject: 'Une lettre de la régie',
    document: doc(
      p('Bonjour ', field('recipient.name'), ','),
      p(
        'Vous trouverez ci-joint une lettre de la régie, n° ',
        field('reminder.number'),
        ', sur ce qui reste à payer. Merci d’y répondre avant le ',
        field('reminder.payBefore'),
        '.',
      ),
      p('Si vous avez payé ces derniers jours, ne tenez pas compte de ce message, et merci.'),
      p(fieldOr('reminder.regisseur', ''), ' ', field('service.name')),
    ),
  },
  presence: {
    subject: 'Attestation de présence',
    document: doc(
      p(
        ...attests,
        'que ',
        ...identity,
        ' a été ',
        field('proof.present'),
        ' ',
        field('proof.where'),
        ', du ',
        field('proof.from'),
        ' au ',
        field('proof.until'),
        ', les jours suivants\u00a0:',
      ),
      block('proof'),
      handed,
    ),
  },
  registered: {
    subject: 'Attestation d’inscription',
    document: doc(
      p(...attests, 'que ', ...identity, ' est ', field('proof.registered'), ' ainsi\u00a0:'),
      block('proof'),
      handed,
    ),
  },
  paid: {
    subject: 'Attestation de paiement',
    document: doc(
      p(
        ...attests,
        'avoir reçu de ',
        field('proof.payer', 'bold'),
        ', du ',
        field('proof.from'),
        ' au ',
        field('proof.until'),
        ', la somme de ',
        field('proof.amount', 'bold'),
        '\u00a0:',
      ),
      block('proof'),
      handed,
    ),
  },
  quote: {
    subject: 'Devis',
    document: doc(
      p(
        'Ce que coûteront à ',
        field('proof.payer', 'bold'),
        ' ',
        field('proof.days'),
        ', ',
        field('proof.months'),
        ', au quotient et aux tarifs d’aujourd’hui\u00a0:',
      ),
      block('proof'),
      p('La facture suivra les jours réservés, le quotient et les tarifs d’alors.'),
    ),
  },
}

const isReminder = (key: DeliveredKey): key is DeliveredKey & `reminder${number}` => kindOfDelivered(key) === 'reminder'

/** The content that the software delivers under this key. */
export const deliveredContent = (key: DeliveredKey): TemplateContent => (isReminder(key) ? reminder : others[key])

/** « Relance, niveau 2 » */
export const deliveredName = (key: DeliveredKey): string => {
  const { name } = kindRules[kindOfDelivered(key)]
  return isReminder(key) ? `${name}, niveau ${key.slice('reminder'.length)}` : name
}
