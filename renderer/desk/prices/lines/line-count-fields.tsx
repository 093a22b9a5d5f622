import { Checkbox, Select, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import type { Activity } from '../../../../shared/contract/desk/activities.ts'
import { forfaitSpanNames } from '../../../../shared/rules/price/printed/tariff-rows.ts'
import { countsSteps, isOwedByRegistration } from '../../../../shared/rules/price/tariff.ts'
import { listed } from '../../../../shared/rules/text/french.ts'
import { orpc } from '../../../connection/client.ts'
import { optionsOf } from '../options.ts'
import type { Line } from '../tariff-edit.ts'
import { canBeBundled, canBeSplit, type Forfait, type LineValues } from './line-values.ts'

/** What a line of the tariff counts: slots, days, time, formulas, or a forfait. */
export const CountFields = ({ form }: { form: UseFormReturnType<LineValues> }) => {
  const { per } = form.values
  const { data: activities } = useQuery(orpc.activities.list.queryOptions())
  return (
    <>
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
      {canBeBundled(per) ? (
        <TextInput
          label="Forfait à partir de"
          description="unités dans le mois&nbsp;: un seul prix pour toutes. Vide&nbsp;: aucun."
          inputMode="numeric"
          {...form.getInputProps('bundleFrom')}
        />
      ) : null}
    </>
  )
}

const TimeFields = ({ form }: { form: UseFormReturnType<LineValues> }) => (
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

const ForfaitFields = ({ form }: { form: UseFormReturnType<LineValues> }) => {
  const { span, by } = form.values
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
        <Select
          label="Arrivée ou départ en cours"
          description="Rien n’est dû pour une durée où l’activité n’ouvre aucun jour."
          data={optionsOf(partialNames)}
          {...form.getInputProps('partial')}
        />
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
      {canBeSplit(span) ? (
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
        <TextInput
          label="Dû combien de jours avant"
          description="le premier jour de la durée"
          inputMode="numeric"
          {...form.getInputProps('depositDays')}
        />
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

const countNames: Readonly<Record<Line['count']['per'], string>> = {
  slot: 'Par plage réservée',
  day: 'Une fois par jour',
  forfait: 'Au forfait\u00a0: la semaine, le mois, le trimestre, l’année, la période',
  time: 'À la durée\u00a0: heures ou fractions commencées',
  formula: 'Par formule\u00a0: les plages du jour forment une formule',
}

/** Slot names that a line may count, as a hint only: a tariff may exist before its activities. */
const slotsText = (activities: readonly Activity[]): string => {
  const names = new Set(activities.flatMap(({ slots }) => slots.map(({ name }) => name.toLocaleLowerCase('fr'))))
  return names.size === 0
    ? 'Les noms que vous donnerez aux plages de vos activités.'
    : `Celles de vos activités\u00a0: ${listed([...names])}.`
}
