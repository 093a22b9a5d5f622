import { type Day, today, yearOf } from '../../../shared/rules/calendar/day.ts'
import { schoolYearName } from '../../../shared/rules/calendar/school-year.ts'
import { type DossierItem, itemState } from '../../../shared/rules/dossier/dossier.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import type { DossierLetter } from '../../documents/dossier-letter-pdf.ts'
import { renderPapers } from '../../documents/render-papers.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { dossiersOf, nameShown } from '../dossiers/dossiers.ts'
import { childrenOfFamily, debtorsOf } from '../families/families.ts'
import { letterheadOf } from '../invoicing/invoicing.ts'
import { guardiansReached, queueMails, sendsMails } from '../mails/mails.ts'
import { logoOf, organisationOf, portalAddress } from '../settings/settings.ts'

/* Asking homes for what their dossiers lack: by mail, or by a letter to print. */

/** Above so many, a mistake would be felt by a whole town, and a PDF is hard to print in one go. */
const mostAtOnce = 1000

/** What each of these homes lacks; a home that lacks nothing any more is left out. */
const missingOf = (store: Store, familyIds: readonly number[], on: Day): ReadonlyMap<number, readonly DossierItem[]> =>
  new Map(
    [...dossiersOf(store, [...new Set(familyIds)], on)].flatMap(([id, items]) => {
      const missing = items.filter((item) => itemState(item, on).kind === 'missing')
      return missing.length === 0 ? [] : [[id, missing] as const]
    }),
  )

const requireSome = (store: Store, familyIds: readonly number[], on: Day) => {
  if (familyIds.length > mostAtOnce) throw new Refused(`Relancez au plus ${counted(mostAtOnce, 'famille')} à la fois.`)
  const missing = missingOf(store, familyIds, on)
  if (missing.size === 0) throw new Refused('Rien ne manque plus à ces dossiers\u00a0: relisez la liste.')
  return missing
}

type Reminded = { readonly mailed: number; readonly unreached: number[] }

/**
 * « Relancer »: queues a mail to each home that lacks something and that a mail reaches. The mail names no paper, since
 * one could say something of a child's health.
 */
export const remindByMail = (
  core: Core,
  person: Person,
  { familyIds }: { readonly familyIds: readonly number[] },
): Reminded => {
  const { store, clock } = core
  if (!sendsMails(core)) {
    throw new Refused(
      'Aucun serveur de mail n’est réglé ici\u00a0: imprimez les lettres, ou voyez Réglages, Courriels.',
    )
  }
  const on = today(clock)
  const homes = [...requireSome(store, familyIds, on)]
  const reached = guardiansReached(
    store,
    homes.map(([id]) => id),
    'paper',
  )
  const unreached = homes.flatMap(([id]) => (reached.has(id) ? [] : [id]))
  if (reached.size === 0) {
    throw new Refused('Aucune de ces familles ne reçoit de mail\u00a0: imprimez les lettres.')
  }
  const { name } = organisationOf(store)
  const address = portalAddress(store)
  store.act(person, 'campaign.remind', `Dossiers à compléter\u00a0: ${counted(reached.size, 'courriel')}`, (write) =>
    queueMails(
      store,
      write,
      homes.flatMap(([familyId, missing]) => {
        const guardian = reached.get(familyId)
        return guardian
          ? [
              {
                ...guardian,
                familyId,
                kind: 'paper' as const,
                subject: 'Il manque des documents à votre dossier',
                body: mailBody({ to: guardian.name, missing: missing.length, address, from: name }),
                paper: null,
              },
            ]
          : []
      }),
    ),
  )
  return { mailed: reached.size, unreached }
}

const mailBody = ({
  to,
  missing,
  address,
  from,
}: {
  readonly to: string
  readonly missing: number
  readonly address: string | undefined
  readonly from: string
}): string => `Bonjour ${to},

Il manque ${counted(missing, 'document')} à votre dossier.
${address === undefined ? 'Appelez-nous, ou passez à l’accueil.' : `La liste est sur le portail, où une photo suffit\u00a0:\n${address}/mon-dossier`}

${from}
`

/** One page for each home that lacks something. */
export const lettersFile = async (
  { store, clock }: Core,
  person: Person,
  { familyIds }: { readonly familyIds: readonly number[] },
): Promise<File> => {
  const on = today(clock)
  const missing = requireSome(store, familyIds, on)
  const { logoId: _, ...from } = letterheadOf(store).organisation
  const logo = logoOf(store)?.bytes
  const organisation = { ...from, ...(logo && { logo: new Uint8Array(logo) }) }
  const year = schoolYearName(yearOf(schoolYearStart(on)))
  const debtors = debtorsOf(store, [...missing.keys()], on)
  const letters = [...missing].map(
    ([familyId, items]): DossierLetter => ({
      organisation,
      on,
      to: { name: debtors.get(familyId)?.name ?? '', addressLines: debtors.get(familyId)?.addressLines ?? [] },
      year,
      missing: byOwner(store, person, familyId, items),
      address: portalAddress(store) ?? '',
    }),
  )
  const [bytes] = await renderPapers([{ dossierLetters: letters }], { createdAt: clock() })
  if (!bytes) throw new RangeError('no letter was printed')
  return new File([new Uint8Array(bytes)], `Dossiers à compléter, ${shortDay(on)}.pdf`, { type: 'application/pdf' })
}

const byOwner = (store: Store, person: Person, familyId: number, items: readonly DossierItem[]) => {
  const children = new Map(childrenOfFamily(store, familyId).map(({ id, firstName }) => [id, firstName]))
  return [...Map.groupBy(items, ({ childId }) => childId)].map(([childId, own]) => ({
    of: childId === null ? 'Votre foyer' : (children.get(childId) ?? ''),
    names: own.map((item) => nameShown(person, item)),
  }))
}
