/** A refusal: a rule said no, and nothing changed. The French sentence tells the person what to do. */
export class Refused extends Error {
  readonly sentence: string
  readonly field: string | undefined
  constructor(sentence: string, field?: string) {
    super(sentence)
    this.sentence = sentence
    this.field = field
  }
}
