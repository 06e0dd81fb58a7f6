/**
 * The plain controls, and the only place that knows where they come from: @vscode/webview-ui-toolkit, which its owners no
 * longer maintain. To swap it, give these functions other elements with the same behaviour. Its text field overwrites
 * its own label for screen readers, so text fields are the browser's own, dressed like the rest.
 */
import { type Checkbox, provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox } from '@vscode/webview-ui-toolkit';
import { type ElementOptions, element, type IconName, icon } from './dom.ts';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox());

export type { Checkbox };

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
    if (kind !== 'icon') {
      drawn.setAttribute('slot', 'start');
      made.dataset['icon'] = name;
    }
    made.append(drawn);
  }
  if (text) made.append(text);
  if (kind === 'icon' && options.title) made.setAttribute('aria-label', options.title);
  made.addEventListener('click', press);
  return made;
}

/** A button with two states: its title says what a press does now, its look that it is on. */
export function setOn(control: HTMLElement, on: boolean, title: string): void {
  control.toggleAttribute('data-on', on);
  control.title = title;
  control.setAttribute('aria-label', title);
}

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
export function textField({ label, placeholder, value, changed, ...options }: TextFieldOptions): HTMLInputElement {
  const made = element('input', {
    ...options,
    class: `text-field ${options.class ?? ''}`,
    attributes: { type: 'text', spellcheck: false, autocomplete: 'off', 'aria-label': label, placeholder },
  });
  made.value = value ?? '';
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
