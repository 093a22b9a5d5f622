import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import type { DaySheet } from '../../../shared/contract/desk/attendance.ts'
import type { PhotosOfDayChild } from '../../../shared/contract/desk/people/photos.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'
import { SmallPhoto, useKeepsPhotos } from './person-photo.tsx'
import './photos.css'

const DayPhotos = createContext<ReadonlyMap<number, PhotosOfDayChild>>(new Map())

const fiveMinutes = 5 * 60_000

/**
 * Reads the photos of the children on a day sheet, for the components inside. They stay in memory and are dropped with
 * the sheet. Their query is not among those that follow changes, so that marking a child does not read them again.
 */
export const WithDayPhotos = ({ sheet, children }: { sheet: DaySheet; children: ReactNode }) => {
  const { today } = useNow()
  const may = useMay()
  const isShown = useKeepsPhotos() && may(sheet.day === today ? 'photos.day' : 'photos')
  const { activityId, day } = sheet
  const childIds = [...new Set(sheet.children.map(({ childId }) => childId))].toSorted((one, other) => one - other)
  const { data } = useQuery({
    queryKey: ['photos of the day', activityId, day, childIds.join()],
    queryFn: () => clientOutsideForms.photos.ofDay({ activityId, day }),
    enabled: isShown && childIds.length > 0,
    gcTime: 0,
    refetchInterval: fiveMinutes,
  })
  const photos = useMemo(() => new Map((isShown ? data : undefined)?.map((one) => [one.childId, one])), [isShown, data])
  return <DayPhotos value={photos}>{children}</DayPhotos>
}

/** The small photo of a child of the day, beside its name. */
export const DayThumbnail = ({ childId }: { childId: number }) => {
  const jpeg = useContext(DayPhotos).get(childId)?.jpeg ?? null
  return jpeg === null ? null : <SmallPhoto jpeg={jpeg} name="" />
}

/** The photos of a child of the day and of the adults who may fetch it, each with its name. */
export const PhotosOfChild = ({ childId, firstName }: { childId: number; firstName: string }) => {
  const own = useContext(DayPhotos).get(childId)
  if (!own) return null
  const people = [...(own.jpeg === null ? [] : [{ name: firstName, relation: '', jpeg: own.jpeg }]), ...own.adults]
  return (
    <ul className="photos-day" aria-label={`Photos de ${firstName} et de qui vient le chercher`}>
      {people.map(({ name, relation, jpeg }) => (
        <li key={name}>
          <img src={`data:image/jpeg;base64,${jpeg}`} alt="" />
          <span>
            {name}
            {relation === '' ? null : <span className="soft"> ({relation})</span>}
          </span>
        </li>
      ))}
    </ul>
  )
}
