import { maxReminderLevels } from '../money/recovery/reminder-level.ts'

/** What a template is for. */
export const templateKinds = [
  'letter',
  'convocation',
  'welcome',
  'refusal',
  'message',
  'reminder',
  'recoveryMail',
  'presence',
  'registered',
  'paid',
  'quote',
] as const
export type TemplateKind = (typeof templateKinds)[number]

/** Letters to a home that staff choose at « Courrier… ». */
export const letterKinds = ['letter', 'convocation', 'welcome', 'refusal'] as const satisfies readonly TemplateKind[]
export type LetterKind = (typeof letterKinds)[number]

export const isLetterKind = (kind: TemplateKind): kind is LetterKind => letterKinds.some((one) => one === kind)

/** What a field is about. */
export const fieldGroups = [
  'service',
  'recipient',
  'home',
  'guardian',
  'child',
  'registration',
  'typed',
  'message',
  'reminder',
  'proof',
] as const
export type FieldGroup = (typeof fieldGroups)[number]

export const fieldGroupNames: Readonly<Record<FieldGroup, string>> = {
  service: 'Le service',
  recipient: 'Le destinataire',
  home: 'La famille',
  guardian: 'Le responsable',
  child: 'L’enfant',
  registration: 'L’inscription',
  typed: 'À remplir au moment d’écrire',
  message: 'Le message',
  reminder: 'La relance',
  proof: 'L’attestation',
}

type KindRules = {
  /** « Convocation » */
  readonly name: string
  /** Where it is used, as a sentence for the person who edits it. */
  readonly use: string
  /** The groups of fields that it may use. */
  readonly groups: readonly FieldGroup[]
  /** The lists that it may use as blocks. */
  readonly blocks: readonly string[]
  /** The list that it must contain; null when there is none. */
  readonly neededBlock: string | null
  /** Whether the town may add templates of this kind. Otherwise it may only change the delivered ones. */
  readonly mayAdd: boolean
}

const letterGroups: readonly FieldGroup[] = [
  'service',
  'recipient',
  'home',
  'guardian',
  'child',
  'registration',
  'typed',
]
const letterBlocks = ['children', 'registrations', 'missingPapers', 'owed']
const ofLetters = { groups: letterGroups, blocks: letterBlocks, neededBlock: null, mayAdd: true } as const
const ofAttestations = {
  groups: ['service', 'recipient', 'proof'],
  blocks: ['proof'],
  neededBlock: 'proof',
  mayAdd: false,
} as const

export const kindRules: Readonly<Record<TemplateKind, KindRules>> = {
  letter: { name: 'Lettre', use: 'Courrier, sur la page d’une famille.', ...ofLetters },
  convocation: { name: 'Convocation', use: 'Courrier, sur la page d’une famille.', ...ofLetters },
  welcome: {
    name: 'Bienvenue',
    use: 'Courrier, sur la page d’une famille, pour une inscription acceptée.',
    ...ofLetters,
  },
  refusal: { name: 'Refus', use: 'Courrier, sur la page d’une famille.', ...ofLetters },
  message: {
    name: 'Message',
    use: 'Écrire à des familles, par mail et par SMS.',
    groups: ['message'],
    blocks: [],
    neededBlock: null,
    mayAdd: true,
  },
  reminder: {
    name: 'Relance',
    use: 'La lettre d’un niveau de relance\u00a0: imprimée, ou jointe à un mail.',
    groups: ['service', 'recipient', 'reminder'],
    blocks: ['debts'],
    neededBlock: 'debts',
    mayAdd: false,
  },
  recoveryMail: {
    name: 'Mail de relance',
    use: 'Le mail auquel la lettre d’une relance est jointe.',
    groups: ['service', 'recipient', 'reminder'],
    blocks: [],
    neededBlock: null,
    mayAdd: false,
  },
  presence: { name: 'Attestation de présence', use: 'Attestations, sur la page d’une famille.', ...ofAttestations },
  registered: { name: 'Attestation d’inscription', use: 'Attestations, sur la page d’une famille.', ...ofAttestations },
  paid: { name: 'Attestation de paiement', use: 'Attestations, sur la page d’une famille.', ...ofAttestations },
  quote: { name: 'Devis', use: 'Attestations, sur la page d’une famille.', ...ofAttestations },
}

/**
 * The keys of the delivered templates. They exist from the start; a version saved by the town replaces the delivered
 * content.
 */
const reminderLevels = [1, 2, 3, 4, 5] as const satisfies { readonly length: typeof maxReminderLevels }
type ReminderKey = `reminder${(typeof reminderLevels)[number]}`
export type DeliveredKey = Exclude<TemplateKind, 'reminder'> | ReminderKey

const isReminderKey = (key: DeliveredKey): key is ReminderKey => key.startsWith('reminder')

export const deliveredKeys: readonly DeliveredKey[] = templateKinds.flatMap((kind): readonly DeliveredKey[] =>
  kind === 'reminder' ? reminderLevels.map((level) => `reminder${level}` as const) : [kind],
)

export const isDeliveredKey = (key: string): key is DeliveredKey => deliveredKeys.some((one) => one === key)

export const kindOfDelivered = (key: DeliveredKey): TemplateKind => (isReminderKey(key) ? 'reminder' : key)

/** The key of the letter of a reminder level. @param level from 1 */
export const reminderKey = (level: number): DeliveredKey => {
  const known = reminderLevels.find((one) => one === level)
  if (known === undefined) throw new RangeError(`no reminder has the level ${level}`)
  return `reminder${known}`
}
