import IconFileUpload from '@tabler/icons-react/icons/IconFileUpload'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DossierShown } from '../../../shared/contract/portal/dossier.ts'
import { campaignPage } from '../../../shared/pages/dossier/campaign.ts'
import { dossierHead, dossierShown, isLacking, nothingAskedText } from '../../../shared/pages/dossier/dossier.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { lackingInHealth } from '../../../shared/rules/dossier/health.ts'
import type { ConfirmableKind } from '../../../shared/rules/dossier/required-paper.ts'
import { orpc } from '../client.ts'
import { healthOf } from '../family/health-query.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Badge, Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { useSession } from '../session.ts'
import { CampaignSteps } from './campaign-steps.tsx'
import { ReadAgain } from './read-again.tsx'
import './dossier.css'

/**
 * « Mon dossier »: the steps of the campaign while one is open; otherwise what the service requires, and which of it is
 * there.
 */
export const DossierPage = () => {
  const dossier = useQuery(orpc.dossier.shown.queryOptions())
  const now = useSession()?.now
  const page = dossier.data && now !== undefined ? campaignPage(dossier.data, now) : null
  const head = dossierHead(now === undefined ? undefined : dayAt(now))
  return (
    <Page head={page ? { ...head, title: page.title, intro: page.intro } : head} isNarrow>
      <QueryState query={dossier}>
        {(shown) =>
          page ? (
            <div className="stack">
              {page.isSent && <Missing shown={shown} />}
              <CampaignSteps shown={shown} page={page} />
              {shown.items.length > 0 && (
                <details>
                  <summary>Tout ce que l’accueil demande</summary>
                  <Items shown={shown} />
                </details>
              )}
            </div>
          ) : (
            <Items shown={shown} />
          )
        }
      </QueryState>
    </Page>
  )
}

/** What is still missing of a dossier that was sent; renders nothing when nothing is. */
const Missing = ({ shown }: { shown: DossierShown }) => {
  const lacking = shown.items.filter(isLacking)
  if (lacking.length === 0) return null
  return (
    <>
      <Notice kind="warn">
        <b>{dossierShown(shown.items).summary}</b>
      </Notice>
      <Groups shown={shown} groups={dossierShown(lacking).groups} />
    </>
  )
}

const Items = ({ shown }: { shown: DossierShown }) => {
  const { summary, done, total, groups } = dossierShown(shown.items)
  if (total === 0) return <Empty>{nothingAskedText}</Empty>
  return (
    <div className="stack">
      <div className="stack-s">
        <p>
          <b>{summary}</b>
        </p>
        <progress className="dossier-progress" value={done} max={total} aria-label="Ce que l’accueil demande" />
      </div>
      <Groups shown={shown} groups={groups} />
    </div>
  )
}

const Groups = ({ shown, groups }: { shown: DossierShown; groups: ReturnType<typeof dossierShown>['groups'] }) => {
  const [opened, setOpened] = useState<string>()
  return (
    <>
      {groups.map(({ title, rows }) => (
        <Card key={title} title={title}>
          <ul className="links">
            {rows.map(({ key, title: name, state, confirms, send, completes }) => (
              <li key={key} className="line stack-s">
                <div className="line-main">
                  <b>{name}</b>
                  <Badge kind={state.kind}>{state.text}</Badge>
                </div>
                {completes !== null && <HealthLacks child={completes} />}
                {confirms && shown.confirmable.includes(confirms) && opened !== key && (
                  <Button kind="second" isWide onClick={() => setOpened(key)}>
                    Relire et confirmer
                    <span className="vh">
                      &nbsp;: {name}, {title}
                    </span>
                  </Button>
                )}
                {confirms && opened === key && (
                  <Confirming shown={shown} kind={confirms} onDone={() => setOpened(undefined)} />
                )}
                {send && (
                  <ButtonLink kind="second" isWide to={send.path}>
                    <IconFileUpload className="icon" aria-hidden />
                    {send.name}
                    <span className="vh">
                      &nbsp;: {name}, {title}
                    </span>
                  </ButtonLink>
                )}
              </li>
            ))}
          </ul>
        </Card>
      ))}
    </>
  )
}

/** What the health record of a child lacks, to a parent who is shown that record. */
const HealthLacks = ({ child }: { child: number }) => {
  const { data } = useQuery(healthOf(child))
  const now = useSession()?.now
  if (data?.state !== 'shown' || now === undefined) return null
  return lackingInHealth(data.known.record, dayAt(now)).map(({ sentence }) => <p key={sentence}>{sentence}</p>)
}

const Confirming = ({ shown, kind, onDone }: { shown: DossierShown; kind: ConfirmableKind; onDone: () => void }) => (
  <ReadAgain
    shown={shown}
    step={{ kind, child: null, whyNot: null }}
    onConfirmed={() => {
      showToast('C’est enregistré. La mairie le reçoit au prochain échange, cette nuit au plus tard.')
      onDone()
    }}
  />
)
