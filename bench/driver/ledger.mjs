/** Compares the expected notifications with those that arrived: finds what was lost, came twice, or out of order. */
export class Ledger {
  #sentAt = new Map();
  #accepted = new Set();
  #arrived = new Map();
  #tabs;
  #questions;
  /** Milliseconds from sending the vote to its arrival in a tab. */
  toasts = [];
  double = 0;
  strange = 0;
  disordered = 0;
  refused = 0;

  /** @param {{ questions: number, tabs: number }} board tabs: how many must get each of them */
  constructor({ questions, tabs }) {
    this.#questions = questions;
    this.#tabs = tabs;
  }

  get accepted() {
    return this.#accepted.size;
  }

  get arrived() {
    return this.#arrived.size;
  }

  get isComplete() {
    return this.#arrived.size >= this.#accepted.size * this.#tabs;
  }

  sent({ voter, question }, at) {
    this.#sentAt.set(this.#key(voter, question), at);
  }

  answered({ voter, question }, isAccepted) {
    if (isAccepted) this.#accepted.add(this.#key(voter, question));
    else this.refused += 1;
  }

  arrivedAt(tab, { voter, question }, at) {
    const key = this.#key(voter, question);
    const sentAt = this.#sentAt.get(key);
    if (sentAt === undefined) {
      this.strange += 1;
      return;
    }
    const arrival = key * this.#tabs + tab;
    if (this.#arrived.has(arrival)) {
      this.double += 1;
    } else {
      this.#arrived.set(arrival, at);
      this.toasts.push(at - sentAt);
    }
  }

  /** Call once nothing more is to come. */
  balance() {
    let lost = 0;
    for (const key of this.#accepted) {
      for (let tab = 0; tab < this.#tabs; tab += 1) {
        if (!this.#arrived.has(key * this.#tabs + tab)) lost += 1;
      }
    }
    const { accepted, arrived, double, strange, disordered, refused } = this;
    return { accepted, arrived, lost, double, strange, disordered, refused };
  }

  #key(voter, question) {
    return voter * this.#questions + question;
  }
}
