const HEAD = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' };

/** Open streams by user, as bare responses. */
export class Streams {
  #byUser = new Map();

  open(userId, request, response) {
    request.socket.setNoDelay(true);
    response.writeHead(200, HEAD);
    response.write(`event: connected\ndata: {"user_id":${userId}}\n\n`);
    const own = this.#byUser.get(userId) ?? new Set();
    this.#byUser.set(userId, own.add(response));
    response.on('close', () => {
      own.delete(response);
      if (own.size === 0 && this.#byUser.get(userId) === own) this.#byUser.delete(userId);
    });
  }

  push(userId, notification) {
    const own = this.#byUser.get(userId);
    if (!own) return;
    const data = JSON.stringify(notification);
    const frame = `event: notification\nid: ${notification.id}\ndata: ${data}\n\n`;
    for (const response of own) response.write(frame);
  }
}
