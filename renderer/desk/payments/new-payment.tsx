import { Button, Checkbox, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import IconCheck from '@tabler/icons-react/icons/IconCheck'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { PayerDebts, Payment as Recorded } from '../../../shared/contract/desk/money/payments.ts'
import type { RegieChoice } from '../../../shared/contract/desk/money/regies.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type Cents, formatAmount, formatEuros, parseAmount, sumOf } from '../../../shared/rules/money/money.ts'
import { detailsText } from '../../../shared/rules/money/payment/counter.ts'
import {
  type Allocated,
  bookedLaterText,
  owedDocumentsText,
  type PaymentMeans,
  paidOf,
  paymentMeans,
  paymentMeansNames,
} from '../../../shared/rules/money/payment/payment.ts'
import { maxSums, type Sum, settleTogether } from '../../../shared/rules/money/payment/together.ts'
import { isVoucher, type VoucherMeans } from '../../../shared/rules/money/payment/vouchers.ts'
import { briefDay, counted } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { ActionButton, PlainAction, SegmentedControl } from '../parts/buttons.tsx'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { RequiredDayField } from '../parts/forms/day-field.tsx'
import { Key } from '../parts/keyboard/key.tsx'
import { isDialogOpen, useShortcut } from '../parts/keyboard/shortcuts.ts'
import { NumbersUnknown, useNumbersUnknown } from '../portal/numbers-unknown.tsx'
import { DetailFields, detailsSent, noTyped } from './detail-fields.tsx'
import { type NamedPayer, PayerSearch } from './payer-search.tsx'

/** The form of a payment: who pays, means, amount, and the debts that the payment settles. */
export const NewPayment = ({
  payer: firstPayer,
  regie,
  today,
}: {
  payer: NamedPayer | undefined
  regie: RegieChoice
  today: Day
}) => {
  const [payer, setPayer] = useState(firstPayer)
  const [text, setText] = useState('')
  const box = useRef<HTMLInputElement>(null)
  const restart = () => {
    setPayer(undefined)
    setText('')
    // The search is not focused when a dialog is open: the answer may arrive late, while the person searches elsewhere.
    if (!isDialogOpen()) box.current?.focus()
  }
  useShortcut('e', 'nouveau règlement', restart)
  const startsEmpty = firstPayer === undefined
  useEffect(() => {
    if (startsEmpty) box.current?.focus()
  }, [startsEmpty])
  return (
    <section className="payments-form" aria-label="Nouveau règlement">
      <h2>Nouveau règlement</h2>
      <PayerSearch
        box={box}
        text={text}
        onText={setText}
        isOpen={payer === undefined}
        onChoose={setPayer}
        onReset={restart}
      />
      {payer === undefined ? null : (
        <Payment
          key={`${JSON.stringify(payer)} ${regie.id}`}
          payer={payer}
          regie={regie}
          today={today}
          onRecorded={restart}
        />
      )}
    </section>
  )
}

/** One of several sums handed over at once, as it will be recorded. */
type AddedSum = {
  readonly means: PaymentMeans
  readonly amountCents: Cents
  readonly reference: string
} & ReturnType<typeof detailsSent>

const asSum = ({ means, amountCents }: AddedSum): Sum => ({ means, cents: amountCents })

const sumOfReceived = (some: readonly { readonly amountCents: Cents }[]): Cents =>
  some.reduce((sum, { amountCents }) => sum + amountCents, 0)

/** What vouchers of a means may still pay of these debts, after the sums typed before. */
const mostVouchers = (added: readonly AddedSum[], means: VoucherMeans, debts: PayerDebts['debts']): Cents => {
  const all = [...added.map(asSum), { means, cents: Number.MAX_SAFE_INTEGER }]
  return sumOf(settleTogether(all, debts, 0).parts.at(-1) ?? [])
}

/** « Q2026-000045 », « Q2026-000045 à Q2026-000047 » */
const receiptsText = (made: readonly Recorded[]): string =>
  made.length === 1 ? (made[0]?.receipt ?? '') : `${made[0]?.receipt} à ${made.at(-1)?.receipt}`

/** Names of debts, which are unique within those of a payer. */
type Ticked = ReadonlySet<string>

/** Label of the reference field by means of payment; null: no reference. */
const referenceLabels: Readonly<Record<PaymentMeans, string | null>> = {
  cash: null,
  cheque: null,
  card: null,
  transfer: 'Référence du virement',
  directDebit: null,
  cesu: null,
  holidayVouchers: null,
  online: 'Référence du paiement',
}

type OfPayment = { readonly regie: RegieChoice; readonly today: Day; readonly onRecorded: () => void }

const Payment = ({ payer, regie, ...rest }: OfPayment & { payer: NamedPayer }) => {
  const account = { familyId: null, ...payer, regieId: regie.id }
  const { data: owed, error, refetch } = useQuery(orpc.payments.owed.queryOptions({ input: account }))
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!owed) return <Loading />
  if (owed.refusal === null) return <PaymentForm owed={owed} regie={regie} {...rest} />
  return (
    <>
      <PayerHead owed={owed} />
      <Note>{owed.refusal}</Note>
    </>
  )
}

const PaymentForm = ({ owed, regie, today, onRecorded }: OfPayment & { owed: PayerDebts }) => {
  const accepted = paymentMeans.filter((one) => regie.means?.includes(one) ?? true)
  const usual = owed.thirdPartyId === null ? 'cheque' : 'transfer'
  const [means, setMeans] = useState<PaymentMeans>(accepted.includes(usual) ? usual : (accepted[0] ?? usual))
  const [amountText, setAmountText] = useState('')
  const [reference, setReference] = useState('')
  const [details, setDetails] = useState(noTyped)
  const [payer, setPayer] = useState('')
  const [receivedOn, setReceivedOn] = useState(today)
  const [ticked, setTicked] = useState<Ticked>()
  const [added, setAdded] = useState<readonly AddedSum[]>([])
  const [prints, setPrints] = useState(true)
  const [isSubmitted, setIsSubmitted] = useState(false)
  const amountBox = useRef<HTMLInputElement>(null)
  useEffect(() => amountBox.current?.focus(), [])
  const read = parseAmount(amountText)
  const amount = 'cents' in read && read.cents > 0 ? read.cents : 0
  const typed: AddedSum = {
    means,
    amountCents: amount,
    reference: referenceLabels[means] === null ? '' : reference,
    ...detailsSent(means, details),
  }
  const sums = amount > 0 ? [...added, typed] : added
  // A debt at the Treasury is paid here only when staff choose it: the money is then kept apart for it.
  const payable = ticked ? [...owed.debts, ...forTreasury(owed)] : owed.debts
  const wanted = payable.filter(({ name }) => ticked?.has(name) ?? true)
  const settled = settleTogether(sums.map(asSum), wanted, ticked ? 0 : owed.creditCents)
  const parts = [...settled.creditParts, ...settled.parts.flat()]
  const isUnnumbered = useNumbersUnknown()
  const print = useMutation({
    // One paper shows all sums that were handed over at once.
    mutationFn: async ([first]: readonly Recorded[]) =>
      first && printPaper(await clientOutsideForms.payments.receipt({ id: first.id })),
    meta: { isErrorShownInline: true },
    // The payment is recorded even if printing fails: say so, or staff would record it twice.
    onError: (_, made) =>
      notifications.show({
        color: 'yellow',
        title: `La quittance ${receiptsText(made)} n’est pas imprimée`,
        message: 'Le règlement est enregistré\u00a0: ouvrez-la parmi ceux du jour.',
        autoClose: 12_000,
      }),
  })
  const record = useMutation({
    mutationFn: (): Promise<readonly Recorded[]> => {
      const account = { familyId: owed.familyId, thirdPartyId: owed.thirdPartyId ?? undefined, regieId: regie.id }
      const [only, ...others] = sums
      const { payments } = clientOutsideForms
      if (only === undefined || others.length > 0)
        return payments.recordTogether({
          ...account,
          receivedOn,
          payer,
          sums: [...sums],
          debts: ticked ? wanted.map(({ invoiceId, openingDebtId }) => ({ invoiceId, openingDebtId })) : null,
        })
      const chosen = ticked ? [...(settled.parts[0] ?? [])] : null
      return payments.record({ ...account, ...only, receivedOn, payer, chosen }).then((made) => [made])
    },
    meta: { isErrorShownInline: true },
    onSuccess: (made) => {
      const aheadCents = made.reduce((sum, { creditCents }) => sum + creditCents, 0)
      notifications.show({
        color: 'green',
        title: `${formatEuros(sumOfReceived(made))} reçus, quittance ${receiptsText(made)}`,
        message: [
          aheadCents > 0 ? `${formatEuros(aheadCents)} restent en avance.` : 'Tout est affecté.',
          ...made.slice(0, 1).flatMap(bookedLaterText),
        ].join(' '),
      })
      if (prints) print.mutate(made)
      onRecorded()
    },
  })
  const send = () => {
    setIsSubmitted(true)
    if (sums.length === 0) return amountBox.current?.focus()
    record.mutate(undefined, {
      onError: (failure) => {
        if (isAboutAmount(failure)) amountBox.current?.focus()
      },
    })
  }
  /** Keeps the sum that was typed, to type another one. */
  const addSum = () => {
    setIsSubmitted(amount === 0)
    amountBox.current?.focus()
    if (amount === 0) return
    record.reset()
    setAdded(sums)
    setAmountText('')
    setReference('')
    setDetails(noTyped)
  }
  const allCents = isVoucher(means) ? mostVouchers(added, means, wanted) : owed.balanceCents - sumOfReceived(added)
  const payAll = () => setAmountText(formatAmount(Math.max(0, allCents)))
  useShortcut('t', 'tout le solde', payAll)
  const refusedAmount = record.error && isAboutAmount(record.error) ? refusalOf(record.error).sentence : undefined
  const amountError =
    !isSubmitted || amount > 0
      ? refusedAmount
      : 'refusal' in read
        ? read.refusal
        : 'Le montant doit être supérieur à zéro.'
  const referenceLabel = referenceLabels[means]
  return (
    <>
      <PayerHead owed={owed} />
      <AddedSums
        sums={added}
        onRemove={(sum) => {
          record.reset()
          setAdded(added.filter((one) => one !== sum))
        }}
      />
      <MeansChoice accepted={accepted} means={means} onChange={setMeans} />
      <div className="row row-wide">
        <TextInput
          ref={amountBox}
          className="payments-amount"
          label="Montant reçu"
          inputMode="decimal"
          placeholder="0,00"
          value={amountText}
          error={amountError}
          onChange={(event) => {
            record.reset()
            setAmountText(event.currentTarget.value)
          }}
          onBlur={() => {
            if (amount > 0) setAmountText(formatAmount(amount))
          }}
          onKeyDown={(event) => {
            if (event.key !== 't') return
            event.preventDefault()
            payAll()
          }}
        />
        {allCents > 0 ? (
          <Button mt={22} rightSection={<Key combo="t" />} onClick={payAll}>
            {isVoucher(means) ? 'Au plus' : 'Tout'}&nbsp;: {formatEuros(allCents)}
          </Button>
        ) : null}
        <RequiredDayField label="Reçu le" w={160} maxDate={today} value={receivedOn} onChange={setReceivedOn} />
      </div>
      <DetailFields means={means} details={details} amount={amount} regie={regie} onChange={setDetails} />
      <div className="row row-wide">
        {referenceLabel ? (
          <TextInput
            className="grow"
            label={referenceLabel}
            value={reference}
            onChange={(event) => setReference(event.currentTarget.value)}
          />
        ) : null}
        <TextInput
          className="grow"
          label="Payé par"
          placeholder={owed.debtor}
          value={payer}
          onChange={(event) => setPayer(event.currentTarget.value)}
        />
        <div className="payments-other">
          <ActionButton
            combo="mod+shift+Enter"
            label="Autre somme"
            disabled={sums.length >= maxSums}
            onAction={addSum}
          />
        </div>
      </div>
      <Allocation owed={owed} amount={sumOfReceived(sums)} parts={parts} ticked={ticked} onTick={setTicked} />
      {record.error && !refusedAmount ? (
        <div ref={bringIntoView}>
          <Failure error={record.error} />
        </div>
      ) : null}
      <NumbersUnknown />
      <div className="payments-go">
        <ActionButton
          combo="mod+Enter"
          label={sums.length > 1 ? `Enregistrer les ${sums.length}\u00a0sommes` : 'Enregistrer le règlement'}
          main
          disabled={isUnnumbered}
          loading={record.isPending}
          onAction={send}
        />
        <Checkbox
          checked={prints}
          label={
            sums.length > 1 ? (
              `Imprimer la quittance des ${sums.length}\u00a0sommes`
            ) : (
              <>
                Imprimer la quittance <b>{owed.nextReceipt}</b>
              </>
            )
          }
          onChange={(event) => setPrints(event.currentTarget.checked)}
        />
      </div>
    </>
  )
}

/** Debts at the Treasury as the counter shows them. No voucher can pay them. */
const forTreasury = ({ atTreasury }: PayerDebts): readonly PayerDebts['debts'][number][] =>
  atTreasury.map((debt) => ({
    ...debt,
    on: '' as Day,
    dueOn: null,
    totalCents: debt.leftCents,
    voucherCents: { cesu: 0, holidayVouchers: 0 },
  }))

/** The payer, and what it owes. */
const PayerHead = ({ owed }: { owed: PayerDebts }) => {
  const invoices = owed.debts.filter(({ invoiceId }) => invoiceId !== null).length
  return (
    <>
      <div className="payments-family">
        <IconCheck size={16} className="good" aria-hidden="true" />
        <div className="grow">
          <b>{owed.family}</b>{' '}
          {owed.familyId === null ? (
            <span className="soft">tiers payeur</span>
          ) : (
            <>
              {owed.debtor} <span className="soft nowrap">· dossier {owed.familyNumber}</span>
            </>
          )}
          <div className="soft small">{owed.addressLines.join(' · ')}</div>
        </div>
        <div className="num">
          <b>{formatEuros(Math.abs(owed.balanceCents))}</b>
          <div className="soft small">
            {owed.balanceCents < 0
              ? 'en avance'
              : ['à régler', owedDocumentsText(invoices, invoices < owed.debts.length)]
                  .filter((text) => text !== '')
                  .join(', ')}
          </div>
        </div>
      </div>
      {owed.elsewhere.map(({ regieId, regie: name, balanceCents }) => (
        <p key={regieId} className="soft small">
          {name}&nbsp;: {formatEuros(Math.abs(balanceCents))} {balanceCents < 0 ? 'en avance' : 'à régler'}, à part.
        </p>
      ))}
    </>
  )
}

/** The sums typed before the one in the fields. */
const AddedSums = ({ sums, onRemove }: { sums: readonly AddedSum[]; onRemove: (sum: AddedSum) => void }) =>
  sums.length === 0 ? null : (
    <ul className="payments-sums" aria-label="Sommes déjà comptées">
      {sums.map((sum, index) => {
        const name = `${paymentMeansNames[sum.means]}, ${formatEuros(sum.amountCents)}`
        return (
          // The same sum may be handed over twice.
          <li key={index} className="row">
            <span>{paymentMeansNames[sum.means]}</span>
            <span className="soft small grow">{detailsText({ documentNumber: '', bank: '', issuer: '', ...sum })}</span>
            <b className="num">{formatEuros(sum.amountCents)}</b>
            <PlainAction label="Retirer" aria={`Retirer\u00a0: ${name}`} onAction={() => onRemove(sum)} />
          </li>
        )
      })}
    </ul>
  )

const isAboutAmount = (failure: unknown): boolean => refusalOf(failure).field === 'amountCents'

const bringIntoView = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'nearest' })

/** A means keeps its key of the keyboard, whatever the régie accepts. */
const MeansChoice = ({
  accepted,
  means,
  onChange,
}: {
  accepted: readonly PaymentMeans[]
  means: PaymentMeans
  onChange: (means: PaymentMeans) => void
}) => (
  <div className="payments-field">
    <span aria-hidden="true">Moyen</span>
    <SegmentedControl
      label="Moyen"
      value={means}
      onChange={onChange}
      options={accepted.map((one) => [one, shortNames[one] ?? paymentMeansNames[one]] as const)}
    />
    {accepted.map((one) => (
      <MeansKey
        key={one}
        combo={String(paymentMeans.indexOf(one) + 1)}
        name={paymentMeansNames[one]}
        onChoose={() => onChange(one)}
      />
    ))}
  </div>
)

const shortNames: Partial<Record<PaymentMeans, string>> = { card: 'Carte', online: 'En ligne' }

const MeansKey = ({ combo, name, onChoose }: { combo: string; name: string; onChoose: () => void }) => {
  useShortcut(combo, name.toLocaleLowerCase('fr'), onChoose)
  return null
}

/** The amount that the payment settles of each debt, and the rest, updated as the person types. */
const Allocation = ({
  owed,
  amount,
  parts,
  ticked,
  onTick,
}: {
  owed: PayerDebts
  amount: Cents
  parts: readonly Allocated[]
  ticked: Ticked | undefined
  onTick: (ticked: Ticked | undefined) => void
}) => {
  const treasury = new Set(owed.atTreasury.map(({ name }) => name))
  const shown = ticked ? [...owed.debts, ...forTreasury(owed)] : owed.debts
  const due = shown.reduce((sum, { leftCents }) => sum + leftCents, 0)
  const used = parts.reduce((sum, { cents }) => sum + cents, 0)
  const ahead = amount + (ticked ? 0 : owed.creditCents) - used
  if (shown.length === 0) {
    return (
      <p className="soft small">
        Rien à payer&nbsp;: ce règlement restera en avance{ofPayer(owed)}.{' '}
        {treasury.size === 0 ? null : (
          <>
            {counted(treasury.size, 'dette')} à la Trésorerie.{' '}
            <PlainAction label="Le garder pour elle" onAction={() => onTick(treasury)} />
          </>
        )}
      </p>
    )
  }
  return (
    <section className="section stack">
      <header>
        <h2>Ce que ce règlement paie</h2>
        <span className="soft">{ticked ? 'ce qui est choisi' : 'le plus ancien d’abord'}</span>
        <Button
          variant="subtle"
          onClick={() => onTick(ticked ? undefined : new Set(owed.debts.map(({ name }) => name)))}
        >
          {ticked ? 'Le plus ancien d’abord' : 'Choisir autrement'}
        </Button>
      </header>
      <table className="table table-flush">
        <thead>
          <tr>
            {ticked ? (
              <th scope="col">
                <span className="unseen">Choisie</span>
              </th>
            ) : null}
            <th scope="col">À payer</th>
            <th scope="col">Échéance</th>
            <th scope="col" className="num">
              Dû
            </th>
            <th scope="col" className="num">
              Payé ici
            </th>
            <th scope="col" className="num">
              Reste
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((debt) => {
            const { name, period, dueOn, leftCents } = debt
            const paid = paidOf(debt, parts)
            return (
              <tr key={name}>
                {ticked ? (
                  <td>
                    <Checkbox
                      size="xs"
                      aria-label={`Payer\u00a0: ${name}`}
                      checked={ticked.has(name)}
                      onChange={() => {
                        const next = new Set(ticked)
                        if (!next.delete(name)) next.add(name)
                        onTick(next)
                      }}
                    />
                  </td>
                ) : null}
                <td>
                  {name} <span className="soft small">{period}</span>
                </td>
                <td className="soft small">
                  {treasury.has(name) ? 'Trésorerie' : dueOn === null ? 'avec la suivante' : briefDay(dueOn)}
                </td>
                <td className="num">{formatEuros(leftCents)}</td>
                <td className="num">
                  <b>{formatEuros(paid)}</b>
                </td>
                <td className={`num ${leftCents === paid ? 'good' : ''}`}>{formatEuros(leftCents - paid)}</td>
              </tr>
            )
          })}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={ticked ? 3 : 2}>Total</td>
            <td className="num">{formatEuros(due)}</td>
            <td className="num">{formatEuros(used)}</td>
            <td className="num">{formatEuros(due - used)}</td>
          </tr>
        </tfoot>
      </table>
      <p className="soft small" aria-live="polite">
        {shown.some(({ name }) => treasury.has(name) && ticked?.has(name))
          ? 'Ce qui est pour la Trésorerie est gardé à part, et lui est reversé depuis l’état des restes. '
          : ''}
        {owed.creditCents > 0 && !ticked ? `Avance de ${formatEuros(owed.creditCents)} utilisée d’abord. ` : ''}
        {ahead > 0 ? `${formatEuros(ahead)} resteront en avance${ofPayer(owed)}.` : ''}
      </p>
    </section>
  )
}

const ofPayer = ({ familyId }: PayerDebts): string => (familyId === null ? '' : ' pour la famille')
