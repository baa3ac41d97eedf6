/**
 * Where notifications lead. One about an answer names the answer; the page it is on is its
 * question's, which only the server can tell.
 */

/** @import { Notification } from '../client/types.js' */

/** @typedef {{ question: string, answer: string }} LinkTemplates with {question} and {answer} in them */

export class Links {
  #questionOf;
  #templates;
  /** @type {Map<number, number>} answer to question */
  #questions = new Map();

  /**
   * @param {(answerId: number) => Promise<number>} questionOf
   * @param {() => LinkTemplates} templates
   */
  constructor(questionOf, templates) {
    this.#questionOf = questionOf;
    this.#templates = templates;
  }

  /** @param {Notification} notification */
  isKnown({ resource_type, resource_id }) {
    return resource_type !== 'answer' || this.#questions.has(resource_id);
  }

  /**
   * @param {Notification} notification
   * @returns {string} the best address known so far; '#' for an answer nothing is known of
   */
  href({ resource_type, resource_id }) {
    const { question, answer } = this.#templates();
    if (resource_type !== 'answer') return question.replaceAll('{question}', String(resource_id));
    const questionId = this.#questions.get(resource_id);
    if (questionId === undefined) return '#';
    return answer
      .replaceAll('{question}', String(questionId))
      .replaceAll('{answer}', String(resource_id));
  }

  /**
   * Makes `href` exact. May be repeated.
   * @param {Notification} notification
   */
  async find(notification) {
    if (this.isKnown(notification)) return;
    this.#questions.set(notification.resource_id, await this.#questionOf(notification.resource_id));
  }
}
