import type { Collection, Field } from "@sotto/wire";
import { DEFAULT_WINDOWS } from "../answers/build.ts";
import { filterField } from "../answers/condition.ts";
import { knownValues, valueLabel } from "../answers/valuewords.ts";
import { type Html, html } from "../page/html.ts";

/** A parameter that narrows by a field begins so, since fields may be called like other parameters. */
export const WHERE_PREFIX = "where.";

/** What was chosen: values by the names of parameters. */
export type Chosen = ReadonlyMap<string, string>;

/** The form that asks for other figures; it works without a script. */
export function filterForm(definition: Pick<Collection, "reports">, chosen: Chosen, canFilter: boolean): Html {
  const reports = definition.reports.map(({ name }) => ({ value: name, label: name }));
  return html`<form method="get" action="/">
${reports.length > 1 ? select("report", "report", reports, chosen.get("report") ?? "") : null}
<div class="control"><label for="ask-windows">windows</label><input id="ask-windows" type="number" name="windows" min="1" max="520" value="${chosen.get("windows") ?? String(DEFAULT_WINDOWS)}"></div>
${canFilter ? fieldsOf(definition).map((field) => fieldInput(definition, field, chosen.get(WHERE_PREFIX + field.name) ?? "")) : null}
<button>Show</button>
</form>
`;
}

/** Fields of all reports that figures can be narrowed by; of those of one name the first. */
function fieldsOf({ reports }: Pick<Collection, "reports">): Field[] {
  const fields = reports.flatMap((report) => report.fields.flatMap(({ name }) => filterField(report, name) ?? []));
  return fields.filter((field, index) => fields.findIndex(({ name }) => name === field.name) === index);
}

function fieldInput({ reports }: Pick<Collection, "reports">, field: Field, value: string): Html {
  const parameter = WHERE_PREFIX + field.name;
  const report = reports.find(({ fields }) => fields.includes(field));
  const values = field.kind === "runner" ? ["terminal", "script", "container", "agent", "ci"] : knownValues(field);
  if (values === null || report === undefined) {
    return html`<div class="control"><label for="ask-${parameter}">${field.name}</label><input id="ask-${parameter}" type="text" name="${parameter}" value="${value}" placeholder="any"></div>
`;
  }
  return select(
    parameter,
    field.name,
    values.map((each) => ({ value: each, label: valueLabel(field, each, report) })),
    value,
  );
}

function select(
  name: string,
  label: string,
  options: readonly { value: string; label: string }[],
  chosen: string,
): Html {
  return html`<div class="control"><label for="ask-${name}">${label}</label><select id="ask-${name}" name="${name}">
<option value="">any</option>
${options.map(({ value, label: text }) => (value === chosen ? html`<option value="${value}" selected>${text}</option>` : html`<option value="${value}">${text}</option>`))}
</select></div>
`;
}
