import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TemplateDocumentInput } from '../../../shared/contract/desk/messages/templates.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import type { CustomField } from '../../../shared/rules/people/custom-field.ts'
import { deliveredContent, reminderBeforeTemplates } from '../../../shared/rules/templates/delivered-templates.ts'
import { documentHtml, documentText, messageTextOf } from '../../../shared/rules/templates/document-text.ts'
import { exampleValues } from '../../../shared/rules/templates/example-values.ts'
import { resolved } from '../../../shared/rules/templates/resolved-document.ts'
import {
  alignments,
  type BlockNode,
  bracesIn,
  type InlineNode,
  plainDocument,
  saysNothing,
  type TemplateDocument,
  textMarks,
} from '../../../shared/rules/templates/template-document.ts'
import {
  fieldsOffered,
  templateBlocks,
  whyNotForRoles,
  whyNotTemplate,
  whyOnPaperOnly,
} from '../../../shared/rules/templates/template-fields.ts'
import {
  deliveredKeys,
  kindOfDelivered,
  kindRules,
  templateKinds,
} from '../../../shared/rules/templates/template-kinds.ts'

const on = day('2026-11-25')

const locker: CustomField = {
  id: 12,
  subject: 'child',
  kind: 'text',
  label: 'Casier',
  choices: [],
  parents: 'none',
  seenBy: ['director'],
  editedBy: ['director'],
  withdrawnFrom: null,
}

const paragraph = (...content: InlineNode[]): BlockNode => ({ type: 'paragraph', content })
const field = (id: string, empty: string | null = null): InlineNode => ({ type: 'field', attrs: { field: id, empty } })
const block = (id: string): BlockNode => ({ type: 'fieldBlock', attrs: { field: id } })
const doc = (...content: BlockNode[]): TemplateDocument => ({ type: 'doc', content })
const why = (document: TemplateDocument, custom: readonly CustomField[] = [locker]) =>
  whyNotTemplate(document, 'letter', custom, on)

// ---- Any document of a kind ------------------------------------------------------------------------------------------

const marks = fc
  .uniqueArray(fc.constantFrom(...textMarks), { maxLength: 3 })
  .map((all) => all.map((type) => ({ type })))
const anInline = (fields: readonly string[]): fc.Arbitrary<InlineNode> =>
  fc.oneof(
    fc.record({ type: fc.constant('text' as const), text: fc.string({ minLength: 1, maxLength: 30 }), marks }),
    fc.constant({ type: 'hardBreak' as const }),
    fc.record({
      type: fc.constant('field' as const),
      attrs: fc.record({ field: fc.constantFrom(...fields), empty: fc.option(fc.string({ maxLength: 20 })) }),
    }),
  )
const aDocument = (fields: readonly string[], blocks: readonly string[]): fc.Arbitrary<TemplateDocument> => {
  const content = fc.array(anInline(fields), { maxLength: 6 })
  const aParagraph = fc.record({
    type: fc.constant('paragraph' as const),
    attrs: fc.record({ textAlign: fc.constantFrom(...alignments) }),
    content,
  })
  const aBlock: fc.Arbitrary<BlockNode> = fc.oneof(
    aParagraph,
    fc.record({ type: fc.constant('heading' as const), attrs: fc.record({ level: fc.constantFrom(2, 3) }), content }),
    fc.record({
      type: fc.constantFrom('bulletList' as const, 'orderedList' as const),
      content: fc.array(
        fc.record({
          type: fc.constant('listItem' as const),
          content: fc.array(aParagraph, { minLength: 1, maxLength: 2 }),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
  )
  return fc.tuple(fc.array(aBlock, { minLength: 1, maxLength: 8 }), fc.subarray([...blocks])).map(([some, lists]) => ({
    type: 'doc' as const,
    content: [...some, ...lists.map((id): BlockNode => ({ type: 'fieldBlock', attrs: { field: id } }))],
  }))
}
const aLetter = aDocument(
  fieldsOffered('letter', [], on).map(({ id }) => id),
  kindRules.letter.blocks,
)

describe('a document', () => {
  it('with offered fields is accepted unchanged, whatever its text', () => {
    fc.assert(
      fc.property(aLetter, (document) => {
        fc.pre(!saysNothing(document) && bracesIn(document) === null)
        const read = TemplateDocumentInput.parse(JSON.parse(JSON.stringify(document)))
        expect(why(read)).toBeNull()
        expect(TemplateDocumentInput.parse(read)).toEqual(read)
      }),
    )
  })

  it.each([
    ['HTML in the place of a node', { type: 'doc', content: [{ type: 'html', html: '<b>x</b>' }] }],
    ['an attribute that nobody declared', { type: 'doc', content: [{ type: 'paragraph', attrs: { onclick: 'x' } }] }],
    ['a link', { type: 'doc', content: [paragraph({ type: 'text', text: 'x', marks: [{ type: 'link' as 'bold' }] })] }],
    ['a heading of level 1', { type: 'doc', content: [{ type: 'heading', attrs: { level: 1 } }] }],
    [
      'a list in a list',
      {
        type: 'doc',
        content: [
          { type: 'bulletList', content: [{ type: 'listItem', content: [{ type: 'bulletList', content: [] }] }] },
        ],
      },
    ],
    ['nothing', { type: 'doc', content: [] }],
    [
      'a field without a name',
      { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'field', attrs: {} }] }] },
    ],
    ['something else than a document', 'bonjour'],
  ])('refuses %s in a French sentence', (_what, wrong) => {
    const { error } = TemplateDocumentInput.safeParse(wrong)
    expect(error?.issues[0]?.message).toMatch(/modèle/)
  })

  it('is refused where it says nothing', () => {
    expect(why(plainDocument('', '  '))).toBe('Écrivez le texte du modèle.')
  })

  it('lets in no sign that paper and mails cannot carry', () => {
    const [first] = TemplateDocumentInput.parse(plainDocument('un\u0000deux\ntrois\ud800')).content
    expect(first).toMatchObject({ content: [{ text: 'un deux trois\ufffd' }] })
  })

  it('is refused where it is too long', () => {
    expect(why(doc(...Array.from({ length: 300 }, () => paragraph())))).toMatch('200 paragraphes')
    expect(why(plainDocument(...Array.from({ length: 20 }, () => 'x'.repeat(900))))).toMatch('12\u00a0000')
  })
})

it('an attestation offers only what it fills', () => {
  const ids = fieldsOffered('paid', [], on).map(({ id }) => id)
  expect(ids).toContain('proof.amount')
  expect(ids).not.toContain('proof.child')
})

describe('each wrong field is refused by its name', () => {
  const withdrawn = { ...locker, withdrawnFrom: day('2026-11-02') }
  it.each([
    ['unknown', doc(paragraph(field('child.secret'))), '«\u00a0child.secret\u00a0» n’existe pas'],
    ['a name of objects', doc(paragraph(field('constructor'))), '«\u00a0constructor\u00a0» n’existe pas'],
    ['of a town that has none', doc(paragraph(field('child.custom99'))), 'supprimé depuis'],
    ['not offered', doc(paragraph(field('reminder.amount'))), '«\u00a0Somme à payer\u00a0» n’est pas offert'],
    ['a list in a line', doc(paragraph(field('children'))), 'est une liste'],
    ['an unknown list', doc(block('sessions')), 'La liste «\u00a0sessions\u00a0» n’existe pas'],
    ['a list of another kind', doc(block('debts')), 'n’est pas offerte'],
    ['a field as a list', doc(block('child.firstName')), 'n’est pas une liste'],
    ['a list twice', doc(block('children'), block('children')), 'deux fois'],
  ])('%s', (_what, document, sentence) => expect(why(document)).toContain(sentence))

  it('withdrawn by the town since', () => {
    expect(why(doc(paragraph(field('child.custom12'))))).toBeNull()
    expect(why(doc(paragraph(field('child.custom12'))), [withdrawn])).toBe(
      'Le champ «\u00a0Casier\u00a0» est retiré depuis le 2 novembre 2026\u00a0: remplacez-le dans le modèle.',
    )
    expect(fieldsOffered('letter', [withdrawn], on).some(({ id }) => id === 'child.custom12')).toBe(false)
  })

  it('the list without which a paper says nothing', () => {
    expect(whyNotTemplate(plainDocument('Payez.'), 'reminder', [], on)).toMatch('Il manque la liste')
  })

  it('a field typed in braces, which would be printed as it is', () => {
    expect(why(plainDocument('Bonjour,', 'Venez à {inconnu}.'))).toMatch(
      '«\u00a0{inconnu}\u00a0» s’imprimerait tel quel',
    )
    expect(why(doc(paragraph({ type: 'text', text: '{in' }, { type: 'text', text: 'connu}', marks: [] })))).toMatch(
      '{inconnu}',
    )
    expect(why(plainDocument('Une accolade {', 'puis une autre }'))).toBeNull()
  })
})

it('a field of the town is used only by who sees it', () => {
  const document = doc(paragraph(field('child.custom12')))
  expect(whyNotForRoles(document, [locker], ['receptionist'])).toMatch('Directeur')
  expect(whyNotForRoles(document, [locker], ['director'])).toBeNull()
})

it('a field about money may be on paper only', () => {
  expect(whyOnPaperOnly(doc({ type: 'fieldBlock', attrs: { field: 'owed' } }), [])).toMatch('imprimez')
  expect(whyOnPaperOnly(doc(paragraph(field('home.lastIncomeCents'))), [locker])).toMatch('imprimez')
  expect(whyOnPaperOnly(doc(paragraph(field('child.custom12'))), [locker])).toMatch('Casier')
  expect(whyOnPaperOnly(deliveredContent('convocation').document, [locker])).toBeNull()
})

it('no field has two names, and no list the name of a field', () => {
  const ids = templateKinds.flatMap((kind) => fieldsOffered(kind, [locker], on).map(({ id }) => id))
  const perKind = fieldsOffered('letter', [locker], on).map(({ id }) => id)
  expect(new Set(perKind).size).toBe(perKind.length)
  expect(templateBlocks.filter(({ id }) => ids.includes(id))).toEqual([])
})

it('a reminder of before there were templates keeps its words', () => {
  const { document } = reminderBeforeTemplates
  const words = resolved(document, { ...exampleValues([]), blocks: {} })
  expect(documentText(words).replaceAll('\u00a0', ' ')).toBe(
    [
      'Madame,',
      'Une facture n’est pas entièrement payée.',
      'Payer en une fois est difficile ?',
      'Appelez-nous avant le lun. 7 déc. 2026 au 02 61 91 12 34 : cherchons une solution ensemble. Le CCAS de votre commune peut aussi vous aider.',
      'Sans réponse de votre part',
      'Un dernier avis suivra. Léa garde sa place à la cantine, dans tous les cas.',
    ].join('\n\n'),
  )
})

it.each(deliveredKeys)('the delivered content %s may be saved unchanged', (key) => {
  const { subject, document } = deliveredContent(key)
  expect(TemplateDocumentInput.parse(document)).toEqual(document)
  expect(whyNotTemplate(document, kindOfDelivered(key), [], on)).toBeNull()
  expect(subject).not.toBe('')
})

const values = (words: string) => ({
  fields: { 'child.firstName': words },
  blocks: { children: { kind: 'lines' as const, lines: [words] } },
})

describe('hostile words stay words', () => {
  const document = doc(paragraph({ type: 'text', text: 'Pour ' }, field('child.firstName')), {
    type: 'fieldBlock',
    attrs: { field: 'children' },
  })
  it('in HTML', () => {
    const html = documentHtml(resolved(document, values('<img src=x onerror="a()">&{{7*7}}')))
    expect(html).toBe(
      '<p>Pour &lt;img src=x onerror=&quot;a()&quot;&gt;&amp;{{7*7}}</p>\n<ul><li>&lt;img src=x onerror=&quot;a()&quot;&gt;&amp;{{7*7}}</li></ul>',
    )
  })
  it('of any sign', () => {
    fc.assert(
      fc.property(fc.string(), (words) => {
        const html = documentHtml(resolved(document, values(words)))
        expect(html.replaceAll(/<\/?(?:p|ul|li|br)>/g, '')).not.toMatch(/[<>"]/)
        expect(documentText(resolved(document, values(`x${words}x`)))).toContain(`x${words}x`)
      }),
    )
  })
})

it('a message keeps its fields in braces', () => {
  expect(
    messageTextOf(
      doc(paragraph({ type: 'text', text: 'Pour ' }, field('message.prénoms')), paragraph(field('message.date'))),
    ),
  ).toBe('Pour {prénoms}\n\n{date}')
})
