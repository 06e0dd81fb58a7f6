/**
 * The plain controls, and the only place that knows where they come from: @vscode/webview-ui-toolkit, which its owners no
 * longer maintain. To swap it, give these functions other elements with the same behaviour.
 */
import {
  type Checkbox,
  provideVSCodeDesignSystem,
  type TextField,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { type ElementOptions, element, type IconName, icon } from './dom.ts';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeTextField());

export type { Checkbox, TextField };

export interface ButtonOptions extends ElementOptions {
  readonly kind?: 'primary' | 'secondary' | 'icon';
  readonly icon?: IconName;
  readonly press: () => void;
}

export function button({ kind = 'secondary', icon: name, press, text, ...options }: ButtonOptions): HTMLElement {
  const made = element('vscode-button', options);
  made.setAttribute('appearance', kind);
  if (name) {
    const drawn = icon(name);
    if (kind !== 'icon') drawn.setAttribute('slot', 'start');
    made.append(drawn);
  }
  if (text) made.append(text);
  if (kind === 'icon' && options.title) made.setAttribute('aria-label', options.title);
  made.addEventListener('click', press);
  return made;
}

export const isDisabled = (control: HTMLElement): boolean => control.hasAttribute('disabled');
export const setDisabled = (control: HTMLElement, disabled: boolean): void => {
  control.toggleAttribute('disabled', disabled);
};

export interface TextFieldOptions extends ElementOptions {
  readonly label: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly changed: (value: string) => void;
}

/** One line of text; `changed` is called at each keystroke. */
export function textField({ label, placeholder, value, changed, ...options }: TextFieldOptions): TextField {
  const made = element('vscode-text-field', options) as TextField;
  made.setAttribute('aria-label', label);
  if (placeholder) made.setAttribute('placeholder', placeholder);
  if (value) made.setAttribute('value', value);
  made.addEventListener('input', () => changed(made.value));
  return made;
}

export interface CheckboxOptions extends ElementOptions {
  readonly checked: boolean;
  readonly changed: (checked: boolean) => void;
}

export function checkbox({ checked, changed, ...options }: CheckboxOptions): Checkbox {
  const made = element('vscode-checkbox', options) as Checkbox;
  made.checked = checked;
  made.addEventListener('change', () => changed(made.checked));
  return made;
}
