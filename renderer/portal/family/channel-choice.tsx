import { useMutation } from '@tanstack/react-query'
import type { DetailsShown } from '../../../shared/contract/portal/home.ts'
import { channelChosenText, channelShown } from '../../../shared/pages/family.ts'
import { orpc } from '../client.ts'
import { Card } from '../parts/card.tsx'
import { showToast } from '../parts/toast.tsx'
import { showAnswer } from '../queries.ts'
import '../messages/messages.css'

/** « Comment vous prévenir ? »: the guardian's choice of a channel for messages. */
export const ChannelChoice = ({ channel }: Pick<DetailsShown, 'channel'>) => {
  const { title, legend, choices, why } = channelShown(channel)
  const choose = useMutation(
    orpc.home.chooseChannel.mutationOptions({
      onSuccess: async (shown) => {
        await showAnswer(orpc.home.details.queryKey(), shown)
        showToast(channelChosenText)
      },
    }),
  )
  return (
    <Card title={title}>
      <div className="stack-s">
        <fieldset className="mails">
          <legend className="soft">{legend}</legend>
          {choices.map(({ choice, name, isChosen, isOffered }) => (
            <label key={name} className="mail-choice">
              <input
                type="radio"
                name="channel"
                checked={isChosen}
                disabled={choose.isPending || !isOffered}
                onChange={() => choose.mutate({ choice })}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
        {why !== null && <p className="soft small">{why}</p>}
      </div>
    </Card>
  )
}
