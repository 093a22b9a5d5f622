import IconCheck from '@tabler/icons-react/icons/IconCheck'
import IconClock from '@tabler/icons-react/icons/IconClock'
import { useEffect, useRef, useState } from 'react'
import type { DossierShown } from '../../../shared/contract/portal/dossier.ts'
import { type CampaignPage, newRegistrationLink, nextYearText } from '../../../shared/pages/dossier/campaign.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Notice } from '../parts/notice.tsx'
import { showToast } from '../parts/toast.tsx'
import { ReadAgain } from './read-again.tsx'

const stateWords = { toDo: '', done: ', faite', later: ', pour plus tard' } as const

/** The steps of the annual campaign: one step is open, and the steps before it show what was done. */
export const CampaignSteps = ({ shown, page }: { shown: DossierShown; page: CampaignPage }) => {
  const [again, setAgain] = useState<string | null>(null)
  const list = useRef<HTMLOListElement>(null)
  const [confirmed, setConfirmed] = useState(0)
  useEffect(() => {
    if (confirmed === 0) return
    list.current?.focus({ preventScroll: true })
    // The step that was open was long: the next one would begin above the screen.
    const step = list.current?.querySelector('[aria-current="step"]') ?? list.current
    step?.scrollIntoView({ block: 'start' })
  }, [confirmed])
  const open = again ?? page.current?.key
  const done = page.steps.filter(({ state }) => state === 'done').length
  const next = nextYearText(shown)
  const sentAt = shown.campaign?.sentAt ?? null
  return (
    <div className="stack">
      <div className="stack-s">
        <p role="status">
          <b>{page.progress}</b>
        </p>
        <progress className="dossier-progress" value={done} max={page.steps.length} aria-label="Mon dossier" />
      </div>
      {sentAt !== null && (
        <Notice kind="good">
          <b>Votre dossier est envoyé, merci.</b>{' '}
          {shown.campaign?.isReceived
            ? 'La mairie l’a reçu.'
            : 'La mairie le reçoit au prochain échange, cette nuit au plus tard.'}
        </Notice>
      )}
      <ol className="campaign" ref={list} tabIndex={-1} aria-label="Étapes du dossier">
        {page.steps.map((step, at) => {
          const isOpen = step.key === open
          const isToDo = step.state === 'toDo'
          return (
            <li
              key={step.key}
              className={isOpen ? 'campaign-open' : step.state === 'done' ? 'campaign-done' : undefined}
              aria-current={isOpen ? 'step' : undefined}
            >
              <span className="campaign-number" aria-hidden="true">
                {isToDo || isOpen ? (
                  at + 1
                ) : step.state === 'later' ? (
                  <IconClock className="icon" />
                ) : (
                  <IconCheck className="icon" />
                )}
              </span>
              <div>
                <h2>
                  <span className="vh">
                    Étape {at + 1}
                    {stateWords[step.state]}&nbsp;:{' '}
                  </span>
                  {step.title}
                </h2>
                <p className="soft">{step.note}</p>
                {isOpen && (
                  <div className="campaign-step">
                    <ReadAgain
                      shown={shown}
                      step={step}
                      isDone={step.state === 'done' && step.kind !== 'consents'}
                      onConfirmed={() => {
                        setAgain(null)
                        showToast('C’est gardé.')
                        setConfirmed((count) => count + 1)
                      }}
                    />
                  </div>
                )}
              </div>
              {!isOpen && !isToDo && (
                <Button kind="quiet" onClick={() => setAgain(step.key)}>
                  Revoir<span className="vh">&nbsp;: {step.title}</span>
                </Button>
              )}
            </li>
          )
        })}
      </ol>
      {next && (
        <Card title={next.title}>
          <div className="stack">
            <ul>
              {next.lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
            <ButtonLink isWide to={newRegistrationLink.path}>
              {newRegistrationLink.name}
            </ButtonLink>
          </div>
        </Card>
      )}
    </div>
  )
}
