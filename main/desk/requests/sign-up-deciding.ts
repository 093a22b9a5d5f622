import { eq } from 'drizzle-orm'
import { HomeInput, MoveInput } from '../../../shared/contract/desk/people/families.ts'
import type { SignUpDecision } from '../../../shared/contract/desk/requests.ts'
import type { SignUpEntry } from '../../../shared/contract/portal/entries.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { emptyValues, homeFields } from '../../../shared/rules/people/fields.ts'
import type { Write } from '../../store/acts/acts.ts'
import { portalAsk, signUp } from '../../store/schema/index.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { writeFamily } from '../families/families.ts'
import { writeInvitationByMail } from '../portal/portal.ts'
import { writeAttached } from './sign-up-attaching.ts'
import {
  childInputOf,
  familyName,
  guardianInputOf,
  refuseSecondLogin,
  requireParsed,
  requireWaitingSignUp,
} from './sign-ups.ts'

/**
 * Decides a sign-up in one act: a new home or an attached one, with an account sent by mail; or a refusal with its
 * reason. Never automatic.
 * @throws Refused once somebody decided
 */
export const decideSignUp = (
  core: Core,
  person: Person,
  { signUpId, ...decision }: SignUpDecision,
): { actId: number; familyId: number | null } => {
  const { store } = core
  const name = familyName(requireWaitingSignUp(store, signUpId))
  const label = `Inscription au portail ${labels[decision.act]}\u00a0: ${name}`
  return store.act(person, 'requests.signUp', label, (write) => {
    const body = requireWaitingSignUp(store, signUpId)
    const { askId } = store.db.select().from(signUp).where(eq(signUp.id, signUpId)).get() ?? { askId: 0 }
    if (decision.act === 'refuse') {
      if (decision.reason === '') throw new Refused('Indiquez un motif\u00a0: la famille le lira.', 'reason')
      write.update(signUp, signUpId, { state: 'refused', reason: decision.reason, decidedAt: write.at })
      return { actId: write.actId, familyId: null }
    }
    const { familyId, guardianId } =
      decision.act === 'accept' ? writeNewHome(core, write, body) : writeAttached(core, write, body, decision)
    writeInvitationByMail(store, write, guardianId)
    write.update(signUp, signUpId, { state: 'accepted', decidedAt: write.at, familyId })
    // From now on, exporting and erasing the home include this sign-up.
    write.update(portalAsk, askId, { familyId, guardianId })
    return { actId: write.actId, familyId }
  })
}

const labels: Readonly<Record<SignUpDecision['act'], string>> = {
  accept: 'acceptée',
  attach: 'rattachée à une famille connue',
  refuse: 'refusée',
}

const writeNewHome = (core: Core, write: Write, body: SignUpEntry): { familyId: number; guardianId: number } => {
  refuseSecondLogin(core, body, 'rattachez la demande à cette famille, ou corrigez d’abord l’adresse sur sa fiche.')
  const on = today(core.clock)
  const home = HomeInput.safeParse({
    ...emptyValues(homeFields),
    name: familyName(body),
    homePhone: body.homePhone,
  })
  const { id: familyId } = writeFamily(core, write, {
    home: requireParsed(home),
    guardians: body.guardians.map((one) => guardianInputOf(one)),
    move: requireParsed(MoveInput.safeParse({ fromDay: on, address: body.address, resident: null })),
    quotient: null,
    children: body.children.map((one) => childInputOf(core, one, on, body.address)),
  })
  const guardianId = core.store
    .statement('select guardian_id from family_guardian where family_id = ? order by rank')
    .pluck()
    .get(familyId) as number
  return { familyId, guardianId }
}
