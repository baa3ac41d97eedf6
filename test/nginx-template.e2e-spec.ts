import { readFile } from 'node:fs/promises';
import { documentedCommand, renderNginx } from './support/nginx-template.js';

const variablesOf = (text: string): Set<string> =>
  new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!));

/** Variables of nginx itself: `$name`. */
const ownOf = (text: string): string[] => text.match(/\$[a-z]\w*/g) ?? [];

describe('the command that fills the template in', () => {
  let template: string;
  let rendered: string;
  let command: string;

  beforeAll(async () => {
    template = await readFile('deploy/nginx/nginx.conf.template', 'utf8');
    command = await documentedCommand();
    const names = [...variablesOf(template)];
    rendered = await renderNginx(Object.fromEntries(names.map((name) => [name, `<${name}>`])));
  });

  it('the documented command that fills the template of nginx in names every variable of the template, and no other', () => {
    expect(variablesOf(command)).toEqual(variablesOf(template));
  });

  it('the documented command that fills the template of nginx in leaves no variable of the template unfilled', () => {
    // A variable in the comment at the top is written with an ellipsis.
    expect(variablesOf(rendered)).toEqual(new Set());
  });

  it('the documented command that fills the template of nginx in puts in the value of every variable', () => {
    const missing = [...variablesOf(template)].filter((name) => !rendered.includes(`<${name}>`));
    expect(missing).toEqual([]);
  });

  it('the documented command that fills the template of nginx in leaves the variables of nginx as they are', () => {
    expect(ownOf(rendered)).toEqual(ownOf(template));
  });
});
