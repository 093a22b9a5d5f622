import IconBuildingCommunity from '@tabler/icons-react/icons/IconBuildingCommunity'
import IconCalendarMonth from '@tabler/icons-react/icons/IconCalendarMonth'
import IconCash from '@tabler/icons-react/icons/IconCash'
import IconFileInvoice from '@tabler/icons-react/icons/IconFileInvoice'
import IconHelp from '@tabler/icons-react/icons/IconHelp'
import IconMoodKid from '@tabler/icons-react/icons/IconMoodKid'
import IconReceipt from '@tabler/icons-react/icons/IconReceipt'
import IconUser from '@tabler/icons-react/icons/IconUser'
import IconUserCog from '@tabler/icons-react/icons/IconUserCog'
import type { useNavigate } from '@tanstack/react-router'
import type { SearchAnswer } from '../../../shared/contract/desk/home.ts'
import { roleNeeded } from '../../../shared/rules/access/roles.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { balanceShortText, paymentMeansNames } from '../../../shared/rules/money/payment/payment.ts'
import { thirdPartyKindNames } from '../../../shared/rules/money/third-party.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { daysText, numericDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { readPaper } from '../../connection/paper.ts'
import { showHelp } from '../help/side-panel-state.ts'
import type { SearchResult, SearchResultGroup } from '../parts/keyboard/palette.tsx'
import { notifyRefusal } from '../queries.ts'
import type { May } from '../staff/may.ts'
import { actions } from './actions.tsx'

/** Results of Ctrl K: people, periods, invoices and receipts by number, actions, then people with a similar name. */
export const searchDesk = async (text: string, go: Navigate, may: May): Promise<readonly SearchResultGroup[]> => {
  const help = /^aide\b\s*:?\s*(.*)$/i.exec(text.trim())
  if (help) return [await helpAbout(help[1] ?? '')]
  const actionGroup = { title: 'Actions', results: actionsNamed(text, go, may) }
  if (text.trim().length < 2) return [actionGroup]
  // A person who may not read families, such as an animator, still finds permitted actions and screens.
  if (!may('families.read')) return [actionGroup, filesWithheld]
  const answer = await clientOutsideForms.home.search({ text })
  const [first, last] = groupsOfAnswer(answer, go)
  if (answer.elsewhere) return [knownElsewhere(answer.elsewhere, go, may), actionGroup, last]
  const nearest = (group: SearchResultGroup) => (hasWholeWords(text, group.results[0]?.title ?? '') ? 0 : 1)
  const groups = first.toSorted((one, other) => nearest(one) - nearest(other))
  // The text « accueil » finds the screen of that name before every « Accueil périscolaire ».
  return folded(actionGroup.results[0]?.title ?? '') === folded(text)
    ? [actionGroup, ...groups, last]
    : [...groups, actionGroup, last]
}

/** « No result » would tell the person at the door that a child is unknown: say that families are not searched. */
const filesWithheld: SearchResultGroup = {
  title: 'Familles et enfants',
  results: [],
  withheld: `Les enfants et les familles ne se cherchent pas d’ici. ${roleNeeded('families.read')}`,
}

/** A child whom another site knows is opened with a reason, so that nobody records it twice. */
const knownElsewhere = (
  { name, birthDay }: NonNullable<SearchAnswer['elsewhere']>,
  go: Navigate,
  may: May,
): SearchResultGroup => {
  const title = 'Connu à un autre site'
  if (!may('families.write')) return { title, results: [], withheld: `${name}. ${roleNeeded('families.write')}` }
  const open = () => void go({ to: '/familles', search: { ailleurs: name, ne: birthDay } })
  return {
    title,
    results: [{ id: 'elsewhere', title: name, detail: numericDay(birthDay), icon: <IconMoodKid size={18} />, open }],
  }
}

/** Help pages about a topic, for a text such as « aide : avoir ». */
const helpAbout = async (sought: string): Promise<SearchResultGroup> => {
  const { pagesAbout } = await import('../help/pages.ts')
  return {
    title: 'Aide',
    results: pagesAbout(sought).map(({ id, title }) => ({
      id: `help-${id}`,
      title,
      icon: <IconHelp size={18} />,
      open: () => showHelp(id),
    })),
  }
}

type Navigate = ReturnType<typeof useNavigate>

/** Whether each typed word is a whole word of the title: « eloise » in « Éloïse Martin », not in « Éloïsette ». */
const hasWholeWords = (typed: string, title: string): boolean => {
  const words = folded(title).split(' ')
  return folded(typed)
    .split(' ')
    .every((word) => words.includes(word))
}

/** Exact results by kind, then people with a similar name, which must come last so that Enter never opens one first. */
const groupsOfAnswer = (
  answer: SearchAnswer,
  go: Navigate,
): readonly [readonly SearchResultGroup[], SearchResultGroup] => {
  const openThirdParty = (id: number) => void go({ to: '/facturation/tiers/$tiers', params: { tiers: String(id) } })
  /** To the account of who pays. */
  const openAccount = ({ family, thirdParty }: Paying) => {
    if (thirdParty) openThirdParty(thirdParty.id)
    else if (family)
      void go({ to: '/familles/$familyId', params: { familyId: String(family.id) }, search: { onglet: 'argent' } })
  }
  return [
    [
      ...peopleGroups(answer, go),
      {
        title: 'Périodes',
        results: answer.periods.map(({ id, name, activity, startDay, endDay }) => ({
          id: `period-${id}`,
          title: name,
          detail: activity,
          trailing: daysText(startDay, endDay),
          icon: <IconCalendarMonth size={18} />,
          open: () => void go({ to: '/calendrier', search: { periode: id } }),
        })),
      },
      {
        title: 'Tiers payeurs',
        results: answer.thirdParties.map(({ id, name, kind }) => ({
          id: `third-party-${id}`,
          title: name,
          detail: thirdPartyKindNames[kind],
          icon: <IconBuildingCommunity size={18} />,
          open: () => openThirdParty(id),
        })),
      },
      {
        title: 'Factures',
        results: answer.invoices.map(({ id, number, kind, totalCents, issuedOn, ...payer }) => ({
          id: `invoice-${id}`,
          title: `${number} ${nameOf(payer)}`,
          detail: `${kind === 'invoice' ? 'facture' : 'avoir'} du ${numericDay(issuedOn)}`,
          trailing: formatEuros(totalCents),
          icon: <IconFileInvoice size={18} />,
          open: () => openAccount(payer),
          alternative: {
            label: 'ouvrir son PDF',
            run: () => void clientOutsideForms.invoicing.pdf({ ids: [id] }).then(readPaper, notifyRefusal),
          },
        })),
      },
      {
        title: 'Quittances',
        results: answer.receipts.map(({ id, number, amountCents, receivedOn, ...payer }) => ({
          id: `receipt-${id}`,
          title: `${number} ${nameOf(payer)}`,
          detail: `règlement du ${numericDay(receivedOn)}`,
          trailing: formatEuros(amountCents),
          icon: <IconReceipt size={18} />,
          open: () => openAccount(payer),
        })),
      },
      {
        title: 'Règlements',
        results: answer.payments.map(({ id, means, reference, amountCents, receivedOn, isCancelled, ...payer }) => ({
          id: `payment-${id}`,
          title: `${paymentMeansNames[means]} ${reference}, ${nameOf(payer)}`,
          detail: `${isCancelled ? 'annulé, ' : ''}reçu le ${numericDay(receivedOn)}`,
          trailing: formatEuros(amountCents),
          icon: <IconCash size={18} />,
          open: () => openAccount(payer),
        })),
      },
      {
        title: 'Agents',
        results: answer.staff.map(({ id, name, login }) => ({
          id: `staff-${id}`,
          title: name,
          detail: login,
          icon: <IconUserCog size={18} />,
          open: () => void go({ to: '/reglages', search: { onglet: 'agents' } }),
        })),
      },
    ],
    { title: 'Noms proches', results: peopleGroups(answer.near, go).flatMap(({ results }) => results) },
  ]
}

type Paying = Pick<SearchAnswer['invoices'][number], 'family' | 'thirdParty'>

const nameOf = ({ family, thirdParty }: Paying): string => (family ?? thirdParty)?.name ?? ''

const peopleGroups = ({ families, children, guardians }: SearchAnswer['near'], go: Navigate): SearchResultGroup[] => {
  const openFamily = (id: number, onglet?: string) =>
    void go({
      to: '/familles/$familyId',
      params: { familyId: String(id) },
      search: onglet === undefined ? {} : { onglet },
    })
  const openCalendar = (id: number) => ({
    label: 'ouvrir son calendrier',
    run: () => openFamily(id, 'reservations'),
  })
  return [
    {
      title: 'Familles',
      results: families.map(({ id, name, guardians: people, children: names, town, leftOn, balanceCents }) => ({
        id: `family-${id}`,
        title: name,
        secondary: joined([people, names]),
        icon: name.charAt(0),
        trailing: joined([
          town,
          leftOn === null ? '' : `partie le ${numericDay(leftOn)}`,
          balanceShortText(balanceCents ?? 0),
        ]),
        open: () => openFamily(id),
        alternative: openCalendar(id),
      })),
    },
    {
      title: 'Enfants',
      results: children.flatMap((child): SearchResult[] => {
        const [home] = child.families
        if (!home) return []
        return [
          {
            id: `child-${child.id}`,
            title: child.name,
            detail: joined([child.age, child.level]),
            secondary: child.activities.join(', '),
            trailing: child.families.some(({ name }) => !child.name.endsWith(` ${name}`))
              ? `famille ${child.families.map(({ name }) => name).join(' et ')}`
              : undefined,
            icon: <IconMoodKid size={18} />,
            open: () => openFamily(home.id, 'enfants'),
            alternative: openCalendar(home.id),
          },
        ]
      }),
    },
    {
      title: 'Responsables',
      results: guardians.flatMap((guardian): SearchResult[] => {
        const [home] = guardian.families
        if (!home) return []
        return [
          {
            id: `guardian-${guardian.id}`,
            title: guardian.name,
            detail: guardian.phone,
            trailing: guardian.families.map(({ name }) => `famille ${name}`).join(', '),
            icon: <IconUser size={18} />,
            open: () => openFamily(home.id),
            alternative: openCalendar(home.id),
          },
        ]
      }),
    },
  ]
}

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ')

const actionsNamed = (text: string, go: Navigate, may: May): SearchResult[] => {
  const sought = folded(text)
  return actions
    .filter(
      ({ right, sites, words }) =>
        (right === null || may(right, sites)) && words.some((word) => folded(word).includes(sought)),
    )
    .slice(0, sought === '' ? 12 : 6)
    .map(({ id, title, icon: Icon, target }) => ({
      id: `action-${id}`,
      title,
      icon: <Icon size={18} />,
      open: () => void go(target),
    }))
}
