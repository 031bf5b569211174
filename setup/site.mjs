// The second half of setup/site: takes the compiled frontend, the style sheets and the public files and writes
// target/site. Called as: node setup/site.mjs release|test|check-style

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";

const tools = createRequire(path.join(process.env.KEYDESK_TOOLS, "npm", "package.json"));
const lightningcss = tools("lightningcss");
const esbuild = tools("esbuild");

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "..");
const site = path.join(root, "target/site");
const work = path.join(root, "target/site-work");

// Part of a file's name, so that it may be cached for ever: another content is another name.
const digest = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");
const hashed = (name, content) => {
  const { name: stem, ext } = path.posix.parse(name);
  return `pkg/${stem}-${digest(content).slice(0, 12)}${ext}`;
};

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(0)} KB`;

// Style rules may use what these can do. Older than that is not supported, so light-dark() and nesting stay as written.
const version = (major) => major << 16;
const targets = { chrome: version(125), edge: version(125), firefox: version(128), safari: version(18) };

// What wasm-opt may use: what rustc emits for this target, all of it older than the browsers above.
const wasmFeatures = [
  "bulk-memory",
  "bulk-memory-opt",
  "call-indirect-overlong",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
].map((feature) => `--enable-${feature}`);

class Mistake extends Error {}

async function timed(title, job) {
  const start = performance.now();
  const result = await job();
  console.log(`site: ${title} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

function filesUnder(directory) {
  if (!fs.existsSync(directory)) return [];
  return fs
    .readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => path.relative(directory, path.join(entry.parentPath ?? entry.path, entry.name)).split(path.sep).join("/"))
    .sort();
}

// ---- Public files ------------------------------------------------------------------------------------------------

const hasHashedName = (name) => name === "icons.svg" || /^fonts\/.+\.woff2$/.test(name) || /^js\/.+\.m?js$/.test(name);

// A script is made smaller. One that imports others gets them put in: their names would no longer be the right ones.
function script(file) {
  const source = fs.readFileSync(file, "utf8");
  const shared = { minify: true, target: "es2023", legalComments: "none", charset: "utf8", logLevel: "silent" };
  if (!/^\s*(import|export)\b/m.test(source)) return Buffer.from(esbuild.transformSync(source, { ...shared, sourcefile: file }).code);
  const built = esbuild.buildSync({ ...shared, entryPoints: [file], bundle: true, format: "esm", write: false });
  return Buffer.from(built.outputFiles[0].contents);
}

// The public files as the site has them: path in the site, its content, and for the hashed ones their name in the manifest.
function publicFiles() {
  const from = path.join(root, "public");
  return filesUnder(from).map((name) => {
    const file = path.join(from, name);
    if (!hasHashedName(name)) return { path: name, content: fs.readFileSync(file) };
    const content = name.startsWith("js/") ? script(file) : fs.readFileSync(file);
    return { path: hashed(name, content), content, name };
  });
}

// ---- Style -------------------------------------------------------------------------------------------------------

function style(files) {
  const addresses = new Map(files.map((file) => [`/${file.name ?? file.path}`, `/${file.path}`]));
  const wrong = [];
  const built = lightningcss.bundle({
    filename: path.join(root, "style/main.css"),
    projectRoot: root,
    minify: true,
    targets,
    exclude: lightningcss.Features.LightDark | lightningcss.Features.Nesting,
    visitor: {
      Url(url) {
        if (/^(data:|#)/.test(url.url)) return url;
        const [, plain, rest] = /^([^?#]*)(.*)$/.exec(url.url);
        if (!addresses.has(plain)) {
          wrong.push(url.url);
          return url;
        }
        return { ...url, url: addresses.get(plain) + rest };
      },
    },
  });
  const complaints = [
    ...built.warnings.map(({ message, loc }) => `${path.relative(root, loc.filename)}:${loc.line}:${loc.column}: ${message}`),
    ...wrong.map((url) => `style: url(${url}) is not a file of public/ (write it as /folder/name)`),
  ];
  if (complaints.length > 0) throw new Mistake(complaints.join("\n"));
  return Buffer.from(built.code);
}

// ---- WebAssembly -------------------------------------------------------------------------------------------------

function compiledFrontend(profile) {
  const metadata = JSON.parse(
    execFileSync("cargo", ["metadata", "--no-deps", "--format-version", "1"], { cwd: root, maxBuffer: 1 << 28 }),
  );
  const library = metadata.packages
    .find(({ name }) => name === "frontend")
    ?.targets.find(({ crate_types }) => crate_types.includes("cdylib"));
  if (!library) throw new Mistake('the package "frontend" has no library of the type cdylib');
  const file = `${library.name.replaceAll("-", "_")}.wasm`;
  return path.join(metadata.target_directory, "wasm32-unknown-unknown", `wasm-${profile}`, file);
}

// The script and the module that run in the browser. The slow part is kept and used again while its input is the same.
async function browserHalf(compiled, profile, key) {
  const kept = path.join(work, profile);
  const [js, wasm, keyFile] = ["keydesk.js", "keydesk.wasm", "key"].map((name) => path.join(kept, name));
  if (!fs.existsSync(keyFile) || fs.readFileSync(keyFile, "utf8") !== key) {
    const bound = path.join(kept, "bound");
    fs.rmSync(kept, { recursive: true, force: true });
    fs.mkdirSync(bound, { recursive: true });
    await timed("wasm-bindgen", () => {
      execFileSync(
        "wasm-bindgen",
        ["--target", "web", "--no-typescript", "--remove-producers-section", "--out-name", "keydesk", "--out-dir", bound, compiled],
        { stdio: "inherit" },
      );
      esbuild.buildSync({
        entryPoints: [path.join(bound, "keydesk.js")],
        outfile: js,
        bundle: true,
        minify: true,
        format: "esm",
        target: "es2023",
        legalComments: "none",
        logLevel: "error",
      });
    });
    const before = path.join(bound, "keydesk_bg.wasm");
    if (profile === "release") {
      await timed("wasm-opt", () =>
        execFileSync("wasm-opt", ["-Oz", "--strip-debug", "--strip-producers", ...wasmFeatures, before, "-o", wasm], { stdio: "inherit" }),
      );
    } else {
      fs.copyFileSync(before, wasm);
    }
    fs.rmSync(bound, { recursive: true });
    fs.writeFileSync(keyFile, key);
  }
  return { js: fs.readFileSync(js, "utf8"), wasm: fs.readFileSync(wasm) };
}

// ---- Compressed twins --------------------------------------------------------------------------------------------

const compressible = (name) => /\.(css|html|ico|js|json|map|mjs|svg|txt|wasm|webmanifest|xml)$/.test(name);

async function writeWithTwins(directory, file, profile, before) {
  const to = path.join(directory, file.path);
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.writeFileSync(to, file.content);
  if (!compressible(file.path)) return;
  // The same hashed name is the same content: its twins of last time serve again.
  const old = file.path.startsWith("pkg/") && before && path.join(before, file.path);
  if (old && [".br", ".gz"].every((twin) => fs.existsSync(old + twin))) {
    for (const twin of [".br", ".gz"]) fs.copyFileSync(old + twin, to + twin);
    return;
  }
  const best = profile === "release";
  const params = {
    [zlib.constants.BROTLI_PARAM_QUALITY]: best ? 11 : 5,
    [zlib.constants.BROTLI_PARAM_LGWIN]: 24,
    [zlib.constants.BROTLI_PARAM_SIZE_HINT]: file.content.length,
  };
  const [br, gz] = await Promise.all([
    promisify(zlib.brotliCompress)(file.content, { params }),
    promisify(zlib.gzip)(file.content, { level: best ? 9 : 6 }),
  ]);
  fs.writeFileSync(`${to}.br`, br);
  fs.writeFileSync(`${to}.gz`, gz);
}

// ---- All of it ---------------------------------------------------------------------------------------------------

async function build(profile) {
  const compiled = compiledFrontend(profile);
  if (!fs.existsSync(compiled)) throw new Mistake(`${compiled} is missing: run setup/site, which compiles it`);

  const ours = fs.readFileSync(new URL(import.meta.url));
  const versions = fs.readFileSync(path.join(root, "setup/package-lock.json"));
  const module = digest(ours, versions, fs.readFileSync(compiled));
  const sources = ["style", "public"].flatMap((directory) =>
    filesUnder(path.join(root, directory)).flatMap((name) => [`\0${directory}/${name}\0`, fs.readFileSync(path.join(root, directory, name))]),
  );
  const key = digest(profile, module, ...sources);
  const keyFile = path.join(work, "site-key");
  const profileFile = path.join(work, "site-profile");
  const manifestFile = path.join(site, "manifest.json");
  const kept = (file) => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "");

  if (fs.existsSync(manifestFile) && kept(keyFile) === key) {
    console.log("site: up to date");
    return report(JSON.parse(fs.readFileSync(manifestFile)));
  }

  const files = publicFiles();
  const css = await timed("style sheet", () => style(files));
  const { js, wasm } = await browserHalf(compiled, profile, module);

  const add = (name, content) => {
    const file = { name, path: hashed(name, content), content };
    files.push(file);
    return file;
  };
  const wasmFile = add("keydesk.wasm", wasm);
  if (!js.includes("keydesk_bg.wasm")) throw new Mistake("the script of wasm-bindgen does not name its module; setup/site.mjs has to follow");
  add("keydesk.js", Buffer.from(js.replaceAll("keydesk_bg.wasm", path.posix.basename(wasmFile.path))));
  add("keydesk.css", css);

  const manifest = Object.fromEntries(
    files
      .filter(({ name }) => name)
      .map((file) => [file.name, `/${file.path}`])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

  // Written beside and then put in place, so that nobody ever sees half a site.
  const next = `${site}.next`;
  const before = kept(profileFile) === profile ? site : undefined;
  fs.rmSync(next, { recursive: true, force: true });
  await timed("compressed", () => Promise.all(files.map((file) => writeWithTwins(next, file, profile, before))));
  fs.writeFileSync(path.join(next, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  fs.rmSync(keyFile, { force: true });
  fs.rmSync(site, { recursive: true, force: true });
  fs.renameSync(next, site);
  fs.writeFileSync(profileFile, profile);
  fs.writeFileSync(keyFile, key);
  report(manifest);
}

function report(manifest) {
  const size = (name, twin = "") => kilobytes(fs.statSync(path.join(site, manifest[name] + twin)).size);
  const line = ["keydesk.wasm", "keydesk.js", "keydesk.css"].map((name) => `${name} ${size(name)} (brotli ${size(name, ".br")})`);
  console.log(`site: ${line.join(", ")}`);
}

try {
  const [what] = process.argv.slice(2);
  if (what === "check-style") {
    style(publicFiles());
    console.log("style: no mistakes");
  } else if (what === "release" || what === "test") {
    await build(what);
  } else {
    throw new Mistake("usage: node setup/site.mjs release|test|check-style");
  }
} catch (error) {
  // A mistake in a style sheet has a place; a tool that failed has said why itself.
  const place = error.fileName ? `${path.relative(root, path.resolve(root, error.fileName))}:${error.loc?.line}:${error.loc?.column}: ` : "";
  console.error(`site: failed. ${place}${error instanceof Mistake || error.fileName || error.status ? error.message : error.stack}`);
  process.exit(1);
}
