/**
 * Who votes for what, the nth time. No pair comes twice, and nobody votes for their own: each vote
 * must cause exactly one notification.
 * @typedef {(n: number) => { voter: number, question: number }} Plan numbers from zero
 */
export const PLANS = {
  /**
   * Over all questions evenly. Voters who are authors too must be all of them, or none.
   * @returns {Plan}
   */
  spread({ questions, voters, firstQuestion = 0, firstVoter = 0 }) {
    return (n) => {
      const voter = n % voters;
      const round = Math.floor(n / voters);
      if (round >= questions - 1) throw new Error('No pairs are left to vote');
      return {
        voter: firstVoter + voter,
        question: firstQuestion + ((voter + 1 + round) % questions),
      };
    };
  },

  /** All for one question, until everybody has; then all for the next. @returns {Plan} */
  hot({ questions, voters, firstVoter, firstQuestion = 0 }) {
    return (n) => {
      const question = Math.floor(n / voters);
      if (question >= questions) throw new Error('No pairs are left to vote');
      return { voter: firstVoter + (n % voters), question: firstQuestion + question };
    };
  },
};
