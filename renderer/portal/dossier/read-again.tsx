import { useMutation } from '@tanstack/react-query'
import type { DossierShown, HomeConsentShown, StepShown } from '../../../shared/contract/portal/dossier.ts'
import {
  commonAnswer,
  confirmText,
  consentHints,
  leftForLaterText,
  stepLink,
  withoutQuotientText,
} from '../../../shared/pages/dossier/campaign.ts'
import { dossierShown } from '../../../shared/pages/dossier/dossier.ts'
import { detailsFacts } from '../../../shared/pages/editable-fields.ts'
import { emailOf } from '../../../shared/pages/family.ts'
import { isInPapersStep } from '../../../shared/rules/dossier/campaign.ts'
import type { ConsentAnswer } from '../../../shared/rules/dossier/consent.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../client.ts'
import { FactRow, PendingNotice } from '../family/facts.tsx'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Badge, Notice } from '../parts/notice.tsx'
import { WithPhones } from '../parts/phone.tsx'
import { queries, sentenceOf, showAnswer } from '../queries.ts'

type Kind = StepShown['kind'] | 'rules'
export type ReadAgainStep = { readonly kind: Kind; readonly child: number | null; readonly whyNot: string | null }

const refresh = async (shown: DossierShown) => {
  await showAnswer(orpc.dossier.shown.queryKey(), shown)
  void queries.invalidateQueries({ queryKey: orpc.papers.key() })
  void queries.invalidateQueries({ queryKey: orpc.home.key() })
}

/**
 * What a home must read again, and the button that confirms it. `onConfirmed` is called once the confirmation is
 * recorded.
 */
export const ReadAgain = ({
  shown,
  step: { kind, child, whyNot },
  isDone = false,
  onConfirmed,
}: {
  shown: DossierShown
  step: ReadAgainStep
  /** It was confirmed before, and is only shown. */
  isDone?: boolean
  onConfirmed: () => void
}) => {
  const call = useMutation(orpc.dossier.confirm.mutationOptions({ meta: { isErrorShownInline: true } }))
  const asksRules = shown.campaign?.asksRules ?? false
  const link = kind === 'rules' ? null : stepLink({ kind, child })
  const isRead = kind === 'contact' || kind === 'pickups' || kind === 'consents' || kind === 'sent' || kind === 'rules'
  const confirm = async () => {
    try {
      await refresh(await call.mutateAsync({ kind, child, mark: shown.marks[kind] ?? '' }))
    } catch {
      // The text may have changed since it was read: the page must show the present one.
      void queries.invalidateQueries({ queryKey: orpc.dossier.key() })
      return
    }
    onConfirmed()
  }
  return (
    <div className="stack">
      <Content kind={kind} shown={shown} />
      {call.error && (
        <Notice kind="danger" isAlert>
          {sentenceOf(call.error)}
        </Notice>
      )}
      <div className="btns">
        {link && (
          <ButtonLink kind={isRead ? 'second' : 'primary'} isWide to={link.path}>
            {link.name}
          </ButtonLink>
        )}
        {!isDone && whyNot === null && (
          <Button kind={isRead ? 'primary' : 'quiet'} isWide isBusy={call.isPending} onClick={() => void confirm()}>
            {confirmText(kind, asksRules)}
          </Button>
        )}
        {!isDone && whyNot !== null && (
          <p className="soft small" role="status">
            {whyNot} Le reste est déjà gardé.
          </p>
        )}
      </div>
    </div>
  )
}

const Content = ({ kind, shown }: { kind: Kind; shown: DossierShown }) => {
  switch (kind) {
    case 'contact': {
      const { address, contacts } = detailsFacts(shown.details)
      return (
        <>
          <PendingNotice proposals={shown.details.proposals} />
          <dl className="facts">
            <FactRow fact={address} />
            <div>
              <dt>Mail</dt>
              <dd>{emailOf(shown.details.guardians)}</dd>
            </div>
            {contacts.map((fact) => (
              <FactRow key={fact.label} fact={fact} />
            ))}
          </dl>
        </>
      )
    }
    case 'benefits':
      return <p>{withoutQuotientText}</p>
    case 'health':
      return <p>Allergies, traitements, régime, vaccins, médecin&nbsp;: relisez la fiche, ou remplissez-la.</p>
    case 'pickups':
      return <People shown={shown} />
    case 'consents':
      return shown.consents.map((one) => <Question key={one.question} consent={one} />)
    case 'papers':
      return <Papers shown={shown} />
    case 'rules':
      return <Rules rules={shown.rules} />
    case 'sent':
      return (
        <>
          <LeftForLater steps={shown.steps} />
          {shown.campaign?.asksRules ? (
            <Rules rules={shown.rules} />
          ) : (
            <p>La mairie reçoit votre dossier au prochain échange, cette nuit au plus tard.</p>
          )}
        </>
      )
  }
}

const LeftForLater = ({ steps }: { steps: DossierShown['steps'] }) => {
  const text = leftForLaterText(steps)
  return text === null ? null : <Notice kind="warn">{text}</Notice>
}

const People = ({ shown: { pickups } }: { shown: DossierShown }) => (
  <ul className="links">
    {pickups.map(({ child, firstName, people, asked }) => (
      <li key={child} className="line stack-s">
        <b>Pour {firstName}</b>
        {people.length + asked.length === 0 && <p className="soft">Personne d’autre que vous.</p>}
        {people.map(({ name, relation, phone }) => (
          <p key={`${name} ${phone}`}>
            {name} <span className="soft">{relation}</span> {phone !== '' && <WithPhones text={phone} />}
          </p>
        ))}
        {asked.map(({ name, relation }) => (
          <p key={name}>
            {name} <span className="soft">{relation}</span> <Badge kind="wait">à décider par la mairie</Badge>
          </p>
        ))}
      </li>
    ))}
  </ul>
)

const Papers = ({ shown }: { shown: DossierShown }) => (
  <ul className="links">
    {dossierShown(shown.items.filter(({ kind }) => isInPapersStep(kind))).groups.flatMap(({ title, rows }) =>
      rows.map(({ key, title: name, state, send }) => (
        <li key={key} className="line stack-s">
          <div className="line-main">
            <b>{name}</b>
            <Badge kind={state.kind}>{state.text}</Badge>
          </div>
          <p className="soft small">{title}</p>
          {send && (
            <ButtonLink kind="second" isWide to={send.path}>
              {send.name}
              <span className="vh">
                &nbsp;: {name}, {title}
              </span>
            </ButtonLink>
          )}
        </li>
      )),
    )}
  </ul>
)

const Rules = ({ rules }: { rules: DossierShown['rules'] }) =>
  rules && (
    <>
      <h3>Règlement intérieur, {rules.version}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls by keyboard only when it takes the focus */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long text scrolls by keyboard only when it takes the focus */}
      <div className="campaign-rules" role="region" aria-label="Règlement intérieur" tabIndex={0}>
        {rules.text}
      </div>
    </>
  )

/** One question for several children: each answer is recorded at once. */
const Question = ({ consent }: { consent: HomeConsentShown }) => {
  const call = useMutation(orpc.dossier.answer.mutationOptions({ meta: { isErrorShownInline: true } }))
  const { kind, title, text } = consent
  const children = consent.children.flatMap(({ child, mine }) => (mine ? [child] : []))
  const given = commonAnswer(consent)
  const answer = async (chosen: ConsentAnswer) => {
    try {
      await refresh(await call.mutateAsync({ children, text: text.id, answer: chosen }))
    } catch {
      void queries.invalidateQueries({ queryKey: orpc.dossier.key() })
    }
  }
  const choices =
    kind === 'emergencyCare'
      ? ([['yes', 'J’ai lu']] as const)
      : ([
          ['yes', 'Oui'],
          ['no', 'Non'],
        ] as const)
  return (
    <fieldset className="stack-s">
      <legend className="legend-q">{title}</legend>
      <p>{text.words}</p>
      {consentHints(consent).map((hint) => (
        <p key={hint} className="hint">
          {hint}
        </p>
      ))}
      {children.length === 0 ? (
        <p className="soft">La réponse revient à ceux qui ont l’autorité parentale.</p>
      ) : (
        <div className="choices campaign-answers">
          {choices.map(([value, name]) => (
            <label key={value} className="choice">
              <input
                type="radio"
                name={`question ${consent.question}`}
                checked={given === value}
                onChange={() => void answer(value)}
              />
              <span>{name}</span>
            </label>
          ))}
        </div>
      )}
      {given === 'withdrawn' && <p className="hint">Vous avez retiré votre accord.</p>}
      {children.length > 1 && given === null && consent.children.some(({ mine }) => mine?.answer) && (
        <p className="hint">Les réponses diffèrent pour {counted(children.length, 'enfant')}&nbsp;: choisissez.</p>
      )}
      {call.error && (
        <Notice kind="danger" isAlert>
          {sentenceOf(call.error)}
        </Notice>
      )}
    </fieldset>
  )
}
