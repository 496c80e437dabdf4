// Turns the runtime field tables of @livekit/protocol (protobuf-es v1 output) back into a binary
// FileDescriptorSet, from which protoc generates C++. The package carries no .proto files, but the
// tables are lossless for the wire.
//
// usage: node descriptors.mjs <folder of @livekit/protocol> <out.binpb>
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [packageDir, outFile] = process.argv.slice(2).map((p) => path.resolve(p));
const require = createRequire(path.join(packageDir, 'package.json'));

// The same ESM instance that the package itself loads: enum lookup works by object identity.
const runtime = require.resolve('@bufbuild/protobuf').replace('/cjs/', '/esm/');
const {
  proto3,
  DescriptorProto,
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  FieldDescriptorProto,
  FieldDescriptorProto_Label: Label,
  FieldDescriptorProto_Type: Type,
  FileDescriptorProto,
  FileDescriptorSet,
  MessageOptions,
  OneofDescriptorProto,
} = await import(pathToFileURL(runtime).href);

const WELL_KNOWN = new Map(
  Object.entries({ Timestamp: 'timestamp', Duration: 'duration', Empty: 'empty', Any: 'any',
                   Struct: 'struct', Value: 'struct', ListValue: 'struct' })
    .map(([type, file]) => [`google.protobuf.${type}`, `google/protobuf/${file}.proto`]));

const parentOf = (name) => name.slice(0, name.lastIndexOf('.'));
const lastOf = (name) => name.slice(name.lastIndexOf('.') + 1);
const depth = (name) => name.split('.').length;
const camel = (s) => s.replace(/_([a-z0-9])/g, (_, c) => c.toUpperCase());

function* generatedFiles(dir) {
  for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
    const full = path.join(dir, entry.name);
    if (entry.isDirectory()) yield* generatedFiles(full);
    else if (entry.name.endsWith('_pb.js')) yield full;
  }
}

/** Enum objects carry no type name; only the runtime knows which they are. */
function enumType(value) {
  if (!value || typeof value !== 'object' || value.typeName) return undefined;
  try {
    return proto3.getEnumType(value);
  } catch {
    return undefined;
  }
}

async function load(file) {
  const header = /@generated from file (\S+) \(package (\S+), syntax (\S+)\)/.exec(fs.readFileSync(file, 'utf8'));
  const exported = Object.values(await import(pathToFileURL(file).href));
  const messages = new Map(exported.filter((v) => v?.typeName && v.fields).map((v) => [v.typeName, v]));
  const enums = exported.map(enumType).filter(Boolean);
  const [, name, pkg, syntax] = header;
  // Messages that hold nothing but nested types are not emitted: bring the containers back.
  for (const type of [...messages.keys(), ...enums.map((e) => e.typeName)]) {
    for (let p = parentOf(type); depth(p) > depth(pkg); p = parentOf(p)) if (!messages.has(p)) messages.set(p, null);
  }
  return { name, pkg, syntax, messages, enums };
}

const files = [];
for (const file of generatedFiles(path.join(packageDir, 'src/gen'))) files.push(await load(file));

const ownerOf = new Map();
for (const file of files) {
  for (const name of file.messages.keys()) ownerOf.set(name, file.name);
  for (const e of file.enums) ownerOf.set(e.typeName, file.name);
}

function describe(file) {
  const out = new FileDescriptorProto({ name: file.name, package: file.pkg, syntax: file.syntax });
  const nodes = new Map();
  const dependencies = new Set();

  const need = (typeName) => {
    const from = ownerOf.get(typeName) ?? WELL_KNOWN.get(typeName);
    if (!from) throw new Error(`${file.name}: nothing declares ${typeName}`);
    if (from !== file.name) dependencies.add(from);
  };
  const setType = (target, { kind, T }) => {
    if (kind === 'scalar') return void (target.type = T);  // ScalarType numbers are descriptor numbers.
    target.type = kind === 'message' ? Type.MESSAGE : Type.ENUM;
    target.typeName = `.${T.typeName}`;
    need(T.typeName);
  };
  const place = (name, node, list, topList) => {
    const parent = nodes.get(parentOf(name));
    (parent ? parent[list] : out[topList]).push(node);
  };

  for (const name of [...file.messages.keys()].sort((a, b) => depth(a) - depth(b))) {
    const node = new DescriptorProto({ name: lastOf(name) });
    nodes.set(name, node);
    place(name, node, 'nestedType', 'messageType');
  }
  for (const e of file.enums) {
    const value = e.values.map((v) => new EnumValueDescriptorProto({ name: v.name, number: v.no }));
    place(e.typeName, new EnumDescriptorProto({ name: lastOf(e.typeName), value }), 'enumType', 'enumType');
  }
  for (const [name, message] of file.messages) if (message) addFields(nodes.get(name), name, message, setType);

  out.dependency = [...dependencies].sort();
  return out;
}

function addFields(node, typeName, message, setType) {
  const oneofs = new Map();
  const optional = [];
  for (const f of message.fields.list()) {
    const field = new FieldDescriptorProto({
      name: f.name, number: f.no, jsonName: f.jsonName, label: f.repeated ? Label.REPEATED : Label.OPTIONAL,
    });
    if (f.kind === 'map') addMapEntry(node, typeName, f, field, setType);
    else setType(field, f);
    if (f.oneof) {
      if (!oneofs.has(f.oneof.name)) {
        oneofs.set(f.oneof.name, oneofs.size);
        node.oneofDecl.push(new OneofDescriptorProto({ name: f.oneof.name }));
      }
      field.oneofIndex = oneofs.get(f.oneof.name);
    } else if (f.opt) {
      field.proto3Optional = true;
      optional.push(field);
    }
    node.field.push(field);
  }
  // proto3 `optional` is a oneof of one; protoc wants these after the real ones.
  for (const field of optional) {
    field.oneofIndex = node.oneofDecl.length;
    node.oneofDecl.push(new OneofDescriptorProto({ name: `_${field.name}` }));
  }
}

function addMapEntry(node, typeName, f, field, setType) {
  const name = `${camel(`_${f.name}`)}Entry`;
  const value = new FieldDescriptorProto({ name: 'value', number: 2, label: Label.OPTIONAL, jsonName: 'value' });
  setType(value, f.V);
  const key = new FieldDescriptorProto({ name: 'key', number: 1, label: Label.OPTIONAL, type: f.K, jsonName: 'key' });
  node.nestedType.push(new DescriptorProto({ name, field: [key, value], options: new MessageOptions({ mapEntry: true }) }));
  field.label = Label.REPEATED;
  field.type = Type.MESSAGE;
  field.typeName = `.${typeName}.${name}`;
}

// protoc wants every file after those that it imports.
const described = new Map(files.map((file) => [file.name, describe(file)]));
const set = new FileDescriptorSet();
const done = new Set();
function emit(name) {
  if (done.has(name) || !described.has(name)) return;
  done.add(name);
  described.get(name).dependency.forEach(emit);
  set.file.push(described.get(name));
}
[...described.keys()].forEach(emit);
fs.writeFileSync(outFile, set.toBinary());
