import { labelled, PAGE_WIDTH } from '../operators/list-text.ts';
import { paint } from '../terminal/paint.ts';
import { visible } from '../terminal/visible.ts';
import { wrap } from '../terminal/wrap.ts';
import { quoted } from './compare-echo.ts';
import type { ComparedField, Echo, EchoReport, EchoStep, Finding, SentCall } from './report.ts';
import { echoText, headOf, timeText, verdictText } from './report-words.ts';

const VERDICTS = { ok: 'ok    ', failed: 'FAILED', 'not-tried': '-     ' } as const;
const INDENT = '       ';
const FIELD_INDENT = `${INDENT}        `;

/** The report for a terminal, in 100 columns. */
export function echoReportText(report: EchoReport, color: boolean): string {
  const passed = report.verdict === 'passed';
  return [
    paint(`Echo-test of ${report.contract}: ${verdictText(report)}`, passed ? 'good' : 'bad', color),
    ...headOf(report).flatMap(([label, words]) => labelled(label, words, color)),
    '',
    ...report.steps.flatMap((step, index) => [...stepLines(step, index + 1, color), '']),
    ...(report.findings.length === 0
      ? []
      : [
          paint('The whole test', 'strong', color),
          ...report.findings.flatMap((one) => findingLines(one, color)),
          '',
        ]),
  ]
    .join('\n')
    .trimEnd();
}

function stepLines(step: EchoStep, number: number, color: boolean): readonly string[] {
  const { name, what, verdict } = step;
  const style = verdict === 'ok' ? 'good' : verdict === 'failed' ? 'bad' : 'dim';
  return [
    `${paint(VERDICTS[verdict], style, color)} ${paint(`${number} ${name}`, 'strong', color)}: ${what}`,
    ...step.calls.flatMap(callLines),
    ...step.echoes.flatMap((echo) => echoLines(echo, color)),
    ...step.findings.flatMap((one) => findingLines(one, color)),
  ];
}

const callLines = ({ kind, call, at, ms, answer }: SentCall): readonly string[] =>
  hanging('sent  ', `${kind}  ${call} at ${timeText(at)}, answered in ${ms} ms: ${answer}`);

const echoLines = (echo: Echo, color: boolean): readonly string[] => [
  ...hanging(
    paint('back  ', echo.came === null ? 'bad' : 'dim', color),
    `${echo.transaction}  ${echoText(echo)}`,
  ),
  ...(echo.came === null ? [] : fieldLines(echo.fields, color)),
];

function fieldLines(fields: readonly ComparedField[], color: boolean): readonly string[] {
  const width = Math.max(0, ...fields.map(({ field }) => field.length));
  return fields.map(({ field, sent, back, here, verdict }) => {
    const head = `${FIELD_INDENT}${verdict.padEnd(7)} ${field.padEnd(width)}  `;
    const values = here.map((one) =>
      one.value === sent ? one.field : `${one.field} ${clipped(one.value, 30)}`,
    );
    const tail = values.length === 0 ? '' : ` -> ${values.join(', ')}`;
    const room = Math.max(20, PAGE_WIDTH - head.length - tail.length);
    const words =
      verdict === 'same'
        ? `${clipped(sent, room)}${tail}`
        : `sent ${clipped(sent, 22)}, back ${back === null ? 'nothing' : clipped(back, 22)}`;
    return `${head.replace(verdict, paint(verdict, verdict === 'same' ? 'good' : 'bad', color))}${words}`;
  });
}

/** In quotes, cut to so many columns. */
function clipped(text: string, width: number): string {
  const written = quoted(text);
  return visible(written.length <= width ? written : `${written.slice(0, width - 1)}…`);
}

function findingLines({ kind, text, help }: Finding, color: boolean): readonly string[] {
  const head = kind === 'problem' ? paint('WRONG ', 'bad', color) : paint('note  ', 'dim', color);
  return [...hanging(head, text), ...(help === null ? [] : hanging(paint('helps ', 'dim', color), help))];
}

const hanging = (head: string, words: string): readonly string[] =>
  wrap(visible(words), PAGE_WIDTH - INDENT.length - 8).map(
    (line, index) => `${INDENT}${index === 0 ? head : '      '}  ${line}`,
  );
