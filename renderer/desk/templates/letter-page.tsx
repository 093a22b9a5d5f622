import { Fragment } from 'react'
import type {
  FilledBlock,
  ResolvedBlock,
  ResolvedDocument,
  Run,
} from '../../../shared/rules/templates/resolved-document.ts'
import './templates.css'

/** A letter as its reader sees it, from the same filled document as its PDF and its mail. */
export const LetterPage = ({ label, subject, body }: { label: string; subject: string; body: ResolvedDocument }) => (
  <article className="paper letter-page" aria-label={label}>
    {subject === '' ? null : <h3>{subject}</h3>}
    {body.map((block, at) => (
      <Block key={`${at} ${block.type}`} block={block} />
    ))}
  </article>
)

const Block = ({ block }: { block: ResolvedBlock }) => {
  switch (block.type) {
    case 'paragraph':
      return (
        <p data-align={block.align}>
          <Runs runs={block.runs} />
        </p>
      )
    case 'heading':
      return (
        <h4 data-align={block.align} data-level={block.level}>
          <Runs runs={block.runs} />
        </h4>
      )
    case 'list': {
      const List = block.isOrdered ? 'ol' : 'ul'
      return (
        <List>
          {block.items.map((paragraphs, at) => (
            <li key={`${at} ${textOf(paragraphs[0])}`}>
              {paragraphs.map((runs, line) => (
                <p key={`${line} ${textOf(runs)}`}>
                  <Runs runs={runs} />
                </p>
              ))}
            </li>
          ))}
        </List>
      )
    }
    case 'filled':
      return <Filled block={block.block} />
  }
}

const textOf = (runs: readonly Run[] = []): string => runs.map(({ text }) => text).join('')

const Runs = ({ runs }: { runs: readonly Run[] }) =>
  runs.map(({ text, bold, italic, underline }, at) => {
    const slanted = italic ? <em>{text}</em> : text
    const lined = underline ? <u>{slanted}</u> : slanted
    return <Fragment key={`${at} ${text}`}>{bold ? <strong>{lined}</strong> : lined}</Fragment>
  })

const Filled = ({ block }: { block: FilledBlock }) =>
  block.kind === 'lines' ? (
    <ul>
      {block.lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  ) : (
    <>
      <table>
        <thead>
          <tr>
            {block.columns.map(({ title, align }) => (
              <th key={title} scope="col" className={align === 'right' ? 'num' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map(({ kind, cells }, at) => (
            <tr key={`${at} ${cells.join(' ')}`} data-kind={kind}>
              {cells.map((cell, column) => (
                <td
                  key={block.columns[column]?.title ?? column}
                  className={block.columns[column]?.align === 'right' ? 'num' : undefined}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {block.note === '' ? null : <p className="small">{block.note}</p>}
    </>
  )
