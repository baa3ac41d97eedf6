const TOKEN = `sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'`;
const JSON_BODY = `-H 'Content-Type: application/json' -d`;
const LANGUAGES = new Intl.DisplayNames('en', { type: 'language' });
const PAGE_SIZE = 100;
/** Of questions that are searched for one that can be answered. */
const MAX_PAGES = 10;

/**
 * What there is to try, for whoever has just started the server.
 *
 * @param {string} address of the server
 * @returns {Promise<string>} lines
 */
export async function welcome(address) {
  const url = new URL(address);
  if (url.hostname === '127.0.0.1') url.hostname = 'localhost';
  const base = url.href.replace(/\/$/, '');
  const demo = await get(`${address}/board/demo.json`);
  return [
    `Requests are logged to ${process.env.LOG_FILE}. Ctrl-C ends the server; its data is kept.`,
    '',
    ...(demo ? [`The board:   ${base}/`] : []),
    `Swagger UI:  ${base}/api/docs`,
    ...(demo?.accounts ?? []).map(
      ({ username, locale, password }) =>
        `Log in as:   ${username} (${LANGUAGES.of(locale)}), password ${password}`,
    ),
    ...(await curlLines(address, base, demo?.accounts ?? [])),
  ].join('\n');
}

/** Two lines: the first one shows what happens to a person, the second one lets something happen. */
async function curlLines(address, base, [reader, other]) {
  if (!other) return [];
  const question = await newestQuestionOf(reader, address);
  if (!question) return [];
  const token = ({ username, password }) =>
    `$(curl -s ${JSON_BODY} '${JSON.stringify({ username, password })}' ${base}/api/user/login | ${TOKEN})`;
  return [
    '',
    `In a terminal, see what ${reader.username} is notified of; in another one, answer as ${other.username}:`,
    `curl -N "${base}/api/notification/stream?token=${token(reader)}"`,
    `curl -H "Authorization: Bearer ${token(other)}" ${JSON_BODY} '{"content":"From the command line."}' ` +
      `${base}/api/question/${question.id}/answer`,
  ];
}

async function newestQuestionOf({ username }, address) {
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const list = await get(`${address}/api/question/list?page=${page}&size=${PAGE_SIZE}`);
    const found = list?.questions.find(({ author }) => author.username === username);
    if (found || !list || list.questions.length < PAGE_SIZE) return found;
  }
  return undefined;
}

/** @returns {Promise<any>} undefined for anything but a success */
async function get(url) {
  const answer = await fetch(url).catch(() => undefined);
  return answer?.ok ? answer.json() : undefined;
}
