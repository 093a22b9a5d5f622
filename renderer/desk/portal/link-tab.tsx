import { Button, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ExchangeState, Network } from '../../../shared/contract/desk/exchange.ts'
import { readableKeyId } from '../../../shared/rules/access/fingerprint.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { savePaper } from '../../connection/paper.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Failure, Loading, Note, Properties } from '../parts/feedback.tsx'
import { ConfirmDialog, FormFields } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { ReceiptDialog } from './after-restore.tsx'
import { useStoreExchangeState } from './exchange-queries.ts'

/** The paired portal, and the keys by which desk and portal authenticate each other. */
export const LinkTab = ({ state }: { state: ExchangeState | undefined }) => {
  const [pairsAgain, setPairsAgain] = useState(false)
  if (!state) return <Loading />
  const { portal } = state
  return (
    <div className="portal-form stack stack-wide">
      {portal ? (
        <>
          <Paired portal={portal} />
          <Section title="Reçu d’une famille">
            <p className="soft small">
              Une famille conteste, ou une demande s’est perdue dans une reprise&nbsp;: la signature du reçu dit s’il
              est bien du portail.
            </p>
            <EnterReceipt />
          </Section>
        </>
      ) : null}
      {portal && !pairsAgain ? (
        <Section title="Relier de nouveau">
          <p className="soft small">
            Après un changement de machine, de portail ou d’adresse. Les échanges reprennent où ils en étaient.
          </p>
          <div className="row">
            <Button onClick={() => setPairsAgain(true)}>Relier de nouveau…</Button>
          </div>
        </Section>
      ) : (
        <Pairing address={portal?.address ?? ''} onPaired={() => setPairsAgain(false)} />
      )}
      <Exporting
        address={state.awaited?.address ?? portal?.address ?? ''}
        awaited={state.awaited}
        isLinked={portal !== null}
      />
      <NetworkSettings />
    </div>
  )
}

type Portal = NonNullable<ExchangeState['portal']>

const Paired = ({ portal }: { portal: Portal }) => {
  const keep = useStoreExchangeState()
  const [asks, setAsks] = useState<'rotate' | 'revoke'>()
  return (
    <Section title="Portail relié">
      <Properties
        alignStart
        entries={[
          ['Adresse', portal.address],
          ['Relié le', shortDay(dayAt(portal.pairedAt))],
          ['Clé du bureau', <Fingerprint key="desk" text={portal.deskKey} />],
          [
            'Clé du portail',
            portal.portalKey === '' ? 'révoquée' : <Fingerprint key="portal" text={portal.portalKey} />,
          ],
        ]}
      />
      <p className="soft small">
        Au téléphone avec qui tient le portail, lisez les empreintes&nbsp;: elles doivent être les mêmes des deux côtés.
      </p>
      {portal.hasKey ? null : (
        <Note tone="danger">
          La clé secrète du bureau n’est pas sur cette machine&nbsp;: reliez de nouveau le portail ci-dessous.
        </Note>
      )}
      {portal.portalKey === '' ? (
        <Note tone="danger">
          La clé du portail est révoquée&nbsp;: rien de lui n’est accepté. Le bureau continue sans lui jusqu’à ce que
          vous le reliiez de nouveau, ci-dessous.
        </Note>
      ) : null}
      <div className="row">
        <Button onClick={() => setAsks('rotate')}>Renouveler la clé du bureau…</Button>
        {portal.portalKey === '' ? null : (
          <Button color="red" onClick={() => setAsks('revoke')}>
            Révoquer la clé du portail…
          </Button>
        )}
      </div>
      <ConfirmDialog
        opened={asks === 'rotate'}
        title="Renouveler la clé du bureau&nbsp;?"
        confirm="Renouveler"
        onConfirm={async (client) => {
          keep(await client.exchange.rotateKey())
          notifications.show({ message: 'La nouvelle clé est faite.' })
        }}
        onClose={() => setAsks(undefined)}
      >
        Le bureau en fait une autre et la dit au portail au prochain échange. L’ancienne sert encore une semaine. À
        faire une fois par an, ou quand un agent qui avait accès à cette machine s’en va.
      </ConfirmDialog>
      <ConfirmDialog
        opened={asks === 'revoke'}
        title="Révoquer la clé du portail&nbsp;?"
        confirm="Révoquer"
        dangerous
        onConfirm={async (client) => keep(await client.exchange.revokeKey({ keyid: portal.portalKey }))}
        onClose={() => setAsks(undefined)}
      >
        Si le portail a été volé ou copié. Plus rien de lui n’est accepté ici&nbsp;: il faudra le relier de nouveau,
        avec un code. Le bureau continue sans lui.
      </ConfirmDialog>
    </Section>
  )
}

const Fingerprint = ({ text }: { text: string }) => <code className="portal-fingerprint">{readableKeyId(text)}</code>

const EnterReceipt = () => {
  const [enters, setEnters] = useState(false)
  return (
    <div className="row">
      <Button onClick={() => setEnters(true)}>Saisir un reçu…</Button>
      {enters ? <ReceiptDialog onClose={() => setEnters(false)} /> : null}
    </div>
  )
}

/** Exports a portal, for a town whose portal has no computer yet or moves to another. */
const Exporting = ({
  address,
  awaited,
  isLinked,
}: {
  address: string
  awaited: ExchangeState['awaited']
  isLinked: boolean
}) => {
  const keep = useStoreExchangeState()
  const [passes, setPasses] = useState(false)
  const form = useForm({ initialValues: { address } })
  const tryNow = useMutation(orpcOutsideForms.exchange.pairExported.mutationOptions())
  const query = useQueryClient()
  return (
    <Section title="Exporter le portail">
      <p className="soft small">
        Le portail entier dans une archive, au nom et aux couleurs de la ville, prêt pour une machine Linux. Son mode
        d’emploi est dedans.{' '}
        {isLinked
          ? 'Dès qu’il répond, cet écran vous propose d’y passer.'
          : 'Il se relie à ce bureau de lui-même dès qu’il répond.'}
      </p>
      {awaited?.isReady ? (
        <Note tone="accent">
          Le portail exporté est prêt à {awaited.address}&nbsp;: passer à celui-ci&nbsp;?{' '}
          <PlainAction label="Passer à celui-ci…" onAction={() => setPasses(true)} />
        </Note>
      ) : awaited ? (
        <Note tone="accent">
          Portail exporté pour {awaited.address}. Le bureau l’attend jusqu’au {shortDay(dayAt(awaited.until))}
          {awaited.replaces === null ? '' : ', et vous demandera avant d’y passer'}.{' '}
          <PlainAction
            label="Essayer maintenant"
            disabled={tryNow.isPending}
            onAction={() => tryNow.mutate(undefined, { onSuccess: keep })}
          />
        </Note>
      ) : null}
      <ConfirmDialog
        opened={passes}
        title="Passer au portail exporté&nbsp;?"
        confirm="Passer à celui-ci"
        onConfirm={async (client) => {
          keep(await client.exchange.passToExported())
          notifications.show({
            message: 'Le portail est relié. «\u00a0Échanger maintenant\u00a0» publie ce qui lui manque.',
          })
        }}
        onClose={() => setPasses(false)}
      >
        Le bureau fait un dernier échange avec {awaited?.replaces ?? 'l’ancien portail'}, s’il répond, puis ne parle
        plus qu’à {awaited?.address}. Ce que les familles écriraient encore sur l’ancien n’arriverait pas&nbsp;:
        fermez-le, et donnez-leur la nouvelle adresse. Au premier échange, chaque parent invité par mail en reçoit un
        autre, pour choisir son mot de passe sur le nouveau portail.
      </ConfirmDialog>
      <div>
        <FormFields
          form={form}
          submit="Exporter le portail"
          onSubmit={async (client, values) => {
            await savePaper(await client.exchange.exportPortal(values))
            await query.invalidateQueries({ queryKey: orpc.exchange.state.key() })
            notifications.show({
              message: 'L’archive est faite. «\u00a0LISEZMOI.md\u00a0» dit comment la mettre en place.',
            })
          }}
        >
          <TextInput
            label="Adresse que taperont les familles"
            placeholder="https://portail-famille.exemple.fr"
            inputMode="url"
            {...form.getInputProps('address')}
          />
        </FormFields>
      </div>
    </Section>
  )
}

const Pairing = ({ address, onPaired }: { address: string; onPaired: () => void }) => {
  const keep = useStoreExchangeState()
  const form = useForm({ initialValues: { address, code: '' } })
  return (
    <Section title="Relier le portail">
      <ol className="portal-steps">
        <li>
          Demandez un code à qui tient le portail. Un portail neuf l’affiche à son démarrage&nbsp;; ensuite, la commande{' '}
          <code>node portail.js --code</code>, dans son dossier et portail arrêté, en donne un autre.
        </li>
        <li>Le code a 20 signes. Il sert une fois, pendant un quart d’heure.</li>
        <li>Écrivez-le ici, avec l’adresse que tapent les familles.</li>
      </ol>
      <div>
        <FormFields
          form={form}
          submit="Relier"
          onSubmit={async (client, values) => {
            keep(await client.exchange.pair(values))
            form.reset()
            notifications.show({
              message: 'Le portail est relié. «\u00a0Échanger maintenant\u00a0» publie ce qui lui manque.',
            })
            onPaired()
          }}
        >
          <TextInput
            label="Adresse du portail"
            placeholder="https://portail-famille.exemple.fr"
            inputMode="url"
            {...form.getInputProps('address')}
          />
          <TextInput
            label="Code de liaison"
            placeholder="K7PM-4XQ2-9TRD-HV3W-8CNE"
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('code')}
          />
        </FormFields>
      </div>
    </Section>
  )
}

/** The town hall's proxy and certificate authority, for connections from this desk to the portal. */
const NetworkSettings = () => {
  const { data, error, refetch } = useQuery(orpc.exchange.network.queryOptions())
  return (
    <Section title="Réseau de la mairie">
      <p className="soft small">
        À remplir seulement si ce poste passe par un proxy pour aller sur internet, ou si le certificat du portail est
        signé par une autorité propre à la ville. Le service informatique connaît ces réglages.
      </p>
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <NetworkForm network={data} />
      ) : (
        <Loading />
      )}
    </Section>
  )
}

const NetworkForm = ({ network }: { network: Network }) => {
  const query = useQueryClient()
  const form = useForm({ initialValues: network })
  return (
    <div>
      <FormFields
        form={form}
        submit="Enregistrer le réseau"
        onSubmit={async (client, values) => {
          const kept = await client.exchange.saveNetwork(values)
          form.setValues(kept)
          form.resetDirty(kept)
          query.setQueryData(orpc.exchange.network.queryKey(), kept)
          notifications.show({
            message:
              kept.proxy || kept.certificateAuthority
                ? 'C’est enregistré\u00a0: les échanges passeront par là.'
                : 'C’est enregistré\u00a0: les échanges vont droit au portail.',
          })
        }}
      >
        <TextInput
          label="Proxy"
          placeholder="http://proxy.exemple.fr:3128"
          inputMode="url"
          spellCheck={false}
          {...form.getInputProps('proxy')}
        />
        <Textarea
          label="Certificat de l’autorité"
          description="Le texte du fichier .pem ou .crt. Les autorités connues de tous restent valables."
          placeholder="-----BEGIN CERTIFICATE-----"
          autosize
          minRows={3}
          maxRows={8}
          spellCheck={false}
          {...form.getInputProps('certificateAuthority')}
        />
      </FormFields>
    </div>
  )
}
