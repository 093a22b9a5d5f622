import * as z from 'zod'
import { type Day, isDay } from '../rules/calendar/day.ts'
import {
  emptyOfKind,
  type FieldKind,
  fieldNames,
  type RecordField,
  type RecordFields,
  type ValueOf,
} from '../rules/people/fields.ts'
import { isPhone, phoneText } from '../rules/people/names.ts'
import { civilities, deliveries, sexes } from '../rules/people/person.ts'
import { DayText, Line, Note, RequiredLine } from './procedure.ts'

/* Zod shapes of the fields that `shared/rules/people/fields.ts` declares. */

export const Phone = Line.refine((text) => text === '' || isPhone(text), {
  message: 'Numéro de téléphone à corriger\u00a0: dix chiffres, par exemple 06 39 98 41 27.',
}).transform(phoneText)

/** « Camille@Exemple.fr » becomes lower case. */
const Email = Line.refine((text) => text === '' || /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text), {
  message: 'Adresse e-mail à corriger. Exemple\u00a0: camille@exemple.fr.',
}).transform((text) => text.toLowerCase())

const incomeTooHigh = 'Un revenu d’un million d’euros au plus, en euros et centimes.'

export const RequiredEmail = Email.refine((text) => text !== '', { message: 'L’adresse mail manque.' })

/** How the desk reads a typed value of each kind. */
const inputOfKind = {
  text: Line,
  name: Line,
  note: Note,
  phone: Phone,
  email: Email,
  postcode: Line.refine((text) => /^\d{5}$/.test(text), { message: 'Un code postal a cinq chiffres.' }),
  day: DayText.nullable(),
  civility: z.enum(civilities),
  sex: z.enum(sexes),
  delivery: z.enum(deliveries),
  childCount: z.int().min(0, 'Un nombre d’enfants.').max(20, 'Vingt enfants au plus.').nullable(),
  income: z.int(incomeTooHigh).min(0, 'Un revenu ne peut pas être négatif.').max(100_000_000, incomeTooHigh).nullable(),
  school: Line,
  level: Line,
  number: Line,
  yesNo: Line,
  choice: Line,
} as const satisfies Readonly<Record<FieldKind, z.ZodType>>

export const inputOf = ({ kind, isRequired }: RecordField): z.ZodType<string | number | null> => {
  if (!isRequired) return inputOfKind[kind]
  if (kind === 'day') return DayText
  return kind === 'text' || kind === 'name' ? RequiredLine : inputOfKind[kind]
}

/** A day is typed as text. */
type TypedValue<Value> = Value extends Day ? string : Value

/** The type of a stored value of each kind: the value was checked when it was typed. */
const outputOfKind: Readonly<Record<FieldKind, z.ZodType>> = {
  text: z.string(),
  name: z.string(),
  note: z.string(),
  phone: z.string(),
  email: z.string(),
  postcode: z.string(),
  day: z.custom<Day>((value) => typeof value === 'string' && isDay(value)).nullable(),
  civility: z.enum(civilities),
  sex: z.enum(sexes),
  delivery: z.enum(deliveries),
  childCount: z.int().nullable(),
  income: z.int().nullable(),
  school: z.string(),
  level: z.string(),
  number: z.string(),
  yesNo: z.string(),
  choice: z.string(),
}

/** The shapes of the named fields, each made from its declaration. */
export const shapesOf = <Fields extends RecordFields, Name extends keyof Fields & string>(
  fields: Fields,
  names: readonly Name[],
  shapeOf: (field: RecordField) => z.ZodType,
) =>
  Object.fromEntries(names.flatMap((name) => (fields[name] ? [[name, shapeOf(fields[name])]] : []))) as {
    [One in Name]: z.ZodType<ValueOf<Fields[One]>, TypedValue<ValueOf<Fields[One]>>>
  }

/** The shapes of typed values. */
export const inputsOf = <Fields extends RecordFields>(fields: Fields) => shapesOf(fields, fieldNames(fields), inputOf)

/** The shapes of stored values. */
export const outputsOf = <Fields extends RecordFields, Name extends keyof Fields & string = keyof Fields & string>(
  fields: Fields,
  names: readonly Name[] = fieldNames(fields) as Name[],
) => shapesOf(fields, names, ({ kind }) => outputOfKind[kind])

/** The shapes of the published fields. A desk of an earlier version does not send a field that was added since. */
export const publishedOf = <Fields extends RecordFields, Name extends keyof Fields & string>(
  fields: Fields,
  names: readonly Name[],
) => shapesOf(fields, names, ({ kind }) => outputOfKind[kind].default(emptyOfKind(kind)))
