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
import { type Right, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { balanceShortText, paymentMeansNames } from '../../../shared/rules/money/payment.ts'
import { folded } from '../../../shared/rules/people/names.ts'
import { daysText, numericDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { readPaper } from '../../connection/paper.ts'
import { showHelp } from '../help/showing.ts'
import type { Found, FoundGroup } from '../parts/keyboard/palette.tsx'
import { tellRefusal } from '../queries.ts'
import { actions } from './actions.tsx'

/** Results of Ctrl K: people, periods, papers by their number, actions, then people with a similar name. */
export const searchDesk = async (
  text: string,
  go: Go,
  may: (act: Right) => boolean,
): Promise<readonly FoundGroup[]> => {
  const help = /^aide\b\s*:?\s*(.*)$/i.exec(text.trim())
  if (help) return [await helpAbout(help[1] ?? '')]
  const doable = { title: 'Actions', found: actionsNamed(text, go, may) }
  if (text.trim().length < 2) return [doable]
  // Whoever may not read families, such as an animator, still finds the actions and screens open to them.
  if (!may('families.read')) return [doable, filesWithheld]
  const [first, last] = answered(await clientOutsideForms.home.search({ text }), go)
  const nearest = (group: FoundGroup) => (hasWholeWords(text, group.found[0]?.title ?? '') ? 0 : 1)
  const groups = first.toSorted((one, other) => nearest(one) - nearest(other))
  // « accueil » is the screen of that name before every « Accueil périscolaire ».
  return folded(doable.found[0]?.title ?? '') === folded(text) ? [doable, ...groups, last] : [...groups, doable, last]
}

/** « No result » would tell the person at the door that a child is unknown: say that families are not searched. */
const filesWithheld: FoundGroup = {
  title: 'Familles et enfants',
  found: [],
  withheld: `Les enfants et les familles ne se cherchent pas d’ici. ${roleNeeded('families.read')}`,
}

/** « aide : avoir »: the pages of the help that speak of it. */
const helpAbout = async (sought: string): Promise<FoundGroup> => {
  const { pagesAbout } = await import('../help/pages.ts')
  return {
    title: 'Aide',
    found: pagesAbout(sought).map(({ id, title }) => ({
      id: `help-${id}`,
      title,
      sign: <IconHelp size={18} />,
      open: () => showHelp(id),
    })),
  }
}

type Go = ReturnType<typeof useNavigate>

/** Whether each typed word is a whole word of the title: « eloise » in « Éloïse Martin », not in « Éloïsette ». */
const hasWholeWords = (typed: string, title: string): boolean => {
  const words = folded(title).split(' ')
  return folded(typed)
    .split(' ')
    .every((word) => words.includes(word))
}

/** Exact results by kind, then people with a similar name, which must come last so that Enter never opens one first. */
const answered = (answer: SearchAnswer, go: Go): readonly [readonly FoundGroup[], FoundGroup] => {
  const openMoney = (id: number) =>
    void go({ to: '/familles/$familyId', params: { familyId: String(id) }, search: { onglet: 'argent' } })
  return [
    [
      ...peopleGroups(answer, go),
      {
        title: 'Périodes',
        found: answer.periods.map(({ id, name, activity, startDay, endDay }) => ({
          id: `period-${id}`,
          title: name,
          detail: activity,
          aside: daysText(startDay, endDay),
          sign: <IconCalendarMonth size={18} />,
          open: () => void go({ to: '/calendrier', search: { periode: id } }),
        })),
      },
      {
        title: 'Factures',
        found: answer.invoices.map(({ id, number, family, kind, totalCents, issuedOn }) => ({
          id: `invoice-${id}`,
          title: `${number} ${family.name}`,
          detail: `${kind === 'invoice' ? 'facture' : 'avoir'} du ${numericDay(issuedOn)}`,
          aside: formatEuros(totalCents),
          sign: <IconFileInvoice size={18} />,
          open: () => openMoney(family.id),
          openAlso: {
            words: 'ouvrir son PDF',
            act: () => void clientOutsideForms.invoicing.pdf({ ids: [id] }).then(readPaper, tellRefusal),
          },
        })),
      },
      {
        title: 'Quittances',
        found: answer.receipts.map(({ id, number, family, amountCents, receivedOn }) => ({
          id: `receipt-${id}`,
          title: `${number} ${family.name}`,
          detail: `règlement du ${numericDay(receivedOn)}`,
          aside: formatEuros(amountCents),
          sign: <IconReceipt size={18} />,
          open: () => openMoney(family.id),
        })),
      },
      {
        title: 'Règlements',
        found: answer.payments.map(({ id, means, reference, family, amountCents, receivedOn, isCancelled }) => ({
          id: `payment-${id}`,
          title: `${paymentMeansNames[means]} ${reference}, ${family.name}`,
          detail: `${isCancelled ? 'annulé, ' : ''}reçu le ${numericDay(receivedOn)}`,
          aside: formatEuros(amountCents),
          sign: <IconCash size={18} />,
          open: () => openMoney(family.id),
        })),
      },
      {
        title: 'Agents',
        found: answer.staff.map(({ id, name, login }) => ({
          id: `staff-${id}`,
          title: name,
          detail: login,
          sign: <IconUserCog size={18} />,
          open: () => void go({ to: '/reglages', search: { onglet: 'agents' } }),
        })),
      },
    ],
    { title: 'Noms proches', found: peopleGroups(answer.near, go).flatMap(({ found }) => found) },
  ]
}

const peopleGroups = ({ families, children, guardians }: SearchAnswer['near'], go: Go): FoundGroup[] => {
  const openFamily = (id: number, onglet?: string) =>
    void go({
      to: '/familles/$familyId',
      params: { familyId: String(id) },
      search: onglet === undefined ? {} : { onglet },
    })
  const openCalendar = (id: number) => ({
    words: 'ouvrir son calendrier',
    act: () => openFamily(id, 'reservations'),
  })
  return [
    {
      title: 'Familles',
      found: families.map(({ id, name, guardians: people, children: names, town, leftOn, balanceCents }) => ({
        id: `family-${id}`,
        title: name,
        more: joined([people, names]),
        sign: name.charAt(0),
        aside: joined([
          town,
          leftOn === null ? '' : `partie le ${numericDay(leftOn)}`,
          balanceShortText(balanceCents ?? 0),
        ]),
        open: () => openFamily(id),
        openAlso: openCalendar(id),
      })),
    },
    {
      title: 'Enfants',
      found: children.flatMap((child): Found[] => {
        const [home] = child.families
        if (!home) return []
        return [
          {
            id: `child-${child.id}`,
            title: child.name,
            detail: joined([child.age, child.level]),
            more: child.activities.join(', '),
            aside: child.families.some(({ name }) => !child.name.endsWith(` ${name}`))
              ? `famille ${child.families.map(({ name }) => name).join(' et ')}`
              : undefined,
            sign: <IconMoodKid size={18} />,
            open: () => openFamily(home.id, 'enfants'),
            openAlso: openCalendar(home.id),
          },
        ]
      }),
    },
    {
      title: 'Responsables',
      found: guardians.flatMap((guardian): Found[] => {
        const [home] = guardian.families
        if (!home) return []
        return [
          {
            id: `guardian-${guardian.id}`,
            title: guardian.name,
            detail: guardian.phone,
            aside: guardian.families.map(({ name }) => `famille ${name}`).join(', '),
            sign: <IconUser size={18} />,
            open: () => openFamily(home.id),
            openAlso: openCalendar(home.id),
          },
        ]
      }),
    },
  ]
}

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ')

const actionsNamed = (text: string, go: Go, may: (act: Right) => boolean): Found[] => {
  const sought = folded(text)
  return actions
    .filter(({ act, words }) => (act === null || may(act)) && words.some((word) => folded(word).includes(sought)))
    .slice(0, sought === '' ? 12 : 6)
    .map(({ id, title, icon: Sign, way }) => ({
      id: `action-${id}`,
      title,
      sign: <Sign size={18} />,
      open: () => void go(way),
    }))
}
