import { Button, Modal } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { type ReactNode, useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { Overwritten } from '../../../../shared/contract/procedure.ts'
import { beginForm, type FormClient, type OpenForm } from '../../../connection/form.ts'
import { refusalOf } from '../../../connection/refusal.ts'

import { PlainAct } from '../buttons.tsx'
import { Failure, Note } from '../feedback.tsx'
import { focusNear, placesAround } from '../keyboard/focus-recovery.ts'
import { tellsUnknownDay } from './day-field.tsx'
import { asHost, useOpenDialogs } from './dialog-hosts.ts'
import { Clashing, tellAlreadyDone } from './edit-conflict.tsx'
import { useKeptDraft } from './stored-draft.ts'

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
  const isCovered = useOpenDialogs(({ covered }) => covered !== null)
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      closeOnEscape={!isCovered}
      size={widths[width]}
      yOffset="72px"
      transitionProps={atOnce}
    >
      <Modal.Overlay />
      <Modal.Content>
        {/* Not a <header>: the page has one already. */}
        <Modal.Header component="div">
          <Modal.Title>{title}</Modal.Title>
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
        {/* Last, so that a dialog opens with the focus on its first field. */}
        <Modal.CloseButton className="dialog-close" aria-label="Fermer" />
        <div ref={asHost} className="dialog-beside" />
      </Modal.Content>
    </Modal.Root>
  )
}

/**
 * The focus goes back where it was, or near it when that is gone; also when the dialog is taken away at once rather than
 * closed, which Mantine misses.
 */
const useFocusBack = (opened: boolean) =>
  useLayoutEffect(() => {
    const before = document.activeElement
    if (!opened || !(before instanceof HTMLElement)) return undefined
    const around = placesAround(before)
    return () => {
      if (before.isConnected && before !== document.body) before.focus({ preventScroll: true })
      else focusNear(around)
    }
  }, [opened])

type Question = {
  readonly confirm: string
  /** What leaves all as it is, where « Annuler » is what the question is about. */
  readonly keep?: string
  readonly dangerous?: boolean
  /** @param client what is called through it stands on what was read as the question was asked */
  readonly onConfirm: (client: FormClient) => Promise<unknown>
  readonly onClose: () => void
  readonly children?: ReactNode
}

/** A question before what cannot be undone: what will happen is the children, the answer is the button's own words. */
export const ConfirmDialog = ({ opened, title, ...question }: Question & { opened: boolean; title: string }) => (
  <Dialog opened={opened} title={title} width="narrow" onClose={question.onClose}>
    <Answers {...question} />
  </Dialog>
)

/** There while the question is on screen: the answer stands on what was read as it was asked. */
const Answers = ({ confirm, keep = 'Annuler', dangerous = false, onConfirm, onClose, children }: Question) => {
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const queries = useQueryClient()
  const [begun] = useState(() => beginForm(queries))
  const act = async () => {
    setIsBusy(true)
    try {
      await onConfirm(begun.client)
      onClose()
    } catch (failure) {
      // Told what another changed, whoever answers the same again means it.
      const { overwritten } = refusalOf(failure)
      if (overwritten) begun.readUpTo(overwritten.revision)
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
        <Button onClick={onClose}>{keep}</Button>
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
  )
}

type FormFieldsProps<Values extends Record<string, unknown>> = {
  readonly form: UseFormReturnType<Values>
  readonly submit: string
  /**
   * Refusals of the core go to their field, or above the form.
   * @param client first, so that nobody forgets it: only what is called through it belongs to this form
   */
  readonly onSubmit: (client: FormClient, values: Values) => Promise<unknown>
  readonly onCancel?: () => void
  /** The form as begun by the caller, when that was before its fields were first rendered; else it begins with them. */
  readonly begun?: OpenForm
  readonly children: ReactNode
}

/** A form: a summary of what is to correct on top, each line leading to its field; then the fields; then the buttons. */
export const FormFields = <Values extends Record<string, unknown>>({
  form,
  submit,
  onSubmit,
  onCancel,
  begun: given,
  children,
}: FormFieldsProps<Values>) => {
  const element = useRef<HTMLFormElement>(null)
  const told = useRef<HTMLDivElement>(null)
  /** How often it was refused: each time, what is told comes into view with the focus. */
  const [refusals, setRefusals] = useState(0)
  useLayoutEffect(() => {
    if (refusals > 0) told.current?.focus()
  }, [refusals])
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [overwritten, setOverwritten] = useState<Overwritten>()
  const queries = useQueryClient()
  const [own] = useState(() => beginForm(queries))
  const begun = given ?? own
  const errors = Object.entries(form.errors).filter(([, message]) => Boolean(message))
  const send = async (values: Values) => {
    setIsBusy(true)
    setError(undefined)
    setOverwritten(undefined)
    try {
      await onSubmit(begun.client, values)
    } catch (failure) {
      const { field, sentence, wrong, why, overwritten: found } = refusalOf(failure)
      if (why === 'alreadyDone') tellAlreadyDone(failure)
      else if (found) await settle(found)
      else {
        const here = (wrong ?? (field ? [{ field, sentence }] : [])).flatMap((one) => {
          const path = element.current?.querySelector(fieldSelector(one.field))?.getAttribute('data-path')
          return path ? [[path, one.sentence] as const] : []
        })
        // The first sentence on a field is the one to read.
        if (here.length > 0) form.setErrors(Object.fromEntries(here.toReversed()))
        else setError(failure)
        setRefusals((before) => before + 1)
      }
    } finally {
      setIsBusy(false)
    }
  }
  /** What this person did not touch stays as the other left it; the rest is asked. */
  const settle = async (found: Overwritten) => {
    begun.readUpTo(found.revision)
    const untouched = (found.clashes ?? []).filter(
      ({ field, theirs }) => !form.isDirty(pathOf(field) ?? '') && put(field, theirs),
    )
    const left = found.clashes && found.clashes.filter((clash) => !untouched.includes(clash))
    if (left?.length === 0) await send(form.getValues())
    else setOverwritten({ ...found, clashes: left })
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
    // A field that shows it otherwise than the file keeps it is left to whoever types.
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
        if (tellsUnknownDay(event.currentTarget)) return
        form.onSubmit(
          (values) => void send(values),
          (invalid) => goTo(Object.keys(invalid)[0]),
        )(event)
      }}
    >
      {error !== undefined || errors.length > 0 ? (
        <div ref={told} tabIndex={-1}>
          {error === undefined ? null : <Failure error={error} />}
          {errors.length > 0 ? (
            <Note tone="danger" alert>
              <b>{errors.length === 1 ? 'Un champ est à corriger' : `${errors.length} champs sont à corriger`}</b>, le
              reste est gardé.
              <ul>
                {errors.map(([field, message]) => (
                  <li key={field}>
                    <button type="button" className="plain" onClick={() => goTo(field)}>
                      {message === notFilled ? `${labelOf(field)}\u00a0: à remplir.` : message}
                    </button>
                  </li>
                ))}
              </ul>
            </Note>
          ) : null}
        </div>
      ) : null}
      {overwritten ? (
        <Clashing
          overwritten={overwritten}
          canPut={(field) => pathOf(field) !== undefined}
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
        <Button type="submit" variant="filled" loading={isBusy}>
          {submit}
        </Button>
      </div>
    </form>
  )
}

/**
 * For a dialog in which something is typed or chosen: every way out but recording is `leave`, which asks once. `question`
 * is to be put on top of the dialog.
 */
export const useAskedOnce = (isHalfFilled: () => boolean, onClose: () => void) => {
  const [asks, setAsks] = useState(false)
  const close = () => {
    setAsks(false)
    onClose()
  }
  const leave = () => (isHalfFilled() && !asks ? setAsks(true) : close())
  useHeldBack(false, isHalfFilled, () => {
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
  const [begun] = useState(() => beginForm(queries))
  const { isResumed, isChangedSince, startOver, ...kept } = useKeptDraft(about, form, begun)
  const note = isResumed ? (
    <Note>
      La saisie reprend là où elle s’était arrêtée.{' '}
      {isChangedSince ? 'Ce que vous n’aviez pas touché a changé depuis\u00a0: c’est à jour ici. ' : ''}
      <PlainAct label="Tout effacer" onAct={startOver} />
    </Note>
  ) : null
  return { begun, note, ...kept }
}

/** A form in a dialog. It closes once recorded; leaving it half filled asks once. */
export const FormDialog = <Values extends Record<string, unknown>>({
  opened,
  title,
  width = 'normal',
  draft,
  onClose,
  ...fields
}: Omit<FormFieldsProps<Values>, 'onCancel' | 'begun'> & {
  opened: boolean
  title: string
  width?: Width
  /**
   * Identifies the form and its record, to keep what is typed across a reload. Never set it for health or passwords: the
   * browser stores drafts on its disk.
   */
  draft?: string
  onClose: () => void
}) => {
  const isSending = useRef(false)
  useLayoutEffect(() => {
    if (opened) isSending.current = false
  }, [opened])
  const { begun, note, forget } = useDraft(draft, fields.form)
  const { close, leave, question } = useAskedOnce(
    () => opened && !isSending.current && fields.form.isDirty(),
    () => {
      forget()
      onClose()
    },
  )
  return (
    <Dialog opened={opened} title={title} width={width} onClose={leave}>
      {question}
      {note}
      <FormFields
        {...fields}
        {...(draft !== undefined && { begun })}
        onCancel={leave}
        onSubmit={async (client, values) => {
          // What is recorded may lead to another screen, which comes a moment after the dialog is closed.
          isSending.current = true
          try {
            await fields.onSubmit(client, values)
            close()
          } catch (failure) {
            if (refusalOf(failure).why !== 'alreadyDone') {
              isSending.current = false
              throw failure
            }
            tellAlreadyDone(failure)
            close()
          }
        }}
      />
    </Dialog>
  )
}

type Place = { readonly pathname: string; readonly search: unknown }

const isSamePlace = (one: Place, other: Place) =>
  one.pathname === other.pathname && JSON.stringify(one.search) === JSON.stringify(other.search)

/**
 * @param stays asked when the page is about to be left for another
 * @param onBack one went on and came back before an answer: nothing is left any more
 */
const useHeldBack = <Resolver extends boolean>(
  withResolver: Resolver,
  isUnsaved: () => boolean,
  stays: () => boolean = isUnsaved,
  onBack?: () => void,
) =>
  useBlocker({
    shouldBlockFn: ({ current, next }) => {
      if (!isSamePlace(current, next)) return stays()
      onBack?.()
      return false
    },
    enableBeforeUnload: isUnsaved,
    withResolver,
  })

export type Leaving = {
  /** Whether something is typed and not recorded. */
  readonly note: (isUnsaved: boolean) => void
  /** An act that drops what is typed: at once where nothing is, otherwise once the person has agreed. */
  readonly by: (act: () => void) => void
}

/** For a screen that is itself a form: whatever leaves it half typed asks once. `question` is to be put on screen. */
export const useLeaving = (): Leaving & { readonly question: ReactNode } => {
  const isUnsaved = useRef(false)
  const [pending, setPending] = useState<{ readonly act: () => void }>()
  const held = useRef<() => void>(undefined)
  const isHeldBack = () => isUnsaved.current
  const blocker = useHeldBack(true, isHeldBack, isHeldBack, () => held.current?.())
  useLayoutEffect(() => {
    held.current = blocker.proceed
  })
  const note = useCallback((is: boolean) => {
    isUnsaved.current = is
  }, [])
  return {
    note,
    by: (act) => {
      if (isUnsaved.current) setPending({ act })
      else act()
    },
    question: (
      <ConfirmDialog
        opened={pending !== undefined || blocker.status === 'blocked'}
        title="Quitter sans enregistrer&nbsp;?"
        confirm="Abandonner la saisie"
        keep="Continuer la saisie"
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
    ),
  }
}

// Mantine's form puts the field's path on its input; `data-core` is its name in the core, where it has another.
const fieldSelector = (field: string) => `:is([data-path="${CSS.escape(field)}"], [data-core="${CSS.escape(field)}"])`

/** As the contract refuses an empty field, whichever it is. */
const notFilled = 'À remplir.'

const labelOf = (field: string): string => {
  const input = document.querySelector(fieldSelector(field))
  return (input instanceof HTMLInputElement && input.labels?.[0]?.textContent) || 'Un champ'
}
