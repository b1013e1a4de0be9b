import type { FieldRule, Table } from '../../domain/contract.ts';
import type { Expression } from '../../domain/expression.ts';
import type { ProgramText } from '../../jsonata/source/program-text.ts';
import { Readings, type Input } from '../../jsonata/source/readings.ts';
import { BLOCK_BEGIN, BLOCK_END, harmless } from '../appended.ts';
import { lengthMaxOf } from '../shorten.ts';
import { toProvider } from '../table.ts';

/** Writes rules of one input as JavaScript: statements that come to just what the rules do, or leave it to them. */
export class RuleWriter {
  readonly #program: ProgramText;
  readonly #input: Input;
  readonly #readings: Readings;

  constructor(program: ProgramText, input: Input) {
    this.#program = program;
    this.#input = input;
    this.#readings = new Readings(program, input);
  }

  /** What the statements of this writer have to be preceded by. */
  readings(): string {
    return this.#readings.statements();
  }

  /** Whether the condition holds, as an expression. */
  condition(when: Expression): string {
    const code = when.written(this.#readings);
    if (code === null) return `plainHolds(${this.#evaluated(when)})`;
    return code.type === 'boolean' ? code.text : `holds(${code.text})`;
  }

  /** Makes an object of texts, in the order of the rules. */
  object(name: string, rules: Iterable<FieldRule>): string {
    const members: string[] = [];
    const later: string[] = [];
    const statements: string[] = [];
    for (const rule of rules) {
      const { variable, text, isCertain } = this.field(rule);
      statements.push(text);
      const key = JSON.stringify(rule.field);
      if (isCertain && later.length === 0) members.push(`${key}:${variable}`);
      else later.push(`${isCertain ? '' : `if(${variable}!==undefined)`}${name}[${key}]=${variable};`);
    }
    return `${statements.join('')}const ${name}={${members.join()}};${later.join('')}`;
  }

  /** Fills a variable with the text of a field. It may be left undefined, unless it is certain. */
  field(rule: FieldRule): { readonly variable: string; readonly text: string; readonly isCertain: boolean } {
    const { table, default: instead, optional } = rule;
    const variable = this.#program.temporary();
    const otherwise = instead === null ? (optional ? 'undefined' : 'leave()') : JSON.stringify(instead);
    const isCertain = instead !== null || !optional;
    let text = `${variable}=${this.#word(rule.value)};`;
    if (table === null) text += `if(${variable}===undefined)${variable}=${otherwise};`;
    else {
      const unknown = table.otherwise === null ? otherwise : JSON.stringify(table.otherwise);
      const found = `${this.#program.constant(wordsOf(table))}.get(${variable})`;
      text += `${variable}=${variable}===undefined?${otherwise}:${found}??${unknown};`;
    }
    const fitted = this.#fitted(rule, variable);
    if (fitted !== '') text += isCertain ? fitted : `if(${variable}!==undefined){${fitted}}`;
    return { variable, text, isCertain };
  }

  /** What an expression yields, as text or nothing. */
  #word(value: Expression): string {
    const code = value.written(this.#readings);
    return code === null ? `asPlainWord(${this.#evaluated(value)})` : `asWord(${code.text})`;
  }

  #evaluated(expression: Expression): string {
    return `evaluated(${this.#program.constant(expression)},${this.#input.whole},now)`;
  }

  /** Puts the appended lines behind a text; whatever is to be shortened is left to the rules. */
  #fitted({ field, append, tooLong }: FieldRule, variable: string): string {
    let text = '';
    if (append.length > 0) {
      const lines = this.#program.temporary();
      text += `${lines}='';`;
      for (const { label, value } of append) {
        const line = this.#program.temporary();
        const name = JSON.stringify(`${harmless(label)}: `);
        text += `${line}=${this.#word(value)};if(${line}!==undefined&&${line}.trim()!=='')${lines}+=${name}+harmless(${line})+'\\n';`;
      }
      const [begin, end] = [JSON.stringify(BLOCK_BEGIN), JSON.stringify(BLOCK_END)];
      text += `if(${lines}!==''||${variable}.includes(${begin}))${variable}=${variable}+${JSON.stringify(`\n\n${BLOCK_BEGIN}\n`)}+${lines}+${end};`;
    }
    const most = lengthMaxOf(field);
    if (most === undefined || (tooLong !== 'cut' && tooLong !== 'continue')) return text;
    return `${text}if(2*${variable}.length>${most}&&!fits(${variable},${most}))leave();`;
  }
}

/** The provider's words by the client's. */
const wordsOf = (table: Table): ReadonlyMap<string, string | undefined> =>
  new Map(table.entries.map(({ client }) => [client, toProvider(table, client)?.word]));
