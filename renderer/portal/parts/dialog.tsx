import IconX from '@tabler/icons-react/icons/IconX'
import { type ReactNode, useEffect, useId, useRef } from 'react'

/** The browser's own modal dialog: it traps the focus, restores it on closing, and closes on Escape. */
export const Dialog = ({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <div className="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button type="button" className="link" onClick={onClose}>
          <IconX className="icon" aria-hidden />
          Fermer
        </button>
      </div>
      {children}
    </dialog>
  )
}
