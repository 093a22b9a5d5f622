import type { DeskContract } from '../../../shared/contract/desk/index.ts'
import type { Limits, SeenName } from '../../store/limited/limits.ts'

/** What the id under a name of an input leads to; null: to nothing that belongs to a site or a home. */
type Ids = Readonly<Record<string, SeenName | null>>

/**
 * How a call is bound to sites, for a person who works for some sites only.
 *
 * - `unbound`: it tells and changes nothing of a site or a home.
 * - `everywhere`: it acts on the whole service, or tells of it as a whole: only for people who are everywhere.
 * - `seen`: it reads what the person sees. Its ids must be seen: any other is handed on as an id that nothing has.
 * - `judged`: its ids must be seen, then it reads everything: what a seen home owes or pays depends on all its sites.
 */
type Binding =
  | 'unbound'
  | 'everywhere'
  | {
      readonly reads: 'seen' | 'all'
      /** Ids whose name alone does not say what they lead to, or that a call binds in its own way. */
      readonly ids: Ids
      /** The call stands for every period or activity without it, so that a person of some sites must choose. */
      readonly chosen?: string
    }

const unbound = 'unbound'
const everywhere = 'everywhere'
const seen = (ids: Ids = {}, chosen?: string): Binding => ({
  reads: 'seen',
  ids,
  ...(chosen !== undefined && { chosen }),
})
const judged = (ids: Ids = {}): Binding => ({ reads: 'all', ids })

/** What the ids of inputs lead to. `answers.id`: under `id`, in what lies under `answers`. */
export const idNames: Ids = {
  actId: null,
  activityId: 'activity',
  activityIds: 'activity',
  auditId: null,
  childId: 'child',
  childIds: 'child',
  decisionPaperId: 'received_paper',
  exceptId: null,
  facilityId: 'facility',
  familyId: 'family',
  fieldId: null,
  assigneeId: null,
  familyIds: 'family',
  fromPeriodId: 'period',
  groupId: 'activity_group',
  guardianId: 'guardian',
  guardianIds: 'guardian',
  invoiceId: 'invoice',
  kindId: null,
  // The papers of third parties name children of every site.
  thirdPartyId: 'nobody',
  lineId: null,
  openingDebtId: 'opening_balance',
  periodId: 'period',
  pickupId: 'pickup_contact',
  periodIds: 'period',
  regieId: null,
  requiredId: 'required_paper',
  registrationId: 'registration',
  registrationIds: 'registration',
  reservationId: 'reservation',
  schoolId: null,
  schoolIds: null,
  signUpId: 'sign_up',
  siteId: 'site',
  slotId: 'slot',
  slotIds: 'slot',
  sublistId: 'sublist',
  tariffId: null,
  toPeriodId: 'period',
  toSchoolId: null,
  typeId: null,
  versionId: null,
  questionId: null,
  textId: null,
  'answers.id': 'proposal',
  'children.existingId': 'child',
  'guardian.existingId': 'guardian',
  'guardians.existingId': 'guardian',
  'groups.id': 'activity_group',
  'needs.neededId': 'slot',
  'slots.id': 'slot',
  'sublists.id': 'sublist',
}

/**
 * Every call of the desk, bound to sites: one that is missing does not compile. `staff/procedures.ts` asks this table
 * before every call of a person who works for some sites only.
 */
export const siteBindings = {
  staff: {
    session: unbound,
    login: unbound,
    unlock: unbound,
    lock: unbound,
    logout: unbound,
    changePassword: unbound,
    startEmpty: unbound,
    startExample: unbound,
    leaveExample: unbound,
    startFromBackup: unbound,
    list: everywhere,
    add: everywhere,
    change: everywhere,
    resetPassword: everywhere,
    changes: unbound,
    look: seen(),
    logins: everywhere,
    posts: everywhere,
    share: everywhere,
    disconnect: everywhere,
  },
  settings: {
    organisation: unbound,
    changeOrganisation: everywhere,
    changeLogo: everywhere,
    logo: unbound,
    sites: seen(),
    saveSite: everywhere,
    removeSite: everywhere,
    facilities: seen(),
    saveFacility: seen({ id: 'facility' }),
    schoolCalendar: unbound,
    schools: seen(),
    saveSchool: unbound,
    removeSchool: unbound,
    audit: everywhere,
    auditAct: everywhere,
    backups: everywhere,
    makeBackup: everywhere,
    restoreBackup: everywhere,
    sealing: unbound,
    makePhrase: everywhere,
    startOver: everywhere,
    phraseSheet: everywhere,
    confirmPhrase: everywhere,
    openByPhrase: unbound,
    check: everywhere,
  },
  regies: {
    choice: unbound,
    list: unbound,
    save: everywhere,
    saveHolder: everywhere,
    removeHolder: everywhere,
  },
  families: {
    list: seen(),
    one: seen({ id: 'family' }),
    possibleDoubles: seen(),
    knownElsewhere: seen(),
    openElsewhere: seen(),
    create: seen(),
    change: seen({ id: 'family' }),
    comeBack: seen({ id: 'family' }),
    addGuardian: seen(),
    changeGuardian: seen({ id: 'guardian' }),
    removeGuardian: seen(),
    swapGuardians: seen(),
    setAddress: seen(),
    removeAddress: seen({ id: 'family_address' }),
    setQuotient: seen(),
    removeQuotient: seen({ id: 'family_quotient' }),
    setCategory: seen({ id: 'price_category' }),
    removeCategory: seen({ id: 'price_category' }),
    categoryNames: unbound,
    addChild: seen(),
    changeChild: seen({ id: 'child' }),
    linkChild: seen(),
    setSchooling: seen(),
    removeSchooling: seen({ id: 'schooling' }),
    addPickup: seen(),
    changePickup: seen({ id: 'pickup_contact' }),
    removePickup: seen({ id: 'pickup_contact' }),
    health: seen({ childId: 'health_child' }),
    setBond: seen(),
    confirmBonds: seen(),
    changeHealth: seen({ childId: 'health_child' }),
  },
  consents: {
    questions: unbound,
    addQuestion: everywhere,
    changeQuestion: everywhere,
    addText: everywhere,
    changeText: everywhere,
    removeText: everywhere,
    ofChild: seen(),
    answer: seen(),
  },
  activities: {
    types: unbound,
    saveType: unbound,
    removeType: unbound,
    list: seen(),
    get: seen({ id: 'activity' }),
    save: seen({ id: 'activity' }),
    previewJoining: seen({ id: 'activity', joinedId: 'activity' }),
    join: seen({ id: 'activity', joinedId: 'activity' }),
    endSlot: seen(),
    periods: seen(),
    period: seen({ id: 'period' }),
    previewPeriod: seen({ id: 'period' }),
    savePeriod: seen({ id: 'period' }),
    openings: seen(),
    nearestOpenDays: seen(),
    firstOpenDay: seen(),
    changeCapacity: seen(),
    openDay: seen(),
  },
  registrations: {
    counts: seen(),
    list: seen(),
    ofFamily: seen(),
    ofChild: seen(),
    get: seen({ id: 'registration' }),
    check: seen(),
    ask: seen(),
    accept: seen({ id: 'registration' }),
    refuse: seen({ id: 'registration' }),
    withdraw: seen({ id: 'registration' }),
    change: seen({ id: 'registration' }),
    sublists: seen(),
    setSublist: seen(),
  },
  reservations: {
    custody: seen(),
    custodyPreview: seen(),
    changeCustody: seen(),
    waitingLists: seen(),
    waitingList: seen(),
    openingPreview: seen(),
    openPlaces: seen(),
    markPriority: seen(),
    waitingRules: seen(),
    saveWaitingRules: seen(),
    adultsPlanned: seen(),
    planAdults: seen(),
    weeksPreview: seen(),
    applyWeeks: seen(),
    calendar: seen(),
    calendarPdf: seen(),
    cell: seen(),
    block: seen(),
    move: seen(),
    reschedule: seen(),
    reschedulingPreview: seen(),
    weekPreview: seen(),
    applyWeek: seen(),
    acceptWithWeek: seen(),
    registerWithWeek: seen(),
    registrationPreview: seen(),
    endingPreview: seen(),
    endRegistration: seen(),
    leavingPreview: everywhere,
    leave: everywhere,
    closingPreview: seen({}, 'periodId'),
    close: seen({}, 'periodId'),
    promotable: seen(),
    childGroup: seen(),
    putInGroup: seen(),
  },
  attendance: {
    day: seen(),
    sheet: seen(),
    list: seen(),
    listFile: seen(),
    healthSheets: seen({ childId: 'health_child' }),
    sheetPdf: seen(),
    departure: seen(),
    arrival: seen(),
    mark: seen(),
  },
  emergency: {
    isDelegate: unbound,
    open: seen({ childId: 'health_child' }),
    delegates: seen(),
    saveDelegate: seen({ id: null, staffId: null }),
    removeDelegate: seen({ id: null }),
  },
  photos: {
    ofFamily: seen(),
    ofDay: seen(),
    save: seen(),
    remove: seen(),
    board: seen(),
  },
  prices: {
    tariffs: unbound,
    saveTariff: everywhere,
    touched: everywhere,
    saveVersion: everywhere,
    removeVersion: everywhere,
    removeTariff: everywhere,
    attach: seen(),
    poster: unbound,
    compare: everywhere,
    compareFile: everywhere,
    tryPrice: unbound,
    tryChild: judged(),
    priceOf: judged(),
    lateCancellations: judged(),
  },
  invoicing: {
    runs: everywhere,
    toBill: everywhere,
    toTakeOver: everywhere,
    run: everywhere,
    recalculate: everywhere,
    drafts: everywhere,
    beforeIssue: everywhere,
    story: everywhere,
    replay: everywhere,
    setAside: everywhere,
    discard: everywhere,
    issue: everywhere,
    creditNote: judged(),
    takeBackPreview: everywhere,
    takeBack: everywhere,
    forecast: everywhere,
    forecastFile: everywhere,
    leftToCredit: judged(),
    firstDeclaredDay: everywhere,
    repricingPreview: everywhere,
    reprice: everywhere,
    paper: judged({ id: 'invoice' }),
    ofFamily: judged(),
    numbered: seen(),
    pdf: judged({ ids: 'invoice' }),
    toPrint: judged({ ids: 'invoice' }),
    pdfs: judged({ ids: 'invoice' }),
  },
  fields: {
    list: unbound,
    defined: unbound,
    save: everywhere,
    withdraw: everywhere,
    remove: everywhere,
    ofFamily: seen(),
    ofRegistration: seen(),
    set: seen(),
  },
  notes: {
    ofFamily: seen(),
    alerts: seen(),
    mine: seen(),
    people: unbound,
    save: seen({ id: 'note' }),
    tick: seen({ id: 'note' }),
    remove: seen({ id: 'note' }),
  },
  freeLines: {
    kinds: unbound,
    saveKind: everywhere,
    preview: seen({ registeredIn: 'activity' }),
    write: seen({ registeredIn: 'activity' }),
    remove: seen({ id: 'free_line' }),
    ofHome: seen(),
  },
  dossiers: {
    required: seen(),
    saveRequired: seen({ id: 'required_paper' }, 'activityId'),
    withdrawRequired: seen({ id: 'required_paper' }),
    ofFamily: seen(),
    see: seen(),
    list: seen(),
    file: seen(),
  },
  campaign: {
    list: unbound,
    save: everywhere,
    close: everywhere,
    progress: seen({ id: null }),
    ofFamily: seen(),
    confirm: seen(),
    remind: seen(),
    letters: seen(),
  },
  papers: {
    ofFamily: seen(),
    queue: seen(),
    ask: seen(),
    close: seen({ id: 'asked_paper' }),
    open: seen({ id: 'received_paper' }),
    healthTold: seen({ id: 'health_paper' }),
    accept: seen({ id: 'received_paper' }),
    acceptHealth: seen({ id: 'health_paper' }),
    refuse: seen({ id: 'received_paper' }),
  },
  payments: {
    families: seen(),
    find: seen(),
    owed: judged(),
    record: judged(),
    recordTogether: judged(),
    debt: seen(),
    recordPile: judged(),
    cancel: judged({ id: 'payment' }),
    day: seen(),
    journal: everywhere,
    toHandOver: everywhere,
    handOver: everywhere,
    cancelSlip: everywhere,
    slips: everywhere,
    slip: everywhere,
    till: everywhere,
    closeTill: everywhere,
    reopenTill: everywhere,
    toCheck: everywhere,
    credit: everywhere,
    seen: everywhere,
    account: judged(),
    receipt: judged({ id: 'payment' }),
    refundable: judged(),
    recordRefund: judged(),
    markRefundPaid: judged({ id: 'refund' }),
    cancelRefund: judged({ id: 'refund' }),
    refunds: seen(),
    paymentOrders: everywhere,
    refundReceipt: judged({ id: 'refund' }),
  },
  recovery: {
    unpaid: seen(),
    detail: judged(),
    remind: judged(),
    preview: judged(),
    letters: judged(),
    letter: judged({ id: 'reminder' }),
    file: seen(),
    noteCall: judged(),
    setAside: judged(),
    takeUp: judged(),
    plan: judged(),
    endPlan: judged({ id: 'payment_plan' }),
    planPaper: judged({ id: 'payment_plan' }),
    decidable: judged(),
    decide: judged(),
    cancelDecision: judged({ id: 'debt_decision' }),
    outstanding: everywhere,
    handOverDebts: everywhere,
    statementFile: everywhere,
    saveOutstandingRules: everywhere,
    treasury: everywhere,
    tellPaid: everywhere,
    askReduction: everywhere,
    tellReduced: everywhere,
    keepMoney: everywhere,
    forwardMoney: everywhere,
    cancelTold: everywhere,
    takeBackDebt: everywhere,
  },
  payers: {
    thirdParties: unbound,
    thirdParty: everywhere,
    saveThirdParty: everywhere,
    ofFamily: seen(),
    toWatch: seen(),
    promise: seen({ thirdPartyId: null }),
    changeAid: seen({ id: 'aid', thirdPartyId: null }),
    refuse: seen({ id: 'aid' }),
    remove: seen({ id: 'aid' }),
    move: seen({ id: 'aid' }),
    whoPays: judged(),
    bill: everywhere,
  },
  debits: {
    settings: unbound,
    saveSettings: everywhere,
    mandatesOf: judged(),
    portalMandates: seen(),
    dismissMandate: judged({ id: 'portal_ask' }),
    accountRequests: judged(),
    askAccount: judged(),
    dropAccountRequest: judged({ id: 'account_request' }),
    saveMandate: judged(),
    stopMandate: judged({ id: 'mandate' }),
    resumeMandate: judged({ id: 'mandate' }),
    readAccount: judged({ id: 'mandate' }),
    mandatePaper: judged({ id: 'mandate' }),
    preview: everywhere,
    collections: everywhere,
    collection: everywhere,
    freeze: everywhere,
    remove: everywhere,
    abandon: everywhere,
    writeFile: everywhere,
    file: everywhere,
    notices: everywhere,
    collect: everywhere,
    readReturns: everywhere,
    recordReturns: everywhere,
    yearPlansOfFamily: judged(),
    proposeYear: judged(),
    makeYearPlan: judged(),
    changeYearPlan: judged({ id: 'year_plan' }),
    endYearPlan: judged({ id: 'year_plan' }),
    yearPlanFile: judged({ id: 'year_plan' }),
  },
  bank: {
    read: everywhere,
    readFile: everywhere,
    batches: everywhere,
    record: everywhere,
    setAside: everywhere,
    dismiss: everywhere,
    takeBack: everywhere,
  },
  statements: {
    byNature: everywhere,
    years: judged(),
    statement: judged(),
    presence: seen(),
    registered: seen(),
    paid: judged(),
    quote: judged(),
    certificate: judged(),
    certificates: everywhere,
    list: everywhere,
    print: everywhere,
    printed: everywhere,
  },
  closings: {
    read: everywhere,
    close: everywhere,
    remittance: everywhere,
    remittances: everywhere,
    remit: everywhere,
    remittanceFile: everywhere,
    balances: everywhere,
    bookExport: everywhere,
    saveBookExport: everywhere,
    bookFile: everywhere,
    file: everywhere,
  },
  portal: {
    accounts: seen(),
    accountsOfFamily: seen(),
    inviteByMail: seen(),
    inviteByLetter: seen(),
    block: seen(),
    settings: unbound,
    saveTexts: everywhere,
    saveTerms: everywhere,
    payfip: everywhere,
    savePayfip: everywhere,
    tryPayfip: everywhere,
    saveHealthShown: everywhere,
    saveAutomatic: everywhere,
  },
  mails: {
    server: everywhere,
    saveServer: everywhere,
    try: everywhere,
    smsServer: everywhere,
    saveSmsServer: everywhere,
    trySms: everywhere,
    list: seen(),
    read: seen({ id: 'mail' }),
    resend: seen({ ids: 'mail' }),
    withdraw: seen({ ids: 'mail' }),
    retry: everywhere,
    stops: everywhere,
    stop: everywhere,
    lift: everywhere,
    stopsOfFamily: seen(),
  },
  messages: {
    list: seen(),
    ofFamily: seen(),
    one: seen({ id: 'conversation' }),
    unread: seen(),
    markRead: seen({ id: 'conversation' }),
    answer: seen({ id: 'conversation' }),
    begin: seen(),
    close: seen({ id: 'conversation' }),
    notices: seen(),
    addNotice: seen(),
    changeNotice: seen({ id: 'notice' }),
    removeNotice: seen({ id: 'notice' }),
    reach: seen(),
    audiences: seen(),
    reminders: unbound,
    saveReminders: everywhere,
  },
  sendings: {
    choices: seen(),
    preview: seen(),
    send: seen(),
    plan: seen(),
    sendPlanned: seen({ id: 'sending' }),
    drop: seen({ id: 'sending' }),
    list: seen(),
    read: seen({ id: 'sending' }),
    late: seen(),
    balance: unbound,
    closeUrgently: seen(),
    choicesOfFamily: seen(),
    saveChoice: seen(),
  },
  quotients: {
    rule: unbound,
    tryRule: everywhere,
    saveRule: everywhere,
    expiring: seen(),
    expiringFile: seen(),
    ask: seen(),
    access: unbound,
    saveAccess: everywhere,
    removeAccess: everywhere,
    consents: seen(),
    giveConsent: seen(),
    revokeConsent: seen({ id: 'quotient_consent' }),
    consented: seen(),
    consult: seen(),
    acceptConsulted: seen(),
  },
  exchange: {
    state: unbound,
    history: everywhere,
    pair: everywhere,
    exportPortal: everywhere,
    pairExported: everywhere,
    passToExported: everywhere,
    now: unbound,
    dryLook: everywhere,
    network: everywhere,
    saveNetwork: everywhere,
    schedule: everywhere,
    rotateKey: everywhere,
    revokeKey: everywhere,
    confirmNumbers: everywhere,
    recoveredPapers: everywhere,
    recoveredPaper: everywhere,
    enterReceipt: everywhere,
  },
  requests: {
    count: seen(),
    countOfFamily: seen(),
    queue: seen(),
    one: seen(),
    answered: seen(),
    possible: seen(),
    decide: seen(),
    signUpDoubles: seen(),
    signUpBeside: seen(),
    decideSignUp: seen(),
    undo: seen(),
  },
  home: {
    today: seen(),
    search: seen(),
    firstDay: unbound,
    story: seen(),
  },
  imports: {
    preview: everywhere,
    run: everywhere,
    out: seen(),
    history: everywhere,
    profiles: everywhere,
    saveProfile: everywhere,
    removeProfile: everywhere,
  },
  doubles: {
    list: everywhere,
    compare: everywhere,
    merge: everywhere,
    dismiss: everywhere,
  },
  figures: {
    caf: seen(),
    cafYear: seen(),
    cafDetail: seen(),
    cafFile: seen(),
    hoursRules: seen(),
    saveHoursRule: seen(),
    removeHoursRule: seen({ id: 'hours_rule' }),
    declare: everywhere,
    declarations: everywhere,
    declaration: everywhere,
    declarationFile: everywhere,
  },
  history: {
    ofRecord: seen(),
    ofAct: seen(),
    lastActs: seen(),
    undo: seen(),
    back: seen(),
  },
  protection: {
    overview: everywhere,
    setRetention: everywhere,
    due: everywhere,
    plan: everywhere,
    erase: everywhere,
    eraseDue: everywhere,
    exportFamily: everywhere,
    consultations: everywhere,
  },
  year: {
    progress: seen(),
    previewCalendar: everywhere,
    importCalendar: everywhere,
    previewCopy: seen(),
    copy: seen(),
    previewPassage: seen(),
    passUp: seen(),
    previewReenrolment: seen(),
    reenrol: seen(),
    previewClosing: seen({}, 'activityIds'),
    close: seen({}, 'activityIds'),
    closings: seen(),
    freedFamilies: seen({}, 'activityIds'),
    freedFamiliesFile: seen({}, 'activityIds'),
    reopen: seen({}, 'activityIds'),
  },
} satisfies { readonly [Domain in keyof DeskContract]: { readonly [Call in keyof DeskContract[Domain]]: Binding } }

export const bindingOf = ([domain, call]: readonly string[]): Binding => {
  const binding = (siteBindings as Readonly<Record<string, Readonly<Record<string, Binding>>>>)[domain ?? '']?.[
    call ?? ''
  ]
  // A call that the table forgets does not compile; should one come, it is refused to people of some sites.
  return binding ?? 'everywhere'
}

/** An id that no row has, and that SQLite and the contract accept. */
export const nobodysId = Number.MAX_SAFE_INTEGER

/** The call stands for the whole service: the person must be everywhere, or choose. */
export class NotEverywhere extends Error {}

/**
 * The input as it is handed on: each id that the person does not see becomes one that nothing has, so that the answer is
 * exactly that of an id that does not exist. The same object when all are seen.
 * @throws NotEverywhere when the input stands for all sites
 */
export const boundInput = (input: unknown, binding: Exclude<Binding, string>, limits: Limits): unknown => {
  if (binding.chosen !== undefined && (fieldOf(input, binding.chosen) ?? null) === null) throw new NotEverywhere()
  return bound(input, '', { ...idNames, ...ofRecord(input), ...binding.ids }, limits)
}

const fieldOf = (input: unknown, name: string): unknown =>
  typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>)[name] : undefined

/** A call about a record of any kind names its table in `entity`: the `id` beside it leads to a row of that table. */
const ofRecord = (input: unknown): Ids => {
  const entity = fieldOf(input, 'entity')
  return typeof entity === 'string' ? { id: entity as SeenName } : {}
}

const bound = (value: unknown, name: string, ids: Ids, limits: Limits): unknown => {
  if (Array.isArray(value)) {
    const items = value.map((item) => bound(item, name, ids, limits))
    return items.some((item, index) => item !== value[index]) ? items : value
  }
  if (!isPlain(value)) return value
  const changed = Object.entries(value).flatMap(([key, field]): (readonly [string, unknown])[] => {
    const next = boundField(key, field, name, ids, limits)
    return next === field ? [] : [[key, next]]
  })
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) }
}

const boundField = (key: string, field: unknown, parent: string, ids: Ids, limits: Limits): unknown => {
  if (key === 'audience') return boundAudience(field, limits)
  if (key === 'record' && typeof field === 'string') return boundRecord(field, limits)
  if (key === 'actId') return typeof field !== 'number' || limits.seesAct(field) ? field : nobodysId
  const table = ids[parent === '' ? key : `${parent}.${key}`] ?? (key === 'id' && parent !== '' ? null : ids[key])
  if (table === undefined) return bound(field, key, ids, limits)
  if (table === null) return field
  const seenOr = (id: unknown) =>
    typeof id !== 'number' || !Number.isSafeInteger(id) || limits.sees(table, id) ? id : nobodysId
  if (!Array.isArray(field)) return seenOr(field)
  const all = field.map(seenOr)
  return all.some((id, index) => id !== field[index]) ? all : field
}

/** A notice for all homes, or for a school, reaches homes of every site. */
const boundAudience = (audience: unknown, limits: Limits): unknown => {
  const [kind, id] = [fieldOf(audience, 'kind'), fieldOf(audience, 'id')]
  if (kind === 'all' || kind === 'school') throw new NotEverywhere()
  if ((kind !== 'activity' && kind !== 'period') || typeof id !== 'number' || limits.sees(kind, id)) return audience
  return { kind, id: nobodysId }
}

/** « family 12 »: who else shows a record is told to those who see it. */
const boundRecord = (record: string, limits: Limits): string => {
  const [table, id] = record.split(' ')
  return id === undefined || limits.sees((table ?? '') as SeenName, Number(id)) ? record : `${table} ${nobodysId}`
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value))
