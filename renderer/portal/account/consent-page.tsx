import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { consentHead, consentTexts } from '../../../shared/pages/money/account.ts'
import { portalPages } from '../../../shared/pages/portal-pages.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { sexNames } from '../../../shared/rules/people/names.ts'
import { franceCode } from '../../../shared/rules/quotient/birth-place.ts'
import { type CivilStatus, civilStatusErrors } from '../../../shared/rules/quotient/consent.ts'
import { notADayText, typedDay } from '../../../shared/rules/text/french.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { orpc } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Field, Select } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { queries, sentenceOf } from '../queries.ts'
import { useSession } from '../session.ts'
import { useUnsavedInput } from '../unsaved-input.ts'

export const ConsentPage = () => {
  const account = useQuery(orpc.home.account.queryOptions())
  return (
    <Page head={consentHead} isNarrow>
      <QueryState query={account}>
        {({ quotientConsentOn, isConsentOffered }) =>
          quotientConsentOn !== null ? (
            <Withdrawing />
          ) : isConsentOffered ? (
            <Giving />
          ) : (
            <Empty>
              <p>{consentTexts.closed}</p>
            </Empty>
          )
        }
      </QueryState>
    </Page>
  )
}

const useSaying = () => {
  const [, goTo] = useLocation()
  const call = useMutation(orpc.home.sayConsent.mutationOptions({ meta: { isErrorShownInline: true } }))
  return {
    ...call,
    say: async (civilStatus: CivilStatus | null) => {
      await call.mutateAsync({ civilStatus })
      await queries.invalidateQueries({ queryKey: orpc.home.key() })
      showToast('C’est enregistré. La mairie le reçoit au prochain échange, cette nuit au plus tard.')
      goTo(portalPages.account.path)
    },
  }
}

const Withdrawing = () => {
  const { say, isPending, error } = useSaying()
  return (
    <div className="stack">
      <p>{consentTexts.withdraw}</p>
      {error && (
        <Notice kind="danger" isAlert>
          {sentenceOf(error)}
        </Notice>
      )}
      <div className="btns">
        {/* A refusal is shown above. */}
        <Button isWide isBusy={isPending} onClick={() => void say(null).catch(() => undefined)}>
          Retirer mon accord
        </Button>
        <ButtonLink kind="quiet" to={portalPages.account.path}>
          Revenir sans rien changer
        </ButtonLink>
      </div>
    </div>
  )
}

type Typed = { readonly [Name in keyof CivilStatus]: string }
type Errors = Partial<Record<keyof CivilStatus, string>>

const emptyForm: Typed = {
  birthName: '',
  firstNames: '',
  civilSex: '',
  bornOn: '',
  birthCountry: franceCode,
  birthTown: '',
}

const Giving = () => {
  const { value: typed, set: setTyped, discard } = useUnsavedInput('accord quotient', emptyForm)
  const [errors, setErrors] = useState<Errors>({})
  const form = useRef<HTMLFormElement>(null)
  const { say, isPending, error } = useSaying()
  const session = useSession()
  // Focuses the first wrong field after each press that finds errors: `errors` is a new object each time.
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>('[data-error] input')?.focus()
  }, [errors])

  const record = async (event: FormEvent) => {
    event.preventDefault()
    if (isPending) return
    const bornOn = typedDay(typed.bornOn)
    const civilStatus: CivilStatus = {
      ...typed,
      bornOn,
      civilSex: typed.civilSex === 'F' || typed.civilSex === 'M' ? typed.civilSex : null,
      birthTown: typed.birthTown.trim().toUpperCase(),
    }
    const found: Errors = {
      ...(session && civilStatusErrors(civilStatus, dayAt(session.now))),
      ...(typed.bornOn.trim() !== '' && bornOn === null && { bornOn: notADayText(typed.bornOn) }),
    }
    setErrors(found)
    if (Object.keys(found).length > 0) return
    try {
      await say(civilStatus)
      discard()
    } catch (refused) {
      const { field = '', sentence } = refusalOf(refused)
      const name = field.split('.').at(-1)
      if (name !== undefined && name in emptyForm) setErrors({ [name]: sentence })
    }
  }

  const field = (name: keyof CivilStatus, label: string, hint?: string) => ({
    label,
    hint,
    error: errors[name],
    value: typed[name],
    autoComplete: 'off',
    onChange: ({ target }: { target: { value: string } }) => setTyped({ ...typed, [name]: target.value }),
  })
  return (
    <form className="form" ref={form} onSubmit={(event) => void record(event)} noValidate>
      <p>{consentTexts.give}</p>
      <Field {...field('birthName', 'Nom de naissance')} />
      <Field {...field('firstNames', 'Prénoms, tous et dans l’ordre')} />
      <Select
        {...field('civilSex', 'Sexe à l’état civil')}
        options={[
          { value: '', text: 'Non précisé' },
          { value: 'F', text: sexNames.F },
          { value: 'M', text: sexNames.M },
        ]}
      />
      <Field {...field('bornOn', 'Date de naissance', 'jj/mm/aaaa')} inputMode="numeric" />
      <Field
        {...field(
          'birthTown',
          'Commune de naissance',
          'Code INSEE, comme 14118 pour Caen. Facultatif\u00a0; vide à l’étranger.',
        )}
      />
      <Field
        {...field('birthCountry', 'Pays de naissance', 'Code INSEE\u00a0: 99100 pour la France.')}
        inputMode="numeric"
      />
      {error && Object.keys(errors).length === 0 && (
        <Notice kind="danger" isAlert>
          {sentenceOf(error)}
        </Notice>
      )}
      <div className="btns">
        <Button type="submit" isWide isBusy={isPending}>
          Donner mon accord
        </Button>
        <ButtonLink kind="quiet" to={portalPages.account.path} onClick={discard}>
          Revenir sans rien changer
        </ButtonLink>
      </div>
    </form>
  )
}
