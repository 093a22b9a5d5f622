export {
  type ChargeableCell,
  chargeableCells,
  familiesToBill,
  type ReleasedRow,
  releasedCells,
} from './chargeable.ts'
