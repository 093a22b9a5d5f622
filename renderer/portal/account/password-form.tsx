import IconEye from '@tabler/icons-react/icons/IconEye'
import IconEyeOff from '@tabler/icons-react/icons/IconEyeOff'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { passwordRule, passwordWeakness } from '../../../shared/rules/access/password.ts'
import { capitalised } from '../../../shared/rules/text/french.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { orpc } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Field } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { showToast } from '../parts/toast.tsx'
import { queries, sentenceOf } from '../queries.ts'
import { useSession } from '../session.ts'

type FieldName = 'current' | 'next'
const isFieldName = (field: string | undefined): field is FieldName => field === 'current' || field === 'next'

export const PasswordForm = () => {
  const email = useSession()?.login?.email ?? ''
  const [typed, setTyped] = useState<Record<FieldName, string>>({ current: '', next: '' })
  const [errors, setErrors] = useState<Partial<Record<FieldName, string>>>({})
  const change = useMutation(orpc.account.changePassword.mutationOptions({ meta: { isErrorShownInline: true } }))

  const refuse = (place: FieldName, why: string) => {
    setErrors({ [place]: why })
    document.getElementById(`password-${place}`)?.focus()
  }
  const record = async (event: FormEvent) => {
    event.preventDefault()
    if (change.isPending) return
    if (typed.current === '') return refuse('current', 'Écrivez votre mot de passe actuel.')
    const weak = passwordWeakness(typed.next, email)
    if (weak !== null) return refuse('next', weak)
    setErrors({})
    try {
      await change.mutateAsync(typed)
    } catch (error) {
      const { field, sentence } = refusalOf(error)
      if (isFieldName(field)) refuse(field, sentence)
      return
    }
    setTyped({ current: '', next: '' })
    showToast('Votre mot de passe est changé. Vos autres appareils sont déconnectés.')
    await queries.invalidateQueries({ queryKey: orpc.account.sessions.key() })
  }

  const field = (place: FieldName, label: string, autoComplete: string, hint?: ReactNode) => (
    <PasswordField
      place={place}
      label={label}
      hint={hint}
      autoComplete={autoComplete}
      value={typed[place]}
      error={errors[place]}
      onType={(text) => {
        setTyped({ ...typed, [place]: text })
        setErrors({ ...errors, [place]: undefined })
      }}
    />
  )
  return (
    <Card title="Mot de passe">
      <form className="form" onSubmit={(event) => void record(event)} noValidate>
        {/* Lets the browser's password manager know which account the new password belongs to. */}
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        {field('current', 'Mot de passe actuel', 'current-password')}
        {field('next', 'Nouveau mot de passe', 'new-password', <Strength password={typed.next} email={email} />)}
        {change.isError && !isFieldName(refusalOf(change.error).field) && (
          <Notice kind="danger" isAlert>
            {sentenceOf(change.error)}
          </Notice>
        )}
        <Button type="submit" isWide isBusy={change.isPending}>
          Changer mon mot de passe
        </Button>
      </form>
    </Card>
  )
}

/** Shows the password rule, then whether the typed password meets it. */
const Strength = ({ password, email }: { password: string; email: string }) => {
  const isStrong = passwordWeakness(password, email) === null
  return (
    <>
      {capitalised(passwordRule)}
      <span className="strength" aria-live="polite" data-kind={isStrong ? 'good' : 'weak'}>
        {password !== '' && (isStrong ? '✓ Assez solide.' : 'Encore trop simple.')}
      </span>
    </>
  )
}

const PasswordField = ({
  place,
  label,
  hint,
  value,
  error,
  autoComplete,
  onType,
}: {
  place: FieldName
  label: string
  hint?: ReactNode
  value: string
  error: string | undefined
  autoComplete: string
  onType: (text: string) => void
}) => {
  const [isShown, setShown] = useState(false)
  const Icon = isShown ? IconEyeOff : IconEye
  return (
    <div className="password">
      <Field
        id={`password-${place}`}
        label={label}
        hint={hint}
        error={error}
        type={isShown ? 'text' : 'password'}
        autoComplete={autoComplete}
        autoCapitalize="off"
        spellCheck={false}
        value={value}
        onChange={({ target }) => onType(target.value)}
      />
      <button type="button" className="password-see" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
        <Icon className="icon" aria-hidden />
        Voir<span className="vh"> le mot de passe&nbsp;: {label}</span>
      </button>
    </div>
  )
}
