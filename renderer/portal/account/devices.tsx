import IconDeviceLaptop from '@tabler/icons-react/icons/IconDeviceLaptop'
import IconDeviceMobile from '@tabler/icons-react/icons/IconDeviceMobile'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { devicesShown, devicesTexts } from '../../../shared/pages/change-account.ts'
import { orpc } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Badge } from '../parts/notice.tsx'
import { QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { queries } from '../queries.ts'

/** Lists the devices that are logged in to this account, with a button that logs another device out. */
export const Devices = () => {
  const sessions = useQuery(orpc.account.sessions.queryOptions())
  const heading = useRef<HTMLHeadingElement>(null)
  const revoke = useMutation(
    orpc.account.revoke.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: orpc.account.sessions.key() }),
    }),
  )
  const close = (id: string) =>
    revoke.mutate(
      { id },
      {
        onSuccess: () => {
          showToast('Cet appareil est déconnecté.')
          heading.current?.focus()
        },
      },
    )
  return (
    <section className="card" aria-labelledby="appareils">
      <h2 id="appareils" ref={heading} tabIndex={-1}>
        {devicesTexts.title}
      </h2>
      <p className="small soft">{devicesTexts.intro}</p>
      <QueryState query={sessions}>
        {(shown) => (
          <ul className="links">
            {devicesShown(shown).map(({ id, device, isCurrent, connected, used }) => (
              <li key={id} className="device">
                <span className="round">{deviceIcon(device)}</span>
                <span>
                  <b>{device}</b>
                  <span className="soft">
                    {connected}
                    <br />
                    {used}
                  </span>
                </span>
                {isCurrent ? (
                  <Badge kind="good">{devicesTexts.current}</Badge>
                ) : (
                  <Button
                    kind="danger"
                    isBusy={revoke.isPending && revoke.variables.id === id}
                    onClick={() => close(id)}
                  >
                    Déconnecter<span className="vh">&nbsp;: {device}</span>
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </QueryState>
    </section>
  )
}

const deviceIcon = (device: string) => {
  const Icon = /téléphone|iphone|ipad|android|tablette/i.test(device) ? IconDeviceMobile : IconDeviceLaptop
  return <Icon className="icon" aria-hidden />
}
