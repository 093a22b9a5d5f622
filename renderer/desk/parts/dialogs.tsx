import { Button, Modal } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useBlocker } from '@tanstack/react-router'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { refusalOf } from '../../connection/refusal.ts'
import { Failure, Note } from './telling.tsx'

type Width = 'narrow' | 'normal' | 'wide'
const widths: Record<Width, number> = { narrow: 420, normal: 560, wide: 860 }
/** A dialog that fades still takes the keys of whoever has already gone on. */
const atOnce = { duration: 0 }

/** A dialog alone: for what fits neither a question nor a form. */
export const Dialog = ({
  opened,
  title,
  width = 'normal',
  onClose,
  children,
}: {
  opened: boolean
  title: string
  width?: Width
  onClose: () => void
  children: ReactNode
}) => {
  useFocusBack(opened)
  return (
    <Modal.Root opened={opened} onClose={onClose} size={widths[width]} yOffset="72px" transitionProps={atOnce}>
      <Modal.Overlay />
      <Modal.Content>
        {/* Not a <header>: the page has one already. */}
        <Modal.Header component="div">
          <Modal.Title>{title}</Modal.Title>
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
        {/* Last, so that a dialog opens with the focus on its first field. */}
        <Modal.CloseButton className="dialog-close" aria-label="Fermer" />
      </Modal.Content>
    </Modal.Root>
  )
}

/** The focus goes back where it was, also when the dialog is taken away at once rather than closed, which Mantine misses. */
const useFocusBack = (opened: boolean) =>
  useLayoutEffect(() => {
    const before = document.activeElement
    if (!opened || !(before instanceof HTMLElement)) return undefined
    return () => before.focus({ preventScroll: true })
  }, [opened])

/** A question before what cannot be undone: what will happen is the children, the answer is the button's own words. */
export const ConfirmDialog = ({
  opened,
  title,
  confirm,
  dangerous = false,
  onConfirm,
  onClose,
  children,
}: {
  opened: boolean
  title: string
  confirm: string
  dangerous?: boolean
  onConfirm: () => Promise<unknown>
  onClose: () => void
  children?: ReactNode
}) => {
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const close = () => {
    setError(undefined)
    onClose()
  }
  const act = async () => {
    setIsBusy(true)
    try {
      await onConfirm()
      close()
    } catch (failure) {
      setError(failure)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Dialog opened={opened} title={title} width="narrow" onClose={close}>
      <div className="dialog-form">
        {error === undefined ? null : <Failure error={error} />}
        {children ? <div>{children}</div> : null}
        <div className="dialog-foot">
          <Button onClick={close}>Annuler</Button>
          <Button
            variant="filled"
            {...(dangerous ? { color: 'red' } : {})}
            loading={isBusy}
            data-autofocus={dangerous ? undefined : true}
            onClick={() => void act()}
          >
            {confirm}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

type FormFieldsProps<Values extends Record<string, unknown>> = {
  readonly form: UseFormReturnType<Values>
  readonly submit: string
  /** Refusals of the core go to their field, or above the form. */
  readonly onSubmit: (values: Values) => Promise<unknown>
  readonly onCancel?: () => void
  readonly children: ReactNode
}

/** A form: a summary of what is to correct on top, each line leading to its field; then the fields; then the buttons. */
export const FormFields = <Values extends Record<string, unknown>>({
  form,
  submit,
  onSubmit,
  onCancel,
  children,
}: FormFieldsProps<Values>) => {
  const element = useRef<HTMLFormElement>(null)
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const errors = Object.entries(form.errors).filter(([, message]) => Boolean(message))
  const send = async (values: Values) => {
    setIsBusy(true)
    setError(undefined)
    try {
      await onSubmit(values)
    } catch (failure) {
      const { field, sentence } = refusalOf(failure)
      if (field && element.current?.querySelector(fieldSelector(field))) {
        form.setErrors({ [field]: sentence })
        goTo(field)
      } else setError(failure)
    } finally {
      setIsBusy(false)
    }
  }
  const goTo = (field: string | undefined) => {
    if (field) element.current?.querySelector<HTMLElement>(fieldSelector(field))?.focus()
  }
  return (
    <form
      ref={element}
      className="dialog-form"
      noValidate
      onSubmit={(event) =>
        form.onSubmit(
          (values) => void send(values),
          (invalid) => goTo(Object.keys(invalid)[0]),
        )(event)
      }
    >
      {error === undefined ? null : <Failure error={error} />}
      {errors.length > 0 ? (
        <Note tone="danger" alert>
          <b>{errors.length === 1 ? 'Un champ est à corriger' : `${errors.length} champs sont à corriger`}</b>, le reste
          est gardé.
          <ul>
            {errors.map(([field, message]) => (
              <li key={field}>
                <button type="button" className="plain" onClick={() => goTo(field)}>
                  {message}
                </button>
              </li>
            ))}
          </ul>
        </Note>
      ) : null}
      {children}
      <div className="dialog-foot">
        {onCancel ? <Button onClick={onCancel}>Annuler</Button> : null}
        <Button type="submit" variant="filled" loading={isBusy}>
          {submit}
        </Button>
      </div>
    </form>
  )
}

/** A form in a dialog. It closes once recorded; leaving it half filled asks once. */
export const FormDialog = <Values extends Record<string, unknown>>({
  opened,
  title,
  width = 'normal',
  onClose,
  ...fields
}: Omit<FormFieldsProps<Values>, 'onCancel'> & {
  opened: boolean
  title: string
  width?: Width
  onClose: () => void
}) => {
  const [asks, setAsks] = useState(false)
  const close = () => {
    setAsks(false)
    onClose()
  }
  const isSending = useRef(false)
  const isHalfFilled = () => opened && !isSending.current && fields.form.isDirty()
  const leave = () => (isHalfFilled() && !asks ? setAsks(true) : close())
  useBlocker({
    shouldBlockFn: () => {
      const stays = isHalfFilled() && !asks
      if (stays) setAsks(true)
      return stays
    },
    // A browser asks by itself; Electron's window would refuse to close without a word.
    enableBeforeUnload: () => !('desk' in window) && isHalfFilled(),
  })
  return (
    <Dialog opened={opened} title={title} width={width} onClose={leave}>
      {asks ? (
        <Note tone="warn" alert>
          La saisie n’est pas enregistrée.
          <div className="row">
            <Button onClick={() => setAsks(false)}>Continuer la saisie</Button>
            <Button color="red" onClick={close}>
              Abandonner la saisie
            </Button>
          </div>
        </Note>
      ) : null}
      <FormFields
        {...fields}
        onCancel={leave}
        onSubmit={async (values) => {
          // What is recorded may lead to another screen.
          isSending.current = true
          try {
            await fields.onSubmit(values)
            close()
          } finally {
            isSending.current = false
          }
        }}
      />
    </Dialog>
  )
}

// Mantine's form puts the field's path on its input.
const fieldSelector = (field: string) => `[data-path="${CSS.escape(field)}"]`
