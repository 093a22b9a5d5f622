// Options of pdfkit 0.20 that @types/pdfkit 0.17 does not declare yet.
import type { Font } from 'fontkit'

declare global {
  namespace PDFKit {
    interface StructureElementOptions {
      scope?: 'Column' | 'Row'
    }
    namespace Mixins {
      interface PDFFont {
        registerFont(name: string, src: Font): this
      }
    }
  }
}
