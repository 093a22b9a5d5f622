import { Button, FileButton, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ExchangeState } from '../../../shared/contract/desk/exchange.ts'
import { roleNeeded } from '../../../shared/rules/access/roles.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { readPaper } from '../../connection/paper.ts'
import { Failure, Loading, Note } from '../parts/feedback.tsx'
import { Dialog, FormDialog } from '../parts/forms/dialogs.tsx'
import { notifyRefusal } from '../queries.ts'
import { useMay } from '../staff/may.ts'
import { ConfirmNumbersDialog } from './confirm-numbers-dialog.tsx'

/** Unusual situations between desk and portal, mostly after a restore: what each means and what staff can do. */
export const AfterRestore = ({ state, onExchange }: { state: ExchangeState; onExchange: () => void }) => {
  const may = useMay()
  const [confirms, setConfirms] = useState(false)
  const [enters, setEnters] = useState(false)
  const [reads, setReads] = useState(false)
  const { portal, comparing, knowsNumbers, lost, recoveredPapers, portalIsOlder } = state
  const isQuiet = portal?.hasKey && !comparing && knowsNumbers && lost.length + recoveredPapers === 0 && !portalIsOlder
  if (isQuiet) return null
  return (
    <section className="portal-notes stack" aria-label="À savoir">
      {portal && !portal.hasKey ? (
        <Note tone="danger">
          <b>La clé du bureau n’est pas sur cette machine.</b> Rien ne s’échange tant que le portail n’est pas relié de
          nouveau, dans «&nbsp;Liaison&nbsp;».
        </Note>
      ) : null}
      {comparing ? (
        <Note tone="warn">
          <b>Le bureau ou le portail a été remplacé, ou repris d’une sauvegarde.</b> Les deux se comparent
          d’abord&nbsp;: ce que l’un des deux a gardé est rendu à l’autre.
        </Note>
      ) : null}
      {knowsNumbers ? null : (
        <Note tone="danger">
          <b>Aucune facture ni quittance ne s’émet pour l’instant.</b> Après une reprise, le bureau demande d’abord au
          portail le dernier numéro donné à chacune. Sans portail, un directeur peut l’attester d’après les papiers.
          <div className="row">
            <Button onClick={onExchange}>Demander au portail</Button>
            {may('override') ? (
              <Button onClick={() => setConfirms(true)}>Attester les numéros…</Button>
            ) : (
              <span className="soft small">Attester&nbsp;: {roleNeeded('override')}</span>
            )}
          </div>
        </Note>
      )}
      {lost.length > 0 ? (
        <Note tone="warn">
          <b>Ceci a pu se perdre.</b>
          <ul>
            {lost.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          <div className="row">
            <Button onClick={() => setEnters(true)}>Saisir un reçu…</Button>
          </div>
        </Note>
      ) : null}
      {recoveredPapers > 0 ? (
        <Note tone="warn">
          <b>{counted(recoveredPapers, 'papier que ce bureau avait perdu', 'papiers que ce bureau avait perdus')}.</b>{' '}
          Le portail{' '}
          {recoveredPapers < 2 ? 'l’a rendu\u00a0: la famille l’a' : 'les a rendus\u00a0: les familles les ont'}, mais
          pas les comptes d’ici. Comparez avant de facturer de nouveau les mêmes jours.
          {may('invoices.read') ? (
            <div className="row">
              <Button onClick={() => setReads(true)}>Voir {recoveredPapers < 2 ? 'ce papier' : 'ces papiers'}…</Button>
            </div>
          ) : null}
        </Note>
      ) : null}
      {portalIsOlder ? (
        <Note tone="warn">
          <b>Portail à mettre à jour.</b> Il est plus ancien que ce bureau&nbsp;: ce qu’il ne comprend pas encore
          l’attend.
        </Note>
      ) : null}
      {confirms ? <ConfirmNumbersDialog onClose={() => setConfirms(false)} /> : null}
      {enters ? <ReceiptDialog onClose={() => setEnters(false)} /> : null}
      {reads ? <RecoveredDialog onClose={() => setReads(false)} /> : null}
    </section>
  )
}

const openRecovered = async (id: string) => {
  try {
    await readPaper(await clientOutsideForms.exchange.recoveredPaper({ id }))
  } catch (failure) {
    notifyRefusal(failure)
  }
}

const RecoveredDialog = ({ onClose }: { onClose: () => void }) => {
  const { data: papers, error, refetch } = useQuery(orpc.exchange.recoveredPapers.queryOptions())
  return (
    <Dialog opened title="Papiers rendus par le portail" onClose={onClose}>
      <div className="stack">
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        {papers ? (
          <ul className="portal-list portal-refused">
            {papers.map(({ id, on, familyId, family }) => (
              <li key={id}>
                <span className="grow">
                  <Link to="/familles/$familyId" params={{ familyId: String(familyId) }}>
                    {family}
                  </Link>
                  <br />
                  <span className="soft">émis le {shortDay(on)}</span>
                </span>
                <Button aria-label={`Ouvrir le papier de la famille ${family}`} onClick={() => void openRecovered(id)}>
                  Ouvrir
                </Button>
              </li>
            ))}
          </ul>
        ) : error ? null : (
          <Loading />
        )}
      </div>
    </Dialog>
  )
}

/**
 * Enters a demande lost in a restore again at its original instant, once the portal's signature on the receipt is
 * verified.
 */
export const ReceiptDialog = ({ onClose }: { onClose: () => void }) => {
  const form = useForm({ initialValues: { text: '', signature: '' } })
  const read = async (file: File | null) => {
    if (!file) return
    const found = receiptIn(await file.text())
    if (found) form.setValues(found)
    else form.setErrors({ text: 'Ce fichier n’est pas un reçu du portail.' })
  }
  return (
    <FormDialog
      opened
      title="Saisir un reçu"
      width="wide"
      form={form}
      submit="Vérifier et saisir"
      onSubmit={async (client, values) => {
        const { number, entered, known } = await client.exchange.enterReceipt(values)
        notifications.show({
          title: `Reçu n°\u00a0${number} vérifié`,
          message:
            entered > 0
              ? `${counted(entered, 'demande saisie', 'demandes saisies')} à son heure${known > 0 ? `, ${known}\u00a0déjà là` : ''}.`
              : 'Toutes ses demandes étaient déjà là.',
        })
      }}
      onClose={onClose}
    >
      <p>
        Demandez à la famille le fichier «&nbsp;preuve&nbsp;» joint au mail du reçu, ou sur la page du reçu. Il porte la
        signature du portail, qui prouve ce qui a été demandé, et quand. Rien n’est saisi si elle ne va pas avec le
        texte.
      </p>
      <div>
        <FileButton accept=".json,.txt,application/json,text/plain" onChange={(file) => void read(file)}>
          {(props) => <Button {...props}>Choisir le fichier du reçu…</Button>}
        </FileButton>
      </div>
      <Textarea
        label="Texte du reçu"
        description="Tel quel, sans rien y changer."
        minRows={5}
        maxRows={10}
        spellCheck={false}
        {...form.getInputProps('text')}
      />
      <TextInput label="Signature" spellCheck={false} {...form.getInputProps('signature')} />
    </FormDialog>
  )
}

/** Reads the portal's proof file: JSON with the signed text and its signature. */
const receiptIn = (content: string): { text: string; signature: string } | null => {
  try {
    const found: unknown = JSON.parse(content)
    if (typeof found !== 'object' || found === null) return null
    const { text, signature } = found as Record<string, unknown>
    return typeof text === 'string' && typeof signature === 'string' ? { text, signature } : null
  } catch {
    return null
  }
}
