import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams, useSearchParams } from 'wouter'
import type { ConsentShown } from '../../../shared/contract/portal/home.ts'
import { consentChoices, consentLines, consentsHead, noConsentText } from '../../../shared/pages/dossier/consents.ts'
import { backText, pageBefore } from '../../../shared/pages/dossier/dossier.ts'
import { noSuchChild } from '../../../shared/pages/family.ts'
import type { ConsentAnswer } from '../../../shared/rules/dossier/consent.ts'
import { orpc } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { queries, sentenceOf, showAnswer } from '../queries.ts'

/** « Autorisations »: a card for each question of the service, with the possible answers. */
export const ConsentsPage = () => {
  const { child: id } = useParams()
  const family = useQuery(orpc.home.family.queryOptions())
  const child = family.data?.children.find((one) => `${one.id}` === id)
  return (
    <Page head={consentsHead(child)} isNarrow>
      <QueryState query={family}>
        {() => (child ? <Questions child={child.id} /> : <Empty>{noSuchChild}</Empty>)}
      </QueryState>
    </Page>
  )
}

const Questions = ({ child }: { child: number }) => {
  const consents = useQuery(orpc.home.consents.queryOptions({ input: { child } }))
  const [search] = useSearchParams()
  const before = pageBefore(search)
  return (
    <QueryState query={consents}>
      {(shown) => (
        <div className="stack">
          {shown.length === 0 && <Empty>{noConsentText}</Empty>}
          {shown.map((one) => (
            <Question key={one.question} child={child} consent={one} />
          ))}
          <ButtonLink kind="quiet" to={before.path}>
            {backText(before)}
          </ButtonLink>
        </div>
      )}
    </QueryState>
  )
}

const Question = ({ child, consent }: { child: number; consent: ConsentShown }) => {
  const call = useMutation(orpc.home.answerConsent.mutationOptions({ meta: { isErrorShownInline: true } }))
  const answer = async (given: ConsentAnswer) => {
    try {
      const shown = await call.mutateAsync({ child, text: consent.text.id, answer: given })
      await showAnswer(orpc.home.consents.queryKey({ input: { child } }), shown)
    } catch {
      return
    }
    showToast('C’est enregistré. La mairie le reçoit au prochain échange, cette nuit au plus tard.')
    void queries.invalidateQueries({ queryKey: orpc.home.family.key() })
    void queries.invalidateQueries({ queryKey: orpc.dossier.key() })
  }
  return (
    <Card title={consent.title}>
      <p className="consent-text">{consent.text.words}</p>
      {consentLines(consent).map((line) => (
        <p key={line}>
          <b>{line}</b>
        </p>
      ))}
      {call.error && (
        <Notice kind="danger" isAlert>
          {sentenceOf(call.error)}
        </Notice>
      )}
      <div className="btns child-acts">
        {consentChoices(consent).map(({ answer: given, name }, at) => (
          <Button
            key={given}
            kind={at === 0 && given !== 'withdrawn' ? 'primary' : 'second'}
            isWide
            isBusy={call.isPending}
            onClick={() => void answer(given)}
          >
            {name}
            <span className="vh">&nbsp;: {consent.title}</span>
          </Button>
        ))}
      </div>
    </Card>
  )
}
