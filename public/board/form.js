/** Forms with labels, and with what the server says about them where it belongs. */

import { fill, h } from '../lib/dom.js';
import { problemsOf } from './problems.js';

/** @import { Texts } from './texts.js' */

/**
 * @typedef {object} Field
 * @property {string} name as the API calls it
 * @property {string} label
 * @property {string} [type] of the input; 'textarea' for a text of several lines
 * @property {string} [value]
 * @property {string} [hint]
 * @property {string} [autocomplete]
 * @property {number} [maxlength]
 */

/**
 * @typedef {object} FormOptions
 * @property {Texts} texts
 * @property {Field[]} fields
 * @property {string} action the text of the button
 * @property {(values: Record<string, string>) => Promise<void>} onSubmit what it rejects with is shown
 * @property {Node[]} [extra] further buttons
 */

let forms = 0;

/** @param {FormOptions} options */
export function form({ texts, fields, action, onSubmit, extra = [] }) {
  forms += 1;
  const rows = fields.map((field) => makeRow(field, `form${forms}-${field.name}`, texts));
  const summary = h('div', { class: 'form-problem', role: 'alert' });
  const button = h('button', { class: 'primary' }, action);
  const element = h(
    'form',
    { class: 'form', novalidate: true },
    summary,
    ...rows.map((row) => row.element),
    h('div', { class: 'actions' }, button, ...extra),
  );
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    for (const row of rows) row.complain([]);
    fill(summary);
    try {
      await onSubmit(
        Object.fromEntries(rows.map(({ field, control }) => [field.name, control.value])),
      );
    } catch (error) {
      showProblems(rows, summary, problemsOf(error, texts));
    }
    button.removeAttribute('aria-disabled');
  });
  return element;
}

/** @typedef {ReturnType<typeof makeRow>} Row */

/**
 * @param {Field} field
 * @param {string} id
 * @param {Texts} texts
 */
function makeRow(field, id, texts) {
  const { name, type = 'text', value = '', autocomplete, maxlength } = field;
  const attributes = {
    id,
    name,
    autocomplete,
    maxlength,
    'aria-describedby': `${id}-hint ${id}-problem`,
  };
  const control =
    type === 'textarea'
      ? h('textarea', { ...attributes, rows: 8, dir: 'auto' })
      : h('input', { ...attributes, type, dir: type === 'text' ? 'auto' : null });
  control.value = value;
  const problem = h('p', { id: `${id}-problem`, class: 'field-problem' });
  const hint = h('p', { id: `${id}-hint`, class: 'hint' }, field.hint ?? '');
  const element = h(
    'div',
    { class: 'field' },
    h('label', { for: id }, field.label),
    control,
    hint,
    problem,
  );
  /** @param {string[]} messages */
  const complain = (messages) => {
    fill(problem, [...new Set(messages.map((message) => inWords(message, texts)))].join(' '));
    control.toggleAttribute('aria-invalid', false);
    if (messages.length > 0) control.setAttribute('aria-invalid', 'true');
  };
  return { field, control, element, complain };
}

/**
 * The API names the field first: 'subject must be …'. What names none goes above the form.
 * @param {Row[]} rows
 * @param {Element} summary
 * @param {string[]} messages
 */
function showProblems(rows, summary, messages) {
  const rest = messages.filter(
    (message) => !rows.some(({ field }) => isAbout(message, field.name)),
  );
  for (const row of rows)
    row.complain(messages.filter((message) => isAbout(message, row.field.name)));
  fill(summary, ...rest.map((message) => h('p', {}, message)));
  rows.find(({ control }) => control.hasAttribute('aria-invalid'))?.control.focus();
}

/**
 * @param {string} message
 * @param {string} name
 */
function isAbout(message, name) {
  return message.toLowerCase().startsWith(`${name.toLowerCase()} `);
}

/**
 * @param {string} message
 * @param {Texts} texts
 */
function inWords(message, { complaints }) {
  return complaints.find(([pattern]) => pattern.test(message))?.[1] ?? message;
}
