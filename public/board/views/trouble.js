import { h } from '../../lib/dom.js';
import { problemsOf } from '../problems.js';
import { linkTo } from '../router.js';
import { emptyState } from './parts.js';

/** @import { Context, View } from './view.js' */

/**
 * @param {Context} context
 * @returns {View}
 */
export function notFoundView({ texts }) {
  const back = h('a', { href: linkTo('/') }, texts.backToList);
  return {
    title: texts.notFound,
    node: h(
      'div',
      { class: 'stack' },
      h('h1', { tabindex: '-1' }, texts.notFound),
      emptyState(texts.notFoundHint, '', back),
    ),
  };
}

/**
 * The server, its database or the network is away. Whoever shows this tries again.
 * @param {Context} context
 * @param {unknown} error
 * @returns {View}
 */
export function awayView({ texts }, error) {
  const state = emptyState(problemsOf(error, texts).join(' '), texts.awayHint);
  state.setAttribute('role', 'status');
  return {
    title: texts.away,
    node: h('div', { class: 'stack' }, h('h1', { tabindex: '-1' }, texts.away), state),
  };
}
