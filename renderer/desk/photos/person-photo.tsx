import { Button } from '@mantine/core'
import IconCamera from '@tabler/icons-react/icons/IconCamera'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PhotoOfPerson, PhotoOwner } from '../../../shared/contract/desk/people/photos.ts'
import { ofName } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { useMay } from '../staff/may.ts'
import { PhotoDialog } from './photo-dialog.tsx'
import './photos.css'

/** Whether the service keeps photos. */
export const useKeepsPhotos = (): boolean => useQuery(orpc.settings.organisation.queryOptions()).data?.photos === true

/** The photo of a person of a home; undefined when the service keeps no photos, and for people who may not see them. */
const usePhotoOf = (familyId: number, { childId, guardianId, pickupId }: PhotoOwner): PhotoOfPerson | undefined => {
  const may = useMay()
  const isShown = useKeepsPhotos() && may('photos')
  const { data } = useQuery(orpc.photos.ofFamily.queryOptions({ input: { familyId }, enabled: isShown }))
  return isShown
    ? data?.find((one) => one.childId === childId && one.guardianId === guardianId && one.pickupId === pickupId)
    : undefined
}

type OfPerson = { readonly familyId: number; readonly owner: PhotoOwner }

/** The photo of a person of a home, or their initials. */
export const Portrait = ({ familyId, owner, letters }: OfPerson & { letters: string }) => {
  const jpeg = usePhotoOf(familyId, owner)?.jpeg ?? null
  return jpeg === null ? (
    <span className="avatar" aria-hidden="true">
      {letters}
    </span>
  ) : (
    <SmallPhoto jpeg={jpeg} name="" />
  )
}

/** The photo of a person; renders nothing without one. */
export const Thumbnail = ({ familyId, owner }: OfPerson) => {
  const jpeg = usePhotoOf(familyId, owner)?.jpeg ?? null
  return jpeg === null ? null : <SmallPhoto jpeg={jpeg} name="" />
}

/** @param name empty when the name is written beside the photo */
export const SmallPhoto = ({ jpeg, name }: { jpeg: string; name: string }) => (
  <img
    className="photo-small"
    src={`data:image/jpeg;base64,${jpeg}`}
    alt={name === '' ? '' : `Photo ${ofName(name)}`}
  />
)

/** « Photo »: opens the dialog that takes, changes or removes the photo of a person. */
export const PhotoAction = ({ familyId, owner, isButton = false }: OfPerson & { isButton?: boolean }) => {
  const person = usePhotoOf(familyId, owner)
  const [isOpen, setIsOpen] = useState(false)
  if (!person) return null
  return (
    <>
      {isButton ? (
        <Button
          leftSection={<IconCamera size={14} />}
          aria-label={`Photo ${ofName(person.name)}`}
          onClick={() => setIsOpen(true)}
        >
          Photo
        </Button>
      ) : (
        <PlainAction label="Photo" aria={`Photo ${ofName(person.name)}`} onAction={() => setIsOpen(true)} />
      )}
      {isOpen ? <PhotoDialog person={person} onClose={() => setIsOpen(false)} /> : null}
    </>
  )
}
