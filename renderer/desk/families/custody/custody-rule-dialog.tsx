import { Button, Checkbox, Select } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Child } from '../../../../shared/contract/desk/people/families.ts'
import type { CustodyRuleInput } from '../../../../shared/contract/desk/reservations/custody.ts'
import { type Day, yearOf } from '../../../../shared/rules/calendar/day.ts'
import { type Halves, sameHomeAllWeek } from '../../../../shared/rules/people/custody.ts'
import { ofName, weekdayName } from '../../../../shared/rules/text/french.ts'
import { DayField } from '../../parts/forms/day-field.tsx'
import { FormDialog } from '../../parts/forms/dialogs.tsx'
import { useNow } from '../../staff/now.ts'
import { atHome, type Homes } from './custody-texts.ts'

type Values = {
  from: string
  evenWeek: number[]
  oddWeek: number[]
  hasHalves: boolean
  /** Id of a home as text, the value of a Select, as is `firstInOddYears`. */
  firstInEvenYears: string
  firstInOddYears: string
}

/** The form of a custody rule: even and odd weeks, day by day, and the halves of school holidays. */
export const CustodyRuleDialog = ({
  child,
  homes,
  zone,
  rule,
  newFrom,
  onSubmit,
  onClose,
}: {
  child: Child
  homes: Homes
  zone: string
  rule: CustodyRuleInput | undefined
  /** First day proposed for a new rule. */
  newFrom: Day
  onSubmit: (rule: CustodyRuleInput) => Promise<unknown>
  onClose: () => void
}) => {
  const { today } = useNow()
  const [one, other] = [homes[0]?.id ?? 0, homes[1]?.id ?? 0]
  const halves = rule?.holidays ?? { evenYears: [one, other] satisfies Halves, oddYears: [other, one] satisfies Halves }
  const form = useForm<Values>({
    mode: 'controlled',
    initialValues: {
      from: rule?.from ?? newFrom,
      evenWeek: [...(rule?.evenWeek ?? sameHomeAllWeek(one))],
      oddWeek: [...(rule?.oddWeek ?? sameHomeAllWeek(other))],
      hasHalves: rule?.holidays != null,
      firstInEvenYears: String(halves.evenYears[0]),
      firstInOddYears: String(halves.oddYears[0]),
    },
    validate: { from: (from) => (from ? null : 'Choisissez le premier jour.') },
  })
  const { evenWeek, oddWeek, hasHalves } = form.values
  const otherThan = (home: number) => (home === one ? other : one)
  const pair = (first: string): [number, number] => [Number(first), otherThan(Number(first))]
  const flip = (week: 'evenWeek' | 'oddWeek', index: number) =>
    form.setFieldValue(
      week,
      form.values[week].map((home, position) => (position === index ? otherThan(home) : home)),
    )
  const choices = homes.map(({ id }) => ({ value: String(id), label: atHome(homes, id) }))
  const nextEven = yearOf(today) + (yearOf(today) % 2)
  return (
    <FormDialog
      opened
      title={`Garde alternée ${ofName(child.firstName)}`}
      width="wide"
      form={form}
      submit="Enregistrer"
      onSubmit={(_client, values) =>
        onSubmit({
          from: values.from,
          evenWeek: values.evenWeek,
          oddWeek: values.oddWeek,
          holidays: values.hasHalves
            ? { evenYears: pair(values.firstInEvenYears), oddYears: pair(values.firstInOddYears) }
            : null,
        })
      }
      onClose={onClose}
    >
      <DayField w={220} label="À partir du" readOnly={rule !== undefined} {...form.getInputProps('from')} />
      <fieldset className="form-part">
        <legend>Semaines</legend>
        <p className="small soft">
          Un jour est au foyer où l’enfant se réveille&nbsp;: un échange le vendredi soir compte à partir du samedi.
        </p>
        <div className="row" style={{ flexWrap: 'wrap' }}>
          <Button
            data-autofocus
            onClick={() =>
              form.setValues({ evenWeek: [...sameHomeAllWeek(one)], oddWeek: [...sameHomeAllWeek(other)] })
            }
          >
            Une semaine sur deux
          </Button>
          <Button onClick={() => form.setValues({ evenWeek: oddWeek, oddWeek: evenWeek })}>
            Échanger paires et impaires
          </Button>
          <Button onClick={() => form.setFieldValue('oddWeek', evenWeek)}>Toutes comme les paires</Button>
          {homes.map(({ id }) => (
            <Button
              key={id}
              onClick={() => form.setValues({ evenWeek: [...sameHomeAllWeek(id)], oddWeek: [...sameHomeAllWeek(id)] })}
            >
              Toujours {atHome(homes, id)}
            </Button>
          ))}
        </div>
        <table className="custody-weeks">
          <thead>
            <tr>
              <th scope="col">
                <span className="unseen">Semaine</span>
              </th>
              {[1, 2, 3, 4, 5, 6, 7].map((number) => (
                <th key={number} scope="col">
                  {weekdayName(number)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {(
              [
                ['evenWeek', 'Semaines paires', evenWeek],
                ['oddWeek', 'Semaines impaires', oddWeek],
              ] as const
            ).map(([week, name, days]) => (
              <tr key={week}>
                <th scope="row">{name}</th>
                {days.map((home, index) => (
                  // The position in the week is the only identity of a day.
                  <td key={weekdayName(index + 1)}>
                    <button
                      type="button"
                      className="custody-home"
                      data-home={home === one ? 'a' : 'b'}
                      aria-label={`${name}, ${weekdayName(index + 1)}\u00a0: ${atHome(homes, home)}`}
                      onClick={() => flip(week, index)}
                    >
                      {homes.find(({ id }) => id === home)?.name}
                    </button>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </fieldset>
      <fieldset className="form-part">
        <legend>Vacances scolaires, zone {zone}</legend>
        <Checkbox
          label="Par moitiés, quelles que soient les semaines"
          {...form.getInputProps('hasHalves', { type: 'checkbox' })}
        />
        {hasHalves ? (
          <div className="form-pair">
            <Select
              label="Première moitié, années paires"
              description={`vacances qui commencent en ${nextEven}, ${nextEven + 2}…`}
              data={choices}
              {...form.getInputProps('firstInEvenYears')}
            />
            <Select
              label="Première moitié, années impaires"
              description={`vacances qui commencent en ${nextEven + 1}, ${nextEven + 3}…`}
              data={choices}
              {...form.getInputProps('firstInOddYears')}
            />
          </div>
        ) : null}
        {hasHalves ? <p className="small soft">La seconde moitié est à l’autre foyer.</p> : null}
      </fieldset>
    </FormDialog>
  )
}
