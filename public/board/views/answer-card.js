import { h } from '../../lib/dom.js';
import { ask } from '../dialog.js';
import { form } from '../form.js';
import { problemsOf } from '../problems.js';
import { byline, voteButton } from './parts.js';

/** @import { Answer } from '../api.js' */
/** @import { Context } from './view.js' */

/**
 * @param {Answer} answer
 * @param {Context} context
 * @param {() => Promise<void>} onChange it was edited or deleted
 */
export function answerCard(answer, context, onChange) {
  const { texts, session } = context;
  const mine = session.user?.id === answer.author.id;
  const problem = h('p', { class: 'field-problem', role: 'alert' });
  const edit = h('button', { type: 'button', class: 'plain' }, texts.edit);
  const card = h(
    'article',
    { class: 'card post', 'data-answer': answer.id, tabindex: '-1' },
    byline(answer, context),
    h('div', { class: 'content', dir: 'auto' }, answer.content),
    h(
      'div',
      { class: 'actions' },
      voteButton(`answer/${answer.id}`, answer, context),
      mine && edit,
      mine &&
        h(
          'button',
          {
            type: 'button',
            class: 'plain',
            onclick: () => void remove(answer, context, problem, onChange),
          },
          texts.remove,
        ),
    ),
    problem,
  );
  edit.addEventListener('click', () => {
    const editor = answerEditor(answer, context, onChange, () => {
      editor.replaceWith(card);
      edit.focus();
    });
    card.replaceWith(editor);
    editor.querySelector('textarea')?.focus();
  });
  return card;
}

/**
 * @param {Answer} answer
 * @param {Context} context
 * @param {() => Promise<void>} onSave
 * @param {() => void} onCancel
 */
function answerEditor(answer, { api, texts }, onSave, onCancel) {
  const element = form({
    texts,
    action: texts.save,
    fields: [{ name: 'content', label: texts.yourAnswer, type: 'textarea', value: answer.content }],
    extra: [h('button', { type: 'button', class: 'plain', onclick: onCancel }, texts.cancel)],
    onSubmit: async (values) => {
      await api.put(`answer/${answer.id}`, values);
      onCancel();
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      await onSave();
    },
  });
  element.classList.add('card');
  return element;
}

/**
 * @param {Answer} answer
 * @param {Context} context
 * @param {HTMLElement} problem
 * @param {() => Promise<void>} onRemoved
 */
async function remove(answer, { api, texts }, problem, onRemoved) {
  if (
    !(await ask({
      title: texts.removeAnswer,
      text: texts.removeHint,
      yes: texts.remove,
      no: texts.cancel,
    }))
  )
    return;
  try {
    await api.delete(`answer/${answer.id}`);
    document.getElementById('answers')?.focus();
    await onRemoved();
  } catch (error) {
    problem.textContent = problemsOf(error, texts).join(' ');
  }
}
