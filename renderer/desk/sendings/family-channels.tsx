import { Select } from '@mantine/core'
import IconSend from '@tabler/icons-react/icons/IconSend'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { fateText } from '../../../shared/rules/mails/fate.ts'
import { channelChoiceNames, channelChoices } from '../../../shared/rules/messages/channel.ts'
import { mobileOf } from '../../../shared/rules/messages/mobile.ts'
import { instantText, shortDay } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { fateTones } from '../mails/fate-tones.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Badge } from '../parts/feedback.tsx'
import { Section } from '../parts/screen.tsx'
import { useMay } from '../staff/may.ts'
import './sendings.css'

/** On a family's page: the channel that each guardian chose, and a message to this family alone. */
export const FamilyChannels = ({ familyId }: { familyId: number }) => {
  const { data } = useQuery(orpc.sendings.choicesOfFamily.queryOptions({ input: { familyId } }))
  const { data: sent } = useQuery(orpc.sendings.ofFamily.queryOptions({ input: { familyId } }))
  const save = useMutation(orpcOutsideForms.sendings.saveChoice.mutationOptions())
  const may = useMay()
  const navigate = useNavigate()
  if (!data || data.length === 0) return null
  return (
    <Section
      title="SMS et mails"
      subtitle="pour les messages du service"
      action={
        may('sendings') ? (
          <ActionButton
            combo="s"
            label="SMS ou mail"
            icon={<IconSend size={14} />}
            onAction={() =>
              void navigate({ to: '/messages/ecrire', search: { qui: { kind: 'families', familyIds: [familyId] } } })
            }
          />
        ) : null
      }
    >
      <ul className="sending-list">
        {data.map(({ guardianId, name, choice, chosenAt, mobile, isMobileStopped }) => (
          <li key={guardianId}>
            <span>
              {name}
              <br />
              <span className="soft small">
                {mobileOf(mobile) === null
                  ? 'sans numéro de mobile'
                  : isMobileStopped
                    ? `${mobile}, ne veut plus de SMS`
                    : mobile}
                {chosenAt === null ? '' : `, choisi le ${shortDay(dayAt(chosenAt))}`}
              </span>
            </span>
            <Select
              aria-label={`${name} est prévenu`}
              w={170}
              disabled={!may('families.write') || save.isPending}
              data={[
                { value: 'none', label: 'n’a rien choisi' },
                ...channelChoices.map((one) => ({ value: one, label: channelChoiceNames[one] })),
              ]}
              value={choice ?? 'none'}
              onChange={(value) =>
                save.mutate({ guardianId, choice: channelChoices.find((one) => one === value) ?? null })
              }
            />
          </li>
        ))}
      </ul>
      {sent && sent.length > 0 ? (
        <ul className="sending-list small" aria-label="Envois à cette famille">
          {sent.map((one) => (
            <li key={one.id}>
              <span>
                {one.subject}
                <br />
                <span className="soft">
                  {one.name}, {instantText(one.queuedAt)}
                </span>
              </span>
              <span>
                <Badge tone={fateTones[one.fate]}>{fateText(one.fate, one.channel)}</Badge>
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </Section>
  )
}
