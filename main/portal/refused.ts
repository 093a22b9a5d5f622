/** A rule said no. Nothing was changed; the sentence says what the person can do. */
export class Refused extends Error {
  readonly sentence: string
  readonly field: string | undefined
  constructor(sentence: string, field?: string) {
    super(sentence)
    this.sentence = sentence
    this.field = field
  }
}
