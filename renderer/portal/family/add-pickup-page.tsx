import IconAlertCircle from '@tabler/icons-react/icons/IconAlertCircle'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { FamilyShown, ProposalShown } from '../../../shared/contract/portal/home.ts'
import { type Child, pickupsPending } from '../../../shared/pages/editable-fields.ts'
import { addPickupHead } from '../../../shared/pages/family.ts'
import { portalPages } from '../../../shared/pages/portal-pages.ts'
import { type Pickup, pickupErrors, pickupOf } from '../../../shared/rules/people/pickup.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { orpc } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { queries, sentenceOf } from '../queries.ts'
import { useUnsavedInput } from '../unsaved-input.ts'

export const AddPickupPage = () => {
  const family = useQuery(orpc.home.family.queryOptions())
  return (
    <Page head={addPickupHead} isNarrow>
      <QueryState query={family}>
        {(read) =>
          read.children.every((child) => isListCollected(child, read.proposals)) ? (
            <Empty>
              <p>
                {read.children.length === 0
                  ? 'Aucun enfant n’est dans votre dossier.'
                  : 'La mairie a déjà reçu un changement de cette liste\u00a0: attendez sa réponse.'}
              </p>
            </Empty>
          ) : (
            <AddPickup family={read} />
          )
        }
      </QueryState>
    </Page>
  )
}

/**
 * True once the town has collected a change of this child's list of pick-up persons: parents cannot propose a second
 * change before the answer.
 */
const isListCollected = (child: Child, proposals: readonly ProposalShown[]): boolean =>
  pickupsPending(child, proposals)?.collected === true

type FieldName = keyof Pickup | 'children'
type Errors = Partial<Record<FieldName, string>>

const fieldNames: readonly FieldName[] = ['name', 'relation', 'phone', 'children']
const emptyForm: { readonly person: Pickup; readonly without: readonly number[] } = {
  person: { name: '', relation: '', phone: '' },
  without: [],
}

const AddPickup = ({ family: { children, proposals } }: { family: FamilyShown }) => {
  const about = `personne pour ${children.map(({ id }) => id).join(' ')}`
  const { value: typed, set: setTyped, discard } = useUnsavedInput(about, emptyForm)
  const [errors, setErrors] = useState<Errors>({})
  const form = useRef<HTMLFormElement>(null)
  const [, goTo] = useLocation()
  const change = useMutation(orpc.home.changePickups.mutationOptions({ meta: { isErrorShownInline: true } }))
  // Focuses the first wrong field after each press that finds errors: `errors` is a new object each time.
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>('[data-error] input')?.focus()
  }, [errors])

  const isChosen = (child: Child) => !isListCollected(child, proposals) && !typed.without.includes(child.id)
  const chosen = children.filter(isChosen).map(({ id }) => id)
  const type =
    (place: keyof Pickup) =>
    ({ target }: { target: HTMLInputElement }) =>
      setTyped({ ...typed, person: { ...typed.person, [place]: target.value } })

  const record = async (event: FormEvent) => {
    event.preventDefault()
    if (change.isPending) return
    const found: Errors = {
      ...pickupErrors(typed.person),
      ...(chosen.length === 0 && { children: 'Choisissez au moins un enfant.' }),
    }
    setErrors(found)
    if (Object.keys(found).length > 0) return
    try {
      await change.mutateAsync({ children: chosen, person: pickupOf(typed.person), wish: 'add' })
    } catch (error) {
      const { field = '', sentence } = refusalOf(error)
      const place = fieldNames.find((one) => one === field.split('.').at(-1))
      if (place) setErrors({ [place]: sentence })
      return
    }
    await queries.invalidateQueries({ queryKey: orpc.home.key() })
    discard()
    showToast('C’est enregistré. La mairie reçoit votre changement au prochain échange, cette nuit au plus tard.')
    goTo(portalPages.family.path)
  }

  return (
    <form className="form" ref={form} onSubmit={(event) => void record(event)} noValidate>
      <Field
        label="Nom et prénom"
        error={errors.name}
        value={typed.person.name}
        onChange={type('name')}
        autoComplete="off"
      />
      <Field
        label="Lien avec l’enfant"
        hint="Exemple&nbsp;: grand-mère, voisin."
        error={errors.relation}
        value={typed.person.relation}
        onChange={type('relation')}
        autoComplete="off"
      />
      <Field
        label="Téléphone"
        type="tel"
        error={errors.phone}
        value={typed.person.phone}
        onChange={type('phone')}
        autoComplete="off"
      />
      {children.length > 1 && (
        <fieldset>
          <legend className="legend-q">Pour</legend>
          <div className="field" data-error={errors.children ? '' : undefined}>
            {errors.children && (
              <p className="error" id="children-error">
                <IconAlertCircle className="icon icon-s" aria-hidden />
                {errors.children}
              </p>
            )}
            <div className="choices">
              {children.map((child) => (
                <label key={child.id} className="choice">
                  <input
                    type="checkbox"
                    checked={isChosen(child)}
                    disabled={isListCollected(child, proposals)}
                    aria-describedby={errors.children ? 'children-error' : undefined}
                    onChange={({ target }) =>
                      setTyped({
                        ...typed,
                        without: [
                          ...typed.without.filter((id) => id !== child.id),
                          ...(target.checked ? [] : [child.id]),
                        ],
                      })
                    }
                  />
                  <span>
                    {child.firstName}
                    {isListCollected(child, proposals) && (
                      <small>La mairie a déjà reçu un changement de cette liste&nbsp;: attendez sa réponse.</small>
                    )}
                  </span>
                </label>
              ))}
            </div>
          </div>
        </fieldset>
      )}
      {change.isError && Object.keys(errors).length === 0 && (
        <Notice kind="danger" isAlert>
          {sentenceOf(change.error)}
        </Notice>
      )}
      <div className="btns">
        <Button type="submit" isWide isBusy={change.isPending}>
          Demander l’ajout
        </Button>
        <p className="soft small">La mairie vérifie, puis accepte ou refuse. En attendant, rien ne change.</p>
        <ButtonLink kind="quiet" to={portalPages.family.path} onClick={discard}>
          Revenir sans rien changer
        </ButtonLink>
      </div>
    </form>
  )
}
