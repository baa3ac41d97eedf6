import { h } from '../../lib/dom.js';
import { form } from '../form.js';
import { goTo, linkTo } from '../router.js';

/** @import { Question } from '../api.js' */
/** @import { Context, View } from './view.js' */

/**
 * @param {Context} context
 * @returns {View}
 */
export function askForm(context) {
  const { api, texts } = context;
  return questionForm(context, texts.newQuestion, texts.publish, '/', null, (values) =>
    api.post('question', values),
  );
}

/**
 * @param {Context} context
 * @returns {Promise<View>}
 */
export async function editForm(context) {
  const { api, texts, params } = context;
  const path = `question/${params[0]}`;
  /** @type {Question} */
  const question = await api.get(path);
  return questionForm(
    context,
    texts.editQuestion,
    texts.save,
    `/questions/${question.id}`,
    question,
    (values) => api.put(path, values),
  );
}

/**
 * @param {Context} context
 * @param {string} title
 * @param {string} action
 * @param {string} back
 * @param {Question | null} question
 * @param {(values: Record<string, string>) => Promise<Question>} save
 * @returns {View}
 */
function questionForm({ texts }, title, action, back, question, save) {
  const element = form({
    texts,
    action,
    fields: [
      { name: 'subject', label: texts.subject, value: question?.subject ?? '', maxlength: 200 },
      { name: 'content', label: texts.content, type: 'textarea', value: question?.content ?? '' },
    ],
    extra: [h('a', { class: 'button plain', href: linkTo(back) }, texts.cancel)],
    onSubmit: async (values) => {
      const { id } = await save(values);
      goTo(linkTo(`/questions/${id}`));
    },
  });
  element.classList.add('card');
  return { title, node: h('div', { class: 'stack' }, h('h1', { tabindex: '-1' }, title), element) };
}
