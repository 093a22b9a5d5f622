import { posterOf } from '../../../shared/rules/price/printed/tariff-poster.ts'
import { tariffPosterPdf } from '../../documents/tariff-poster-pdf.ts'
import { type Core, Refused } from '../core.ts'
import { organisationOf } from '../settings/settings.ts'
import { activityNames, allAttachments, tariffRow, versionRow } from './prices-store.ts'

/** Prints one stored version of a tariff, to be displayed by the service. */
export const printPoster = async ({ store, clock }: Core, { versionId }: { versionId: number }): Promise<File> => {
  const version = versionRow(store, versionId)
  const tariff = version && tariffRow(store, version.tariffId)
  if (!version || !tariff) throw new Refused('Cette version n’existe plus.')
  const { name: organisationName, authority } = organisationOf(store)
  const own = new Set(
    allAttachments(store).flatMap(({ activityId, tariffId }) => (tariffId === tariff.id ? [activityId] : [])),
  )
  const bytes = await tariffPosterPdf({
    ...posterOf({ ...version.definition, from: version.fromDay }),
    organisationName,
    authority,
    name: tariff.name,
    activities: activityNames(store).flatMap(({ id, name }) => (own.has(id) ? [name] : [])),
    printedAt: clock(),
  })
  return new File([bytes], `tarifs-${version.fromDay}.pdf`, { type: 'application/pdf' })
}
