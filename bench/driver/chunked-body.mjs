/** Takes the chunked framing off a body, whatever pieces it arrives in. */
export class ChunkedBody {
  #rest = '';
  #left = 0;

  /** @param {string} text bytes, a character each @returns {string} */
  take(text) {
    const input = this.#rest + text;
    let at = 0;
    let output = '';
    while (at < input.length) {
      if (this.#left === 0) {
        // The break that ends the chunk before stands in front of the next length.
        const start = input.startsWith('\r\n', at) ? at + 2 : at;
        const end = input.indexOf('\r\n', start);
        if (end < 0) break;
        this.#left = parseInt(input.slice(start, end), 16);
        at = end + 2;
        if (this.#left === 0) break;
      }
      const piece = input.slice(at, at + this.#left);
      output += piece;
      at += piece.length;
      this.#left -= piece.length;
    }
    this.#rest = input.slice(at);
    return output;
  }
}
