// node bin/compile-css.mjs SOURCE TARGET: one minified stylesheet for Chrome 99, Firefox 97 and Safari / iOS 15.4.
import { writeFileSync } from "node:fs";
import { bundle } from "lightningcss";

const [source, target] = process.argv.slice(2);
const version = (major, minor = 0) => (major << 16) | (minor << 8);
const { code, warnings } = bundle({
  filename: source,
  minify: true,
  targets: { chrome: version(99), firefox: version(97), ios_saf: version(15, 4), safari: version(15, 4) },
});
for (const warning of warnings) console.error(`${warning.loc?.filename}:${warning.loc?.line}: ${warning.message}`);
writeFileSync(target, code);
