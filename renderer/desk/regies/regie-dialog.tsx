import { ActionIcon, Button, Checkbox, MultiSelect, NumberInput, Select, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import IconTrash from '@tabler/icons-react/icons/IconTrash'
import { useQuery } from '@tanstack/react-query'
import type { Regie } from '../../../shared/contract/desk/money/regies.ts'
import { type PaymentMeans, paymentMeans, paymentMeansNames } from '../../../shared/rules/money/payment/payment.ts'
import { type VoucherMeans, type VoucherRule, voucherMeans } from '../../../shared/rules/money/payment/vouchers.ts'
import {
  levelChannelNames,
  maxReminderLevels,
  reminderChannels,
  usualLevels,
} from '../../../shared/rules/money/recovery/reminder-level.ts'
import { firstRegieId, maxPrefixLength } from '../../../shared/rules/money/regie.ts'
import type { Fiscal } from '../../../shared/rules/price/tariff.ts'
import { orpc } from '../../connection/client.ts'
import { activityOptions } from '../activities/activity-options.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { EuroField } from '../parts/forms/euro-field.tsx'

type TypedNature = {
  key: string
  account: string
  label: string
  productCode: string
  activityIds: string[]
  fiscal: Fiscal | 'all'
}

const emptyNature = (key: string = crypto.randomUUID()): TypedNature => ({
  key,
  account: '',
  label: '',
  productCode: '',
  activityIds: [],
  fiscal: 'all',
})

type TypedVoucherRule = {
  key: string
  means: VoucherMeans
  activityIds: string[]
  fiscal: Fiscal | 'all'
  belowAge: number | ''
}

const asTypedRule = ({ activityIds, fiscal, belowAge, means }: VoucherRule, row: number): TypedVoucherRule => ({
  key: String(row),
  means,
  activityIds: (activityIds ?? []).map(String),
  fiscal: fiscal ?? 'all',
  belowAge: belowAge ?? '',
})

/** An empty list of activities means all activities. */
const asActivities = (ids: readonly string[]): number[] | null => (ids.length === 0 ? null : ids.map(Number))

const fiscalChoices = [
  { value: 'all', label: 'tout' },
  { value: 'garde', label: 'la garde' },
  { value: 'repas', label: 'les repas' },
  { value: 'autre', label: 'le reste' },
]

/**
 * The values of a régie in its form: amounts in euros, an empty text for no day, and an empty row when it has no
 * nature.
 */
const asTyped = (regie: Regie | null) => ({
  name: regie?.name ?? '',
  prefix: regie?.prefix ?? '',
  decision: regie?.decision ?? '',
  decidedOn: regie?.decidedOn ?? '',
  archived: regie?.archived ?? false,
  allMeans: regie ? regie.means === null : false,
  means: [...(regie?.means ?? paymentMeans)] as PaymentMeans[],
  natures:
    regie && regie.natures.length > 0
      ? regie.natures.map(
          ({ activityIds, fiscal, ...nature }, row): TypedNature => ({
            ...nature,
            key: String(row),
            activityIds: (activityIds ?? []).map(String),
            fiscal: fiscal ?? 'all',
          }),
        )
      : // A fixed key: with a random one, a restored draft would look changed in this row.
        [emptyNature('first')],
  waysToPay: regie?.waysToPay ?? '',
  payfipNumber: regie?.payfipNumber ?? '',
  dueDays: regie?.dueDays ?? 30,
  billsFrom: regie?.billsFrom ?? '',
  zeroInvoices: regie?.zeroInvoices ?? false,
  tillFloat: (regie?.tillFloatCents ?? 0) / 100,
  paysRefunds: regie?.paysRefunds ?? false,
  maxCash: (regie?.maxCashCents ?? 30_000) / 100,
  tillCeiling: (regie?.tillCeilingCents ?? 0) / 100,
  holdsCheques: regie?.holdsCheques ?? false,
  allowsPlans: regie?.allowsPlans ?? false,
  suspendAbove: regie?.suspendAboveCents == null ? ('' as const) : regie.suspendAboveCents / 100,
  suspendActivityIds: (regie?.suspendActivityIds ?? []).map(String),
  voucherRules: (regie?.voucherRules ?? []).map(asTypedRule),
  iban: regie?.iban ?? '',
  bic: regie?.bic ?? '',
  carryBelow: (regie?.carryBelowCents ?? 0) / 100,
  remindFrom: (regie?.remindFromCents ?? 500) / 100,
  levels: (regie?.reminderLevels ?? usualLevels).map(({ feeCents = 0, feeDecision = '', ...level }, row) => ({
    ...level,
    fee: feeCents / 100,
    feeDecision,
    key: String(row),
  })),
})

/** The activities and the fiscal category of a row of the form. */
const ProductFields = ({
  activities,
  propsOf,
}: {
  activities: Parameters<typeof activityOptions>[0]
  propsOf: (field: 'activityIds' | 'fiscal') => object
}) => (
  <>
    <MultiSelect
      label="Activités"
      description="vide&nbsp;: toutes"
      data={activityOptions(activities)}
      {...propsOf('activityIds')}
    />
    <Select label="Pour" data={fiscalChoices} allowDeselect={false} {...propsOf('fiscal')} />
  </>
)

export const RegieDialog = ({ regie, onClose }: { regie: Regie | null; onClose: () => void }) => {
  const form = useForm({ mode: 'controlled', initialValues: asTyped(regie) })
  const { data: activities } = useQuery(orpc.activities.list.queryOptions())
  const isFirst = regie?.id === firstRegieId
  return (
    <FormDialog
      opened
      title={regie ? `Modifier ${regie.name || 'la régie'}` : 'Nouvelle régie'}
      draft={regie ? `régie ${regie.id}` : 'nouvelle régie'}
      width="wide"
      form={form}
      submit="Enregistrer"
      onSubmit={(
        client,
        {
          allMeans,
          means,
          natures,
          prefix,
          decidedOn,
          billsFrom,
          tillFloat,
          carryBelow,
          maxCash,
          tillCeiling,
          remindFrom,
          levels,
          suspendAbove,
          suspendActivityIds,
          voucherRules,
          ...rest
        },
      ) =>
        client.regies.save({
          ...rest,
          suspendAboveCents: suspendAbove === '' ? null : Math.round(suspendAbove * 100),
          suspendActivityIds: asActivities(suspendActivityIds),
          remindFromCents: Math.round(remindFrom * 100),
          reminderLevels: levels.map(({ key: _key, afterDays, payWithinDays, fee, feeDecision, ...level }) => ({
            ...level,
            ...(fee > 0 && { feeCents: Math.round(fee * 100), feeDecision }),
            // An emptied number field is refused at its field, as a number out of bounds.
            afterDays: afterDays || 0,
            payWithinDays: payWithinDays || 0,
          })),
          ...(regie && { id: regie.id }),
          prefix: isFirst ? null : prefix,
          decidedOn: decidedOn === '' ? null : decidedOn,
          billsFrom: billsFrom === '' ? null : billsFrom,
          tillFloatCents: Math.round(tillFloat * 100),
          carryBelowCents: Math.round(carryBelow * 100),
          maxCashCents: Math.round(maxCash * 100),
          tillCeilingCents: Math.round(tillCeiling * 100),
          voucherRules: voucherRules.map(({ means: voucher, activityIds, fiscal, belowAge }) => ({
            means: voucher,
            activityIds: asActivities(activityIds),
            fiscal: fiscal === 'all' ? null : fiscal,
            belowAge: belowAge === '' ? null : belowAge,
          })),
          means: allMeans ? null : paymentMeans.filter((one) => means.includes(one)),
          natures: natures.flatMap(({ key: _key, activityIds, fiscal, ...nature }, row) =>
            // A single empty row means that there is no nature; with others, the core asks for one at that row.
            natures.length === 1 && row === 0 && nature.account.trim() === '' && nature.productCode.trim() === ''
              ? []
              : [
                  {
                    ...nature,
                    activityIds: asActivities(activityIds),
                    fiscal: fiscal === 'all' ? null : fiscal,
                  },
                ],
          ),
        })
      }
      onClose={onClose}
    >
      <div className="settings-form">
        <fieldset>
          <legend>Acte constitutif</legend>
          <TextInput label="Nom de la régie" data-autofocus {...form.getInputProps('name')} />
          {isFirst ? null : (
            <TextInput
              label="Lettres devant ses numéros"
              description={
                regie?.isNumbered
                  ? 'Des papiers les portent\u00a0: elles ne changent plus.'
                  : 'CV\u00a0: CV-2026-000001.'
              }
              maxLength={maxPrefixLength}
              readOnly={regie?.isNumbered ?? false}
              {...form.getInputProps('prefix')}
            />
          )}
          <TextInput label="Numéro de l’acte" {...form.getInputProps('decision')} />
          <DayField label="Date de l’acte" clearable {...form.getInputProps('decidedOn')} />
        </fieldset>
        <fieldset className="regie-block">
          <legend>Ce qu’elle encaisse</legend>
          <Checkbox
            label="Tous les moyens de paiement"
            key={form.key('allMeans')}
            {...form.getInputProps('allMeans', { type: 'checkbox' })}
          />
          {form.values.allMeans ? null : (
            <Checkbox.Group label="Moyens nommés par l’acte" {...form.getInputProps('means')}>
              <div className="row row-wide" style={{ marginBlockStart: 8, flexWrap: 'wrap' }}>
                {paymentMeans.map((means) => (
                  <Checkbox key={means} value={means} label={paymentMeansNames[means]} />
                ))}
              </div>
            </Checkbox.Group>
          )}
          <Checkbox
            label="Recettes et avances"
            description="L’acte la laisse rembourser elle-même, en espèces ou par virement&nbsp;; sinon, le service financier mandate."
            key={form.key('paysRefunds')}
            {...form.getInputProps('paysRefunds', { type: 'checkbox' })}
          />
          <Checkbox
            label="Garder des chèques jusqu’à une date"
            description="À convenir avec le comptable."
            key={form.key('holdsCheques')}
            {...form.getInputProps('holdsCheques', { type: 'checkbox' })}
          />
          <EuroField
            label="Espèces, au plus, pour une même dette"
            description="300,00&nbsp;€ pour un comptable public&nbsp;; 0&nbsp;: sans limite."
            data-core="maxCashCents"
            {...form.getInputProps('maxCash')}
          />
          <EuroField
            label="Plafond d’encaisse"
            description="Espèces à remettre dès que la caisse les contient, fond de caisse non compris&nbsp;; 0&nbsp;: sans plafond."
            data-core="tillCeilingCents"
            {...form.getInputProps('tillCeiling')}
          />
        </fieldset>
        <fieldset className="regie-block">
          <legend>Natures</legend>
          <p className="small soft">
            Le compte où entrent ses recettes, et le code produit de la ville. De deux lignes, la plus précise
            l’emporte.
          </p>
          {form.values.natures.map(({ key }, row) => (
            <div key={key} className="regie-nature" role="group" aria-label={`Nature ${row + 1}`}>
              <TextInput label="Compte" {...form.getInputProps(`natures.${row}.account`)} />
              <TextInput label="Libellé" {...form.getInputProps(`natures.${row}.label`)} />
              <TextInput label="Code produit" {...form.getInputProps(`natures.${row}.productCode`)} />
              <ProductFields
                activities={activities ?? []}
                propsOf={(field) => form.getInputProps(`natures.${row}.${field}`)}
              />
              <ActionIcon
                variant="subtle"
                aria-label={`Retirer la nature ${row + 1}`}
                disabled={form.values.natures.length === 1}
                onClick={() => form.removeListItem('natures', row)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </div>
          ))}
          <div>
            <Button
              variant="subtle"
              leftSection={<IconPlus size={14} />}
              onClick={() => form.insertListItem('natures', emptyNature())}
            >
              Une autre nature
            </Button>
          </div>
        </fieldset>
        <fieldset className="regie-block">
          <legend>CESU et chèques-vacances</legend>
          <p className="small soft">
            Ce qu’ils paient. Sans ligne, ils paient tout. Au-delà, ils sont refusés&nbsp;: ils ne se rendent pas et ne
            restent pas en avance.
          </p>
          {form.values.voucherRules.map(({ key }, row) => (
            <div key={key} className="regie-voucher" role="group" aria-label={`Titres ${row + 1}`}>
              <Select
                label="Titres"
                data={voucherMeans.map((value) => ({ value, label: paymentMeansNames[value] }))}
                allowDeselect={false}
                {...form.getInputProps(`voucherRules.${row}.means`)}
              />
              <ProductFields
                activities={activities ?? []}
                propsOf={(field) => form.getInputProps(`voucherRules.${row}.${field}`)}
              />
              <NumberInput
                label="Avant l’âge de"
                description="vide&nbsp;: à tout âge"
                suffix=" ans"
                allowDecimal={false}
                allowNegative={false}
                {...form.getInputProps(`voucherRules.${row}.belowAge`)}
              />
              <ActionIcon
                variant="subtle"
                aria-label={`Retirer les titres ${row + 1}`}
                onClick={() => form.removeListItem('voucherRules', row)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </div>
          ))}
          <div>
            <Button
              variant="subtle"
              leftSection={<IconPlus size={14} />}
              onClick={() =>
                form.insertListItem('voucherRules', {
                  key: crypto.randomUUID(),
                  means: 'cesu',
                  activityIds: [],
                  fiscal: 'garde',
                  belowAge: '',
                } satisfies TypedVoucherRule)
              }
            >
              D’autres titres
            </Button>
          </div>
        </fieldset>
        <fieldset className="regie-block">
          <legend>Relances</legend>
          <p className="small soft">
            Une famille passe d’un niveau au suivant tant qu’une somme échue reste due. Après le dernier, plus aucune
            relance n’est proposée. Des frais, votés par une délibération, viennent sur la facture suivante de la
            famille.
          </p>
          {form.values.levels.map(({ key }, row) => (
            <div key={key} className="regie-level" role="group" aria-label={`Niveau ${row + 1}`}>
              <TextInput
                label={`Niveau ${row + 1}`}
                {...form.getInputProps(`levels.${row}.name`)}
                data-core={`reminderLevels.${row}.name`}
              />
              <NumberInput
                label={row === 0 ? 'Après l’échéance' : 'Après le précédent'}
                suffix=" jours"
                allowDecimal={false}
                allowNegative={false}
                data-core={`reminderLevels.${row}.afterDays`}
                {...form.getInputProps(`levels.${row}.afterDays`)}
              />
              <Select
                label="Envoi"
                data={reminderChannels.map((value) => ({ value, label: levelChannelNames[value] }))}
                allowDeselect={false}
                {...form.getInputProps(`levels.${row}.channel`)}
              />
              <NumberInput
                label="À payer sous"
                suffix=" jours"
                allowDecimal={false}
                allowNegative={false}
                data-core={`reminderLevels.${row}.payWithinDays`}
                {...form.getInputProps(`levels.${row}.payWithinDays`)}
              />
              <ActionIcon
                variant="subtle"
                aria-label={`Retirer le niveau ${row + 1}`}
                disabled={form.values.levels.length === 1}
                onClick={() => form.removeListItem('levels', row)}
              >
                <IconTrash size={16} />
              </ActionIcon>
              <Textarea
                className="regie-level-text"
                label="Sans réponse"
                autosize
                data-core={`reminderLevels.${row}.consequence`}
                {...form.getInputProps(`levels.${row}.consequence`)}
              />
              <EuroField
                label="Frais"
                data-core={`reminderLevels.${row}.feeCents`}
                fixedDecimalScale
                {...form.getInputProps(`levels.${row}.fee`)}
              />
              <TextInput
                label="Délibération n°"
                data-core={`reminderLevels.${row}.feeDecision`}
                {...form.getInputProps(`levels.${row}.feeDecision`)}
              />
            </div>
          ))}
          <div className="row row-wide">
            <Button
              variant="subtle"
              leftSection={<IconPlus size={14} />}
              disabled={form.values.levels.length >= maxReminderLevels}
              onClick={() =>
                form.insertListItem('levels', {
                  key: crypto.randomUUID(),
                  name: '',
                  afterDays: 30,
                  channel: 'letter',
                  payWithinDays: 15,
                  consequence: '',
                  fee: 0,
                  feeDecision: '',
                })
              }
            >
              Un autre niveau
            </Button>
          </div>
          <EuroField
            label="Relancer à partir de"
            description="En dessous, la somme attend la facture suivante."
            data-core="remindFromCents"
            {...form.getInputProps('remindFrom')}
          />
          <Checkbox
            label="L’acte permet les échéanciers"
            description="Une dette se paie alors en plusieurs fois, à des dates convenues."
            key={form.key('allowsPlans')}
            {...form.getInputProps('allowsPlans', { type: 'checkbox' })}
          />
        </fieldset>
        <fieldset>
          <legend>Suspension des réservations</legend>
          <EuroField
            label="Suspendre les réservations au-delà de"
            description="Échus, sans les échéanciers respectés. Rien de réservé ni de demandé ne change&nbsp;; vide&nbsp;: jamais."
            data-core="suspendAboveCents"
            {...form.getInputProps('suspendAbove')}
          />
          {form.values.suspendAbove === '' ? null : (
            <MultiSelect
              label="Activités suspendues"
              description="vide&nbsp;: toutes celles de la régie. La cantine ne se ferme jamais pour une dette."
              data={activityOptions((activities ?? []).filter(({ regieId }) => regieId === regie?.id))}
              {...form.getInputProps('suspendActivityIds')}
            />
          )}
        </fieldset>
        <fieldset>
          <legend>Factures et caisse</legend>
          <NumberInput
            label="Délai de paiement"
            suffix=" jours"
            allowDecimal={false}
            allowNegative={false}
            {...form.getInputProps('dueDays')}
          />
          <DayField
            label="La régie facture à partir du"
            description="Les jours d’avant ne sont jamais facturés ici&nbsp;; vide, ils le sont tous."
            clearable
            {...form.getInputProps('billsFrom')}
          />
          <EuroField
            label="Fond de caisse"
            description="Laissé dans la caisse pour rendre la monnaie."
            data-core="tillFloatCents"
            {...form.getInputProps('tillFloat')}
          />
          <EuroField
            label="Reporter ce qui est en dessous de"
            description="Une somme plus petite se paie avec la facture suivante&nbsp;; 0&nbsp;: jamais."
            data-core="carryBelowCents"
            {...form.getInputProps('carryBelow')}
          />
          <TextInput
            label="IBAN pour les virements"
            description="Un code sur la facture remplit le virement&nbsp;; vide sans virement."
            {...form.getInputProps('iban')}
          />
          <TextInput label="BIC" {...form.getInputProps('bic')} />
          <TextInput
            label="Numéro client PayFiP"
            description="Six chiffres&nbsp;; vide sans paiement en ligne."
            {...form.getInputProps('payfipNumber')}
          />
          <Textarea
            label="Moyens de paiement à l’accueil"
            description="Imprimés sur les factures, un par ligne."
            {...form.getInputProps('waysToPay')}
          />
          <Checkbox
            label="Établir une facture à zéro pour les enfants présents"
            description="Un mois qui ne coûte rien a quand même sa facture, une seule fois."
            {...form.getInputProps('zeroInvoices', { type: 'checkbox' })}
          />
          {regie && !isFirst ? (
            <Checkbox
              label="Fermée&nbsp;: ne se propose plus"
              {...form.getInputProps('archived', { type: 'checkbox' })}
            />
          ) : null}
        </fieldset>
      </div>
    </FormDialog>
  )
}
