// Checks the OpenAPI document that a server offers, and what it answered, by validators that know nothing of Postern.
//
// Arguments: the folder of the installed packages; the document; a file of answers, one JSON object a line with `method`,
// `path` (the template), `status`, `kind` (the content type) and `body`. Prints what is wrong, a line each, then the count of
// answers that were checked.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [installed, documentFile, answersFile] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${installed}/package.json`));
const { Validator } = await import(pathToFileURL(require.resolve('@seriousme/openapi-schema-validator')));
const Ajv = require('ajv/dist/2020');
const formats = require('ajv-formats');

const document = JSON.parse(readFileSync(documentFile, 'utf8'));
const faults = [];

const validator = new Validator();
const found = await validator.validate(structuredClone(document));
if (!found.valid) faults.push(`the document: ${JSON.stringify(found.errors)}`);
if (validator.version !== '3.1') faults.push(`the document is of version ${validator.version}`);

// Unknown keywords of OpenAPI beside those of JSON Schema 2020-12; formats that nobody checks are named.
const ajv = new (Ajv.default ?? Ajv)({ strict: false, allErrors: true, formats: { password: true } });
(formats.default ?? formats)(ajv);
ajv.addSchema({ $id: 'openapi', components: document.components });
const compiled = new Map();

// The schema of a place in the document, with its references made absolute.
function check(schema, body) {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"openapi#/components/');
  if (!compiled.has(text)) compiled.set(text, ajv.compile(JSON.parse(text)));
  const validate = compiled.get(text);
  return validate(body) ? [] : validate.errors;
}

// A property that no schema names is one that the document keeps silent about.
function unnamed(schema, body, at = '') {
  if (schema?.$ref) return unnamed(document.components.schemas[schema.$ref.split('/').pop()], body, at);
  if (Array.isArray(body)) return body.flatMap((item, place) => unnamed(schema?.items, item, `${at}/${place}`));
  if (body === null || typeof body !== 'object') return [];
  const known = names(schema);
  if (!known) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    known.has(name) ? unnamed(known.get(name), value, `${at}/${name}`) : [`${at}/${name}`]);
}

// The properties that a schema names; null: any.
function names(schema) {
  if (!schema) return null;
  if (schema.$ref) return names(document.components.schemas[schema.$ref.split('/').pop()]);
  const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (schema.additionalProperties || (!schema.properties && parts.length === 0)) return null;
  const known = new Map(Object.entries(schema.properties ?? {}));
  for (const part of parts) for (const [name, its] of names(part) ?? []) known.set(name, its);
  return known;
}

let checked = 0;
for (const line of readFileSync(answersFile, 'utf8').split('\n').filter(Boolean)) {
  const answer = JSON.parse(line);
  const what = `${answer.method} ${answer.path} ${answer.status}`;
  const operation = document.paths[answer.path]?.[answer.method.toLowerCase()];
  if (!operation) { faults.push(`${what}: no such operation`); continue; }
  const exact = operation.responses[answer.status];
  if (!exact && answer.status < 400) { faults.push(`${what}: no such answer`); continue; }
  const response = exact ?? operation.responses.default;
  const content = response.content?.[answer.kind.split(';')[0]];
  if (answer.body === '') {
    if (response.content && answer.status !== 204) faults.push(`${what}: no body`);
  } else if (!content) {
    faults.push(`${what}: a body of ${answer.kind}`);
  } else if (answer.kind.includes('json') && !answer.kind.includes('jsonl')) {
    const body = JSON.parse(answer.body);
    for (const error of check(content.schema, body)) faults.push(`${what}: ${error.instancePath} ${error.message} (${JSON.stringify(error.params)})`);
    for (const place of unnamed(content.schema, body)) faults.push(`${what}: ${place} is not in the document`);
  }
  checked += 1;
}
for (const fault of faults) console.log(fault);
console.log(`${checked} answers`);
process.exit(faults.length === 0 ? 0 : 1);
