// Fills in a form with the engine of ODK Web Forms, and puts what it would send into a folder.
//
// node fill.mjs FORM LANGUAGE ANSWERS FOLDER. ANSWERS as for Fill.java. A file question's answer is the name of
// the file, of which the bytes are that name. Stops at an answer that the form does not take.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { JSDOM } from "jsdom";

// The engine is built for browsers: it finds these where it looks for them.
const { window } = new JSDOM("");
for (const name of ["DOMParser", "XMLSerializer", "Document", "Element", "Node", "Attr", "Text", "Comment",
  "XMLDocument", "CharacterData", "ProcessingInstruction", "CDATASection", "NodeFilter", "XPathResult", "document",
  "XPathEvaluator", "XPathExpression", "File", "Blob", "FormData"]) {
  globalThis[name] = window[name];
}
globalThis.window = window;
globalThis.require = createRequire(import.meta.url);
globalThis.__dirname = import.meta.dirname;
const { loadForm } = await import("@getodk/xforms-engine");

const [formFile, language, answersFile, folder] = process.argv.slice(2);
const answers = new Map();
for (const line of readFileSync(answersFile, "utf8").trim().split("\n")) {
  const [name, ...said] = line.split("=");
  answers.set(name, [...(answers.get(name) ?? []), said.join("=")]);
}

const loaded = await loadForm(readFileSync(formFile, "utf8"));
if (loaded.status === "failure") throw loaded.error;
const fileNameFactory = ({ basename, extension }) => `${basename}${extension}`;
const { root } = loaded.createInstance({ instanceAttachments: { fileNameFactory } });
root.setLanguage(root.languages.find((each) => each.language === language));
fill(root);
for (const [name, left] of answers) if (left.length) throw new Error(`${name} was never asked`);

const payload = await root.prepareInstancePayload({ payloadType: "monolithic" });
if (payload.status !== "ready") {
  throw new Error(payload.violations.map((each) => `${each.reference}: ${each.violation.message.asString}`).join("; "));
}
mkdirSync(folder, { recursive: true });
for (const [name, part] of payload.data[0]) {
  writeFileSync(join(folder, name), await bytesOf(part));
}

function fill(node) {
  for (const child of node.currentState.children ?? []) {
    if (!child.currentState.relevant) continue;
    if (child.nodeType === "repeat-range:uncontrolled") more(child);
    const said = answers.get(nameOf(child));
    if (said?.length) put(child, said.shift());
    fill(child);
  }
}

// A repeat is called as what it repeats, in the plural: it is gone through once for each answer.
function more(range) {
  const wanted = answers.get(nameOf(range).slice(0, -1))?.length ?? 0;
  const there = range.currentState.children.length;
  if (wanted > there) range.addInstances(there - 1, wanted - there);
}

function put(node, said) {
  if (node.nodeType === "select") node.selectValues(said.split(" "));
  else if (node.nodeType === "upload") node.setValue(new window.File([said], said));
  else node.setValue(said);
}

function nameOf(node) {
  return node.currentState.reference.replace(/\[\d+\]$/, "").split("/").pop();
}

function bytesOf(part) {
  return new Promise((done) => {
    const reader = new window.FileReader();
    reader.onload = () => done(Buffer.from(reader.result));
    reader.readAsArrayBuffer(part);
  });
}
