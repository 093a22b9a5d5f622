import { Button, Checkbox, FileButton } from '@mantine/core'
import IconCamera from '@tabler/icons-react/icons/IconCamera'
import IconPhoto from '@tabler/icons-react/icons/IconPhoto'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { PhotoOfPerson } from '../../../shared/contract/desk/people/photos.ts'
import { photoSize } from '../../../shared/rules/dossier/photo.ts'
import { longDate, ofName } from '../../../shared/rules/text/french.ts'
import { orpcOutsideForms } from '../../connection/client.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { Note } from '../parts/feedback.tsx'
import { Dialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'
import { Camera } from './camera.tsx'
import { type Crop, drawCropped, firstCrop, jpegOf, maxZoom, readPicture } from './picture.ts'
import './photos.css'

/** Takes, chooses, crops or removes the photo of a child, or of an adult who fetches children. */
export const PhotoDialog = ({ person, onClose }: { person: PhotoOfPerson; onClose: () => void }) => (
  <Dialog opened title={`Photo ${ofName(person.name)}`} onClose={onClose}>
    <PhotoForm person={person} onClose={onClose} />
  </Dialog>
)

const inline = { meta: { isErrorShownInline: true } }

const PhotoForm = ({ person, onClose }: { person: PhotoOfPerson; onClose: () => void }) => {
  const { today } = useNow()
  const { name, jpeg, takenAt: _takenAt, agreedOn, whyNot, ...owner } = person
  const [picture, setPicture] = useState<ImageBitmap>()
  const [isCameraOn, setIsCameraOn] = useState(false)
  const [isAgreed, setIsAgreed] = useState(agreedOn !== null)
  const [problem, setProblem] = useState<string>()
  const canvas = useRef<HTMLCanvasElement>(null)
  const alert = useRef<HTMLDivElement>(null)
  // Scrolls to the refusal: at 200 %, it would be above the visible part, where the button is.
  useEffect(() => {
    if (problem !== undefined) alert.current?.scrollIntoView({ block: 'nearest' })
  }, [problem])
  const done = { onSuccess: onClose, onError: (error: unknown) => setProblem(refusalOf(error).sentence) }
  const save = useMutation(orpcOutsideForms.photos.save.mutationOptions({ ...inline, ...done }))
  const remove = useMutation(orpcOutsideForms.photos.remove.mutationOptions({ ...inline, ...done }))
  const isChild = owner.childId !== undefined
  const choose = async (file: File | null) => {
    if (!file) return
    const read = await readPicture(file)
    if (typeof read === 'string') return setProblem(read)
    setProblem(undefined)
    setPicture(read)
  }
  const send = async () => {
    const file = canvas.current && (await jpegOf(canvas.current))
    if (file) save.mutate({ ...owner, file, agreedOn: isChild || !isAgreed ? null : (agreedOn ?? today) })
  }
  return (
    <div className="dialog-form">
      {problem === undefined ? null : (
        <div role="alert" ref={alert}>
          <Note tone="danger">{problem}</Note>
        </div>
      )}
      {whyNot === null ? null : <Note tone="warn">{whyNot}</Note>}
      {isCameraOn ? (
        <Camera
          onTaken={(taken) => {
            setPicture(taken)
            setIsCameraOn(false)
          }}
          onClose={() => setIsCameraOn(false)}
        />
      ) : picture ? (
        <Framing picture={picture} name={name} canvas={canvas} />
      ) : jpeg === null ? (
        <p className="soft">Aucune photo.</p>
      ) : (
        <img className="photo-large" src={`data:image/jpeg;base64,${jpeg}`} alt={`${name}, aujourd’hui`} />
      )}
      {whyNot !== null || isCameraOn ? null : (
        <span className="row">
          <FileButton accept="image/jpeg,image/png,image/webp" onChange={(file) => void choose(file)}>
            {(props) => (
              <Button {...props} leftSection={<IconPhoto size={14} />}>
                Choisir un fichier…
              </Button>
            )}
          </FileButton>
          <Button leftSection={<IconCamera size={14} />} onClick={() => setIsCameraOn(true)}>
            Prendre une photo
          </Button>
        </span>
      )}
      {isChild || whyNot !== null ? null : (
        <Checkbox
          label={`${name} est d’accord pour que le service garde sa photo`}
          description={
            agreedOn === null
              ? 'Demandez-lui\u00a0: elle est chiffrée, vue de l’équipe seulement, et s’efface sur un mot.'
              : `Accord noté le ${longDate(agreedOn)}.`
          }
          checked={isAgreed}
          onChange={({ currentTarget: { checked } }) => setIsAgreed(checked)}
        />
      )}
      <div className="dialog-foot">
        {jpeg === null ? null : (
          <>
            <Button loading={remove.isPending} onClick={() => remove.mutate(owner)}>
              Retirer la photo
            </Button>
            <span className="grow" />
          </>
        )}
        <Button onClick={onClose}>Annuler</Button>
        <Button
          variant="filled"
          disabled={!picture || isCameraOn || whyNot !== null}
          loading={save.isPending}
          onClick={() => void send()}
        >
          Enregistrer
        </Button>
      </div>
    </div>
  )
}

/** The picture in the square that will be kept. */
const Framing = ({
  picture,
  name,
  canvas,
}: {
  picture: ImageBitmap
  name: string
  canvas: React.RefObject<HTMLCanvasElement | null>
}) => {
  const [crop, setCrop] = useState<Crop>(firstCrop)
  useEffect(() => {
    if (canvas.current) drawCropped(canvas.current, picture, crop)
  }, [canvas, picture, crop])
  const slider = (label: string, key: keyof Crop, min: number, max: number) => (
    <label>
      <span>{label}</span>
      <input
        type="range"
        min={min}
        max={max}
        step={(max - min) / 100}
        value={crop[key]}
        onChange={({ currentTarget: { value } }) => setCrop({ ...crop, [key]: Number(value) })}
      />
    </label>
  )
  return (
    <div className="photo-framing">
      <canvas
        ref={canvas}
        className="photo-large"
        width={photoSize}
        height={photoSize}
        role="img"
        aria-label={`Photo ${ofName(name)}, telle qu’elle sera gardée`}
      />
      <div className="stack">
        {slider('Agrandir', 'zoom', 1, maxZoom)}
        {slider('De gauche à droite', 'across', 0, 1)}
        {slider('De haut en bas', 'down', 0, 1)}
      </div>
    </div>
  )
}
