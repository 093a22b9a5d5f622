import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useCallback, useEffect, useId, useRef, useState } from 'react'
import { Link, useLocation, useParams, useSearchParams } from 'wouter'
import type { FamilyShown } from '../../../shared/contract/portal/home.ts'
import type { HealthShown, PapersShown } from '../../../shared/contract/portal/papers.ts'
import { backText, pageBefore } from '../../../shared/pages/dossier/dossier.ts'
import {
  answersLostText,
  changedMeanwhileText,
  changeText,
  confirmedText,
  dietChoices,
  fieldWords,
  knownText,
  leftOutText,
  namedAfterFirst,
  notShownText,
  questionTitle,
  questionWords,
} from '../../../shared/pages/dossier/health.ts'
import { healthSentText } from '../../../shared/pages/dossier/health-sent.ts'
import { consentsPath, healthHead, noSuchChild } from '../../../shared/pages/family.ts'
import type { PageLink } from '../../../shared/pages/page.ts'
import { portalPages } from '../../../shared/pages/portal-pages.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import {
  type DeclarableField,
  type DeclaredHealth,
  declaredFields,
  type Health,
} from '../../../shared/rules/dossier/health.ts'
import {
  answersKnown,
  answersPassed,
  answersResumed,
  answersToKeep,
  choiceOf,
  declaredBy,
  fieldsAsked,
  type HealthQuestion,
  isChangedSince,
  isLeftOut,
  isYesOrNo,
  lackingInAnswers,
  questionsChanged,
  questionsOf,
  saysNothing,
  type TypedAnswers,
  unanswered,
  wrongAnswers,
} from '../../../shared/rules/dossier/health-questions.ts'
import { proofNames, requiredVaccines, vaccineNames } from '../../../shared/rules/dossier/vaccinations.ts'
import { ofName, shortDay } from '../../../shared/rules/text/french.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { client, orpc } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Card } from '../parts/card.tsx'
import { Field, TextArea } from '../parts/field.tsx'
import { Badge, Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { queries, sentenceOf, showAnswer } from '../queries.ts'
import { useSession } from '../session.ts'
import { isTypedBy, useStayAtSessionEnd } from '../unsaved-input.ts'
import './health.css'
import { healthOf } from './health-query.ts'

type Child = FamilyShown['children'][number]

/**
 * « Santé »: what the service knows of a child's health, when the town shows it, then its questions, one per page. No
 * browser storage is used: the portal stores unsent answers, sealed to the account, or this tab keeps them in memory.
 */
export const HealthPage = () => {
  const { child: id } = useParams()
  const family = useQuery(orpc.home.family.queryOptions())
  const papers = useQuery(orpc.papers.shown.queryOptions())
  const child = family.data?.children.find((one) => `${one.id}` === id)
  return (
    <Page head={healthHead(child)} isNarrow>
      <QueryState query={family}>
        {() =>
          child ? (
            <QueryState query={papers}>
              {(shown) =>
                shown.isOpen ? (
                  <Read key={child.id} child={child} papers={shown} />
                ) : (
                  <Notice>
                    Les informations de santé ne se transmettent pas encore par le portail&nbsp;: dites-les à la
                    structure.
                  </Notice>
                )
              }
            </QueryState>
          ) : (
            <Empty>{noSuchChild}</Empty>
          )
        }
      </QueryState>
    </Page>
  )
}

const Read = ({ child, papers }: { child: Child; papers: PapersShown }) => {
  const health = useQuery(healthOf(child.id))
  return (
    <QueryState query={health}>
      {(shown) => <HealthQuestions child={child} papers={papers} health={shown} />}
    </QueryState>
  )
}

/** Unsent answers by child, kept in this tab's memory when the portal does not store them or was not reached. */
const keptHere = new Map<number, TypedAnswers>()

const recap = 'fin'

const HealthQuestions = ({ child, papers, health }: { child: Child; papers: PapersShown; health: HealthShown }) => {
  const known = health.state === 'shown' ? health.known.record : null
  const before = known ? answersKnown(known) : {}
  const asksWhole = papers.asksWholeHealth
  const questions = questionsOf(asksWhole)
  const mark = health.state === 'shown' ? health.known.mark : undefined
  // The stored answers at the start of this visit. What is typed now is shown beside the record.
  const [saved] = useState(() => keptHere.get(child.id) ?? ('answers' in health ? health.answers : null) ?? {})
  const kept: TypedAnswers = saved === 'lost' ? {} : saved
  const [answers, setAnswers] = useState<TypedAnswers>(() => answersResumed(kept, before))
  const [search] = useSearchParams()
  const [, goTo] = useLocation()
  const [end] = useState(() => pageBefore(search))
  const at = search.get('question')
  const question = questions.find((one) => one === at)
  // Nothing is left of the answers before it: the parent starts again at the first question.
  const [isCutShort] = useState(() => at !== null && at !== questions[0] && Object.keys(answers).length === 0)
  useEffect(() => {
    if (isCutShort) goTo(pathOf(child), { replace: true })
  }, [isCutShort, goTo, child])
  const typed = answersToKeep(answers, before, mark)
  const keeping = useKept(child.id, typed, health.state !== 'off' && health.state !== 'logInAgain')
  const [isEnded, setEnded] = useState(false)
  const onEnd = useCallback(() => setEnded(true), [])
  useStayAtSessionEnd(typed !== null, onEnd)
  const asked = { child, questions, answers, known, asksWhole, end }
  const telling = {
    told: declaredBy(answers, known, asksWhole),
    mark,
    isChangedMeanwhile: mark !== undefined && isChangedSince(kept, mark),
    onSent: keeping.forget,
  }
  const back = () => {
    setEnded(false)
    keeping.keep()
  }
  return (
    <div className="stack">
      {isEnded && <SessionEnded onBack={back} />}
      {question ? (
        <OneQuestion key={question} {...asked} question={question} onType={setAnswers} onLeave={keeping.keep} />
      ) : at === recap ? (
        <Recap {...asked} {...telling} />
      ) : (
        <Start
          {...asked}
          {...telling}
          papers={papers}
          health={health}
          areAnswersLost={saved === 'lost' && typed === null}
        />
      )}
    </div>
  )
}

/** Asks the parent to log in in another tab, because only this page holds what was typed here. */
const SessionEnded = ({ onBack }: { onBack: () => void }) => {
  const call = useMutation({
    mutationFn: () => client.account.session(),
    meta: { isErrorShownInline: true },
    onSuccess: ({ login }) => {
      // Another account has logged in: reloading removes what was typed here.
      if (login && !isTypedBy(login.email)) window.location.reload()
      else if (login) onBack()
    },
  })
  return (
    <Notice kind="warn" isAlert>
      <p>
        <b>Votre session est finie.</b> Ce que vous avez écrit est encore sur cette page, et nulle part ailleurs&nbsp;:
        ne la fermez pas. Reconnectez-vous dans un autre onglet, puis revenez ici.
      </p>
      {call.data && !call.data.login && <p>Vous n’êtes pas encore reconnecté.</p>}
      {call.error && <p>{sentenceOf(call.error)}</p>}
      <div className="btns">
        <a className="btn btn-primary" href="/" target="_blank" rel="noreferrer">
          Me reconnecter
        </a>
        <Button kind="second" isBusy={call.isPending} onClick={() => call.mutate()}>
          C’est fait
        </Button>
      </div>
    </Notice>
  )
}

/** Stores the answers, in this tab and on the portal, when the parent leaves a question or the page. */
const useKept = (child: number, answers: TypedAnswers | null, isKeptByPortal: boolean) => {
  const { mutateAsync } = useMutation(orpc.papers.keepHealth.mutationOptions({ meta: { isErrorShownInline: true } }))
  const stored = useRef(JSON.stringify(answers))
  const keep = () => {
    const text = JSON.stringify(answers)
    if (text === stored.current) return
    stored.current = text
    if (answers) keptHere.set(child, answers)
    else keptHere.delete(child)
    if (!isKeptByPortal) return
    // Without a network, this tab keeps the answers.
    mutateAsync({ child, answers: answers as Record<string, string> | null }).catch(() => {
      stored.current = ''
    })
  }
  const latest = useRef(keep)
  useEffect(() => {
    latest.current = keep
  })
  useEffect(() => {
    const onHide = () => {
      if (document.visibilityState === 'hidden') latest.current()
    }
    document.addEventListener('visibilitychange', onHide)
    return () => {
      document.removeEventListener('visibilitychange', onHide)
      latest.current()
    }
  }, [])
  return {
    keep,
    /** Deletes the answers of this tab after they were sent; the portal deletes its own copy itself. */
    forget: () => {
      stored.current = JSON.stringify(answers)
      keptHere.delete(child)
    },
  }
}

type Asked = {
  readonly child: Child
  readonly questions: readonly HealthQuestion[]
  readonly answers: TypedAnswers
  readonly known: Health | null
  readonly asksWhole: boolean
  /** Where the parent goes at the end. */
  readonly end: PageLink
}

type Telling = {
  readonly told: DeclaredHealth
  readonly mark: string | undefined
  readonly isChangedMeanwhile: boolean
  readonly onSent: () => void
}

const pathOf = (child: Child, question?: HealthQuestion | typeof recap): string =>
  `${portalPages.family.path}/${child.id}/sante${question ? `?question=${question}` : ''}`

// ---- what is known --------------------------------------------------------------------------------------------------

const Start = ({
  papers,
  health,
  told,
  mark,
  isChangedMeanwhile,
  onSent,
  child,
  questions,
  answers,
  known,
  asksWhole,
  areAnswersLost,
  end,
}: Asked & Telling & { papers: PapersShown; health: HealthShown; areAnswersLost: boolean }) => {
  const sent = healthSentText(papers, child.id)
  const why = notShownText(health)
  const isChanged = questionsChanged(told).length > 0
  const isKnown = known !== null && !saysNothing(known)
  const left = unanswered(answers, asksWhole)
  return (
    <div className="stack">
      {areAnswersLost && <Notice kind="warn">{answersLostText}</Notice>}
      <Notice>
        <p>
          <b>Lu par la direction.</b> Les animateurs du jour ne voient que les alertes. Vos réponses partent fermées à
          clé, et le portail ne peut pas les lire.
        </p>
        {why !== null && <p>{why}</p>}
        {known === null && <p>{leftOutText}</p>}
        {sent !== null && <p>{sent}</p>}
      </Notice>
      {isChangedMeanwhile && isChanged && <Notice>{changedMeanwhileText}</Notice>}
      {(isKnown || isChanged) && <Lacking answers={answers} known={known} asksWhole={asksWhole} />}
      {known && asksWhole && <Vaccinations child={child} record={known} />}
      {isKnown && (
        <Card title="Ce que nous savons">
          <dl className="facts health-known">
            {questions.map((question) => (
              <div key={question}>
                <dt>{questionTitle(question, child)}</dt>
                <dd>
                  <span>
                    {knownText(known, fieldsAsked(question, asksWhole), isYesOrNo(question)) || 'pas encore dit'}
                  </span>
                  <Link href={pathOf(child, question)}>
                    Corriger<span className="vh">&nbsp;: {questionWords[question].thing}</span>
                  </Link>
                </dd>
              </div>
            ))}
          </dl>
          {health.state === 'shown' && health.known.confirmedOn !== null && (
            <p className="soft">{confirmedText(health.known.confirmedOn)}</p>
          )}
        </Card>
      )}
      {isKnown && !isChanged && left.length === 0 && mark !== undefined && (
        <Send child={child} told={told} mark={mark} onSent={onSent} end={end} name="Rien n’a changé, je confirme" />
      )}
      {isChanged && (
        <p>{isKnown ? changeText(told) : 'Vous avez commencé à répondre\u00a0: continuez où vous en étiez.'}</p>
      )}
      <div className="btns">
        <ButtonLink
          kind={isKnown && !isChanged && left.length === 0 ? 'second' : 'primary'}
          isWide
          to={pathOf(child, left.length === 0 && isChanged ? recap : (left[0] ?? questions[0]))}
        >
          {isChanged ? 'Continuer' : isKnown ? 'Relire page par page' : 'Commencer'}
        </ButtonLink>
        <ButtonLink kind="quiet" to={end.path}>
          {backText(end)}
        </ButtonLink>
      </div>
    </div>
  )
}

/** What the record would still lack with these answers. The parent may send them all the same. */
const Lacking = ({ answers, known, asksWhole }: Pick<Asked, 'answers' | 'known' | 'asksWhole'>) => {
  const now = useSession()?.now
  if (now === undefined) return null
  const lacking = lackingInAnswers(answers, known, asksWhole, dayAt(now))
  if (lacking.length === 0) return null
  return (
    <Notice kind="warn">
      {lacking.map(({ sentence }) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Notice>
  )
}

/** The vaccinations that the service has seen. Parents do not type them here, since a paper must prove them. */
const Vaccinations = ({ child, record }: { child: Child; record: Health }) => (
  <Card
    title="Vaccins"
    side={
      record.vaccinationProof === '' ? (
        <Badge kind="warn">preuve attendue</Badge>
      ) : (
        <Badge kind="good">preuve reçue</Badge>
      )
    }
  >
    {record.vaccinationProof !== '' && (
      <p className="soft">
        {proofNames[record.vaccinationProof]}
        {record.vaccinationSeenOn !== null && `, vue le ${shortDay(record.vaccinationSeenOn)}`}
      </p>
    )}
    {Object.keys(record.doses).length === 0 ? (
      <p>
        Demandés à son âge, sans date notée&nbsp;:{' '}
        {requiredVaccines(child.birth)
          .map(({ vaccine }) => vaccineNames[vaccine])
          .join('\u00a0; ')}
        .
      </p>
    ) : (
      <dl className="facts">
        {requiredVaccines(child.birth).map(({ vaccine, isToVerify }) => (
          <div key={vaccine}>
            <dt>
              {vaccineNames[vaccine]}
              {isToVerify && <span className="soft"> (rattrapage, à vérifier avec votre médecin)</span>}
            </dt>
            <dd>{(record.doses[vaccine] ?? []).map((on) => shortDay(on)).join(', ') || 'dates non notées'}</dd>
          </div>
        ))}
      </dl>
    )}
    {record.vaccinationProof === '' && (
      <div className="btns health-send">
        <ButtonLink kind="second" isWide to={portalPages.papers.path}>
          Envoyer une photo du carnet
        </ButtonLink>
      </div>
    )}
  </Card>
)

// ---- one question ---------------------------------------------------------------------------------------------------

const OneQuestion = ({
  question,
  onType,
  onLeave,
  child,
  questions,
  answers,
  known,
  asksWhole,
}: Asked & { question: HealthQuestion; onType: (answers: TypedAnswers) => void; onLeave: () => void }) => {
  const [, goTo] = useLocation()
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({})
  const heading = useRef<HTMLHeadingElement>(null)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    window.scrollTo(0, 0)
    heading.current?.focus({ preventScroll: true })
  }, [])
  useEffect(() => {
    if (Object.keys(wrong).length > 0)
      form.current?.querySelector<HTMLElement>('[aria-invalid], [data-error] input')?.focus()
  }, [wrong])
  const title = questionTitle(question, child)
  const { hint } = questionWords[question]
  const index = questions.indexOf(question)
  const previous = questions[index - 1]
  const next = questions[index + 1]
  const fields = fieldsAsked(question, asksWhole)
  const type = (key: string, value: string) => {
    onType({ ...answers, [key]: value })
    setWrong({})
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const found = known === null && isLeftOut(question, answers) ? {} : wrongAnswers(question, answers, asksWhole)
    setWrong(found)
    if (Object.keys(found).length > 0) return
    onType(answersPassed(question, answers, asksWhole))
    onLeave()
    goTo(pathOf(child, next ?? recap))
  }
  const said = known && !saysNothing(known) ? knownText(known, fields, isYesOrNo(question)) : ''
  const choice = answers[choiceOf(question)]
  return (
    <form ref={form} className="form" onSubmit={submit} noValidate>
      <div className="health-question">
        <p className="soft">
          Question {index + 1} sur {questions.length}
        </p>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        {said !== '' && <p className="soft">Ce que nous savons&nbsp;: {said}</p>}
        {hint !== undefined && <p className="hint">{hint}</p>}
      </div>
      {isYesOrNo(question) && (
        <Choices
          name={choiceOf(question)}
          legend={title}
          options={[
            { value: 'oui', text: 'Oui' },
            { value: 'non', text: 'Non' },
          ]}
          chosen={choice}
          error={wrong[choiceOf(question)]}
          onChoose={(value) => type(choiceOf(question), value)}
          areTwo
        />
      )}
      {question === 'diet' && (
        <Choices
          name="diet"
          legend={title}
          options={dietChoices}
          chosen={answers['diet']}
          error={wrong['diet']}
          onChoose={(value) => type('diet', value)}
        />
      )}
      {question !== 'diet' &&
        (!isYesOrNo(question) || choice === 'oui') &&
        fields.map((field) => (
          <Typed
            key={field}
            field={field}
            value={answers[field] ?? ''}
            error={wrong[field]}
            onType={(value) => type(field, value)}
          />
        ))}
      <div className="btns">
        <Button type="submit" isWide>
          {next ? 'Suivant' : 'Relire mes réponses'}
        </Button>
        <ButtonLink kind="second" isWide to={pathOf(child, previous)} onClick={onLeave}>
          Retour
        </ButtonLink>
      </div>
    </form>
  )
}

const longTexts: ReadonlySet<DeclarableField> = new Set(['allergies', 'treatment', 'history', 'pai', 'recommendations'])

const Typed = ({
  field,
  value,
  error,
  onType,
}: {
  field: DeclarableField
  value: string
  error: string | undefined
  onType: (value: string) => void
}) => {
  const { label, hint } = fieldWords[field]
  const common = {
    label,
    hint,
    error,
    value,
    onChange: ({ target }: { readonly target: { readonly value: string } }) => onType(target.value),
  }
  if (longTexts.has(field)) return <TextArea {...common} maxLength={2000} />
  return (
    <Field
      {...common}
      maxLength={200}
      {...(field.endsWith('On') || field.endsWith('Until') ? { inputMode: 'numeric' } : {})}
    />
  )
}

const Choices = ({
  name,
  legend,
  options,
  chosen,
  error,
  onChoose,
  areTwo = false,
}: {
  name: string
  legend: string
  options: readonly { readonly value: string; readonly text: string }[]
  chosen: string | undefined
  error: string | undefined
  onChoose: (value: string) => void
  areTwo?: boolean
}) => {
  const id = useId()
  return (
    <fieldset className="field" data-error={error ? '' : undefined}>
      <legend className="vh">{legend}</legend>
      {error && (
        <p className="error" id={id}>
          {error}
        </p>
      )}
      <div className={areTwo ? 'choices choices-two' : 'choices'}>
        {options.map(({ value, text }) => (
          <label key={value} className="choice">
            <input
              type="radio"
              name={name}
              checked={chosen === value}
              aria-describedby={error ? id : undefined}
              onChange={() => onChoose(value)}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

// ---- reading again, and sending -------------------------------------------------------------------------------------

const Recap = ({
  told,
  mark,
  isChangedMeanwhile,
  onSent,
  child,
  questions,
  answers,
  known,
  asksWhole,
  end,
}: Asked & Telling) => {
  const left = unanswered(answers, asksWhole)
  // A parent who is not shown the record may answer only some of the questions.
  const [first] =
    known === null && declaredFields(told).length > 0 ? left.filter((one) => !isLeftOut(one, answers)) : left
  const last = questions.at(-1)
  return (
    <div className="stack">
      {isChangedMeanwhile && <Notice>{changedMeanwhileText}</Notice>}
      <Lacking answers={answers} known={known} asksWhole={asksWhole} />
      <Card title="Vos réponses">
        <dl className="facts health-known">
          {questions.map((question) => (
            <div key={question}>
              <dt>{questionTitle(question, child)}</dt>
              <dd>
                <span>{left.includes(question) ? 'pas encore répondu' : answerText(question, answers, asksWhole)}</span>
                <Link href={pathOf(child, question)}>
                  Corriger<span className="vh">&nbsp;: {questionWords[question].thing}</span>
                </Link>
              </dd>
            </div>
          ))}
        </dl>
      </Card>
      <p>
        Les soins d’urgence se lisent dans les <Link href={consentsPath(child.id)}>autorisations</Link>.
      </p>
      {first === undefined ? (
        <>
          {known && !saysNothing(known) && <p>{changeText(told)}</p>}
          {left.length > 0 && <p className="soft">{leftOutText}</p>}
          <Send
            child={child}
            told={told}
            mark={mark}
            onSent={onSent}
            end={end}
            name={known ? `Confirmer la santé ${ofName(child.firstName)}` : 'Transmettre au service'}
          />
        </>
      ) : (
        <ButtonLink isWide to={pathOf(child, first)}>
          Répondre à la question qui manque
        </ButtonLink>
      )}
      <div className="btns">
        <ButtonLink kind="second" isWide to={pathOf(child, last)}>
          Retour
        </ButtonLink>
      </div>
    </div>
  )
}

const answerText = (question: HealthQuestion, answers: TypedAnswers, asksWhole: boolean): string => {
  if (answers[choiceOf(question)] === 'non') return 'non'
  if (question === 'diet') return dietChoices.find(({ value }) => value === answers['diet'])?.text ?? ''
  const fields = fieldsAsked(question, asksWhole)
  const texts = fields.flatMap((field) => {
    const text = answers[field]?.trim() ?? ''
    return text === '' ? [] : namedAfterFirst(fields, field, text)
  })
  return texts.join(', ') || 'rien de dit'
}

const Send = ({
  child,
  told,
  mark,
  onSent,
  end,
  name,
}: {
  child: Child
  end: PageLink
  told: DeclaredHealth
  mark: string | undefined
  onSent: () => void
  name: string
}) => {
  // Idempotency key of this text, so that pressing twice sends one paper.
  const [request] = useState(() => crypto.randomUUID())
  const [, goTo] = useLocation()
  const send = useMutation(orpc.papers.tellHealth.mutationOptions({ meta: { isErrorShownInline: true } }))
  const refusal = send.error ? refusalOf(send.error) : null
  const press = async () => {
    try {
      const asked = { request, child: child.id, told: { ...told, ...(mark !== undefined && { shown: mark }) } }
      await showAnswer(orpc.papers.shown.queryKey(), await send.mutateAsync(asked))
    } catch {
      return
    }
    onSent()
    void queries.invalidateQueries({ queryKey: orpc.home.dashboard.key() })
    void queries.invalidateQueries({ queryKey: orpc.dossier.key() })
    showToast(
      declaredFields(told).length === 0
        ? 'C’est confirmé. La mairie le reçoit au prochain échange, cette nuit au plus tard.'
        : 'C’est transmis. La mairie reçoit ces informations au prochain échange, cette nuit au plus tard.',
    )
    goTo(end.path)
  }
  return (
    <>
      {refusal && (
        <Notice kind="danger" isAlert>
          {sentenceOf(send.error)}
        </Notice>
      )}
      <Button isWide isBusy={send.isPending} onClick={() => void press()}>
        {name}
      </Button>
    </>
  )
}
