import { Checkbox, Select, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { CampaignShown } from '../../../shared/contract/desk/campaign.ts'
import { addDays, yearOf } from '../../../shared/rules/calendar/day.ts'
import { schoolYearName } from '../../../shared/rules/calendar/school-year.ts'
import {
  type CampaignAsk,
  campaignAskNames,
  campaignAsks,
  campaignName,
} from '../../../shared/rules/dossier/campaign.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { useNow } from '../staff/now.ts'

type Values = { year: string; opensOn: string; dueOn: string; asks: CampaignAsk[] }

/** Default duration of a campaign, in days. */
const usualDays = 30

/** Opens a campaign, or changes one. */
export const CampaignDialog = ({ campaign, onClose }: { campaign: CampaignShown | null; onClose: () => void }) => {
  const { today } = useNow()
  const school = yearOf(schoolYearStart(today))
  const form = useForm<Values>({
    initialValues: {
      year: String(campaign?.year ?? school),
      opensOn: campaign?.opensOn ?? today,
      dueOn: campaign?.dueOn ?? addDays(today, usualDays),
      asks: campaign?.asks ?? [...campaignAsks],
    },
    validate: {
      opensOn: (on) => (on ? null : 'Quel jour\u00a0?'),
      dueOn: (on) => (on ? null : 'Quel jour\u00a0?'),
      asks: (asks) => (asks.length > 0 ? null : 'Choisissez ce que les familles relisent.'),
    },
  })
  const years = [...new Set([campaign?.year ?? school, school, school + 1])].toSorted((one, other) => one - other)
  return (
    <FormDialog
      opened
      title={campaign ? `Modifier la ${campaignName(campaign)}` : 'Nouvelle campagne'}
      draft={campaign ? `campagne ${campaign.id}` : 'nouvelle campagne'}
      width="narrow"
      form={form}
      submit={campaign ? 'Enregistrer' : 'Ouvrir la campagne'}
      onClose={onClose}
      onSubmit={(client, { year, opensOn, dueOn, asks }) =>
        client.campaign.save({
          ...(campaign && { id: campaign.id }),
          year: Number(year),
          opensOn,
          dueOn,
          asks: campaignAsks.filter((ask) => asks.includes(ask)),
        })
      }
    >
      <Select
        label="Année scolaire"
        data-autofocus
        data={years.map((year) => ({ value: String(year), label: schoolYearName(year) }))}
        allowDeselect={false}
        {...form.getInputProps('year')}
      />
      <DayField label="Ouvre le" {...form.getInputProps('opensOn')} />
      <DayField label="À finir avant le" {...form.getInputProps('dueOn')} />
      <Checkbox.Group label="Les familles relisent" {...form.getInputProps('asks')}>
        <Stack gap={6} mt={6}>
          {campaignAsks.map((ask) => (
            <Checkbox key={ask} value={ask} label={campaignAskNames[ask]} />
          ))}
        </Stack>
      </Checkbox.Group>
    </FormDialog>
  )
}
