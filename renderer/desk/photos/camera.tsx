import { Button } from '@mantine/core'
import IconCamera from '@tabler/icons-react/icons/IconCamera'
import { useEffect, useRef, useState } from 'react'
import { Note } from '../parts/feedback.tsx'

const noCameraText =
  'La caméra ne répond pas\u00a0: elle est absente, déjà prise par un autre logiciel, ou cet ordinateur la refuse. Choisissez un fichier.'

/** The live picture of the camera, until a photo is taken. The camera is on only while this component is mounted. */
export const Camera = ({ onTaken, onClose }: { onTaken: (picture: ImageBitmap) => void; onClose: () => void }) => {
  const video = useRef<HTMLVideoElement>(null)
  const [isReady, setIsReady] = useState(false)
  const [hasFailed, setHasFailed] = useState(false)
  useEffect(() => {
    let stream: MediaStream | undefined
    let isGone = false
    const stop = () => {
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
    const start = async () => {
      await window.desk?.camera(true)
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { width: { ideal: 1280 } } })
      if (isGone) return stop()
      if (video.current) video.current.srcObject = stream
    }
    start().catch(() => setHasFailed(true))
    return () => {
      isGone = true
      stop()
      void window.desk?.camera(false)
    }
  }, [])
  const take = async () => {
    if (video.current) onTaken(await createImageBitmap(video.current))
  }
  if (hasFailed)
    return (
      <div className="stack">
        <Note tone="danger">{noCameraText}</Note>
        <span>
          <Button onClick={onClose}>Fermer la caméra</Button>
        </span>
      </div>
    )
  return (
    <div className="stack photo-camera">
      {/* biome-ignore lint/a11y/useMediaCaption: the camera has no sound to tell. */}
      <video
        ref={video}
        autoPlay
        muted
        playsInline
        aria-label="Image de la caméra"
        onPlaying={() => setIsReady(true)}
      />
      <span className="row">
        <Button
          leftSection={<IconCamera size={14} />}
          data-autofocus
          disabled={!isReady}
          loading={!isReady}
          onClick={() => void take()}
        >
          Photographier
        </Button>
        <Button onClick={onClose}>Fermer la caméra</Button>
      </span>
    </div>
  )
}
