import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Link, useLocation, useParams } from 'wouter'
import type { HealthShown, PapersShown } from '../../../shared/contract/portal/papers.ts'
import { healthHead, noSuchChild } from '../../../shared/pages/family.ts'
import { healthSentText } from '../../../shared/pages/health-sent.ts'
import { portalPages } from '../../../shared/pages/portal-pages.ts'
import {
  type DeclaredHealth,
  type Diet,
  declarableFields,
  declaredFields,
  dietName,
  diets,
  healthNames,
  healthText,
} from '../../../shared/rules/dossier/health.ts'
import { notADayText, shortDay, typedDay } from '../../../shared/rules/text/french.ts'
import { refusalOf } from '../../connection/refusal.ts'
import { orpc } from '../client.ts'
import { Button, ButtonLink } from '../parts/button.tsx'
import { Card, Facts } from '../parts/card.tsx'
import { Field, Select, TextArea } from '../parts/field.tsx'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, QueryState } from '../parts/query-state.tsx'
import { showToast } from '../parts/toast.tsx'
import { sentenceOf, showAnswer } from '../queries.ts'

/** « Santé »: what the service knows of a child's health, for a guardian to confirm, and the form that corrects it. */
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
              {(shown) => (
                <div className="stack">
                  <KnownHealth child={child.id} />
                  <HealthForm child={child.id} shown={shown} />
                </div>
              )}
            </QueryState>
          ) : (
            <Empty>{noSuchChild}</Empty>
          )
        }
      </QueryState>
    </Page>
  )
}

/** Why nothing that the service knows is shown; a town that shows no record says nothing. */
const notShownTexts: Readonly<Partial<Record<HealthShown['state'], string>>> = {
  later:
    'Ce que la mairie sait déjà sera de nouveau visible après le prochain échange, cette nuit au plus tard. Vous pouvez écrire dès maintenant.',
  logInAgain: 'Pour relire ce que la mairie sait déjà, déconnectez-vous puis connectez-vous de nouveau.',
  notShown:
    'Ce que la mairie sait déjà n’est montré qu’aux responsables dont elle a confirmé l’autorité parentale\u00a0: appelez-la.',
}

/** What the service knows, to confirm in one touch. Read once for each visit, and forgotten with the page. */
const KnownHealth = ({ child }: { child: number }) => {
  const health = useQuery(
    orpc.papers.health.queryOptions({ input: { child }, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 }),
  )
  const [request] = useState(() => crypto.randomUUID())
  const [, goTo] = useLocation()
  const confirm = useMutation(orpc.papers.tellHealth.mutationOptions({ meta: { isErrorShownInline: true } }))
  if (health.data?.state !== 'shown') {
    const why = health.data && notShownTexts[health.data.state]
    return why === undefined ? null : <Notice>{why}</Notice>
  }
  const { record, mark, confirmedOn } = health.data.known
  const facts = declarableFields.flatMap((field) => {
    const text = healthText(field, record[field])
    return text === '' || (field === 'diet' && record.diet === '') ? [] : [[healthNames[field], text] as const]
  })
  if (facts.length === 0) return <Notice>Rien n’est encore noté pour cet enfant.</Notice>
  const press = async () => {
    const told = { allergies: null, diet: null, pai: null, doctor: null, shown: mark }
    try {
      await showAnswer(orpc.papers.shown.queryKey(), await confirm.mutateAsync({ request, child, told }))
    } catch {
      return
    }
    showToast('C’est confirmé. La mairie le reçoit au prochain échange, cette nuit au plus tard.')
    goTo(portalPages.family.path)
  }
  return (
    <Card title="Ce que nous savons">
      <Facts facts={facts} />
      {confirmedOn !== null && <p className="soft">Confirmé le {shortDay(confirmedOn)}.</p>}
      {confirm.error && (
        <Notice kind="danger" isAlert>
          {sentenceOf(confirm.error)}
        </Notice>
      )}
      <div className="btns child-acts">
        <Button isWide isBusy={confirm.isPending} onClick={() => void press()}>
          Rien n’a changé, je confirme
        </Button>
      </div>
    </Card>
  )
}

// Never stored on the device, unlike other unfinished forms (`unsaved-input.ts`): health information must not stay
// there.
const emptyForm = {
  allergies: '',
  diet: 'same',
  pai: '',
  paiUntil: '',
  treatment: '',
  prescriptionOn: '',
  history: '',
  recommendations: '',
  doctor: '',
  insurer: '',
  insuranceContract: '',
  insuranceUntil: '',
}
const days = ['paiUntil', 'prescriptionOn', 'insuranceUntil'] as const
type DayErrors = Partial<Record<(typeof days)[number], string>>

const HealthForm = ({ child, shown }: { child: number; shown: PapersShown }) => {
  const [typed, setTyped] = useState(emptyForm)
  const [isEmpty, setEmpty] = useState(false)
  // Idempotency key of this text, so that pressing twice sends one paper.
  const [request, setRequest] = useState(() => crypto.randomUUID())
  const [, goTo] = useLocation()
  const send = useMutation(orpc.papers.tellHealth.mutationOptions({ meta: { isErrorShownInline: true } }))
  const refusal = send.error ? refusalOf(send.error) : null
  const [dayErrors, setDayErrors] = useState<DayErrors>({})
  const errorOf = (field: keyof DeclaredHealth) =>
    (dayErrors as Readonly<Partial<Record<string, string>>>)[field] ??
    (refusal?.field === `told.${field}` ? refusal.sentence : undefined)
  const typing = (field: keyof typeof emptyForm) => ({
    value: typed[field],
    onChange: ({ target }: { readonly target: { readonly value: string } }) => {
      setTyped({ ...typed, [field]: target.value })
      setEmpty(false)
      setRequest(crypto.randomUUID())
    },
  })

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (send.isPending) return
    const wrongDays = dayErrorsOf(typed)
    setDayErrors(wrongDays)
    if (Object.keys(wrongDays).length > 0) return
    const told = healthInput(typed, shown.asksWholeHealth)
    setEmpty(declaredFields(told).length === 0)
    if (declaredFields(told).length === 0) return
    try {
      await showAnswer(orpc.papers.shown.queryKey(), await send.mutateAsync({ request, child, told }))
    } catch {
      return
    }
    showToast('C’est transmis. La mairie reçoit ces informations au prochain échange, cette nuit au plus tard.')
    goTo(portalPages.family.path)
  }

  const sent = healthSentText(shown, child)
  if (!shown.isOpen) {
    return (
      <Notice>
        Les informations de santé ne se transmettent pas encore par le portail&nbsp;: dites-les à la structure.
      </Notice>
    )
  }
  return (
    <form className="form" onSubmit={(event) => void submit(event)} noValidate>
      <Notice>
        <p>
          Ce que vous écrivez part scellé&nbsp;: seules les personnes autorisées à la mairie le lisent, et ce portail ne
          peut pas le lire. Un champ laissé vide ne change rien à ce que la mairie sait déjà.
        </p>
        {sent !== null && <p>{sent}</p>}
      </Notice>
      <TextArea
        label={healthNames.allergies}
        hint="Aliment, médicament, piqûre… et ce qu’il faut faire. S’il n’y en a plus, écrivez-le."
        error={errorOf('allergies')}
        {...typing('allergies')}
      />
      {shown.asksWholeHealth && (
        <>
          <TextArea
            label={healthNames.treatment}
            hint="Un médicament n’est donné qu’avec son ordonnance, dans sa boîte, au nom de l’enfant."
            error={errorOf('treatment')}
            {...typing('treatment')}
          />
          <Field
            label={healthNames.prescriptionOn}
            hint={'jj/mm/aaaa. L’ordonnance elle-même s’envoie dans «\u00a0Mes pièces\u00a0».'}
            inputMode="numeric"
            error={errorOf('prescriptionOn')}
            {...typing('prescriptionOn')}
          />
          <TextArea
            label={healthNames.history}
            hint="Ce que l’équipe doit savoir pour accueillir votre enfant, rien de plus."
            error={errorOf('history')}
            {...typing('history')}
          />
        </>
      )}
      <Select
        label={healthNames.diet}
        hint="Pour la cantine."
        options={[
          { value: 'same', text: 'Ne rien changer' },
          ...diets.map((diet) => ({ value: diet, text: diet === '' ? 'Aucun régime particulier' : dietName(diet) })),
        ]}
        error={errorOf('diet')}
        {...typing('diet')}
      />
      <TextArea
        label={healthNames.pai}
        hint={'S’il y en a un\u00a0: ce qu’il demande. Le document lui-même s’envoie dans «\u00a0Mes pièces\u00a0».'}
        error={errorOf('pai')}
        {...typing('pai')}
      />
      {shown.asksWholeHealth && (
        <>
          <Field
            label={healthNames.paiUntil}
            hint="jj/mm/aaaa"
            inputMode="numeric"
            error={errorOf('paiUntil')}
            {...typing('paiUntil')}
          />
          <TextArea
            label={healthNames.recommendations}
            hint="Lunettes, sommeil, ce qui le rassure…"
            error={errorOf('recommendations')}
            {...typing('recommendations')}
          />
        </>
      )}
      <Field
        label={healthNames.doctor}
        hint="Son nom, son téléphone."
        error={errorOf('doctor')}
        {...typing('doctor')}
      />
      {shown.asksWholeHealth && (
        <>
          <Field
            label={healthNames.insurer}
            hint="Celui qui couvre votre enfant à l’école et dans ses loisirs."
            error={errorOf('insurer')}
            {...typing('insurer')}
          />
          <Field
            label={healthNames.insuranceContract}
            error={errorOf('insuranceContract')}
            {...typing('insuranceContract')}
          />
          <Field
            label={healthNames.insuranceUntil}
            hint="jj/mm/aaaa"
            inputMode="numeric"
            error={errorOf('insuranceUntil')}
            {...typing('insuranceUntil')}
          />
          <p>
            Les vaccinations se prouvent par une copie du carnet de santé ou un mot du médecin&nbsp;:{' '}
            <Link href={portalPages.papers.path}>envoyez-les dans «&nbsp;Mes pièces&nbsp;»</Link>.
          </p>
        </>
      )}
      {isEmpty && (
        <Notice isAlert>
          Il n’y a rien à transmettre&nbsp;: écrivez au moins une information, même «&nbsp;aucune allergie&nbsp;».
        </Notice>
      )}
      {send.error && !refusal?.field?.startsWith('told.') && (
        <Notice kind="danger" isAlert>
          {sentenceOf(send.error)}
        </Notice>
      )}
      <div className="btns">
        <Button type="submit" isWide isBusy={send.isPending}>
          Transmettre au service
        </Button>
        <ButtonLink kind="quiet" to={portalPages.family.path}>
          Revenir sans rien transmettre
        </ButtonLink>
      </div>
    </form>
  )
}

const dayErrorsOf = (typed: typeof emptyForm): DayErrors =>
  Object.fromEntries(
    days
      .filter((field) => typed[field].trim() !== '' && typedDay(typed[field]) === null)
      .map((field) => [field, notADayText(typed[field])]),
  )

const said = (text: string): string | null => text.trim() || null

const healthInput = (typed: typeof emptyForm, asksWhole: boolean): DeclaredHealth => {
  return {
    allergies: said(typed.allergies),
    diet: typed.diet === 'same' ? null : (typed.diet as Diet),
    pai: said(typed.pai),
    doctor: said(typed.doctor),
    ...(asksWhole && {
      paiUntil: typedDay(typed.paiUntil),
      treatment: said(typed.treatment),
      prescriptionOn: typedDay(typed.prescriptionOn),
      history: said(typed.history),
      recommendations: said(typed.recommendations),
      insurer: said(typed.insurer),
      insuranceContract: said(typed.insuranceContract),
      insuranceUntil: typedDay(typed.insuranceUntil),
    }),
  }
}
