import {
  ActionIcon,
  Button,
  Checkbox,
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  Input,
  InputWrapper,
  Menu,
  Notification,
  NumberInput,
  Portal,
  Radio,
  Select,
  Textarea,
  Tooltip,
} from '@mantine/core'
import { DateInput, DatePicker, DatePickerInput } from '@mantine/dates'
import { typedDay } from '../../shared/rules/text/french.ts'

/** Mantine requires ten shades of a colour; `tokens` below replaces almost all that Mantine draws with them. */
const accent = [
  '#e2eff7',
  '#c9e0ee',
  '#a3cae2',
  '#7bb2d4',
  '#559ac5',
  '#3584b4',
  '#2273a3',
  '#166794',
  '#0f5c8c',
  '#0a4467',
] as const

const calendarWords = {
  nextMonth: 'Mois suivant',
  previousMonth: 'Mois précédent',
  nextYear: 'Année suivante',
  previousYear: 'Année précédente',
  nextDecade: 'Décennie suivante',
  previousDecade: 'Décennie précédente',
}
const dateDefaults = {
  valueFormat: 'DD/MM/YYYY',
  placeholder: 'jj/mm/aaaa',
  ariaLabels: calendarWords,
  // A popover announced as a dialog would need a name of its own.
  popoverProps: { withRoles: false },
  clearButtonProps: { 'aria-label': 'Effacer' },
}

export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontSizes: { xs: '12px', sm: '13px', md: '15px', lg: '18px', xl: '24px' },
  headings: { fontFamily: 'var(--font)', fontWeight: '600' },
  primaryColor: 'accent',
  primaryShade: { light: 8, dark: 8 },
  colors: { accent },
  autoContrast: true,
  defaultRadius: '6px',
  respectReducedMotion: true,
  cursorType: 'pointer',
  focusRing: 'auto',
  variantColorResolver: (input) => {
    const tone = input.color === 'red' ? 'danger' : 'accent'
    if (input.variant === 'filled' && (input.color === undefined || tone === 'danger' || input.color === 'accent'))
      return {
        background: `var(--${tone})`,
        hover: `color-mix(in srgb, var(--${tone}) 88%, var(--text))`,
        color: tone === 'accent' ? 'var(--accent-text)' : 'var(--surface)',
        border: '1px solid transparent',
      }
    if (input.variant === 'subtle')
      return {
        background: 'transparent',
        hover: 'var(--sunken)',
        color: tone === 'danger' ? 'var(--danger)' : 'var(--text-soft)',
        border: '1px solid transparent',
      }
    if (input.variant === 'default' && tone === 'danger')
      return {
        background: 'var(--surface)',
        hover: 'var(--danger-soft)',
        color: 'var(--danger)',
        border: '1px solid var(--line)',
      }
    return defaultVariantColorsResolver(input)
  },
  components: {
    Button: Button.extend({
      defaultProps: { variant: 'default' },
      vars: () => ({
        root: {
          '--button-height': '30px',
          '--button-padding-x': '12px',
          '--button-fz': '13px',
        },
      }),
    }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', size: 30 } }),
    Input: Input.extend({ vars: () => ({ wrapper: { '--input-height': '32px', '--input-fz': '15px' } }) }),
    // An error is placed above the field, where it is read before typing again. A description is placed below, so that
    // the labels and fields of one row are aligned.
    InputWrapper: InputWrapper.extend({
      defaultProps: { inputWrapperOrder: ['label', 'error', 'input', 'description'], size: 'sm' },
    }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Fermer' } } }),
    Textarea: Textarea.extend({ defaultProps: { autosize: true, minRows: 2 } }),
    NumberInput: NumberInput.extend({
      defaultProps: { decimalSeparator: ',', thousandSeparator: '\u202f', hideControls: true },
    }),
    Select: Select.extend({
      defaultProps: {
        // A field that may be empty is `clearable`; a second click on the chosen option does not clear the field.
        allowDeselect: false,
        nothingFoundMessage: 'Rien de tel',
        // Select the whole text on a click, so that typing replaces it.
        onClick: (event) => event.currentTarget.select(),
        checkIconPosition: 'right',
        clearButtonProps: { 'aria-label': 'Effacer' },
      },
    }),
    // desk.css makes the clickable area of a checkbox or radio button larger than its drawing.
    Checkbox: Checkbox.extend({
      defaultProps: { size: 'md' },
      vars: () => ({
        root: { '--checkbox-icon-color': 'var(--accent-text)', '--checkbox-size': '17px', '--checkbox-radius': '4px' },
      }),
    }),
    Radio: Radio.extend({
      defaultProps: { size: 'md' },
      vars: () => ({
        root: { '--radio-icon-color': 'var(--accent-text)', '--radio-size': '17px', '--radio-icon-size': '7px' },
      }),
    }),
    // Without this parser, Mantine reads « 03/05/2021 » as 5 March.
    DateInput: DateInput.extend({ defaultProps: { ...dateDefaults, dateParser: typedDay } }),
    DatePickerInput: DatePickerInput.extend({ defaultProps: dateDefaults }),
    DatePicker: DatePicker.extend({ defaultProps: { ariaLabels: calendarWords } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: false } }),
    // The placeholder that Mantine adds for the first focus is not a valid child of an ARIA menu.
    Menu: Menu.extend({ defaultProps: { position: 'bottom-end', shadow: 'md', withInitialFocusPlaceholder: false } }),
    // Put every overlay into one landmark of the page.
    Portal: Portal.extend({ defaultProps: { target: '#overlays' } }),
  },
})

const tokens = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-bright': 'var(--text)',
  '--mantine-color-dimmed': 'var(--text-soft)',
  '--mantine-color-placeholder': 'var(--text-soft)',
  '--mantine-color-error': 'var(--danger)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--page)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line)',
  '--mantine-color-disabled': 'var(--sunken)',
  '--mantine-color-disabled-color': 'var(--text-soft)',
  '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-filled-hover': 'color-mix(in srgb, var(--accent) 88%, var(--text))',
  '--mantine-primary-color-light': 'var(--accent-soft)',
  '--mantine-primary-color-light-hover': 'var(--accent-soft)',
  '--mantine-primary-color-light-color': 'var(--accent)',
  '--mantine-primary-color-contrast': 'var(--accent-text)',
  '--mantine-color-accent-filled': 'var(--accent)',
  '--mantine-color-accent-filled-hover': 'color-mix(in srgb, var(--accent) 88%, var(--text))',
  '--mantine-color-accent-light': 'var(--accent-soft)',
  '--mantine-color-accent-light-color': 'var(--accent)',
  '--mantine-color-accent-outline': 'var(--accent)',
  '--mantine-color-accent-contrast': 'var(--accent-text)',
}

/** Replaces the greys of Mantine's dark scheme with the desk's. */
const darkGreys = {
  '--mantine-color-dark-0': 'var(--text)',
  '--mantine-color-dark-1': 'var(--text-soft)',
  '--mantine-color-dark-2': 'var(--text-soft)',
  '--mantine-color-dark-3': 'var(--line-strong)',
  '--mantine-color-dark-4': 'var(--line)',
  '--mantine-color-dark-5': 'var(--sunken)',
  '--mantine-color-dark-6': 'var(--surface)',
  '--mantine-color-dark-7': 'var(--surface)',
}

/** Both schemes read the same tokens: light-dark() in them follows the page's color-scheme. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: tokens,
  dark: { ...tokens, ...darkGreys },
})
