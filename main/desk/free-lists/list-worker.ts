import { answerBatches } from '../../store/reading-thread.ts'
import { listReader } from './list-reader.ts'

answerBatches(listReader.read)
