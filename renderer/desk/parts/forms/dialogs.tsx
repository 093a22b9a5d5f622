import { Button, Modal } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { type KeyboardEvent, type ReactNode, useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { Overwritten } from '../../../../shared/contract/procedure.ts'
import { beginForm, type FormClient, type OpenForm } from '../../../connection/form.ts'
import { refusalOf } from '../../../connection/refusal.ts'

import { PlainAction } from '../buttons.tsx'
import { Failure, Note } from '../feedback.tsx'
import { ancestorsOf, focusNearest } from '../keyboard/focus-recovery.ts'
import { Key } from '../keyboard/key.tsx'
import { reportInvalidDay } from './day-field.tsx'
import { dialogHostRef, useDialogHosts } from './dialog-hosts.ts'
import { EditConflict, notifyAlreadyDone } from './edit-conflict.tsx'
import { errorsInOrder } from './field-order.ts'
import { useStoredDraft } from './stored-draft.ts'

type Width = 'narrow' | 'normal' | 'wide' | 'widest'
const widths: Record<Width, number> = { narrow: 420, normal: 560, wide: 860, widest: 1120 }
/** No fading: a dialog that fades out would still take the keys typed meanwhile. */
const noTransition = { duration: 0 }

/** A dialog with free content, where neither `ConfirmDialog` nor `FormDialog` fits. */
export const Dialog = ({
  opened,
  title,
  width = 'normal',
  leave = 'Fermer',
  onClose,
  children,
}: {
  opened: boolean
  title: string
  width?: Width
  /** What the cross is called, where « Fermer » would say something else. */
  leave?: string
  onClose: () => void
  children: ReactNode
}) => {
  useFocusBack(opened)
  const isCovered = useDialogHosts(({ occupied }) => occupied !== null)
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      closeOnEscape={!isCovered}
      size={widths[width]}
      yOffset="72px"
      transitionProps={noTransition}
    >
      <Modal.Overlay />
      <Modal.Content onKeyDownCapture={pressMain}>
        {/* Not a <header>: the page has one already. */}
        <Modal.Header component="div">
          <Modal.Title>{title}</Modal.Title>
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
        {/* Last, so that a dialog opens with the focus on its first field. */}
        <Modal.CloseButton className="dialog-close" aria-label={leave} />
        <div ref={dialogHostRef} className="dialog-beside" />
      </Modal.Content>
    </Modal.Root>
  )
}

/** The key of `pressMain`, on the button; its name stays the action alone. */
const mainKey = (
  <span aria-hidden="true">
    <Key combo="mod+Enter" />
  </span>
)

/**
 * Ctrl Enter presses the main button of the dialog, wherever the focus is, because lists of choices and long texts need
 * Enter themselves. A dangerous action is only done by its own button.
 */
const pressMain = (event: KeyboardEvent<HTMLElement>): void => {
  const { currentTarget: dialog } = event
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
  // React also delivers here the keys of a dialog that was opened from this one: ignore them.
  if ([...document.querySelectorAll('[role="dialog"][aria-modal="true"]')].at(-1) !== dialog) return
  const main = dialog.querySelector<HTMLButtonElement>('.dialog-foot [data-variant="filled"]:not([data-dangerous])')
  if (!main) return
  event.preventDefault()
  event.stopPropagation()
  if (!event.repeat) main.click()
}

/**
 * Returns the focus to the element that had it before the dialog opened, or near it if that element was removed.
 * Mantine does not when an open dialog is unmounted without being closed.
 */
const useFocusBack = (opened: boolean) =>
  useLayoutEffect(() => {
    const previous = document.activeElement
    if (!opened || !(previous instanceof HTMLElement)) return undefined
    const around = ancestorsOf(previous)
    return () => {
      if (previous.isConnected && previous !== document.body) previous.focus({ preventScroll: true })
      else focusNearest(around)
    }
  }, [opened])

type Question = {
  readonly confirm: string
  /** Label of the button that changes nothing, where « Annuler » would be ambiguous. */
  readonly cancelLabel?: string
  readonly dangerous?: boolean
  /** @param client refuses a call if the record has changed since the question was shown */
  readonly onConfirm: (client: FormClient) => Promise<unknown>
  readonly onClose: () => void
  readonly children?: ReactNode
}

/**
 * A question before an action that cannot be undone: the consequences as children, the action as the button's label.
 */
export const ConfirmDialog = ({ opened, title, ...question }: Question & { opened: boolean; title: string }) => (
  <Dialog opened={opened} title={title} width="narrow" onClose={question.onClose}>
    <ConfirmForm {...question} />
  </Dialog>
)

/** Mounted while the question is shown, so that its form client begins with the data read at that moment. */
const ConfirmForm = ({
  confirm,
  cancelLabel = 'Annuler',
  dangerous = false,
  onConfirm,
  onClose,
  children,
}: Question) => {
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const queries = useQueryClient()
  const [openForm] = useState(() => beginForm(queries))
  const act = async () => {
    setIsBusy(true)
    try {
      await onConfirm(openForm.client)
      onClose()
    } catch (failure) {
      // The person has now read what somebody else changed: confirming again is allowed.
      const { overwritten } = refusalOf(failure)
      if (overwritten) openForm.readUpTo(overwritten.revision)
      setError(failure)
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <div className="dialog-form">
      {error === undefined ? null : <Failure error={error} />}
      {children ? <div>{children}</div> : null}
      <div className="dialog-foot">
        <Button onClick={onClose}>{cancelLabel}</Button>
        <Button
          variant="filled"
          {...(dangerous ? { color: 'red', 'data-dangerous': true } : {})}
          loading={isBusy}
          data-autofocus={dangerous ? undefined : true}
          onClick={() => void act()}
        >
          {confirm}
        </Button>
      </div>
    </div>
  )
}

type FormFieldsProps<Values extends Record<string, unknown>> = {
  readonly form: UseFormReturnType<Values>
  readonly submit: string
  /**
   * Sends the form. A refusal of the core is shown at its field, or above the form.
   * @param client for every call of the form: refuses to overwrite changes made by others since the form was opened
   */
  readonly onSubmit: (client: FormClient, values: Values) => Promise<unknown>
  readonly onCancel?: () => void
  /** All is filled in beforehand: the focus is first on the main button, so that Enter is enough. */
  readonly isReady?: boolean
  /** Set by a caller that began the form before its fields were first rendered; otherwise the form begins with them. */
  readonly openForm?: OpenForm
  readonly children: ReactNode
}

/** A form: the errors, each a link to its field; the fields; the buttons. */
export const FormFields = <Values extends Record<string, unknown>>({
  form,
  submit,
  onSubmit,
  onCancel,
  isReady = false,
  openForm: givenForm,
  children,
}: FormFieldsProps<Values>) => {
  const element = useRef<HTMLFormElement>(null)
  const errorSummary = useRef<HTMLDivElement>(null)
  /** Number of refusals so far: each one moves the focus to the errors, which scrolls them into view. */
  const [refusals, setRefusals] = useState(0)
  useLayoutEffect(() => {
    if (refusals > 0) errorSummary.current?.focus()
  }, [refusals])
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [overwritten, setOverwritten] = useState<Overwritten>()
  const queries = useQueryClient()
  const [ownForm] = useState(() => beginForm(queries))
  const openForm = givenForm ?? ownForm
  const errors = Object.entries(form.errors).filter(([, message]) => Boolean(message))
  const send = async (values: Values) => {
    setIsBusy(true)
    setError(undefined)
    setOverwritten(undefined)
    try {
      await onSubmit(openForm.client, values)
    } catch (failure) {
      const { field, sentence, wrong, why, overwritten: found } = refusalOf(failure)
      if (why === 'alreadyDone') notifyAlreadyDone(failure)
      else if (found) await resolveConflicts(found)
      else {
        const fieldErrors = (wrong ?? (field ? [{ field, sentence }] : [])).flatMap((one) => {
          const path = element.current?.querySelector(fieldSelector(one.field))?.getAttribute('data-path')
          return path ? [[path, one.sentence] as const] : []
        })
        // Reversed, since the last entry wins: the first sentence about a field is shown.
        if (fieldErrors.length > 0)
          form.setErrors(inFieldOrder(element.current, Object.fromEntries(fieldErrors.toReversed())))
        else setError(failure)
        setRefusals((previous) => previous + 1)
      }
    } finally {
      setIsBusy(false)
    }
  }
  /** Takes the other person's value of each field that this person did not touch; shows the remaining conflicts. */
  const resolveConflicts = async (found: Overwritten) => {
    openForm.readUpTo(found.revision)
    const untouched = (found.clashes ?? []).filter(
      ({ field, theirs }) => !form.isDirty(pathOf(field) ?? '') && put(field, theirs),
    )
    const remaining = found.clashes && found.clashes.filter((clash) => !untouched.includes(clash))
    if (remaining?.length === 0) await send(form.getValues())
    else setOverwritten({ ...found, clashes: remaining })
  }
  const pathOf = (field: string): string | undefined => {
    const paths = [...(element.current?.querySelectorAll('[data-path]') ?? [])].map((one) =>
      one.getAttribute('data-path'),
    )
    const [only, ...others] = paths.filter((path) => path === field || path?.endsWith(`.${field}`))
    return others.length === 0 ? (only ?? undefined) : undefined
  }
  const put = (field: string, value: unknown): boolean => {
    const path = pathOf(field)
    if (path === undefined) return false
    const now: unknown = path
      .split('.')
      .reduce<unknown>(
        (inside, key) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, key) : undefined),
        form.getValues(),
      )
    const given = value ?? (now === null ? null : '')
    // A field whose form value has another type than the stored value, such as euros for cents, is not filled.
    if (typeof given !== typeof now) return false
    form.setFieldValue(path, given as Parameters<typeof form.setFieldValue>[1])
    return true
  }
  const goTo = (field: string | undefined) => {
    if (field) element.current?.querySelector<HTMLElement>(fieldSelector(field))?.focus()
  }
  return (
    <form
      ref={element}
      className="dialog-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (reportInvalidDay(event.currentTarget)) return
        form.onSubmit(
          (values) => void send(values),
          (invalid) => {
            const ordered = inFieldOrder(element.current, invalid)
            form.setErrors(ordered)
            goTo(Object.keys(ordered)[0])
          },
        )(event)
      }}
    >
      {error !== undefined || errors.length > 0 ? (
        <div ref={errorSummary} tabIndex={-1}>
          {error === undefined ? null : <Failure error={error} />}
          {errors.length > 0 ? (
            <Note tone="danger" alert>
              <b>{errors.length === 1 ? 'Un champ est à corriger' : `${errors.length} champs sont à corriger`}</b>, le
              reste est gardé.
              <ul>
                {errors.map(([field, message]) => (
                  <li key={field}>
                    <button type="button" className="plain" onClick={() => goTo(field)}>
                      {message === emptyFieldMessage ? `${labelOf(field)}\u00a0: à remplir.` : message}
                    </button>
                  </li>
                ))}
              </ul>
            </Note>
          ) : null}
        </div>
      ) : null}
      {overwritten ? (
        <EditConflict
          overwritten={overwritten}
          canFill={(field) => pathOf(field) !== undefined}
          isBusy={isBusy}
          onChosen={(theirs) => {
            for (const { field, theirs: value } of theirs) put(field, value)
            void send(form.getValues())
          }}
        />
      ) : null}
      {children}
      <div className="dialog-foot">
        {onCancel ? <Button onClick={onCancel}>Annuler</Button> : null}
        <Button
          type="submit"
          variant="filled"
          loading={isBusy}
          {...(isReady && { 'data-autofocus': true })}
          {...(onCancel && { 'aria-keyshortcuts': 'Control+Enter', rightSection: mainKey })}
        >
          {submit}
        </Button>
      </div>
    </form>
  )
}

/**
 * For a dialog in which something is typed or chosen: cancelling calls `leave`, which asks once before it discards the
 * input. The caller renders `question` at the top of the dialog.
 */
export const useLeaveConfirmation = (isHalfFilled: () => boolean, onClose: () => void) => {
  const [asks, setAsks] = useState(false)
  const close = () => {
    setAsks(false)
    onClose()
  }
  const leave = () => (isHalfFilled() && !asks ? setAsks(true) : close())
  useNavigationGuard(false, isHalfFilled, () => {
    const stays = isHalfFilled() && !asks
    if (stays) setAsks(true)
    return stays
  })
  const question = asks ? (
    <Note tone="warn" alert>
      La saisie n’est pas enregistrée.
      <div className="row">
        <Button onClick={() => setAsks(false)}>Continuer la saisie</Button>
        <Button color="red" onClick={close}>
          Abandonner la saisie
        </Button>
      </div>
    </Note>
  ) : null
  return { close, leave, question }
}

/** Keeps what is typed in a form across a reload (`useKeptDraft`). Render `note` above the fields. */
export const useDraft = <Values extends Record<string, unknown>>(
  about: string | undefined,
  form: UseFormReturnType<Values>,
) => {
  const queries = useQueryClient()
  const [openForm] = useState(() => beginForm(queries))
  const { isResumed, isChangedSince, startOver, ...draftControls } = useStoredDraft(about, form, openForm)
  const note = isResumed ? (
    <Note>
      La saisie reprend là où elle s’était arrêtée.{' '}
      {isChangedSince ? 'Ce que vous n’aviez pas touché a changé depuis\u00a0: c’est à jour ici. ' : ''}
      <PlainAction label="Tout effacer" onAction={startOver} />
    </Note>
  ) : null
  return { openForm, note, ...draftControls }
}

/** A form in a dialog, which closes once the form is recorded. Leaving a half-filled form asks once. */
export const FormDialog = <Values extends Record<string, unknown>>({
  opened,
  title,
  width = 'normal',
  leave: leaveLabel = 'Fermer',
  draft,
  onClose,
  ...fields
}: Omit<FormFieldsProps<Values>, 'onCancel' | 'openForm'> & {
  opened: boolean
  title: string
  width?: Width
  /** What the cross is called, where « Fermer » would say something else. */
  leave?: string
  /**
   * Identifies the form and its record, to keep what is typed across a reload. Never set it for health or passwords:
   * the browser stores drafts on its disk.
   */
  draft?: string
  onClose: () => void
}) => {
  const isSending = useRef(false)
  useLayoutEffect(() => {
    if (opened) isSending.current = false
  }, [opened])
  const { openForm, note, discard } = useDraft(draft, fields.form)
  const { close, leave, question } = useLeaveConfirmation(
    () => opened && !isSending.current && fields.form.isDirty(),
    () => {
      discard()
      onClose()
    },
  )
  return (
    <Dialog opened={opened} title={title} width={width} leave={leaveLabel} onClose={leave}>
      {question}
      {note}
      <FormFields
        {...fields}
        {...(draft !== undefined && { openForm })}
        onCancel={leave}
        onSubmit={async (client, values) => {
          // Recording may open another screen: do not ask about leaving the form then.
          isSending.current = true
          try {
            await fields.onSubmit(client, values)
            close()
          } catch (failure) {
            if (refusalOf(failure).why !== 'alreadyDone') {
              isSending.current = false
              throw failure
            }
            notifyAlreadyDone(failure)
            close()
          }
        }}
      />
    </Dialog>
  )
}

type Address = { readonly pathname: string; readonly search: unknown }

const isSameAddress = (one: Address, other: Address) =>
  one.pathname === other.pathname && JSON.stringify(one.search) === JSON.stringify(other.search)

/**
 * Stops the router and the browser from leaving a page with unsaved input.
 * @param stays whether to stay, evaluated when another page is about to open
 * @param onBack called when the person returned to this page before answering the question
 */
const useNavigationGuard = <Resolver extends boolean>(
  withResolver: Resolver,
  isUnsaved: () => boolean,
  stays: () => boolean = isUnsaved,
  onBack?: () => void,
) =>
  useBlocker({
    shouldBlockFn: ({ current, next }) => {
      if (!isSameAddress(current, next)) return stays()
      onBack?.()
      return false
    },
    enableBeforeUnload: isUnsaved,
    withResolver,
  })

export type LeaveGuard = {
  /** Records whether the screen has input that is not saved. */
  readonly setUnsaved: (isUnsaved: boolean) => void
  /** Runs an action that discards the input: at once if there is none, otherwise once the person has confirmed. */
  readonly runOrConfirm: (act: () => void) => void
}

/** For a screen that is itself a form: leaving it with unsaved input asks once. The caller renders `question`. */
export const useLeaveGuard = (): LeaveGuard & { readonly question: ReactNode } => {
  const isUnsaved = useRef(false)
  const [pending, setPending] = useState<{ readonly act: () => void }>()
  const proceed = useRef<() => void>(undefined)
  const isHeldBack = () => isUnsaved.current
  const blocker = useNavigationGuard(true, isHeldBack, isHeldBack, () => proceed.current?.())
  useLayoutEffect(() => {
    proceed.current = blocker.proceed
  })
  const setUnsaved = useCallback((is: boolean) => {
    isUnsaved.current = is
  }, [])
  const isAsked = pending !== undefined || blocker.status === 'blocked'
  return {
    setUnsaved,
    runOrConfirm: (act) => {
      if (isUnsaved.current) setPending({ act })
      else act()
    },
    // Mounted when the question is asked, so that it is above a dialog that was already open, such as one whose link
    // was pressed.
    question: isAsked ? (
      <ConfirmDialog
        opened
        title="Quitter sans enregistrer&nbsp;?"
        confirm="Abandonner la saisie"
        cancelLabel="Continuer la saisie"
        dangerous
        onConfirm={async () => {
          pending?.act()
          blocker.proceed?.()
        }}
        onClose={() => {
          setPending(undefined)
          blocker.reset?.()
        }}
      >
        La saisie n’est pas enregistrée.
      </ConfirmDialog>
    ) : null,
  }
}

// Mantine's form sets `data-path` on an input; `data-core` is the field's name in the core where that differs.
const inFieldOrder = <Message,>(form: HTMLFormElement | null, errors: Readonly<Record<string, Message>>) =>
  errorsInOrder(
    [...(form?.querySelectorAll('[data-path]') ?? [])].map((one) => one.getAttribute('data-path') ?? ''),
    errors,
  )

const fieldSelector = (field: string) => `:is([data-path="${CSS.escape(field)}"], [data-core="${CSS.escape(field)}"])`

/** The contract's message for any empty field. */
const emptyFieldMessage = 'À remplir.'

/** The label of a field, or of the group of choices that it is. */
const labelOf = (field: string): string => {
  const input = document.querySelector(fieldSelector(field))
  const own =
    input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement || input instanceof HTMLSelectElement
      ? input.labels?.[0]
      : null
  const group = input?.closest('[role=radiogroup], [role=group]')?.getAttribute('aria-labelledby')
  const text = (own ?? (group ? document.getElementById(group) : null))?.textContent ?? ''
  return text.replace(/[\s*]+$/, '') || 'Un champ'
}
