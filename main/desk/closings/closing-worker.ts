import { answerBatches } from '../../store/reading-thread.ts'
import { closingReader } from './reading.ts'

answerBatches(closingReader.read)
