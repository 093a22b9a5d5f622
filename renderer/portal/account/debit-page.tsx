import IconBuildingBank from '@tabler/icons-react/icons/IconBuildingBank'
import IconClock from '@tabler/icons-react/icons/IconClock'
import IconLock from '@tabler/icons-react/icons/IconLock'
import IconPencil from '@tabler/icons-react/icons/IconPencil'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import type { Creditor, DebitsShown, SigningShown } from '../../../shared/contract/portal/debits.ts'
import {
  changesShown,
  changeText,
  debitHead,
  debitTexts,
  hiddenAccount,
  mandateText,
  mandateWords,
  signedText,
  signingEntries,
  stopTexts,
} from '../../../shared/pages/money/debit.ts'
import { type Day, dayAt, timeAt } from '../../../shared/rules/calendar/day.ts'
import { needsBic, refuseDebtorAccount, spacedIban } from '../../../shared/rules/money/debit/identifiers.ts'
import { refuseDebtor } from '../../../shared/rules/money/debit/signing.ts'
import { ibanWhileTyped } from '../../../shared/rules/money/iban.ts'
import { timeText } from '../../../shared/rules/text/french.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { orpc } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { Field, Select } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { Words } from '../parts/words.tsx'
import { queries, sentenceOf } from '../queries.ts'
import { useSession } from '../session.ts'
import './account.css'
import { MandatePaper } from './mandate-paper.tsx'

/** « Payer par prélèvement »: the account, then the mandate in full with its code, then its receipt. */
export const DebitPage = () => {
  const account = useQuery(orpc.home.account.queryOptions())
  return (
    <Page head={debitHead} isNarrow>
      <QueryState query={account}>
        {({ debits }) =>
          debits ? (
            <Debits debits={debits} />
          ) : (
            <Empty>
              <p>{debitTexts.closed}</p>
            </Empty>
          )
        }
      </QueryState>
    </Page>
  )
}

const readAgain = () => queries.invalidateQueries({ queryKey: orpc.home.key() })

const Debits = ({ debits }: { debits: DebitsShown }) => {
  /** The account as typed: it is stored only in this page. A reloaded page shows its last four signs. */
  const [iban, setIban] = useState<string>()
  const [isChanging, setChanging] = useState(false)
  const { creditors, mandates, signed, signing } = debits
  const creditor = creditors.find(({ regie }) => signing === null || regie === signing.regie)
  const isPaying = mandates.length > 0 || signed.some(({ refusal }) => refusal === null)
  if (creditor && signing)
    return <Signing key={signing.id} signing={signing} iban={iban} creditor={creditor} debits={debits} />
  return (
    <div className="stack">
      <p>{creditor ? debitTexts.intro : debitTexts.closed}</p>
      <Mandates debits={debits} />
      {creditor &&
        (isPaying && !isChanging ? (
          <div className="btns">
            <Button kind="second" onClick={() => setChanging(true)}>
              Changer de compte
            </Button>
          </div>
        ) : (
          <AccountForm debits={debits} isPaying={isPaying} onTyped={setIban} />
        ))}
      {creditor && <Changes creditor={creditor} on={null} />}
      {creditor && <Sealed />}
    </div>
  )
}

const Mandates = ({ debits }: { debits: DebitsShown }) => {
  const { mandates, signed } = debits
  const stop = useMutation(orpc.debits.stop.mutationOptions())
  if (mandates.length + signed.length === 0) return null
  const stopping = (mandate: { reference: string; lastFour: string }) => (
    <ConfirmButton
      words={stopTexts(mandate, debits)}
      kind="quiet"
      isBusy={stop.isPending}
      onYes={() => {
        // A refusal is shown as a toast.
        void stop
          .mutateAsync({ reference: mandate.reference })
          .then(() => showToast('C’est arrêté. Un mail vous le confirme.'))
          .catch(() => undefined)
          .then(readAgain)
      }}
    />
  )
  return (
    <section className="card" aria-labelledby="mandats">
      <h2 id="mandats">{debitTexts.mandates}</h2>
      {signed.map((one) => (
        <div key={one.reference} className="mandate-line">
          <Notice kind={one.refusal === null ? 'good' : 'warn'}>
            <p>
              <Words of={signedText(one)} />
            </p>
          </Notice>
          {one.refusal === null && !one.isStopping && stopping(one)}
        </div>
      ))}
      {mandates.map((one) => (
        <div key={one.reference} className="mandate-line">
          <p>
            <Words of={mandateText(one)} />
          </p>
          <MandatePaper mandate={one} />
          {one.isStoppable && !one.isStopping && stopping(one)}
        </div>
      ))}
    </section>
  )
}

const Step = ({ number, name }: { number: 1 | 2; name: string }) => (
  <div className="progress">
    Étape {number} sur 2&nbsp;: {name}
    <div className="progress-bar" aria-hidden="true">
      <i className="on" />
      <i className={number === 2 ? 'on' : undefined} />
    </div>
  </div>
)

type Errors = Partial<Record<'debtor' | 'iban' | 'bic', string>>

const AccountForm = ({
  debits: { creditors, debtor, announced },
  isPaying,
  onTyped,
}: {
  debits: DebitsShown
  isPaying: boolean
  onTyped: (iban: string) => void
}) => {
  const [typed, setTyped] = useState({ debtor, iban: '', bic: '', regie: creditors[0]?.regie ?? 0 })
  const [errors, setErrors] = useState<Errors>({})
  /** One idempotency key for each account typed: pressing twice makes one mandate and sends one mail. */
  const [request, setRequest] = useState(() => crypto.randomUUID())
  const form = useRef<HTMLFormElement>(null)
  const begin = useMutation(orpc.debits.begin.mutationOptions({ meta: { isErrorShownInline: true } }))
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>('[data-error] input')?.focus()
  }, [errors])
  const change = (values: Partial<typeof typed>) => {
    setTyped({ ...typed, ...values })
    setRequest(crypto.randomUUID())
  }
  const progress = ibanWhileTyped(typed.iban)
  const asksBic = progress === 'right' && needsBic(typed.iban.trim().toUpperCase())

  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (begin.isPending) return
    const bic = asksBic ? typed.bic : ''
    const wrongDebtor = refuseDebtor(typed.debtor)
    const wrong = refuseDebtorAccount({ iban: typed.iban, bic: bic.trim().toUpperCase() })
    const found: Errors = {
      ...(wrongDebtor !== undefined && { debtor: wrongDebtor }),
      ...(wrong && { [wrong.field]: wrong.sentence }),
    }
    setErrors(found)
    if (Object.keys(found).length > 0) return
    try {
      await begin.mutateAsync({ ...typed, bic, request })
      onTyped(typed.iban.replaceAll(/\s/g, '').toUpperCase())
      await readAgain()
      window.scrollTo(0, 0)
    } catch (refused) {
      const { field = '', sentence } = refusalOf(refused)
      if (['debtor', 'iban', 'bic'].includes(field)) setErrors({ [field]: sentence })
    }
  }

  return (
    <section className="card" aria-labelledby="compte">
      <h2 id="compte">{isPaying ? 'Un autre compte' : 'Votre compte bancaire'}</h2>
      <Step number={1} name="votre compte" />
      <form className="form" ref={form} onSubmit={(event) => void send(event)} noValidate>
        {isPaying && <p>{changeText({ announced })}</p>}
        {creditors.length > 1 && (
          <Select
            label="Qui est payé"
            value={String(typed.regie)}
            options={creditors.map(({ regie, name }) => ({ value: String(regie), text: name }))}
            onChange={({ target }) => change({ regie: Number(target.value) })}
          />
        )}
        <Field
          label="Titulaire du compte"
          error={errors.debtor}
          value={typed.debtor}
          autoComplete="name"
          onChange={({ target }) => change({ debtor: target.value })}
        />
        <Field
          label="IBAN"
          hint={'27 signes, sur un relevé d’identité bancaire (RIB)\u00a0: FR76…'}
          error={
            errors.iban ?? (progress === 'wrong' ? refuseDebtorAccount({ ...typed, bic: '' })?.sentence : undefined)
          }
          value={typed.iban}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          onChange={({ target }) => {
            setErrors({})
            change({ iban: target.value })
          }}
        />
        <p className="small iban-right" role="status">
          {progress === 'right' ? 'La clé de cet IBAN est juste.' : ''}
        </p>
        {asksBic && (
          <Field
            label="BIC"
            hint={'8 ou 11 signes\u00a0: demandé hors de l’Espace économique européen.'}
            error={errors.bic}
            value={typed.bic}
            autoComplete="off"
            onChange={({ target }) => change({ bic: target.value })}
          />
        )}
        {begin.error && Object.keys(errors).length === 0 && (
          <Notice kind="danger" isAlert>
            {sentenceOf(begin.error)}
          </Notice>
        )}
        <div className="btns">
          <Button type="submit" isWide isBusy={begin.isPending}>
            Relire le mandat
          </Button>
        </div>
        <p className="small soft">Un code pour signer vous est envoyé par mail. Rien n’est signé avant.</p>
      </form>
    </section>
  )
}

const Signing = ({
  signing,
  iban,
  creditor,
  debits: { address, email },
}: {
  signing: SigningShown
  iban: string | undefined
  creditor: Creditor
  debits: DebitsShown
}) => {
  const giveUp = useMutation(orpc.debits.giveUp.mutationOptions())
  const account = iban?.endsWith(signing.lastFour) ? spacedIban(iban) : hiddenAccount(signing.lastFour)
  const town = useSession()?.service.town ?? ''
  return (
    <div className="stack">
      <Step number={2} name="relire et signer" />
      <section className="card" aria-labelledby="mandat">
        <h2 id="mandat">{debitTexts.signing}</h2>
        <dl className="facts">
          {signingEntries(signing, creditor, { account, address }).map(([label, value, more]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                {value}
                {more.map((line) => (
                  <span key={line} className="soft small mandate-more">
                    {line}
                  </span>
                ))}
              </dd>
            </div>
          ))}
        </dl>
        <Button
          kind="quiet"
          isBusy={giveUp.isPending}
          onClick={() =>
            void giveUp
              .mutateAsync({})
              .catch(() => undefined)
              .then(readAgain)
          }
        >
          Changer de compte
        </Button>
        <div className="mandate small">
          {mandateWords(creditor.name, { town, on: signing.on }).map((line, index) => (
            // The index is a stable key, since the paragraphs never change their order.
            <p key={`${index}`}>
              <Words of={line} />
            </p>
          ))}
        </div>
      </section>
      <Changes creditor={creditor} on={signing.on} />
      <CodeForm signing={signing} email={email} />
      <Sealed />
    </div>
  )
}

const CodeForm = ({ signing: { id, codeUntil }, email }: { signing: SigningShown; email: string }) => {
  const [code, setCode] = useState('')
  const [isAgreed, setAgreed] = useState(false)
  const [error, setError] = useState<string>()
  const sign = useMutation(orpc.debits.sign.mutationOptions({ meta: { isErrorShownInline: true } }))
  const another = useMutation(orpc.debits.anotherCode.mutationOptions())
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (sign.isPending) return
    if (!isAgreed) return setError('Cochez la case si vous êtes d’accord.')
    setError(undefined)
    try {
      await sign.mutateAsync({ id, code })
      await readAgain()
      showToast('Mandat signé. Votre reçu est dans vos mails.')
      window.scrollTo(0, 0)
    } catch (refused) {
      setError(sentenceOf(refused))
    }
  }
  return (
    <section className="card" aria-labelledby="signer">
      <h2 id="signer">Signer avec le code reçu</h2>
      <form className="form" onSubmit={(event) => void send(event)} noValidate>
        <label className="choice">
          <input type="checkbox" checked={isAgreed} onChange={({ target }) => setAgreed(target.checked)} />
          <span>J’ai relu&nbsp;: c’est mon compte, et je suis d’accord.</span>
        </label>
        <div className="code-field">
          <Field
            label="Le code à 6 chiffres"
            hint={`Envoyé par mail à ${email}, valable jusqu’à ${timeText(timeAt(codeUntil))}.`}
            error={error}
            value={code}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={9}
            onChange={({ target }) => setCode(target.value)}
          />
        </div>
        <div className="btns">
          <Button type="submit" isWide isBusy={sign.isPending}>
            <IconPencil className="icon" aria-hidden />
            Signer le mandat
          </Button>
          <Button
            kind="quiet"
            isBusy={another.isPending}
            onClick={() => {
              // A refusal is shown as a toast.
              void another
                .mutateAsync({ id })
                .then(() => {
                  setError(undefined)
                  setCode('')
                  showToast('Un autre code est parti. Celui d’avant ne sert plus.')
                })
                .catch(() => undefined)
                .then(readAgain)
            }}
          >
            Recevoir un autre code
          </Button>
        </div>
        <p className="small soft">
          Après&nbsp;: un reçu avec la date, l’heure et la référence, ici et par mail. Vous pouvez arrêter quand vous
          voulez, sans frais.
        </p>
      </form>
    </section>
  )
}

const icons: readonly ReactNode[] = [
  <IconPencil key="sign" className="icon" aria-hidden />,
  <IconClock key="notice" className="icon" aria-hidden />,
  <IconBuildingBank key="debit" className="icon" aria-hidden />,
]

const Changes = ({ creditor, on }: { creditor: Creditor; on: Day | null }) => {
  const session = useSession()
  const day = on ?? (session && dayAt(session.now))
  if (!day) return null
  return (
    <section className="card" aria-labelledby="suite">
      <h2 id="suite">{debitTexts.changes}</h2>
      <ol className="timeline">
        {changesShown(creditor, day).map(([title, text], index) => (
          <li key={title}>
            <span className="dot">{icons[index]}</span>
            <b>{title}</b>
            <span className="soft small">{text}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

const Sealed = () => (
  <div className="notice">
    <IconLock className="icon" aria-hidden />
    <div>
      <p>
        <Words of={debitTexts.sealed} />
      </p>
    </div>
  </div>
)
