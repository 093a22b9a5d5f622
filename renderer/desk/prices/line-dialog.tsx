import { Button, Checkbox, Select, Textarea, TextInput } from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import type { Activity } from '../../../shared/contract/desk/activities.ts'
import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { isTimeOfDay, type TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import { formatAmount, parseAmount, parsePercent } from '../../../shared/rules/money/money.ts'
import { type Bracket, bracketsText, parseBrackets } from '../../../shared/rules/price/bracket.ts'
import { conditionText, parseCondition } from '../../../shared/rules/price/printed/condition-words.ts'
import { forfaitSpanNames, rowsOf } from '../../../shared/rules/price/printed/tariff-rows.ts'
import {
  effortRateDecimals,
  isOwedByRegistration,
  type PriceCondition,
  percentDecimals,
  slotCode,
} from '../../../shared/rules/price/tariff.ts'
import { listed, pluralOf } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { optionsOf } from './options.ts'
import { eachPart, formulasText, type Line, type LinePrice, type Price } from './tariff-edit.ts'

type Forfait = Extract<Line['count'], { per: 'forfait' }>

type Values = {
  label: string
  fiscal: Line['fiscal']
  per: Line['count']['per']
  slots: string
  one: string
  many: string
  minutes: string
  grace: string
  isMeasured: boolean
  clockFrom: string
  clockTo: string
  firstMinutes: string
  timeLeast: string
  timeMost: string
  bundleFrom: string
  formulas: string
  span: Forfait['span']
  by: Forfait['by']
  /** « 1, 2, 3 »: the numbers from which a price holds. */
  steps: string
  partial: Forfait['partial']
  absenceFrom: string
  absenceCents: string
  billed: Forfait['billed']
  instalments: string
  depositCents: string
  depositDays: string
  /** Whom the price depends on, beside the quotient and the town. */
  choice: 'one' | 'cases' | 'together'
  /** One condition a line, with its own tranches after a colon. */
  cases: string
  hasOtherwise: boolean
  together: string
  when: string
  method: Price['method']
  percent: string
  outside: Price['nonResident']['rule']
  outsidePercent: string
  outsideAmount: string
  outsideColumn: 'bracket' | 'single'
}

/** Form of one tariff line: what it counts and how its price is computed. Amounts are typed in the grid. */
export const LineDialog = ({
  definition,
  at,
  onSave,
  onRemove,
  onClose,
}: {
  definition: Definition
  /** Index of the line; null for a new line. */
  at: number | null
  onSave: (line: Line) => void
  onRemove: () => void
  onClose: () => void
}) => {
  const before = at === null ? undefined : definition.lines[at]
  const form = useForm<Values>({
    initialValues: valuesOf(definition, before, at),
    validate: {
      label: (text) => (text.trim() === '' ? 'À remplir.' : null),
      slots: (text, { per }) => (per !== 'formula' && slotsIn(text).length === 0 ? 'Nommez au moins une plage.' : null),
      one: (text, { per }) => (per !== 'formula' && text.trim() === '' ? 'À remplir.' : null),
      clockFrom: (text, { per }) => (per === 'time' ? refuseTime(text) : null),
      clockTo: (text, { per }) => (per === 'time' ? refuseTime(text) : null),
      firstMinutes: (text, { per }) =>
        per === 'time' && text.trim() !== '' && !isWhole(text, 1, 1440) ? 'Un nombre de minutes.' : null,
      timeLeast: (text, { per }) => (per === 'time' && text.trim() !== '' ? refusalIn(parseAmount(text)) : null),
      timeMost: (text, { per }) => (per === 'time' && text.trim() !== '' ? refusalIn(parseAmount(text)) : null),
      bundleFrom: (text) => (text.trim() !== '' && !isWhole(text, 2, 500) ? 'Un nombre de 2 à 500.' : null),
      steps: (text, { per, by }) =>
        per === 'forfait' && countsSteps(by) && stepsIn(text) === null
          ? 'Des nombres croissants\u00a0: 1, 2, 3, 4.'
          : null,
      absenceFrom: (text, { per }) =>
        per === 'forfait' && text.trim() !== '' && !isWhole(text, 1, 366) ? 'Un nombre de jours.' : null,
      absenceCents: (text, { per }) => (per === 'forfait' && text.trim() !== '' ? refusalIn(parseAmount(text)) : null),
      instalments: (text, { per }) =>
        per === 'forfait' && text.trim() !== '' && !isWhole(text, 1, 12) ? 'De 1 à 12.' : null,
      depositCents: (text, { per }) => (per === 'forfait' && text.trim() !== '' ? refusalIn(parseAmount(text)) : null),
      depositDays: (text, { per, depositCents }) =>
        per === 'forfait' && depositCents.trim() !== '' && !isWhole(text, 0, 365) ? 'De 0 à 365 jours.' : null,
      formulas: (text, { per }) => (per === 'formula' ? refuseFormulas(text) : null),
      minutes: (text, { per }) =>
        per === 'time' && !isWhole(text, 1, 1440) ? 'Écrivez un nombre de minutes, par exemple 30.' : null,
      grace: (text, { per, minutes }) =>
        per === 'time' && !isWhole(text, 0, Number(minutes) - 1) ? 'Moins que la durée comptée.' : null,
      percent: (text, { method }) =>
        method === 'effortRate' ? refusePercent(text, effortRateDecimals, (value) => value > 0, '0,36') : null,
      cases: (text, { choice }) => (choice === 'cases' ? refuseCases(text) : null),
      together: (text, { choice }) =>
        choice === 'together' && !isWhole(text, 2, 10) ? 'Un nombre d’enfants, de 2 à 10.' : null,
      when: (text) => (text.trim() === '' ? null : refusalIn(parseCondition(text))),
      outsideAmount: (text, { outside }) => (outside === 'amount' ? refusalIn(parseAmount(text)) : null),
      outsidePercent: (text, { outside }) =>
        outside === 'percent' ? refusePercent(text, percentDecimals, (value) => value >= 0, '20') : null,
      method: (method) =>
        method === 'bracket' && definition.brackets.length === 0 ? 'Ajoutez d’abord des tranches au tarif.' : null,
    },
  })
  const { per, method, outside, choice } = form.values
  const { data: activities } = useQuery(orpc.activities.list.queryOptions())
  return (
    <FormDialog
      opened
      title={before ? 'Modifier la ligne' : 'Nouvelle ligne'}
      form={form}
      submit={before ? 'Modifier la ligne' : 'Ajouter la ligne'}
      onSubmit={async (_client, values) => onSave(lineOf(definition, values, before))}
      onClose={onClose}
    >
      <TextInput label="Nom, imprimé sur la facture" data-autofocus {...form.getInputProps('label')} />
      <Select
        label="Nature, pour l’attestation fiscale"
        data={optionsOf(fiscalNames)}
        {...form.getInputProps('fiscal')}
      />
      <Select label="Compté" data={optionsOf(countNames)} {...form.getInputProps('per')} />
      {per === 'formula' ? (
        <Textarea
          label="Formules, une par ligne"
          description="demi-journée&nbsp;: matin ou après-midi"
          autosize
          minRows={2}
          {...form.getInputProps('formulas')}
        />
      ) : (
        <>
          <TextInput
            label="Plages, séparées par des virgules"
            description={activities && slotsText(activities)}
            placeholder="matin, soir"
            {...form.getInputProps('slots')}
          />
          <div className="row row-wide">
            <TextInput label="Unité" placeholder="séance" {...form.getInputProps('one')} />
            <TextInput label="Au pluriel" placeholder="séances" {...form.getInputProps('many')} />
          </div>
        </>
      )}
      {per === 'forfait' ? <ForfaitFields form={form} /> : null}
      {per === 'time' ? (
        <div className="row row-wide">
          <TextInput label="Fraction, en minutes" inputMode="numeric" {...form.getInputProps('minutes')} />
          <TextInput label="Tolérance, en minutes" inputMode="numeric" {...form.getInputProps('grace')} />
        </div>
      ) : null}
      {per === 'time' ? <TimeFields form={form} /> : null}
      {per === 'slot' || per === 'day' ? (
        <TextInput
          label="Forfait à partir de"
          description="unités dans le mois&nbsp;: un seul prix pour toutes. Vide&nbsp;: aucun."
          inputMode="numeric"
          {...form.getInputProps('bundleFrom')}
        />
      ) : null}
      <TextInput
        label="Seulement pour"
        description="Vide&nbsp;: pour tous. Ou un quartier, une catégorie, des dates&nbsp;: «&nbsp;le 14/07/2026&nbsp;»."
        {...form.getInputProps('when')}
      />
      <Select label="Prix" data={optionsOf(choiceNames)} {...form.getInputProps('choice')} />
      {choice === 'cases' ? (
        <>
          <Textarea
            label="Cas, un par ligne&nbsp;: le premier qui convient donne le prix"
            description="2ᵉ enfant · hors commune · agent de la ville · CAF · inscrit 4 jours et plus par semaine · à partir du 3ᵉ jour de la semaine. Plusieurs conditions&nbsp;: séparées par une virgule. Tranches à part&nbsp;: «&nbsp;hors commune&nbsp;: < 800, > 800&nbsp;»."
            autosize
            minRows={3}
            {...form.getInputProps('cases')}
          />
          <Checkbox label="et un prix pour les autres" {...form.getInputProps('hasOtherwise', { type: 'checkbox' })} />
        </>
      ) : null}
      {choice === 'together' ? (
        <TextInput
          label="Jusqu’à combien d’enfants"
          description="Le dernier prix vaut pour tout nombre au-dessus."
          inputMode="numeric"
          {...form.getInputProps('together')}
        />
      ) : null}
      <Select label="Méthode" data={optionsOf(methodNames)} {...form.getInputProps('method')} />
      {method === 'effortRate' ? <TextInput label="Taux, en %" {...form.getInputProps('percent')} /> : null}
      <Select label="Hors commune" data={optionsOf(outsideNames)} {...form.getInputProps('outside')} />
      {outside === 'percent' ? <TextInput label="Majoration, en %" {...form.getInputProps('outsidePercent')} /> : null}
      {outside === 'amount' ? (
        <TextInput label="Supplément, en euros" inputMode="decimal" {...form.getInputProps('outsideAmount')} />
      ) : null}
      {outside === 'column' && method === 'bracket' ? (
        <Select
          label="Prix hors commune"
          data={[
            { value: 'bracket', label: 'Un par tranche' },
            { value: 'single', label: 'Un seul pour toutes les tranches' },
          ]}
          {...form.getInputProps('outsideColumn')}
        />
      ) : null}
      {before ? (
        <Button color="red" variant="subtle" onClick={onRemove}>
          Retirer cette ligne
        </Button>
      ) : null}
    </FormDialog>
  )
}

const TimeFields = ({ form }: { form: UseFormReturnType<Values> }) => (
  <>
    <Checkbox
      label="Au temps réel&nbsp;: de l’arrivée au départ notés, sinon l’heure réservée"
      {...form.getInputProps('isMeasured', { type: 'checkbox' })}
    />
    <div className="row row-wide">
      <TextInput label="Compté à partir de" placeholder="18:00" {...form.getInputProps('clockFrom')} />
      <TextInput label="jusqu’à" placeholder="18:30" {...form.getInputProps('clockTo')} />
    </div>
    <TextInput
      label="Première part indivisible, en minutes"
      description="Elle a sa ligne dans la grille. Vide&nbsp;: aucune."
      inputMode="numeric"
      {...form.getInputProps('firstMinutes')}
    />
    <div className="row row-wide">
      <TextInput label="Au moins par jour, en euros" inputMode="decimal" {...form.getInputProps('timeLeast')} />
      <TextInput label="Au plus par jour, en euros" inputMode="decimal" {...form.getInputProps('timeMost')} />
    </div>
  </>
)

const refuseTime = (text: string): string | null =>
  text.trim() === '' || isTimeOfDay(text.trim()) ? null : 'Une heure, par exemple 18:00.'

const timeIn = (text: string): TimeOfDay | null => {
  const typed = text.trim()
  return isTimeOfDay(typed) ? typed : null
}

const ForfaitFields = ({ form }: { form: UseFormReturnType<Values> }) => {
  const { span, by } = form.values
  const canBeSplit = span !== 'week' && span !== 'month'
  return (
    <>
      <div className="row row-wide">
        <Select label="Durée payée" data={optionsOf(forfaitSpanNames)} {...form.getInputProps('span')} />
        <Select label="Dû" data={optionsOf(byNames)} {...form.getInputProps('by')} />
      </div>
      {countsSteps(by) ? (
        <TextInput
          label="Paliers"
          description="Un prix à partir de chaque nombre&nbsp;; le dernier vaut au-dessus. Chacun a sa ligne dans la grille."
          placeholder="1, 2, 3, 4"
          {...form.getInputProps('steps')}
        />
      ) : null}
      {isOwedByRegistration(by) ? (
        <Select label="Arrivée ou départ en cours" data={optionsOf(partialNames)} {...form.getInputProps('partial')} />
      ) : null}
      <div className="row row-wide">
        <TextInput
          label="Absences justifiées, à partir de"
          description="jours&nbsp;; vide&nbsp;: n’ôtent rien"
          inputMode="numeric"
          {...form.getInputProps('absenceFrom')}
        />
        <TextInput
          label="Chaque jour ôte, en euros"
          description="vide&nbsp;: sa part du forfait"
          inputMode="decimal"
          {...form.getInputProps('absenceCents')}
        />
      </div>
      {span === 'week' ? null : (
        <Select label="Facturé" data={optionsOf(billedNames)} {...form.getInputProps('billed')} />
      )}
      {canBeSplit ? (
        <TextInput
          label="Payé en combien de parts"
          description="une par mois, dès le premier&nbsp;; vide&nbsp;: en une fois"
          inputMode="numeric"
          {...form.getInputProps('instalments')}
        />
      ) : null}
      <div className="row row-wide">
        <TextInput
          label="Acompte, en euros"
          description="vide&nbsp;: aucun"
          inputMode="decimal"
          {...form.getInputProps('depositCents')}
        />
        <TextInput label="Dû combien de jours avant" inputMode="numeric" {...form.getInputProps('depositDays')} />
      </div>
    </>
  )
}

const byNames: Readonly<Record<Forfait['by'], string>> = {
  registration: 'par enfant inscrit',
  weekdays: 'selon les jours inscrits par semaine',
  sessions: 'selon les séances inscrites par semaine',
  booking: 'dès un jour réservé',
  days: 'selon les jours réservés',
  slots: 'selon les plages réservées',
}

const partialNames: Readonly<Record<Forfait['partial'], string>> = {
  whole: 'Le prix entier',
  openDays: 'Seulement les jours ouverts',
  startedWeeks: 'Toute semaine commencée',
}

const billedNames: Readonly<Record<Forfait['billed'], string>> = { start: 'Au début', end: 'À la fin' }

const countsSteps = (by: Forfait['by']): boolean => by !== 'registration' && by !== 'booking'

/** Null when they are not numbers in order. */
const stepsIn = (text: string): number[] | null => {
  const numbers = text
    .split(/[,;\s]+/)
    .filter((part) => part !== '')
    .map(Number)
  const isRight =
    numbers.length > 0 && numbers.every((one, at) => Number.isInteger(one) && one > (numbers[at - 1] ?? 0))
  return isRight ? numbers : null
}

const fiscalNames: Readonly<Record<Line['fiscal'], string>> = {
  garde: 'Garde d’enfant',
  repas: 'Repas',
  autre: 'Autre',
}

const countNames: Readonly<Record<Line['count']['per'], string>> = {
  slot: 'Par plage réservée',
  day: 'Une fois par jour',
  forfait: 'Au forfait\u00a0: la semaine, le mois, le trimestre, l’année, la période',
  time: 'À la durée\u00a0: heures ou fractions commencées',
  formula: 'Par formule\u00a0: les plages du jour forment une formule',
}

const methodNames: Readonly<Record<Price['method'], string>> = {
  fixed: 'Prix fixe',
  bracket: 'Par tranche de quotient familial',
  effortRate: 'Taux d’effort\u00a0: QF × taux, entre un minimum et un maximum',
}

const choiceNames: Readonly<Record<Values['choice'], string>> = {
  one: 'Le même pour tous les enfants',
  cases: 'Selon l’enfant, la famille ou le jour',
  together: 'Un seul pour les frères et sœurs présents ensemble',
}

const outsideNames: Readonly<Record<Price['nonResident']['rule'], string>> = {
  same: 'Même prix',
  percent: 'Majoration en %',
  amount: 'Supplément en euros',
  column: 'Ses propres prix',
}

/** Slot names that a line may count, as a hint only: a tariff may exist before its activities. */
const slotsText = (activities: readonly Activity[]): string => {
  const names = new Set(activities.flatMap(({ slots }) => slots.map(({ name }) => name.toLocaleLowerCase('fr'))))
  return names.size === 0
    ? 'Les noms que vous donnerez aux plages de vos activités.'
    : `Celles de vos activités\u00a0: ${listed([...names])}.`
}

const valuesOf = (definition: Definition, line: Line | undefined, at: number | null): Values => {
  const price = rowsOf<Price>(definition).find((row) => row.line === at)?.price
  const count = line?.count
  const outside = price?.nonResident
  const whole = line && pricesOfLine(line)[0]
  const forfait = count?.per === 'forfait' ? count : undefined
  const time = count?.per === 'time' ? count : undefined
  const unit = count && 'unit' in count ? count.unit : forfait?.steps[0]?.unit
  return {
    label: line?.label ?? '',
    fiscal: line?.fiscal ?? 'garde',
    per: count?.per ?? 'slot',
    slots: count && count.per !== 'formula' ? count.slots.join(', ') : '',
    one: unit?.one ?? '',
    many: unit?.many ?? '',
    isMeasured: time?.measured === 'present',
    clockFrom: time?.clock?.from ?? '',
    clockTo: time?.clock?.to ?? '',
    firstMinutes: time?.first ? String(time.first.minutes) : '',
    timeLeast: time?.least === undefined ? '' : formatAmount(time.least),
    timeMost: time?.most === undefined ? '' : formatAmount(time.most),
    bundleFrom: line?.bundle ? String(line.bundle.from) : '',
    span: forfait?.span ?? 'month',
    by: forfait?.by ?? 'registration',
    steps: forfait ? forfait.steps.map(({ from }) => from).join(', ') : '1',
    partial: forfait?.partial ?? 'whole',
    absenceFrom: forfait?.absence ? String(forfait.absence.from) : '',
    absenceCents: typeof forfait?.absence?.cents === 'number' ? formatAmount(forfait.absence.cents) : '',
    billed: forfait?.billed ?? 'start',
    instalments: forfait?.instalments ? String(forfait.instalments) : '',
    depositCents: forfait?.deposit ? formatAmount(forfait.deposit.cents) : '',
    depositDays: forfait?.deposit ? String(forfait.deposit.daysBefore) : '30',
    minutes: count?.per === 'time' ? String(count.minutes) : '30',
    grace: count?.per === 'time' ? String(count.grace) : '0',
    formulas: line ? formulasText(line) : '',
    choice: whole?.method === 'cases' || whole?.method === 'together' ? whole.method : 'one',
    cases: whole?.method === 'cases' ? whole.cases.map(caseText).join('\n') : '',
    hasOtherwise: whole?.method !== 'cases' || whole.otherwise !== null,
    together: whole?.method === 'together' ? String(whole.totals.length) : '3',
    when: line?.when ? conditionText(line.when) : '',
    method: price?.method ?? (definition.brackets.length > 0 ? 'bracket' : 'fixed'),
    percent: price?.method === 'effortRate' ? String(price.percent).replace('.', ',') : '',
    outside: outside?.rule ?? 'same',
    outsidePercent: outside?.rule === 'percent' ? String(outside.percent).replace('.', ',') : '20',
    outsideAmount: outside?.rule === 'amount' ? formatAmount(outside.cents) : '2,00',
    outsideColumn: outside?.rule === 'column' && outside.cents.length === 1 ? 'single' : 'bracket',
  }
}

const pricesOfLine = ({ count }: Line): LinePrice[] => {
  switch (count.per) {
    case 'formula':
      return count.formulas.map(({ price }) => price)
    case 'forfait':
      return count.steps.map(({ price }) => price)
    case 'time':
      return [count.price, ...(count.first ? [count.first.price] : [])]
    case 'day':
    case 'slot':
      return [count.price]
  }
}

/** « hors commune : < 800, > 800 » */
const caseText = ({ when, price }: { when: PriceCondition; price: Price }): string =>
  price.method === 'bracket' && price.brackets
    ? `${conditionText(when)}\u00a0: ${bracketsText(price.brackets)}`
    : conditionText(when)

const casesIn = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [words = '', own] = line.split(':')
      return { when: parseCondition(words), own: own === undefined ? undefined : parseBrackets(own) }
    })

const refuseCases = (text: string): string | null => {
  const read = casesIn(text)
  if (read.length === 0) return 'Écrivez au moins un cas.'
  for (const { when, own } of read) {
    const refusal = refusalIn(when) ?? (own ? refusalIn(own) : null)
    if (refusal !== null) return refusal
  }
  return null
}

const refusalIn = (read: object): string | null =>
  'refusal' in read && typeof read.refusal === 'string' ? read.refusal : null

const lineOf = (definition: Definition, values: Values, before: Line | undefined): Line => {
  const old = before ? pricesOfLine(before) : []
  const when = values.when.trim() === '' ? undefined : parseCondition(values.when)
  return {
    label: values.label.trim(),
    fiscal: values.fiscal,
    count: countOf(values, (place) => linePriceFrom(definition, values, old[place] ?? old[0])),
    withoutBooking: before?.withoutBooking ?? null,
    ...bundleFrom(values, before, () => linePriceFrom(definition, values, before?.bundle?.price ?? old[0])),
    ...(when && 'when' in when && { when: when.when }),
  }
}

/** Null for an empty field. */
const amountIn = (text: string): number | null => {
  const read = parseAmount(text)
  return 'cents' in read ? read.cents : null
}

/** Keeps the amounts of each case that stays, by its place. */
const linePriceFrom = (definition: Definition, values: Values, old: LinePrice | undefined): LinePrice => {
  const parts: Price[] = []
  if (old) eachPart(old, (part) => (parts.push(part), part))
  const part = (at: number) => priceFrom(definition, values, parts[at] ?? parts.at(-1))
  switch (values.choice) {
    case 'one':
      return part(0)
    case 'together':
      return { method: 'together', totals: Array.from({ length: Number(values.together) }, (_, at) => part(at)) }
    case 'cases': {
      const cases = casesIn(values.cases).flatMap(({ when, own }, at) => {
        if (!('when' in when)) return []
        const price = part(at)
        return [{ when: when.when, price: own && 'brackets' in own ? withOwnBrackets(price, own.brackets) : price }]
      })
      return { method: 'cases', cases, otherwise: values.hasOtherwise ? part(cases.length) : null }
    }
  }
}

const withOwnBrackets = (price: Price, brackets: readonly Bracket[]): Price => {
  const known = amountsIn(price)
  const cents = brackets.map((_, at) => known[at] ?? known.at(-1) ?? 0)
  return { method: 'bracket', cents, brackets: [...brackets], nonResident: { rule: 'same' } }
}

const bundleFrom = (values: Values, before: Line | undefined, price: () => LinePrice): Pick<Line, 'bundle'> => {
  if (values.bundleFrom.trim() === '' || (values.per !== 'slot' && values.per !== 'day')) return {}
  const unit = before?.bundle?.unit ?? { one: 'forfait', many: 'forfaits' }
  return { bundle: { from: Number(values.bundleFrom), unit, price: before?.bundle?.price ?? price() } }
}

const countOf = (values: Values, price: (place: number) => LinePrice): Line['count'] => {
  const { per } = values
  const one = values.one.trim()
  const slots = slotsIn(values.slots)
  const unit = { one, many: values.many.trim() || pluralOf(one) }
  switch (per) {
    case 'slot':
    case 'day':
      return { per, slots, unit, price: price(0) }
    case 'time':
      return {
        per,
        minutes: Number(values.minutes),
        grace: Number(values.grace),
        slots,
        unit,
        price: price(0),
        ...(values.isMeasured && { measured: 'present' as const }),
        ...((timeIn(values.clockFrom) ?? timeIn(values.clockTo)) && {
          clock: { from: timeIn(values.clockFrom), to: timeIn(values.clockTo) },
        }),
        ...(values.firstMinutes.trim() !== '' && {
          first: {
            minutes: Number(values.firstMinutes),
            unit: { one: 'première part', many: 'premières parts' },
            price: price(1),
          },
        }),
        ...(values.timeLeast.trim() !== '' && { least: amountIn(values.timeLeast) ?? 0 }),
        ...(values.timeMost.trim() !== '' && { most: amountIn(values.timeMost) ?? 0 }),
      }
    case 'forfait': {
      const { span, by, billed, instalments, depositCents, depositDays } = values
      const steps = (countsSteps(by) ? stepsIn(values.steps) : null) ?? [1]
      return {
        per,
        span,
        slots,
        by,
        steps: steps.map((from, place) => ({ from, unit, price: price(place) })),
        partial: isOwedByRegistration(by) ? values.partial : 'whole',
        absence:
          values.absenceFrom.trim() === ''
            ? null
            : { from: Number(values.absenceFrom), cents: amountIn(values.absenceCents) },
        billed: span === 'week' ? 'start' : billed,
        ...(Number(instalments) > 1 && { instalments: Number(instalments) }),
        ...(depositCents.trim() !== '' && {
          deposit: { cents: amountIn(depositCents) ?? 0, daysBefore: Number(depositDays) },
        }),
      }
    }
    case 'formula':
      return {
        per,
        formulas: formulasIn(values.formulas).map(({ name, combinations }, place) => ({
          unit: { one: name, many: pluralOf(name) },
          combinations,
          price: price(place),
        })),
      }
  }
}

/** Keeps the amounts already typed, as far as the new pricing method can use them. */
const priceFrom = ({ brackets }: Definition, values: Values, old: Price | undefined): Price => {
  const known = old ? amountsIn(old) : [0]
  const over = (cents: readonly number[]) => brackets.map((_, at) => cents[at] ?? cents.at(-1) ?? 0)
  const outside = old?.nonResident.rule === 'column' ? old.nonResident.cents : known
  const isSingle = values.method !== 'bracket' || values.outsideColumn === 'single'
  const nonResident = nonResidentFrom(values, isSingle ? outside.slice(-1) : over(outside))
  const last = known.at(-1) ?? 0
  const { method } = values
  switch (method) {
    case 'fixed':
      return { method, cents: last, nonResident }
    case 'bracket':
      return { method, cents: over(known), nonResident }
    case 'effortRate': {
      const floor = old?.method === 'effortRate' ? old.floor : 0
      return { method, percent: percentIn(values.percent, effortRateDecimals), floor, ceiling: last, nonResident }
    }
  }
}

const amountsIn = (price: Price): readonly number[] => {
  switch (price.method) {
    case 'fixed':
      return [price.cents]
    case 'bracket':
      return price.cents
    case 'effortRate':
      return [price.ceiling]
  }
}

const nonResidentFrom = (
  { outside: rule, outsidePercent, outsideAmount }: Values,
  cents: number[],
): Price['nonResident'] => {
  switch (rule) {
    case 'same':
      return { rule }
    case 'percent':
      return { rule, percent: percentIn(outsidePercent, percentDecimals) }
    case 'amount': {
      const read = parseAmount(outsideAmount)
      return { rule, cents: 'cents' in read ? read.cents : 0 }
    }
    case 'column':
      return { rule, cents }
  }
}

const isWhole = (text: string, least: number, most: number): boolean =>
  /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most

const refusePercent = (
  text: string,
  mostDecimals: number,
  isAllowed: (percent: number) => boolean,
  example: string,
): string | null => {
  const read = parsePercent(text, mostDecimals)
  if ('refusal' in read) return read.refusal
  return isAllowed(read.value) ? null : `Écrivez par exemple ${example}.`
}

const percentIn = (text: string, mostDecimals: number): number => {
  const read = parsePercent(text, mostDecimals)
  return 'value' in read ? read.value : Number.NaN
}

const slotsIn = (text: string): string[] =>
  text
    .split(/[,;\n]/)
    .map(slotCode)
    .filter((code) => code !== '')

const formulasIn = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', rest = ''] = line.split(':')
      const combinations = rest
        .split(/\sou\s/i)
        .map((one) =>
          one
            .split('+')
            .map(slotCode)
            .filter((code) => code !== ''),
        )
        .filter((one) => one.length > 0)
      return { name: name.trim(), combinations }
    })

const refuseFormulas = (text: string): string | null => {
  const all = formulasIn(text)
  if (all.length === 0) return 'Écrivez au moins une formule.'
  return all.some(({ name, combinations }) => name === '' || combinations.length === 0)
    ? 'Une formule par ligne\u00a0: «\u00a0journée\u00a0: matin + après-midi\u00a0».'
    : null
}
